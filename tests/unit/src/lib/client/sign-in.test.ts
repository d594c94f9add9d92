import { beforeEach, describe, expect, it } from 'vitest';
import { AccessApi, ticketsOf, type Ticket } from '../../../../../src/lib/client/access-api.ts';
import { TickwireClient } from '../../../../../src/lib/client/tickwire-client.ts';
import { FakeServer } from '../../../../support/fake-server.ts';
import { answered } from '../../../../support/known-tokens.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const UNAUTHORIZED = 4401;

let clock: ManualClock;
let server: FakeServer;
/** What the server hands out; a function may fail. */
let ticket: () => Ticket;
let asked: number;
let resets: string[];

beforeEach(() => {
  clock = new ManualClock();
  server = new FakeServer();
  ticket = () => ({ ok: true, token: 'a ticket' });
  asked = 0;
  resets = [];
});

function connect(): TickwireClient {
  const client = new TickwireClient({
    url: 'ws://fake/ws',
    openSocket: server.openSocket,
    clock,
    random: () => 0.5,
    ticket: async () => {
      asked += 1;
      return ticket();
    },
    listener: { onReset: (epoch) => resets.push(epoch) },
  });
  client.subscribe({ channel: 'quote', selectors: ['*'], maxRateHz: 10 });
  client.start();
  server.peer.open();
  return client;
}

/** The server says no, and the client acts on it. */
async function refuse(): Promise<void> {
  server.peer.drop(UNAUTHORIZED, '');
  await answered();
}

const tokenOf = (): string | undefined => server.peer.heard('hello')[0]?.token;

describe('a client of a server that asks who watches', () => {
  it('asks for no ticket where nobody is asked', () => {
    const client = connect();
    expect(client.connection).toMatchObject({ phase: 'live', mustSignIn: false });
    expect(asked).toBe(0);
    client.close();
  });

  it('comes back with a ticket at once, and from then on with each connection', async () => {
    server.autoAnswer = false;
    const client = connect();
    expect(tokenOf()).toBeUndefined();
    await refuse();
    expect(server.peers).toHaveLength(2);
    server.autoAnswer = true;
    server.peer.open();
    expect(tokenOf()).toBe('a ticket');
    expect(client.connection.phase).toBe('live');
    server.peer.drop();
    clock.advance(1_000);
    await answered();
    server.peer.open();
    expect([tokenOf(), asked]).toEqual(['a ticket', 2]);
    client.close();
  });

  it('[SEC24] stops where the browser is not signed in, voids what it held, and waits for the viewer', async () => {
    const client = connect();
    server.peer.snapshot({ 0: { last: 10_050 } });
    expect(client.mirror.columns.last[0]).toBe(10_050);
    ticket = () => ({ ok: false, message: 'This browser is not signed in.' });
    await refuse();
    expect(client.connection).toMatchObject({
      phase: 'stopped',
      mustSignIn: true,
      message: 'This browser is not signed in.',
    });
    expect(client.mirror.columns.last[0]).toBeNaN();
    expect(resets).toEqual(['']);
    clock.advance(600_000);
    expect(server.peers).toHaveLength(1);
    ticket = () => ({ ok: true, token: 'another' });
    client.onSignIn(true);
    await answered();
    server.peer.open();
    expect(tokenOf()).toBe('another');
    expect(client.connection).toMatchObject({ phase: 'recovered', mustSignIn: false });
    client.close();
  });

  it('[SEC24] stops after a few tickets that the server does not take', async () => {
    server.autoAnswer = false;
    const client = connect();
    for (let round = 0; round < 5 && client.connection.phase !== 'stopped'; round += 1) await refuse();
    expect(client.connection).toMatchObject({ phase: 'stopped', mustSignIn: true });
    expect(asked).toBe(2);
    client.close();
  });

  it.each([1008, 4401, 4402])('[SEC24] stops for good after %i where it has no tickets', (code) => {
    const client = new TickwireClient({ url: 'ws://fake/ws', openSocket: server.openSocket, clock });
    client.start();
    server.peer.open();
    server.peer.drop(code, '');
    clock.advance(600_000);
    expect(client.connection.phase).toBe('stopped');
    expect(server.peers).toHaveLength(1);
  });

  it('tries again when tickets cannot be had now', async () => {
    server.autoAnswer = false;
    const client = connect();
    ticket = () => {
      throw new Error('no network');
    };
    await refuse();
    expect(client.connection).toMatchObject({ mustSignIn: false, message: 'The server cannot be reached.' });
    ticket = () => ({ ok: true, token: 'later' });
    clock.advance(1_000);
    await answered();
    server.peer.open();
    expect(tokenOf()).toBe('later');
    client.close();
  });

  it('[AC2] tells the connection that stands of another sign-in', async () => {
    const client = connect();
    client.onSignIn(true);
    await answered();
    clock.advance(1_000);
    expect(server.peer.heard('token')).toEqual([{ type: 'token', token: 'a ticket' }]);
    expect(server.peers).toHaveLength(1);
    client.close();
  });

  it('ends when the viewer signs out, and leaves no timer', () => {
    const client = connect();
    client.onSignIn(false);
    expect(client.connection).toMatchObject({ phase: 'stopped', mustSignIn: true });
    expect(server.peer.closedByClient).toBe(1000);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('AccessApi', () => {
  const api = (answer: () => Response | Promise<Response>): AccessApi =>
    new AccessApi('', async () => await answer());

  it('knows a ticket from "nobody is asked" and "not signed in", and all from a fault', async () => {
    expect(await api(() => Response.json({ ticket: 't' })).ticket()).toEqual({ ok: true, token: 't' });
    expect(await api(() => new Response(null, { status: 204 })).ticket()).toEqual({ ok: true, token: null });
    const refused = api(() => Response.json({ message: 'Not signed in.' }, { status: 401 }));
    expect(await refused.ticket()).toEqual({ ok: false, message: 'Not signed in.' });
    await expect(api(() => new Response('', { status: 503 })).ticket()).rejects.toThrow('503');
  });

  it('says so when the browser did not keep the cookie', async () => {
    const answer = { asks: true, user: 'ada', expiresUs: null, limited: false };
    const paths: string[] = [];
    const dropping = new AccessApi('', (path, init) => {
      paths.push(`${init?.method} ${path}`);
      return Promise.resolve(Response.json(init?.method === 'GET' ? { ...answer, user: null } : answer));
    });
    expect(await dropping.signIn('token', true)).toMatchObject({
      ok: false,
      message: expect.stringContaining('https'),
    });
    expect(paths).toEqual(['POST /api/access', 'GET /api/access']);
  });

  it('is at the server of the socket', async () => {
    expect(() => ticketsOf('wss://desk.example.com/ws')).not.toThrow();
    await expect(ticketsOf('ws://127.0.0.1:1/ws')()).rejects.toThrow();
  });
});
