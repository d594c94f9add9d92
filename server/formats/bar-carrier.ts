import {
  powerOfTen,
  unixUs,
  type BarEvent,
  type BookEvent,
  type InstrumentDefinition,
  type MarketEvent,
  type PriceTicks,
  type SizeLots,
} from '#protocol';
import type { RecordingReader } from '../tape/ports.ts';
import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';

const SECOND_US = 1_000_000;

/** A number as files write it: mantissa x 10^-decimals, without trailing zeros. */
export interface CarriedNumber {
  mantissa: number;
  decimals: number;
}

export interface CarriedBar {
  open: CarriedNumber;
  high: CarriedNumber;
  low: CarriedNumber;
  close: CarriedNumber;
  volume: CarriedNumber;
}

export function copyBar({ open, high, low, close, volume }: CarriedBar): CarriedBar {
  return {
    open: { ...open },
    high: { ...high },
    low: { ...low },
    close: { ...close },
    volume: { ...volume },
  };
}

/**
 * Keeps a bar in a recording, whose blocks have trades, quotes and books only: as the book change with levels open/volume, high/0,
 * low/0 and close/-interval. No real level has a size below 0, which is how `BarReader` knows it. The bar is let out at its end,
 * when it is known.
 */
export function addBar(
  builder: RecordingBuilder,
  instrument: number,
  endTimeUs: number,
  intervalSeconds: number,
  bar: CarriedBar,
): Misfit {
  const { prices, sizes } = builder.instruments.rows[instrument]!;
  const { open, high, low, close, volume } = bar;
  // All or nothing: a level that was added waits for the next event.
  for (const { mantissa, decimals } of [open, high, low, close])
    if (!prices.admit(mantissa, decimals)) return 'price';
  if (!sizes.admit(volume.mantissa, volume.decimals) || !sizes.admit(intervalSeconds, 0)) return 'size';
  builder.level(instrument, 'bid', open.mantissa, open.decimals, volume.mantissa, volume.decimals);
  builder.level(instrument, 'bid', high.mantissa, high.decimals, 0, 0);
  builder.level(instrument, 'bid', low.mantissa, low.decimals, 0, 0);
  builder.level(instrument, 'ask', close.mantissa, close.decimals, -intervalSeconds, 0);
  builder.book(instrument, endTimeUs, endTimeUs, false);
  return 'none';
}

/** A recording in which bars were kept with `addBar`: hands them out as the bars that they are. */
export class BarReader implements RecordingReader {
  readonly #recording: RecordingReader;
  readonly #bar: BarEvent;

  constructor(recording: RecordingReader) {
    this.#recording = recording;
    const none = 0 as PriceTicks & SizeLots;
    this.#bar = {
      type: 'bar',
      instrument: 0 as BarEvent['instrument'],
      venueTimeUs: unixUs(0),
      receiveTimeUs: unixUs(0),
      intervalSeconds: 0,
      startTimeUs: unixUs(0),
      open: none,
      high: none,
      low: none,
      close: none,
      volume: none,
    };
  }

  get instruments(): readonly InstrumentDefinition[] {
    return this.#recording.instruments;
  }

  get events(): number {
    return this.#recording.events;
  }

  get firstTimeUs(): RecordingReader['firstTimeUs'] {
    return this.#recording.firstTimeUs;
  }

  get lastTimeUs(): RecordingReader['lastTimeUs'] {
    return this.#recording.lastTimeUs;
  }

  timeOfEvent(index: number): ReturnType<RecordingReader['timeOfEvent']> {
    return this.#recording.timeOfEvent(index);
  }

  indexAt(timeUs: number): number {
    return this.#recording.indexAt(timeUs);
  }

  play(fromIndex: number, toIndex: number, onEvent: (event: MarketEvent) => void): void {
    this.#recording.play(fromIndex, toIndex, (event) => {
      const isBar = event.type === 'book' && event.asks.length === 2 && event.asks[1]! < 0;
      onEvent(isBar ? this.#fill(event) : event);
    });
  }

  density(silenceUs: number): ReturnType<RecordingReader['density']> {
    return this.#recording.density(silenceUs);
  }

  #fill({ instrument, venueTimeUs, receiveTimeUs, bids, asks }: BookEvent): BarEvent {
    const bar = this.#bar;
    const { lot } = this.#recording.instruments[instrument]!;
    bar.instrument = instrument;
    bar.venueTimeUs = venueTimeUs;
    bar.receiveTimeUs = receiveTimeUs;
    bar.intervalSeconds = -asks[1]! / powerOfTen(lot.decimals);
    bar.startTimeUs = unixUs(venueTimeUs - bar.intervalSeconds * SECOND_US);
    bar.open = bids[0]! as PriceTicks;
    bar.volume = bids[1]! as SizeLots;
    bar.high = bids[2]! as PriceTicks;
    bar.low = bids[4]! as PriceTicks;
    bar.close = asks[0]! as PriceTicks;
    return bar;
  }
}
