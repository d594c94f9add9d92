import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { LIMITS } from '#protocol';
import { isLoopback } from './access/loopback.ts';
import { UserError } from './errors.ts';

/** What a value is, as its help and its table in the docs say it. */
interface KeyForm {
  /** Name in the configuration file and in code. */
  readonly key: string;
  /** Long flag of `tickwire serve` and `tickwire replay`. */
  readonly flag: string;
  readonly env: string;
  readonly unit: string;
  readonly default: string;
  readonly range: string;
  readonly help: string;
  /** Its value is never repeated, not even in the sentence that refuses it. */
  readonly secret?: true;
}

/** Every configuration key. Precedence: flag, then environment, then file, then default. */
export const CONFIG_KEYS = [
  {
    key: 'port',
    flag: 'port',
    env: 'TICKWIRE_PORT',
    unit: 'TCP port',
    default: '8080',
    range: '0..65535',
    help: 'Port to listen on; 0 picks a free one.',
  },
  {
    key: 'host',
    flag: 'host',
    env: 'TICKWIRE_HOST',
    unit: 'address',
    default: '127.0.0.1',
    range: 'name or address',
    help: 'Address to listen on.',
  },
  {
    key: 'seed',
    flag: 'seed',
    env: 'TICKWIRE_SEED',
    unit: 'integer',
    default: '1',
    range: '0..4294967295',
    help: 'Seed of the simulated feed: the same seed makes the same events.',
  },
  {
    key: 'simSymbols',
    flag: 'sim-symbols',
    env: 'TICKWIRE_SIM_SYMBOLS',
    unit: 'instruments',
    default: '40',
    range: '1..10000',
    help: 'Instruments of the simulated feed.',
  },
  {
    key: 'simRate',
    flag: 'sim-rate',
    env: 'TICKWIRE_SIM_RATE',
    unit: 'events/s',
    default: '1000',
    range: '1..200000',
    help: 'Events a second of the simulated feed, all instruments together.',
  },
  {
    key: 'feed',
    flag: 'feed',
    env: 'TICKWIRE_FEED',
    unit: 'files',
    default: 'simulated',
    range: 'paths',
    help: 'Feeds of your own to serve instead of the simulated one.',
  },
  {
    key: 'replay',
    flag: 'replay',
    env: 'TICKWIRE_REPLAY',
    unit: 'files',
    default: 'none',
    range: 'paths',
    help: 'Recorded market data to play instead of a live feed.',
  },
  {
    key: 'speed',
    flag: 'speed',
    env: 'TICKWIRE_SPEED',
    unit: 'x',
    default: '1',
    range: '0.1..1000',
    help: 'Speed at which a replay starts.',
  },
  {
    key: 'skipIdleSeconds',
    flag: 'skip-idle',
    env: 'TICKWIRE_SKIP_IDLE',
    unit: 's',
    default: '60',
    range: '1..31536000',
    help: 'A replay jumps over recorded silence that is longer than this.',
  },
  {
    key: 'replayControl',
    flag: 'replay-control',
    env: 'TICKWIRE_REPLAY_CONTROL',
    unit: 'all | none',
    default: 'all',
    range: 'all, none',
    help: 'Who may pause, move and speed up a replay that is served.',
  },
  {
    key: 'allowedOrigins',
    flag: 'allowed-origins',
    env: 'TICKWIRE_ALLOWED_ORIGINS',
    unit: 'origins',
    default: 'own',
    range: 'https://name[:port], ...',
    help: 'Further page origins that may open the socket, separated by commas.',
  },
  {
    key: 'connectionsMax',
    flag: 'connections-max',
    env: 'TICKWIRE_CONNECTIONS_MAX',
    unit: 'connections',
    default: '10000',
    range: '1..1000000',
    help: 'Connections at once; one more is told to come back later.',
  },
  {
    key: 'clientBitsPerSecond',
    flag: 'client-bits-per-second',
    env: 'TICKWIRE_CLIENT_BITS_PER_SECOND',
    unit: 'bit/s',
    default: '0',
    range: `0, ${LIMITS.bitsPerSecondMin}..${LIMITS.bitsPerSecondMax}`,
    help: 'Most that one connection is sent, whatever it asks for; 0 = no cap.',
  },
  {
    key: 'adminPort',
    flag: 'admin-port',
    env: 'TICKWIRE_ADMIN_PORT',
    unit: 'TCP port',
    default: 'off',
    range: '0..65535, off',
    help: 'Port of metrics and clients, apart from the dashboard; 0 picks a free one.',
  },
  {
    key: 'adminHost',
    flag: 'admin-host',
    env: 'TICKWIRE_ADMIN_HOST',
    unit: 'address',
    default: '127.0.0.1',
    range: 'name or address',
    help: 'Address of metrics and clients; any but loopback needs a token.',
  },
  {
    key: 'adminToken',
    flag: 'admin-token',
    env: 'TICKWIRE_ADMIN_TOKEN',
    unit: 'secret',
    default: 'none',
    range: '16..512 of A-Z a-z 0-9 - . _ ~ + / =',
    help: 'What every request for metrics and clients must carry.',
    secret: true,
  },
  {
    key: 'logLevel',
    flag: 'log-level',
    env: 'TICKWIRE_LOG_LEVEL',
    unit: 'level',
    default: 'warn',
    range: 'trace, debug, info, warn, error, silent',
    help: 'What is logged, as JSON lines on standard error.',
  },
] as const satisfies readonly KeyForm[];

export type ConfigKey = (typeof CONFIG_KEYS)[number]['key'];

/** A number, or the decimal text of one: not `true`, `null` or an empty string, which JavaScript would take for 1 and 0. */
const decimal = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d+(?:\.\d+)?\s*$/)
    .transform(Number),
]);
const number = (min: number, max: number) => decimal.pipe(z.number().min(min).max(max));
const integer = (min: number, max: number) => decimal.pipe(z.int().min(min).max(max));
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  ),
]);

/** What a browser sends as Origin, so that a slip (a path, a missing scheme, `*`) is no silent refusal of everybody. */
const origins = list.pipe(z.array(z.string().refine(isOrigin)));

const bitsPerSecond = decimal.pipe(
  z.union([z.literal(0), z.int().min(LIMITS.bitsPerSecondMin).max(LIMITS.bitsPerSecondMax)]),
);

/** `off` is null in code and may be null in a file. */
const portOrOff = z.union([z.null(), z.literal('off').transform(() => null), integer(0, 65_535)]);

/** What fits an Authorization header as it is (RFC 6750, b64token); 16 characters of it cannot be guessed over a network. */
const bearerToken = z
  .string()
  .min(16)
  .max(512)
  .regex(/^[A-Za-z0-9._~+/-]+=*$/);

const schema = z.strictObject({
  port: integer(0, 65_535).default(8080),
  host: z.string().min(1).default('127.0.0.1'),
  seed: integer(0, 0xff_ff_ff_ff).default(1),
  simSymbols: integer(1, 10_000).default(40),
  simRate: number(1, 200_000).default(1_000),
  feed: list.default([]),
  replay: list.default([]),
  speed: number(0.1, 1_000).default(1),
  skipIdleSeconds: number(1, 31_536_000).default(60),
  replayControl: z.enum(['all', 'none']).default('all'),
  allowedOrigins: origins.default([]),
  connectionsMax: integer(1, 1_000_000).default(10_000),
  clientBitsPerSecond: bitsPerSecond.default(0),
  adminPort: portOrOff.default(null),
  adminHost: z.string().min(1).default('127.0.0.1'),
  adminToken: bearerToken.nullable().default(null),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('warn'),
});

export type Config = Readonly<z.infer<typeof schema>>;

/** File that is read when it is there and no other is named. */
export const CONFIG_FILE = 'tickwire.config.json';

/**
 * Puts a configuration together and freezes it.
 * @throws UserError one sentence that names the flag, variable or file, what it said and what is allowed
 */
export function loadConfig(
  flags: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string | undefined>> = {},
  file?: string,
): Config {
  const merged: Record<string, unknown> = { ...readConfigFile(file) };
  const origin = new Map<string, string>(
    Object.keys(merged).map((key) => [key, `"${key}" in ${file ?? CONFIG_FILE}`]),
  );
  for (const { key, flag, env: variable } of CONFIG_KEYS) {
    const fromEnv = env[variable];
    if (fromEnv !== undefined && fromEnv !== '') {
      merged[key] = fromEnv;
      origin.set(key, variable);
    }
    if (flags[key] !== undefined) {
      merged[key] = flags[key];
      origin.set(key, `--${flag}`);
    }
  }
  const parsed = schema.safeParse(merged);
  if (parsed.success) {
    const { adminPort, adminHost, adminToken } = parsed.data;
    if (adminPort !== null && adminToken === null && !isLoopback(adminHost)) {
      throw new UserError(
        `${origin.get('adminHost')!} is ${JSON.stringify(adminHost)}, which others may reach: set TICKWIRE_ADMIN_TOKEN to a secret of 16 characters or more that every request for metrics must carry.`,
      );
    }
    return Object.freeze(parsed.data);
  }
  const issue = parsed.error.issues[0]!;
  const key = String(issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path[0]);
  const form = CONFIG_KEYS.find((candidate) => candidate.key === key);
  if (form === undefined)
    throw new UserError(`${file ?? CONFIG_FILE} holds "${key}", which is no setting of Tickwire.`);
  const said = 'secret' in form ? 'must be' : `is ${JSON.stringify(merged[key])}, but must be within`;
  throw new UserError(`${origin.get(key) ?? key} ${said} ${form.range} (${form.unit}).`);
}

function isOrigin(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '') && new URL(text).origin === text;
}

function readConfigFile(named: string | undefined): Record<string, unknown> {
  const path = named ?? CONFIG_FILE;
  if (!existsSync(path)) {
    if (named === undefined) return {};
    throw new UserError(`The configuration file ${named} does not exist.`);
  }
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new UserError(`The configuration file ${path} cannot be read: ${(error as Error).message}.`);
  }
  throw new UserError(`The configuration file ${path} must hold one JSON object.`);
}
