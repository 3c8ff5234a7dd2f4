import { describe, expect, it } from 'vitest';
import { apply, applyHistory, dropProvisional, emptyTalk, type Talk } from '../src/frame/talk/talk';
import { type LiveEvent, type Message, readEvent } from '../src/frame/talk/wire';
import { pick, randomFrom } from './random';

const message = (number: number, over: Partial<Message> = {}): Message => ({
  id: `m${number}`,
  number,
  author: 'contact',
  authorName: null,
  text: `text ${number}`,
  createdAt: '2026-05-01T10:00:00Z',
  clientId: null,
  turnId: null,
  action: null,
  offersPerson: false,
  citations: [],
  ...over,
});

const started = (turnId: string, epoch: number): LiveEvent => ({ kind: 'turn.started', turnId, epoch });
const delta = (turnId: string, epoch: number, text: string): LiveEvent => ({
  kind: 'message.delta',
  turnId,
  epoch,
  text,
});
const completed = (item: Message): LiveEvent => ({ kind: 'message.completed', message: item });
const play = (events: LiveEvent[], from: Talk = emptyTalk) => events.reduce(apply, from);

describe('a turn', () => {
  it('shows typing, then grows sentence by sentence, then is replaced by what was completed', () => {
    let talk = play([completed(message(1)), started('t', 1)]);
    expect(talk.draft?.text).toBe('');
    talk = play([delta('t', 1, 'One. '), delta('t', 1, 'Two.')], talk);
    expect(talk.draft?.text).toBe('One. Two.');
    talk = apply(talk, completed(message(2, { author: 'assistant', turnId: 't', text: 'Final.' })));
    expect(talk.draft).toBeNull();
    expect(talk.messages.map((item) => item.text)).toEqual(['text 1', 'Final.']);
  });

  it('forgets what it showed on reset and takes a snapshot as the whole text', () => {
    let talk = play([started('t', 1), delta('t', 1, 'Wrong.'), { kind: 'message.reset', turnId: 't', epoch: 1 }]);
    expect(talk.draft?.text).toBe('');
    talk = play(
      [delta('t', 1, 'Right'), { kind: 'message.snapshot', turnId: 't', epoch: 1, text: 'Right so far.' }],
      talk,
    );
    expect(talk.draft?.text).toBe('Right so far.');
  });

  it('is discarded when superseded, and its late deltas stay unseen', () => {
    const talk = play([
      started('a', 1),
      delta('a', 1, 'Old.'),
      { kind: 'turn.superseded', turnId: 'a' },
      delta('a', 1, 'Late.'),
    ]);
    expect(talk.draft).toBeNull();
    expect(apply(talk, started('b', 2)).draft).toEqual({ turnId: 'b', epoch: 2, text: '' });
  });

  it('never comes back after its message has been completed', () => {
    const talk = play([completed(message(1, { author: 'assistant', turnId: 't' })), delta('t', 5, 'Late.')]);
    expect(talk.draft).toBeNull();
  });

  it('loses to a newer epoch, whose text starts empty', () => {
    const talk = play([delta('t', 1, 'Old.'), delta('t', 2, 'New.'), delta('t', 1, 'Old again.')]);
    expect(talk.draft).toEqual({ turnId: 't', epoch: 2, text: 'New.' });
  });

  it('says that it failed until the next one starts', () => {
    const failed = play([started('t', 1), { kind: 'turn.failed', turnId: 't' }]);
    expect(failed).toMatchObject({ draft: null, turnFailed: true });
    expect(apply(failed, started('u', 2)).turnFailed).toBe(false);
  });

  it('ends when a person writes', () => {
    const talk = play([delta('t', 3, 'I think'), completed(message(4, { author: 'member' })), delta('t', 3, ' that')]);
    expect(talk.draft).toBeNull();
  });
});

describe('the settled conversation', () => {
  it('keeps order by number and one copy per message, whatever the order of arrival', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const items = Array.from({ length: 8 }, (_, at) => message(at + 1));
      const arrivals = [...items, ...items].sort(() => random() - 0.5);
      expect(play(arrivals.map(completed)).messages, `seed ${seed}`).toEqual(items);
    }
  });

  it('is the same for a client that ignores every provisional event', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const events = story(randomFrom(seed));
      const settled = events.filter((event) => event.kind === 'message.completed' || event.kind === 'handoff');
      const [full, plain] = [play(events), play(settled)];
      expect(full.messages, `seed ${seed}`).toEqual(plain.messages);
      expect(full.handoff, `seed ${seed}`).toEqual(plain.handoff);
      expect(full.draft, `seed ${seed}`).toBeNull();
    }
  });

  it('is the same when the stream breaks anywhere and the rest comes as history', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const events = story(random);
      const cut = Math.floor(random() * events.length);
      const before = dropProvisional(play(events.slice(0, cut)));
      const items = events.flatMap((event) => (event.kind === 'message.completed' ? [event.message] : []));
      const after = applyHistory(before, items.slice(Math.floor(random() * items.length)).concat(items));
      expect(after.messages, `seed ${seed}`).toEqual(play(events).messages);
      expect(after.draft, `seed ${seed}`).toBeNull();
    }
  });

  it('shows who helps: as told, or as history implies', () => {
    const handoff = play([{ kind: 'handoff', handoff: { state: 'assigned', memberName: 'Ana' } }]);
    expect(handoff.handoff?.memberName).toBe('Ana');
    expect(apply(handoff, { kind: 'handoff', handoff: { state: 'returned', memberName: null } }).handoff).toBeNull();
    expect(applyHistory(emptyTalk, [message(1, { author: 'assistant', action: 'handoff' })]).handoff?.state).toBe(
      'waiting',
    );
    expect(applyHistory(emptyTalk, [message(1, { author: 'member', authorName: 'Ana' })]).handoff?.state).toBe(
      'assigned',
    );
    expect(applyHistory(emptyTalk, [message(1, { author: 'assistant' })]).handoff).toBeNull();
  });
});

describe('the border', () => {
  it('drops what it does not understand', () => {
    expect(readEvent('message.delta', 'not json')).toBeUndefined();
    expect(readEvent('message.completed', '{"id":"x"}')).toBeUndefined();
    expect(readEvent('handoff', '{"state":"exploded"}')).toBeUndefined();
    expect(readEvent('brand.new', '{}')).toBeUndefined();
  });

  it('reads a completed message and leaves out broken citations', () => {
    const data = JSON.stringify({
      id: 'x',
      number: 3,
      author: 'assistant',
      text: 'Hi',
      citations: [{ n: 1 }, null, 'a'],
    });
    expect(readEvent('message.completed', data)).toMatchObject({
      message: { number: 3, citations: [{ n: 1, title: '', url: null, quote: '' }] },
    });
  });
});

/** A conversation as the server might tell it: turns with resets, supersedes, failures, handoffs and stray late events. */
function story(random: () => number): LiveEvent[] {
  const events: LiveEvent[] = [];
  const stale: LiveEvent[] = [];
  let number = 0;
  for (let turn = 1; turn <= 6; turn++) {
    const turnId = `t${turn}`;
    events.push(completed(message(++number)), started(turnId, turn));
    for (let step = Math.floor(random() * 5); step > 0; step--) {
      events.push(
        pick<LiveEvent>(random, [
          delta(turnId, turn, 'Some text. '),
          { kind: 'message.reset', turnId, epoch: turn },
          { kind: 'message.snapshot', turnId, epoch: turn, text: 'So far.' },
          { kind: 'typing', author: 'member', typing: random() < 0.5 },
        ]),
      );
      if (stale.length > 0 && random() < 0.4) events.push(pick(random, stale));
    }
    stale.push(delta(turnId, turn, 'Stale. '));
    const end = random();
    if (end < 0.2) events.push({ kind: 'turn.superseded', turnId });
    else if (end < 0.3) events.push({ kind: 'turn.failed', turnId });
    else if (end < 0.4) {
      events.push({ kind: 'handoff', handoff: { state: pick(random, ['waiting', 'returned']), memberName: null } });
      events.push(completed(message(++number, { author: 'member' })));
    } else events.push(completed(message(++number, { author: 'assistant', turnId })));
  }
  return events;
}
