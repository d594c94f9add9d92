import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Admission } from '../../../../server/sessions/admission.ts';
import { PacedUpgrades } from '../../../../server/sessions/paced-upgrades.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const HEAD = Buffer.from('begun');

/** A port's server at which connections arrive, each of which takes so many ms to answer. */
function port(answerMs: number) {
  const clock = new ManualClock();
  const server = new EventEmitter();
  const paced = new PacedUpgrades(server, new Admission(clock));
  const answered: unknown[][] = [];
  paced.on('upgrade', (...upgrade: unknown[]) => {
    answered.push(upgrade);
    clock.skip(answerMs);
  });
  const arrive = (name: string): PassThrough => {
    const socket = new PassThrough();
    server.emit('upgrade', name, socket, HEAD);
    return socket;
  };
  return { clock, paced, answered, arrive };
}

describe('PacedUpgrades', () => {
  it('passes on at once what there is time for, as it came', () => {
    const { answered, arrive } = port(0);
    const sockets = ['first', 'second'].map(arrive);
    expect(answered).toEqual([
      ['first', sockets[0], HEAD],
      ['second', sockets[1], HEAD],
    ]);
  });

  it('lets the others wait for their turn, in their order', () => {
    const { clock, answered, arrive } = port(3);
    for (const name of ['first', 'second', 'third']) arrive(name);
    expect(answered.map(([name]) => name)).toEqual(['first']);
    clock.advance(1);
    clock.advance(1);
    expect(answered.map(([name]) => name)).toEqual(['first', 'second', 'third']);
  });

  it('does not answer those who have gone, nor falls over what they say in going', () => {
    const { clock, answered, arrive } = port(3);
    const [, second] = ['first', 'second', 'third'].map(arrive);
    second!.emit('error', new Error('read ECONNRESET'));
    expect(second!.destroyed).toBe(true);
    clock.advance(10);
    expect(answered.map(([name]) => name)).toEqual(['first', 'third']);
  });

  it('hangs up on those who wait when it is closed', () => {
    const { paced, arrive } = port(3);
    const [first, second] = ['first', 'second'].map(arrive);
    paced.close();
    expect([first!.destroyed, second!.destroyed]).toEqual([false, true]);
  });

  it('leaves the socket to whom it was passed on', () => {
    const { arrive } = port(0);
    expect(arrive('first').listenerCount('error')).toBe(0);
  });
});
