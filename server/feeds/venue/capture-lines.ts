import { usOfText } from '../event-time.ts';
import type { RawFrame } from './ports.ts';

/** A frame as it was on the wire, and which way it went. */
export interface CapturedFrame {
  readonly kind: 'in' | 'out';
  readonly conn: string;
  readonly timeUs: number;
  readonly raw: RawFrame;
}

/** One line of a capture. `timeUs` is when it happened at the recorder, NaN where nobody wrote that down. */
export type CaptureLine =
  | CapturedFrame
  | { readonly kind: 'open' | 'close'; readonly conn: string; readonly timeUs: number; readonly url: string }
  /** An answer of the venue's REST interface. */
  | { readonly kind: 'rest'; readonly url: string; readonly timeUs: number; readonly body: string };

const DIRECTIONS: readonly string[] = ['in', 'out', 'open', 'close'];
/** A stamp by its digits, or an ISO time. */
const STAMP = String.raw`\d{9,19}(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?`;
/** A frame behind its stamp, with a space, a tab, a colon, a comma or a semicolon between. */
const STAMPED = new RegExp(String.raw`^\[?(${STAMP})\]?(?:[ \t]*[:,;|][ \t]*|[ \t]+)(?=[[{"])`);
/** A frame so many us after the line before, on its connection or on another one: see `CaptureText`. */
const AFTER = /^\+(\d{1,16}) (?:([\w.-]{1,32}) )?(?=[[{])/;
/** cryptofeed's text captures: a connection that opens, what was sent over it, and an answer of REST. Frames are stamped. */
const ADDRESSED = new RegExp(String.raw`^([a-z]+:\/\/\S+) (<->|<-|->) (${STAMP})(?::[ \t]?(.*))?$`, 's');
/** The first line of such a file says how the recorder was configured. */
const CONFIGURATION = /^configuration: /;
const BEGIN = new RegExp(
  String.raw`^\s*(?:\[?(?:${STAMP})\]?(?:[ \t]*[:,;|][ \t]*|[ \t]+)|\+\d{1,16} (?:[\w.-]{1,32} )?)?[[{]|^\s*[a-z]+:\/\/\S+ <?->? `,
);
const US_DECIMALS = 6;

/**
 * Reads captures, one line at a time: `{"conn", "dir", "t", "raw"}` (`raw64` = base64 of a binary frame, `mono_ns` in place of `t`),
 * `{"url", "t", "raw"}` for an answer of REST, `<stamp> <frame>`, `<stamp>: <frame>` and the other lines of cryptofeed, or the bare frame.
 * What is none of them is a frame as well: to say that it is malformed is for the venue's adapter.
 */
export class CaptureLines {
  /** Time of the first `mono_ns`, which counts from no known instant. */
  #baseUs = 0;
  #firstNs: bigint | null = null;
  /** Of the line before. */
  #lastConn = '0';
  #lastUs = Number.NaN;

  /** Null for a line that holds nothing that happened on the wire. */
  read(line: string): CaptureLine | null {
    const read = this.#read(line);
    if (read === null) return null;
    if (!Number.isNaN(read.timeUs)) this.#lastUs = read.timeUs;
    if ('conn' in read) this.#lastConn = read.conn;
    return read;
  }

  #read(line: string): CaptureLine | null {
    const text = line.trim();
    if (text === '') return null;
    const stamped = STAMPED.exec(text);
    if (stamped !== null)
      return { kind: 'in', conn: '0', timeUs: usOfText(stamped[1]!), raw: text.slice(stamped[0].length) };
    const after = AFTER.exec(text);
    if (after !== null) {
      const timeUs = this.#lastUs + Number(after[1]);
      return { kind: 'in', conn: after[2] ?? this.#lastConn, timeUs, raw: text.slice(after[0].length) };
    }
    if (CONFIGURATION.test(text)) return null;
    const addressed = ADDRESSED.exec(text);
    if (addressed !== null) return onAddress(addressed);
    const envelope = /^\{\s*"(?:conn|dir|t|mono_ns|raw|raw64|url|meta)":/.test(text)
      ? jsonObject(text)
      : null;
    return (
      (envelope === null ? null : this.#envelope(envelope)) ??
      (envelope !== null && 'meta' in envelope
        ? this.#meta(envelope['meta'])
        : { kind: 'in', conn: '0', timeUs: Number.NaN, raw: text })
    );
  }

  #envelope(line: Record<string, unknown>): CaptureLine | null {
    const { dir, conn, raw, raw64, url } = line;
    const timeUs = this.#timeUs(line);
    if (dir === undefined && typeof url === 'string' && typeof raw === 'string')
      return { kind: 'rest', url, timeUs, body: raw };
    if (typeof dir !== 'string' || !DIRECTIONS.includes(dir)) return null;
    const at = { conn: typeof conn === 'string' || typeof conn === 'number' ? String(conn) : '0', timeUs };
    if (dir === 'open' || dir === 'close')
      return { kind: dir, ...at, url: typeof url === 'string' ? url : '' };
    const kind = dir as 'in' | 'out';
    if (typeof raw64 === 'string') return { kind, ...at, raw: new Uint8Array(Buffer.from(raw64, 'base64')) };
    return typeof raw === 'string' ? { kind, ...at, raw } : null;
  }

  #meta(meta: unknown): null {
    const at = typeof meta === 'object' && meta !== null && 'captured_at' in meta ? meta.captured_at : '';
    this.#baseUs = usOfText(String(at)) || 0;
    return null;
  }

  #timeUs({ t, mono_ns: monoNs }: Record<string, unknown>): number {
    if (typeof t === 'string' || typeof t === 'number') return usOfText(String(t));
    if (!/^\d+$/.test(String(monoNs))) return Number.NaN;
    const ns = BigInt(String(monoNs));
    this.#firstNs ??= ns;
    return this.#baseUs + Number((ns - this.#firstNs) / 1000n);
  }
}

/** Whether a text may begin with a line of a capture: most files are CSV, and are not looked at further. */
export function mayBeCapture(head: string): boolean {
  return BEGIN.test(head) || CONFIGURATION.test(head);
}

function onAddress([, url = '', arrow, stamp = '', data = '']: readonly (string | undefined)[]): CaptureLine {
  const timeUs = usOfText(stamp);
  if (arrow === '<->') return { kind: 'open', conn: '0', timeUs, url };
  if (arrow === '<-') return { kind: 'out', conn: '0', timeUs, raw: data };
  return { kind: 'rest', url, timeUs, body: data };
}

/** The same line again as text, in the first of the forms above. */
export function captureText(line: CaptureLine): string {
  const t = `${Math.floor(line.timeUs / 1e6)}.${String(line.timeUs % 1e6).padStart(US_DECIMALS, '0')}`;
  if (line.kind === 'rest') return JSON.stringify({ url: line.url, t, raw: line.body });
  const at = { conn: line.conn, dir: line.kind, t };
  if ('url' in line) return JSON.stringify({ ...at, url: line.url });
  const { raw } = line;
  return JSON.stringify(
    typeof raw === 'string' ? { ...at, raw } : { ...at, raw64: Buffer.from(raw).toString('base64') },
  );
}

/**
 * The elements of a JSON array as they are written, for a capture that is one array of frames; null for other text, and for an array
 * that is itself a frame since numbers or words stand in it. An element that is text holds the frame.
 */
export function arrayFrames(text: string): string[] | null {
  const inner = /^\s*\[([\s\S]*)\]\s*$/.exec(text)?.[1];
  if (inner === undefined || jsonValue(text) === undefined) return null;
  const frames: string[] = [];
  let depth = 0;
  let isText = false;
  let from = 0;
  for (let at = 0; at <= inner.length; at += 1) {
    const character = inner[at] ?? ',';
    if (isText) {
      if (character === '\\') at += 1;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ',' && depth === 0) {
      frames.push(inner.slice(from, at).trim());
      from = at + 1;
    }
  }
  if (!frames.every((frame) => /^[[{"]/.test(frame))) return null;
  return frames.map((frame) => (frame.startsWith('"') ? (JSON.parse(frame) as string) : frame));
}

function jsonObject(text: string): Record<string, unknown> | null {
  const value = jsonValue(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

/** Undefined for what is no JSON. */
function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
