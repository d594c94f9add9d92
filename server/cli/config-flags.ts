import { InvalidArgumentError, Option, type Command } from 'commander';
import { CONFIG_FILE, CONFIG_KEYS, type ConfigKey } from '../config.ts';

/** Standard output that is written whole before the process ends, and does not mind a closed pipe. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function addConfigFlags(command: Command, keys: readonly ConfigKey[]): Command {
  for (const form of CONFIG_KEYS) {
    if (!keys.includes(form.key)) continue;
    const many = MANY.get(form.unit);
    const value = form.flag.startsWith(NEGATION) ? '' : ` <${many ?? valueName(form.key)}>`;
    const flags = `--${form.flag}${value}`;
    const help = `${form.help} (${form.unit}; ${form.range}; default ${form.default}; or ${form.env})`;
    command.addOption(new Option(flags, help));
  }
  return command.option(
    '--config <file>',
    `Settings as JSON, or as TypeScript or JavaScript with a default export (default ${CONFIG_FILE} when it is there).`,
  );
}

/** Units of which a flag takes several values. */
const MANY: ReadonlyMap<string, string> = new Map([
  ['files', 'file...'],
  ['feeds', 'feed...'],
  ['symbols', 'symbol...'],
  ['pairs', 'pair...'],
]);

/** A flag that turns off what is on by default takes no value. */
const NEGATION = 'no-';

const valueName = (key: ConfigKey): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Commander names a value after its flag; the configuration after its key. */
export function configFlags(options: Record<string, unknown>): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const { key, flag } of CONFIG_KEYS) {
    if (flag.startsWith(NEGATION)) {
      // Commander says true where the flag was not given.
      if (options[flag.slice(NEGATION.length)] === false) flags[key] = 'off';
      continue;
    }
    const camel = flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (options[camel] !== undefined) flags[key] = options[camel];
  }
  return flags;
}

export function number(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new InvalidArgumentError(`${name} is a number from ${min} to ${max}.`);
    }
    return value;
  };
}

export const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
