import { encodeServerMessage, type Encoding, type HistoryAnswer } from '#protocol';
import { headerBytes } from '../engine/ready-frame.ts';

/** Numbers of one row. */
const BAR_NUMBERS = 6;
const TRADE_NUMBERS = 5;

/** Bytes of an answer on the wire, its WebSocket header included. */
export function answerBytes(answer: HistoryAnswer, encoding: Encoding): number {
  const encoded = encodeServerMessage(answer, encoding);
  const payload = typeof encoded === 'string' ? Buffer.byteLength(encoded) : encoded.length;
  return payload + headerBytes(payload);
}

/** The newest part of an answer that takes no more than so many bytes. What is older can be asked for again. */
export function fitAnswer(answer: HistoryAnswer, encoding: Encoding, bytesMax: number): HistoryAnswer {
  let fitted = answer;
  let kept = 1;
  for (let bytes = answerBytes(fitted, encoding); bytes > bytesMax && kept > 0.000_1;) {
    // Rows differ in size: a little less than the proportion.
    kept *= Math.min(0.9, (bytesMax / bytes) * 0.95);
    const smaller = newestPart(answer, kept);
    const fewer = answerBytes(smaller, encoding);
    if (fewer === bytes) break;
    fitted = smaller;
    bytes = fewer;
  }
  return fitted;
}

function newestPart(answer: HistoryAnswer, part: number): HistoryAnswer {
  switch (answer.kind) {
    case 'bars':
      return { ...answer, rows: newestRows(answer.rows, BAR_NUMBERS, part), more: true };
    case 'trades':
      return { ...answer, rows: newestRows(answer.rows, TRADE_NUMBERS, part) };
    case 'closes': {
      const { series } = answer;
      const longest = series.reduce((most, { closes }) => Math.max(most, closes.length), 0);
      const length = Math.max(1, Math.floor(longest * part));
      // One close each is not small enough: those that were named first.
      const instruments =
        longest * part >= 1 ? series.length : Math.max(1, Math.floor(series.length * longest * part));
      return {
        ...answer,
        series: series.slice(0, instruments).map((one) => ({ ...one, closes: one.closes.slice(-length) })),
      };
    }
  }
}

function newestRows(rows: number[], width: number, part: number): number[] {
  const count = Math.max(1, Math.floor((rows.length / width) * part));
  return rows.slice(-count * width);
}
