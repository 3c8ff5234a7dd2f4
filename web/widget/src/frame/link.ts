import { Refused } from './net/http';
import { Live } from './net/live';
import type { Session } from './net/session';
import { type Shelf, uuid } from './net/storage';
import { type Store, unsettled } from './state';
import { apply, applyHistory, dropProvisional, emptyTalk, lastNumber, type Talk } from './talk/talk';
import { type Message, readEvent, readMessage } from './talk/wire';

const memberTypingFades = 8_000;
const turnFades = 90_000;
const pageSize = 100;

/** The conversation of this browser: its session, its history and its live stream, written into the state. */
export class Link {
  private live: Live | undefined;
  private joining: Promise<void> | undefined;
  private fade: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: Session,
    private readonly shelf: Shelf,
    private readonly store: Store,
    private readonly onOnline: () => void,
  ) {}

  /** Session, history, stream: in this order, once at a time, as often as needed. */
  join(): Promise<void> {
    this.joining ??= this.connect().finally(() => {
      this.joining = undefined;
    });
    return this.joining;
  }

  private async connect(): Promise<void> {
    try {
      await this.session.ensure();
    } catch (error) {
      return this.lost(error);
    }
    try {
      this.store.set({ unavailable: false });
      // The visitor may start another conversation while this one's history is on its way.
      while (!this.live) {
        const id = this.session.conversationId;
        if (!id) return this.store.set({ connection: 'idle' });
        await this.readHistory(id);
        if (id === this.session.conversationId) this.listen(id);
      }
    } catch (error) {
      // Deleted, or this browser has become another contact.
      if (error instanceof Refused && error.status === 404) this.leave();
      else this.lost(error);
    }
  }

  private lost(error: unknown): void {
    if (error instanceof Refused && !error.passing) {
      this.store.set({ unavailable: true });
      return;
    }
    this.store.set({ connection: 'lost' });
    setTimeout(() => this.wake(), 5_000 + 5_000 * Math.random());
  }

  /** The conversation to write to, started when there is none. The stored key makes a repeated start harmless. */
  async conversation(): Promise<string> {
    await this.session.ensure();
    const current = this.session.conversationId;
    if (current) return current;
    const key = (this.shelf.read('start') as string | null | undefined) ?? uuid();
    this.shelf.write('start', key);
    const response = await this.session.authorized('/api/conversations', {
      body: {},
      headers: { 'Idempotency-Key': key },
    });
    const { id } = (await response.json()) as { id: string };
    this.session.conversationId = id;
    this.shelf.write('start', null);
    void this.join();
    return id;
  }

  /** Leaves the conversation; the next message starts another. */
  leave(): void {
    this.disconnect();
    this.session.conversationId = null;
    this.shelf.write('start', null);
    this.shelf.write('seen', 0);
    this.store.set({ talk: emptyTalk, seen: 0, connection: 'idle' });
  }

  disconnect(): void {
    this.live?.close();
    this.live = undefined;
  }

  /** After the network was away, a stream may look open and be dead. */
  reconnect(): void {
    this.disconnect();
    this.wake();
  }

  /** Somebody looks: now is better than when the timer says. */
  wake(): void {
    if (this.live) this.live.kick();
    else if (this.session.known || this.store.get().open) void this.join();
  }

  /** Another tab changed the session; follows when it moved to another conversation. */
  follow(): void {
    if (!this.session.reload()) return;
    this.disconnect();
    this.store.set({ talk: emptyTalk });
    void this.join();
  }

  /** Everything in the conversation counts as read. */
  look(): void {
    this.store.set((state) => this.seen(state.talk));
  }

  private async readHistory(id: string): Promise<void> {
    let after = String(lastNumber(this.store.get().talk));
    for (let page = 0; page < 50; page++) {
      const query = `after=${encodeURIComponent(after)}&limit=${pageSize}`;
      const response = await this.session.authorized(`/api/conversations/${id}/messages?${query}`);
      const answer = (await response.json()) as { items?: unknown[]; next?: unknown };
      const items = (answer.items ?? []).map(readMessage).filter((item): item is Message => item !== undefined);
      if (id !== this.session.conversationId) return;
      this.settle((talk) => applyHistory(talk, items));
      if (answer.next === null || answer.next === undefined || String(answer.next) === after) return;
      after = String(answer.next);
    }
  }

  private listen(id: string): void {
    const live: Live = new Live({
      after: () => lastNumber(this.store.get().talk),
      open: (after, signal) =>
        this.session.authorized(`/api/conversations/${id}/events?after=${after}`, {
          headers: { Accept: 'text/event-stream', 'Last-Event-ID': String(after) },
          signal,
        }),
      onOpen: () => {
        this.settle(dropProvisional);
        this.store.set({ connection: 'online' });
        this.onOnline();
      },
      onEvent: ({ event, data }) => {
        const known = readEvent(event, data);
        if (known) this.settle((talk) => apply(talk, known));
      },
      onLost: () => this.store.set({ connection: 'lost' }),
      onGone: (refusal) => {
        if (this.live !== live) return;
        this.disconnect();
        if (refusal.status === 404) this.leave();
        else this.store.set({ unavailable: true });
      },
      random: Math.random,
    });
    this.live = live;
  }

  private settle(change: (talk: Talk) => Talk): void {
    this.store.set((state) => {
      const talk = change(state.talk);
      if (talk === state.talk) return {};
      return { talk, outgoing: unsettled(state.outgoing, talk.messages), ...(state.open ? this.seen(talk) : {}) };
    });
    // A sign of life that is never taken back would stand for ever: it fades.
    clearTimeout(this.fade);
    const { draft, memberTyping } = this.store.get().talk;
    if (draft || memberTyping) {
      this.fade = setTimeout(
        () => this.settle(dropProvisional),
        memberTyping && !draft ? memberTypingFades : turnFades,
      );
    }
  }

  private seen(talk: Talk): { seen: number } {
    const seen = lastNumber(talk);
    this.shelf.write('seen', seen);
    return { seen };
  }
}
