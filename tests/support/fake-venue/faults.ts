import { VenueWorld } from './venue-world.ts';
import type { VenueScript } from './script.ts';

/** What is missing because of a fault, and is marked with both ends. */
export type Missing =
  /** The time without a connection, unless ids of trades say that none is missing. */
  | 'connection'
  /** A book between the fault and its next snapshot. */
  | 'book'
  /** Trades that nobody has any more. */
  | 'trades';

/** One thing that a venue, or the way to it, does wrong; and what the feed has to make of it. */
export interface VenueFaultCase {
  readonly name: string;
  /** False where the venue cannot have it. */
  applies?(script: VenueScript): boolean;
  /** Before anything is connected: the fault is there from the start. */
  readonly from?: 'start';
  /** Brings it about in a live world; `symbol` is the first of two. */
  inject(world: VenueWorld, symbol: string): void | Promise<void>;
  /** Any of these counters must rise. */
  readonly counted: readonly string[];
  /** Absent = nothing. */
  readonly missing?: Missing;
  /** What the viewer sees of the symbol when the fault is known: never a calm market where its data cannot be trusted. */
  readonly shown: 'stale' | 'live';
  /** Lifts what keeps the fault going. */
  mend?(world: VenueWorld): void;
  /** Whether it is live again by itself. */
  readonly recovers: boolean;
  /** Whether every trade that the venue made is delivered in the end, once. */
  readonly keepsTrades: boolean;
}

const mute = (world: VenueWorld, isMute: boolean): void => {
  world.fake.misconduct.mute = isMute;
};

export const VENUE_FAULTS: readonly VenueFaultCase[] = [
  {
    name: 'a dropped trade, which REST still has',
    applies: ({ venue }) => venue.tradeIds === 'contiguous' && venue.trades !== undefined,
    inject(world, symbol) {
      const { fake, clock } = world;
      fake.lose(fake.script.trade(fake.makeTrade(symbol, clock.nowUs())));
      world.trade(symbol);
    },
    counted: ['trade_holes'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a dropped trade, which nobody has any more',
    applies: ({ venue }) => venue.tradeIds === 'contiguous',
    inject(world, symbol) {
      world.fake.misconduct.restFails = true;
      const { fake, clock } = world;
      fake.lose(fake.script.trade(fake.makeTrade(symbol, clock.nowUs())));
      world.trade(symbol);
    },
    counted: ['trade_holes'],
    missing: 'trades',
    shown: 'live',
    recovers: true,
    keepsTrades: false,
  },
  {
    name: 'a repeated trade',
    applies: ({ venue }) => venue.tradeIds !== 'none',
    inject(world, symbol) {
      const { fake } = world;
      const trade = fake.makeTrade(symbol, world.clock.nowUs());
      fake.send(fake.script.trade(trade));
      fake.send(fake.script.trade(trade));
    },
    counted: ['duplicate_trades'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'two trades in the wrong order',
    applies: ({ venue }) => venue.tradeIds === 'contiguous' || venue.tradeIds === 'increasing',
    inject(world, symbol) {
      const { fake } = world;
      const [first, second] = [1, 2].map(() => fake.makeTrade(symbol, world.clock.nowUs()));
      fake.send(fake.script.trade(second!));
      fake.send(fake.script.trade(first!));
    },
    counted: ['out_of_order_trades'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a dropped change of the book',
    applies: ({ noticesLostChanges }) => noticesLostChanges,
    inject({ fake }, symbol) {
      fake.lose(fake.script.bookChange(symbol)!);
      fake.send(fake.script.bookChange(symbol)!);
    },
    counted: ['fault_gap', 'fault_checksum', 'fault_order', 'fault_crossed'],
    missing: 'book',
    shown: 'stale',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'two changes of the book in the wrong order',
    applies: ({ noticesLostChanges }) => noticesLostChanges,
    inject({ fake }, symbol) {
      const [first, second] = [1, 2].map(() => fake.script.bookChange(symbol)!);
      fake.sendSwapped(first!, second!);
    },
    counted: ['fault_gap', 'fault_checksum', 'fault_order', 'fault_crossed'],
    missing: 'book',
    shown: 'stale',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a wrong checksum',
    applies: (script) => script.badChecksum(script.symbols[0]) !== null,
    inject({ fake }, symbol) {
      fake.send(fake.script.badChecksum(symbol)!);
    },
    counted: ['fault_checksum'],
    missing: 'book',
    shown: 'stale',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a cut connection',
    inject: ({ fake }) => fake.cut(),
    counted: ['disconnects'],
    missing: 'connection',
    shown: 'stale',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a connection that is cut in the midst of the answers',
    inject({ fake }) {
      fake.misconduct.cutAnswers = true;
      fake.cut();
    },
    counted: ['disconnects'],
    missing: 'connection',
    shown: 'stale',
    mend: ({ fake }) => void (fake.misconduct.cutAnswers = false),
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'silence: connected, and no sign of life',
    inject: (world) => mute(world, true),
    counted: ['late_heartbeats'],
    missing: 'connection',
    shown: 'stale',
    mend: (world) => mute(world, false),
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'signs of life that are late and come again',
    inject: (world) => mute(world, true),
    counted: ['late_heartbeats'],
    shown: 'stale',
    mend(world) {
      mute(world, false);
      world.fake.heartbeat();
      world.trade(world.fake.script.symbols[0]);
    },
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'data without the sign of life that the venue promises',
    applies: ({ venue }) => venue.lifeSign !== 'frame',
    async inject(world, symbol) {
      mute(world, true);
      const { silenceMaxMs } = world.fake.script.venue;
      for (let ms = 0; ms < silenceMaxMs && world.counter('late_heartbeats') === 0; ms += 500) {
        world.trade(symbol);
        await world.run(500);
      }
    },
    counted: ['late_heartbeats'],
    missing: 'connection',
    shown: 'stale',
    mend: (world) => mute(world, false),
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a refused subscription',
    from: 'start',
    inject: ({ fake }, symbol) => void fake.misconduct.refuse.add(symbol),
    counted: ['refused', 'late_answers'],
    shown: 'stale',
    recovers: false,
    keepsTrades: true,
  },
  {
    name: 'a subscription that is never answered',
    from: 'start',
    inject: ({ fake }) => void (fake.misconduct.ignoreFrames = true),
    counted: ['late_answers'],
    shown: 'stale',
    recovers: false,
    keepsTrades: true,
  },
  {
    name: 'an upgrade that is never answered',
    from: 'start',
    inject: ({ fake }) => void (fake.misconduct.ignoreUpgrades = true),
    counted: ['late_openings'],
    shown: 'stale',
    recovers: false,
    keepsTrades: true,
  },
  {
    name: 'an upgrade that is refused: too many requests',
    from: 'start',
    inject: ({ fake }) => void (fake.misconduct.refuseUpgrades = 429),
    counted: ['disconnects'],
    shown: 'stale',
    mend: ({ fake }) => void (fake.misconduct.refuseUpgrades = 0),
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a frame that is too large',
    inject: ({ fake }) => fake.send('x'.repeat(fake.script.venue.frameBytesMax + 1)),
    counted: ['disconnects'],
    missing: 'connection',
    shown: 'stale',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a frame of 1 MB that is no message',
    applies: ({ venue }) => venue.frameBytesMax > 1_000_000,
    inject: ({ fake }) => fake.send(`{"pad":"${'x'.repeat(1_000_000)}`),
    counted: ['malformed_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'garbage',
    inject: ({ fake }) => fake.send('<html>Bad gateway</html>'),
    counted: ['malformed_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a message that ends in its midst',
    inject({ fake }) {
      const whole = fake.script.unknownKind();
      fake.send(whole.slice(0, Math.floor(whole.length / 2)));
    },
    counted: ['malformed_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'an empty frame',
    inject: ({ fake }) => fake.send(''),
    counted: ['malformed_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'bytes that are no message',
    inject: ({ fake }) => fake.send(Uint8Array.of(0xc1, 0xff, 0x00)),
    counted: ['malformed_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a message of an unknown kind',
    inject: ({ fake }) => fake.send(fake.script.unknownKind()),
    counted: ['unknown_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a value of the wrong type',
    inject: ({ fake }, symbol) => fake.send(fake.script.wrongType(symbol)),
    counted: ['malformed_frames', 'malformed_trades'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a symbol that nobody asked for',
    inject: ({ fake }) => fake.send(fake.script.unknownSymbol()),
    counted: ['unexpected_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'an announced end',
    applies: (script) => script.plannedShutdown() !== null,
    inject: ({ fake }) => fake.send(fake.script.plannedShutdown()!),
    counted: ['rotations'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a limit that was broken, and the cut that follows',
    inject({ fake }) {
      const word = fake.script.rateLimit();
      if (word !== null) fake.send(word);
      for (const { socket } of fake.connections) socket.close(1008, 'too many requests');
    },
    counted: ['disconnects'],
    missing: 'connection',
    shown: 'stale',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a connection that the venue closes in order',
    inject({ fake }) {
      for (const { socket } of fake.connections) socket.close(1001, 'going away');
    },
    counted: ['disconnects'],
    missing: 'connection',
    shown: 'stale',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a connection that is cut as soon as it is open',
    from: 'start',
    inject: ({ fake }) => void (fake.misconduct.cutOpenings = true),
    counted: ['disconnects'],
    shown: 'stale',
    mend: ({ fake }) => void (fake.misconduct.cutOpenings = false),
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'JSON that is no message',
    inject: ({ fake }) => fake.send('42'),
    counted: ['malformed_frames', 'unknown_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
  {
    name: 'a message of a thousand messages in each other',
    inject: ({ fake }) => fake.send(`${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`),
    counted: ['malformed_frames', 'unknown_frames', 'unexpected_frames'],
    shown: 'live',
    recovers: true,
    keepsTrades: true,
  },
];
