import { instrumentKey, type InstrumentDefinition } from '#protocol';
import type { Entitlement } from '../access/entitlement.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { TapeReader } from '../tape/file/tape-reader.ts';
import type { RecordingInfo } from './recording-info.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { RecordingsError } from './recordings-error.ts';

/** Instruments that are named, as in the library's own answer. */
const NAMED_INSTRUMENTS = 50;

/**
 * The library as viewers see it who may not see everything. Names of recordings tell of what is in them: whoever may see nothing of one
 * does not hear of it.
 */
export class EntitledRecordings {
  readonly #library: Pick<RecordingLibrary, 'list' | 'info' | 'path'>;
  /** Of those that do not change any more, which the library tells by the same object each time. */
  readonly #instruments = new WeakMap<RecordingInfo, readonly InstrumentDefinition[]>();

  constructor(library: Pick<RecordingLibrary, 'list' | 'info' | 'path'>) {
    this.#library = library;
  }

  async list(entitlement: Entitlement): Promise<RecordingInfo[]> {
    return (await this.#library.list()).flatMap((info) => this.#seen(info, entitlement) ?? []);
  }

  /** @throws RecordingsError the same for what is hidden as for what does not exist */
  info(name: string, entitlement: Entitlement): RecordingInfo {
    const seen = this.#seen(this.#library.info(name), entitlement);
    if (seen === null) throw new RecordingsError('missing', `There is no recording ${JSON.stringify(name)}.`);
    return seen;
  }

  #seen(info: RecordingInfo, entitlement: Entitlement): RecordingInfo | null {
    const seen = this.#all(info).filter((instrument) => entitlement.sees(instrument));
    if (seen.length === 0) return null;
    return {
      ...info,
      message: '',
      sources: [],
      instruments: seen.slice(0, NAMED_INSTRUMENTS).map((instrument) => instrumentKey(instrument)),
      instrumentCount: seen.length,
    };
  }

  #all(info: RecordingInfo): readonly InstrumentDefinition[] {
    const known = this.#instruments.get(info);
    if (known !== undefined) return known;
    const instruments = this.#read(info.name);
    this.#instruments.set(info, instruments);
    return instruments;
  }

  #read(name: string): readonly InstrumentDefinition[] {
    try {
      const reader = TapeReader.open(this.#library.path(name), { mayBeEmpty: true });
      try {
        return [...reader.instruments];
      } finally {
        reader.close();
      }
    } catch (error) {
      // What cannot be read, or was deleted meanwhile, shows nothing to anybody.
      if (error instanceof TapeError || error instanceof RecordingsError) return [];
      throw error;
    }
  }
}
