import type { Waiting } from './net/courier';
import type { Unsent } from './net/outbox';
import type { WidgetConfig } from './net/session';
import { readConfig } from './net/session';
import { emptyTalk, type Talk } from './talk/talk';
import type { Message } from './talk/wire';
import { type Locale, pickLocale } from './text/locale';

/** Everything the view needs to know. */
export interface State {
  readonly config: WidgetConfig;
  readonly locale: Locale;
  readonly open: boolean;
  readonly talk: Talk;
  /** Written here, not yet settled on the stream; `id` is there once the server has it. */
  readonly outgoing: readonly Outgoing[];
  readonly connection: 'idle' | 'online' | 'lost';
  /** The browser knows that there is no network. */
  readonly offline: boolean;
  readonly waiting: Waiting | undefined;
  readonly unavailable: boolean;
  readonly notice: 'handoffFailed' | undefined;
  readonly askingPerson: boolean;
  /** The highest message number the visitor has had in view. */
  readonly seen: number;
  /** Text a page wants in the composer. */
  readonly prefill: { text: string } | undefined;
}

export type Outgoing = Unsent & { readonly id?: string };

export const initialState: State = {
  config: readConfig(undefined),
  locale: pickLocale(),
  open: false,
  talk: emptyTalk,
  outgoing: [],
  connection: 'idle',
  offline: false,
  waiting: undefined,
  unavailable: false,
  notice: undefined,
  askingPerson: false,
  seen: 0,
  prefill: undefined,
};

export interface Store {
  get(): State;
  set(change: Partial<State> | ((state: State) => Partial<State>)): void;
  subscribe(listener: (state: State) => void): void;
}

export function createStore(initial: State): Store {
  let state = initial;
  const listeners: ((state: State) => void)[] = [];
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...(typeof change === 'function' ? change(state) : change) };
      for (const listener of listeners) listener(state);
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

/** What the visitor wrote and the stream has not confirmed: neither by client id nor by the id it was stored under. */
export function unsettled(outgoing: readonly Outgoing[], messages: readonly Message[]): readonly Outgoing[] {
  const left = outgoing.filter(
    (item) => !messages.some((message) => message.clientId === item.clientId || message.id === item.id),
  );
  return left.length === outgoing.length ? outgoing : left;
}

/** The outbox as stored, together with what has been accepted but not yet settled. */
export function mergeOutgoing(shown: readonly Outgoing[], stored: readonly Unsent[]): readonly Outgoing[] {
  return [...shown.filter((item) => item.id && !stored.some((other) => other.clientId === item.clientId)), ...stored];
}

export function unreadCount(state: Pick<State, 'talk' | 'seen'>): number {
  return state.talk.messages.filter((message) => message.author !== 'contact' && message.number > state.seen).length;
}

/** Where a person may be offered right below the last message. */
export function offersPerson(state: Pick<State, 'talk' | 'outgoing'>): boolean {
  const { handoff, messages, draft, turnFailed } = state.talk;
  if (handoff || draft || state.outgoing.length > 0) return false;
  const last = messages.at(-1);
  if (turnFailed) return true;
  return last?.author === 'assistant' && (last.offersPerson || last.action === 'handoff' || last.action === 'ask');
}
