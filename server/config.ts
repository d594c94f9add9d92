import { existsSync } from 'node:fs';
import { z } from 'zod';
import { LIMITS } from '#protocol';
import type { AuthHook } from './access/hook-authority.ts';
import { isLoopback } from './access/loopback.ts';
import { isTrustedProxy } from './access/trusted-proxies.ts';
import { parseViewerToken, type ViewerToken } from './access/viewer-token.ts';
import { isWebhookEntry } from './alerts/webhook-list.ts';
import { CONFIG_KEYS, type ConfigKey } from './config-keys.ts';
import { UserError } from './errors.ts';
import { scheduleSchema } from './recordings/schedule.ts';
import type { TapeRetention } from './tape/rolling/ports.ts';
import { parseRetention } from './tape/rolling/retention.ts';
import { readTextFile } from './text-file.ts';

export { CONFIG_KEYS, type ConfigKey };

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

/** A list whose items may be lists separated by commas: a flag may be given again. */
const names = list.transform((items) =>
  items.flatMap((item) => item.split(',').map((name) => name.trim())).filter(Boolean),
);

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

/** `TOKEN` or `user=TOKEN`. */
const viewerToken = z
  .string()
  .transform(parseViewerToken)
  .pipe(z.custom<ViewerToken>((value) => value !== null));

/** Only a file that is a program can say it. */
const authHook = z.custom<AuthHook>(
  (value) =>
    typeof value === 'object' && value !== null && typeof (value as Partial<AuthHook>).verify === 'function',
);

/** A file may say it with a truth value. */
const onOrOff = z.union([z.enum(['on', 'off']), z.boolean().transform((isOn) => (isOn ? 'on' : 'off'))]);

const retention = z
  .string()
  .transform(parseRetention)
  .pipe(z.custom<TapeRetention>((value) => value !== null));

const schema = z.strictObject({
  port: integer(0, 65_535).default(8080),
  host: z.string().min(1).default('127.0.0.1'),
  seed: integer(0, 0xff_ff_ff_ff).default(1),
  simSymbols: integer(1, 10_000).default(40),
  simRate: number(1, 200_000).default(1_000),
  feed: list.default([]),
  symbols: names.default([]),
  backup: names.default([]),
  subscribe: z.enum(['demand', 'always']).default('demand'),
  replay: list.default([]),
  speed: number(0.1, 1_000).default(1),
  skipIdleSeconds: number(1, 31_536_000).default(60),
  replayControl: z.enum(['all', 'none']).default('all'),
  dataFolder: z.string().min(1).default('.tickwire'),
  tape: onOrOff.default('on'),
  tapeRetention: retention.default({ ageMs: 3_600_000, bytes: 512_000_000 }),
  recordControl: z.enum(['all', 'none']).default('all'),
  importBytesMax: integer(1, 2 ** 40).default(2 ** 31),
  schedule: scheduleSchema.default([]),
  alerts: z.union([z.literal('view'), onOrOff]).default('on'),
  alertWebhooks: list.pipe(z.array(z.string().refine(isWebhookEntry))).default([]),
  replaysMax: integer(0, 1_000).default(50),
  replayIdleSeconds: number(1, 86_400).default(60),
  allowedOrigins: origins.default([]),
  trustedProxies: names.pipe(z.array(z.string().refine(isTrustedProxy))).default([]),
  connectionsMax: integer(1, 1_000_000).default(10_000),
  clientBitsPerSecond: bitsPerSecond.default(0),
  viewerTokens: list.pipe(z.array(viewerToken)).default([]),
  viewerTokensFile: z.string().min(1).nullable().default(null),
  jwtSecret: z.string().min(32).max(4_096).nullable().default(null),
  jwtKeys: z.string().min(1).nullable().default(null),
  jwtIssuer: z.string().min(1).nullable().default(null),
  jwtAudience: z.string().min(1).nullable().default(null),
  jwtSymbolsClaim: z.string().min(1).max(128).default('symbols'),
  auth: authHook.nullable().default(null),
  unknownConnectionsMax: integer(1, 1_000_000).default(1_000),
  ingestToken: bearerToken.nullable().default(null),
  adminPort: portOrOff.default(null),
  adminHost: z.string().min(1).default('127.0.0.1'),
  adminToken: bearerToken.nullable().default(null),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('warn'),
});

export type Config = Readonly<z.infer<typeof schema>>;
/** What a configuration file says: every setting is optional. */
export type ConfigInput = Readonly<z.input<typeof schema>>;

/** A configuration file that was read already: of one that is a program, reading it takes time. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** File that is read when it is there and no other is named. */
export const CONFIG_FILE = 'tickwire.config.json';

/**
 * Puts a configuration together and freezes it.
 * @throws UserError one sentence that names the flag, variable or file, what it said and what is allowed
 */
export function loadConfig(
  flags: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string | undefined>> = {},
  named?: string | ConfigFile,
): Config {
  const isRead = typeof named === 'object';
  const file = isRead ? named.path : named;
  const merged: Record<string, unknown> = isRead ? { ...named.values } : readConfigFile(file);
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
  if (key === 'schedule')
    throw new UserError(
      `${origin.get(key)!} must be a list of { name, at: "14:25", for: "1h" } with days, zone and selectors where wanted.`,
    );
  if (key === 'auth')
    throw new UserError(
      `${origin.get(key)!} must be { verify(token) } in a configuration file that is a program, such as tickwire.config.ts.`,
    );
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
    const value: unknown = JSON.parse(readTextFile(path));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new UserError(`The configuration file ${path} cannot be read: ${(error as Error).message}.`);
  }
  throw new UserError(`The configuration file ${path} must hold one JSON object.`);
}
