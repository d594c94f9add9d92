import { openSource } from '../../formats/file-streams.ts';
import { RecordingError } from '../../formats/recording-error.ts';
import { TextLines } from '../../formats/text-lines.ts';
import { arrayFrames, CaptureLines, type CaptureLine } from '../venue/capture-lines.ts';

/** A capture that is one JSON array is held as a whole, characters. */
const ARRAY_CHARACTERS_MAX = 268_435_456;

/** Reads a capture of any of the shapes that `CaptureLines` knows, or one JSON array of frames; gzip, zstd or plain. @throws RecordingError */
export async function* readCapture(path: string): AsyncGenerator<CaptureLine> {
  const source = await openSource(path, () => undefined);
  try {
    for (const stream of source.streams) {
      const lines = new CaptureLines();
      for await (const text of textLines(stream.label, (place) => stream.chunks(place))) {
        const line = lines.read(text);
        if (line !== null) yield line;
      }
    }
  } finally {
    await source.close();
  }
}

/** The lines of a stream; of one that is an array of frames, its elements. */
async function* textLines(
  label: string,
  chunks: (place: { lastRow: number }) => AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  let found: string[] = [];
  const place = { lastRow: 0 };
  const splitter = new TextLines(label, (line, row) => {
    place.lastRow = row;
    if (line.trim() !== '') found.push(line);
  });
  /** Lines of what may be one array, held until it is known. Null = it is not. */
  let held: string[] | null = [];
  let heldCharacters = 0;
  const settle = (isEnd: boolean): string[] => {
    if (held === null) return found.splice(0);
    held.push(...found.splice(0));
    const [first, second] = held;
    if (first === undefined) return [];
    const mayBeArray = first.trimStart().startsWith('[') && (second === undefined || !isJson(first));
    if (mayBeArray && !isEnd) {
      heldCharacters = held.reduce((sum, line) => sum + line.length, 0);
      if (heldCharacters > ARRAY_CHARACTERS_MAX)
        throw new RecordingError(
          'too-large',
          label,
          ` is one JSON array of more than ${ARRAY_CHARACTERS_MAX} characters: expected one frame a line.`,
        );
      return [];
    }
    const lines = (mayBeArray ? arrayFrames(held.join('\n')) : null) ?? held;
    held = null;
    return lines;
  };
  for await (const chunk of chunks(place)) {
    splitter.push(chunk);
    yield* settle(false);
  }
  splitter.finish();
  yield* settle(true);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
