import { describe, expect, it } from 'vitest';
import { backoff, retryAfter } from '../src/frame/net/backoff';
import { Courier, type CourierPorts, type Waiting } from '../src/frame/net/courier';
import { Refused, Unreachable } from '../src/frame/net/http';
import { Outbox, type Unsent } from '../src/frame/net/outbox';
import { createShelf, type Shelf } from '../src/frame/net/storage';
import { mergeOutgoing, unsettled } from '../src/frame/state';
import type { Message } from '../src/frame/talk/wire';
import { fakeStorage, pick, randomFrom } from './random';

const item = (clientId: string): Unsent => ({ clientId, text: clientId, createdAt: '2026-05-01T10:00:00Z' });
const shelf = () => createShelf('test.', fakeStorage());

function setUp(deliver: CourierPorts['deliver'], on: Shelf = shelf()) {
  const outbox = new Outbox(on);
  const delivered: string[] = [];
  const waits: (Waiting | undefined)[] = [];
  const courier = new Courier(outbox, {
    deliver,
    onDelivered: (sent) => delivered.push(sent.clientId),
    onChange: () => undefined,
    onWaiting: (waiting) => waits.push(waiting),
    random: () => 1,
    wait: () => ({ done: Promise.resolve(), cut: () => undefined }),
    alone: (work) => work(),
  });
  return { outbox, courier, delivered, waits };
}

describe('the outbox', () => {
  it('survives a reload in order', () => {
    const storage = fakeStorage();
    const before = new Outbox(createShelf('k.', storage));
    for (const name of ['a', 'b', 'c']) before.add(item(name));
    before.remove('b');
    expect(new Outbox(createShelf('k.', storage)).items.map((left) => left.clientId)).toEqual(['a', 'c']);
  });

  it('keeps its order when the visitor is impatient with a message that only waits', () => {
    const outbox = new Outbox(shelf());
    for (const name of ['a', 'b']) outbox.add(item(name));
    outbox.revive('a');
    expect(outbox.head?.clientId).toBe('a');
  });

  it('works in memory where storage is forbidden', () => {
    const outbox = new Outbox(createShelf('k.', fakeStorage(true)));
    outbox.add(item('a'));
    expect(outbox.head?.clientId).toBe('a');
  });

  it('ignores what somebody else wrote under its name', () => {
    const storage = fakeStorage();
    storage.setItem('k.outbox', '[{"clientId":1},null,"x"]');
    expect(new Outbox(createShelf('k.', storage)).items).toEqual([]);
    storage.setItem('k.outbox', '{broken');
    expect(new Outbox(createShelf('k.', storage)).items).toEqual([]);
  });
});

describe('the courier', () => {
  it('keeps order and loses nothing under any mix of failures', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomFrom(seed);
      const arrived: string[] = [];
      const { outbox, courier, delivered } = setUp(async (sent) => {
        const fate = pick(random, ['ok', 'lost', 'busy', 'limit', 'late']);
        if (fate === 'lost') throw new Unreachable();
        if (fate === 'busy') throw new Refused(503, 'node_full', undefined);
        if (fate === 'limit') throw new Refused(429, 'rate_limited', 1000);
        if (!arrived.includes(sent.clientId)) arrived.push(sent.clientId);
        // Stored, but the answer was lost: the client id makes the repetition harmless.
        if (fate === 'late') throw new Unreachable();
        return `id-${sent.clientId}`;
      });
      const names = ['a', 'b', 'c', 'd', 'e'];
      for (const name of names) outbox.add(item(name));
      await courier.kick();
      expect(arrived, `seed ${seed}`).toEqual(names);
      expect(delivered, `seed ${seed}`).toEqual(names);
      expect(outbox.items).toEqual([]);
    }
  });

  it('sets a refused message aside and goes on with the next', async () => {
    const { outbox, courier, delivered } = setUp(async (sent) => {
      if (sent.clientId === 'bad') throw new Refused(400, 'message_too_long', undefined);
      return 'id';
    });
    outbox.add(item('bad'));
    outbox.add(item('good'));
    await courier.kick();
    expect(delivered).toEqual(['good']);
    expect(outbox.items).toEqual([{ ...item('bad'), refused: 'message_too_long' }]);
  });

  it('sends a refused message again when asked', async () => {
    let willing = false;
    const { outbox, courier, delivered } = setUp(async () => {
      if (!willing) throw new Refused(400, 'invalid', undefined);
      return 'id';
    });
    outbox.add(item('a'));
    await courier.kick();
    willing = true;
    outbox.revive('a');
    await courier.kick();
    expect(delivered).toEqual(['a']);
  });

  it('waits at least as long as the server asks, and says so', async () => {
    let first = true;
    const { outbox, courier, waits } = setUp(async () => {
      if (!first) return 'id';
      first = false;
      throw new Refused(429, 'rate_limited', 7_000);
    });
    outbox.add(item('a'));
    await courier.kick();
    expect(waits).toEqual([{ limited: true, ms: 7_000 }, undefined]);
  });

  it('takes what is added while it is sending', async () => {
    const { outbox, courier, delivered } = setUp(async (sent) => {
      if (sent.clientId === 'a') {
        outbox.add(item('b'));
        void courier.kick();
      }
      return 'id';
    });
    outbox.add(item('a'));
    await courier.kick();
    expect(delivered).toEqual(['a', 'b']);
  });
});

describe('backoff', () => {
  it('doubles up to half a minute, with jitter in the upper half', () => {
    expect([1, 2, 3, 6, 50].map((failures) => backoff(failures, () => 1))).toEqual([1000, 2000, 4000, 30_000, 30_000]);
    expect(backoff(3, () => 0)).toBe(2000);
    expect(backoff(1, () => 0, 9000)).toBe(9000);
  });

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-05-01T10:00:00Z');
    expect(retryAfter('12', now)).toBe(12_000);
    expect(retryAfter('Fri, 01 May 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfter('soon', now)).toBeUndefined();
    expect(retryAfter(null, now)).toBeUndefined();
  });
});

describe('what is shown as on its way', () => {
  const settled = { id: 'm1', clientId: 'a' } as Message;

  it('disappears when the stream confirms it by client id or by id', () => {
    expect(unsettled([item('a')], [settled])).toEqual([]);
    expect(unsettled([{ ...item('x'), id: 'm1' }], [settled])).toEqual([]);
    expect(unsettled([item('b')], [settled])).toHaveLength(1);
  });

  it('keeps what the server has taken until it is confirmed, before what still waits', () => {
    const shown = [{ ...item('a'), id: 'm1' }, item('gone')];
    expect(mergeOutgoing(shown, [item('b')]).map((left) => left.clientId)).toEqual(['a', 'b']);
  });
});
