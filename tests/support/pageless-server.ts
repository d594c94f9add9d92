// The server with everything but the page, which a build may be about to replace. Takes the flags of `serve`.
import { Command } from 'commander';
import { addConfigFlags, configFlags, print } from '../../server/cli/config-flags.ts';
import { CONFIG_KEYS, loadConfig } from '../../server/config.ts';
import { serve } from '../../server/main.ts';

const keys = CONFIG_KEYS.map(({ key }) => key);
const command = addConfigFlags(new Command(), keys).parse();
await serve({ config: loadConfig(configFlags(command.opts()), process.env), page: 'none', write: print });
