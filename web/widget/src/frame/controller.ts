import { Link } from './link';
import { Courier, type Waiting } from './net/courier';
import { Refused } from './net/http';
import { Outbox, type Unsent } from './net/outbox';
import type { Session } from './net/session';
import { type Shelf, uuid } from './net/storage';
import { mergeOutgoing, type Store, unsettled } from './state';
import { sendable } from './text/sendable';

const typingEvery = 3_000;
const keepEvery = 15 * 60_000;
const hiddenGrace = 30_000;

/** What the visitor can do, and what wakes the widget. */
export class Controller {
  private readonly outbox: Outbox;
  private readonly courier: Courier;
  private readonly link: Link;
  private lastTyping = 0;

  constructor(
    private readonly session: Session,
    shelf: Shelf,
    private readonly store: Store,
  ) {
    this.outbox = new Outbox(shelf);
    this.link = new Link(session, shelf, store, () => this.flush());
    this.courier = new Courier(this.outbox, {
      deliver: (item) => this.deliver(item),
      onDelivered: (item, id) => this.accepted(item, id),
      onChange: () => this.showOutbox(),
      onWaiting: (waiting) => this.showWaiting(waiting),
      random: Math.random,
      wait: interruptibleWait,
      alone: (work) => this.alone(work),
    });
    this.showOutbox();
  }

  /** A returning visitor is connected at once, for the badge; a new one costs the server nothing until they open. */
  start(): void {
    if (this.session.known) void this.link.join();
    this.flush();
    window.addEventListener('offline', () => this.store.set({ offline: true }));
    window.addEventListener('online', () => {
      this.store.set({ offline: false });
      this.flush();
      this.link.reconnect();
    });
    window.addEventListener('storage', (event) => this.otherTab(event.key ?? ''));
    setInterval(() => this.session.keep(Date.now()).catch(() => undefined), keepEvery);
    let hidden: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(hidden);
      // Browsers allow few connections per site: a tab nobody looks at gives its own back.
      if (document.hidden) hidden = setTimeout(() => this.link.disconnect(), hiddenGrace);
      else {
        this.flush();
        this.link.wake();
      }
    });
  }

  opened(): void {
    this.store.set({ open: true });
    this.link.look();
    void this.link.join();
  }

  closed(): void {
    this.store.set({ open: false });
  }

  send(text: string): void {
    const clean = sendable(text);
    if (clean === '') return;
    this.outbox.add({ clientId: uuid(), text: clean, createdAt: new Date().toISOString() });
    this.lastTyping = 0;
    this.showOutbox();
    void this.courier.kick();
  }

  retry(clientId: string): void {
    this.outbox.revive(clientId);
    this.showOutbox();
    void this.courier.kick();
  }

  discard(clientId: string): void {
    this.outbox.remove(clientId);
    this.showOutbox();
  }

  typing(active: boolean): void {
    const now = Date.now();
    const id = this.session.conversationId;
    if (!id || (active ? now - this.lastTyping < typingEvery : this.lastTyping === 0)) return;
    this.lastTyping = active ? now : 0;
    // Best effort: nobody should notice when this does not arrive.
    this.session.authorized(`/api/conversations/${id}/typing`, { body: { typing: active } }).catch(() => undefined);
  }

  async askForPerson(): Promise<void> {
    if (this.store.get().askingPerson) return;
    this.store.set({ askingPerson: true, notice: undefined });
    try {
      const id = await this.link.conversation();
      await this.session.authorized(`/api/conversations/${id}/handoff`, { body: {} });
      this.store.set((state) => ({
        talk: { ...state.talk, handoff: state.talk.handoff ?? { state: 'waiting', memberName: null } },
      }));
    } catch {
      this.store.set({ notice: 'handoffFailed' });
    } finally {
      this.store.set({ askingPerson: false });
    }
  }

  newConversation(): void {
    this.link.leave();
    this.store.set({ outgoing: [], notice: undefined });
  }

  private flush(): void {
    if (this.outbox.head) void this.courier.kick();
  }

  private otherTab(changed: string): void {
    // Only shown: the tab that wrote it is sending it, and any tab picks up what is left when it wakes.
    if (changed.endsWith('outbox')) this.showOutbox();
    if (changed.endsWith('session')) this.link.follow();
  }

  private async deliver(item: Unsent): Promise<string> {
    const body = { text: item.text, clientId: item.clientId };
    const post = (id: string) => this.session.authorized(`/api/conversations/${id}/messages`, { body });
    const current = await this.link.conversation();
    const response = await post(current).catch(async (error: unknown) => {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      // Deleted, or another contact's: what the visitor wrote opens a new one.
      this.link.leave();
      return post(await this.link.conversation());
    });
    const { id } = (await response.json()) as { id: string };
    return id;
  }

  private accepted(item: Unsent, id: string): void {
    this.store.set((state) => ({
      outgoing: unsettled(
        state.outgoing.map((other) => (other.clientId === item.clientId ? { ...other, id } : other)),
        state.talk.messages,
      ),
    }));
    void this.link.join();
  }

  private showOutbox(): void {
    this.store.set((state) => ({
      outgoing: unsettled(mergeOutgoing(state.outgoing, this.outbox.items), state.talk.messages),
    }));
  }

  private showWaiting(waiting: Waiting | undefined): void {
    if (waiting || this.store.get().waiting) this.store.set({ waiting });
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    if (!navigator.locks) return work();
    return navigator.locks.request(`steward-outbox-${location.pathname}`, work) as Promise<T>;
  }
}

function interruptibleWait(ms: number): { done: Promise<void>; cut(): void } {
  let cut = () => {};
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cut = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { done, cut: () => cut() };
}
