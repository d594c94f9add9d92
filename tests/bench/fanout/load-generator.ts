// Clients of the servers, in a process of their own so that their cost is not the servers'. Argument: the program that holds the
// connections, when there is one, and a folder for its scripts.
import { invariant } from '#protocol';
import type { ClientPool, OnSample, PoolCounts } from './client-pool.ts';
import { answerRequests, pause, type LoadRequests } from './control.ts';
import { FrameSamples } from './frame-samples.ts';
import { FORMS } from './load-forms.ts';
import { NodePool } from './node-pool.ts';
import { watchLists } from './watch-lists.ts';
import { WirePool } from './wire-pool.ts';

/** No frame for this long means that all of them have arrived. */
const QUIET_US = 250_000;
const POLL_MS = 25;
/** Some classes of rates are so slow that something always comes: then this is long enough, ms. */
const SETTLE_MAX_MS = 20_000;

interface Group {
  readonly number: number;
  readonly samples: FrameSamples;
  taken: { frames: number; bytes: number };
}

const [program, folder] = process.argv.slice(2);
const groups: Group[] = [];
const byName = new Map<string, Group>();
const onSample: OnSample = (group, client, arrivalUs, payload) =>
  groups[group]!.samples.add(client, arrivalUs, payload);
const pool: ClientPool =
  program === undefined || folder === undefined
    ? new NodePool(onSample)
    : new WirePool(program, folder, onSample);

function groupOf(name: string): Group {
  const group = byName.get(name);
  invariant(group !== undefined, `the clients of ${name} are connected first`);
  return group;
}

async function settled({ number }: Group): Promise<PoolCounts> {
  const startedAt = performance.now();
  for (;;) {
    const counts = await pool.counts(number);
    if (counts.quietUs >= QUIET_US || performance.now() - startedAt > SETTLE_MAX_MS) return counts;
    await pause(POLL_MS);
  }
}

answerRequests<LoadRequests>({
  async connect({
    group: name,
    port,
    clients,
    clientsBefore,
    form: formName,
    symbols,
    lists: kind,
    watched,
    ratesHz,
    sampledEvery,
  }) {
    const form = FORMS[formName];
    const lists = watchLists({ kind, symbols, perClient: watched, clients: clientsBefore + clients });
    const listOf = (client: number): string[] => lists[(clientsBefore + client) % lists.length]!;
    const greetingsCount = kind === 'distinct' ? clients : ratesHz.length;
    const group = { number: groups.length, samples: new FrameSamples(form), taken: { frames: 0, bytes: 0 } };
    groups.push(group);
    byName.set(name, group);
    const greetings = Array.from({ length: greetingsCount }, (_, client) =>
      form.greeting(listOf(client), ratesHz[client % ratesHz.length]!),
    );
    const path = form.path(listOf(0));
    await pool.connect({ group: group.number, port, clients, form, path, greetings, sampledEvery });
    return {};
  },
  async settle({ group: name }) {
    const group = groupOf(name);
    const { frames, bytes, lost, cpuUs } = await settled(group);
    // What was counted may still be in the pipe that brings the samples.
    await pause(POLL_MS);
    const { frames: framesBefore, bytes: bytesBefore } = group.taken;
    group.taken = { frames, bytes };
    const opened = group.samples.open();
    const updatesPerByte = opened.bytes === 0 ? 0 : opened.updates / opened.bytes;
    return {
      frames: frames - framesBefore,
      bytes: bytes - bytesBefore,
      updates: (bytes - bytesBefore) * updatesPerByte,
      frameBytes: opened.frameBytes,
      lost,
      loadCpuUs: cpuUs,
    };
  },
  lateness: async ({ group, rateHz }) => groupOf(group).samples.lateness(rateHz),
});
