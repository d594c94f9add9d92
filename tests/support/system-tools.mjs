import { spawnSync } from 'node:child_process';

/** What the tests need of the machine beyond npm packages: how to see that it is there, and Debian's packages that bring it. */
const TOOLS = [
  {
    name: 'Chromium',
    packages: ['chromium'],
    find: () => ['chromium', 'chromium-browser', 'google-chrome'].find((name) => runs(name, ['--version'])),
    variable: 'TICKWIRE_CHROMIUM',
  },
  {
    name: 'Python with msgpack and websockets',
    packages: ['python3', 'python3-msgpack', 'python3-websockets'],
    find: () =>
      ['python3', '/usr/bin/python3'].find((name) => runs(name, ['-c', 'import msgpack, websockets'])),
    variable: 'TICKWIRE_PYTHON',
  },
];

function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function apt(args) {
  return spawnSync('apt-get', args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/**
 * Installs missing tools where that can be done and returns environment variables that name them. Where it cannot, says in one
 * line which command would: the tests that need the tool then skip, or, when CI is set, the run ends here.
 */
export function ensureTools() {
  const found = {};
  let updated = false;
  for (const tool of TOOLS) {
    let command = tool.find();
    if (command === undefined && process.getuid?.() === 0 && runs('apt-get', ['--version'])) {
      process.stderr.write(`Installing ${tool.name} (${tool.packages.join(', ')}) ...\n`);
      if (!updated) apt(['update', '-qq']);
      updated = true;
      apt(['install', '-y', '-qq', '--no-install-recommends', ...tool.packages]);
      command = tool.find();
    }
    if (command !== undefined) {
      found[tool.variable] = command;
      continue;
    }
    process.stderr.write(
      `${tool.name} is missing; to get it: sudo apt-get install -y ${tool.packages.join(' ')}\n`,
    );
    if (process.env.CI) process.exit(1);
  }
  return found;
}
