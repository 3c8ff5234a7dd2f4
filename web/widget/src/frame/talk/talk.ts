import type { Handoff, LiveEvent, Message } from './wire';

/** One conversation as the visitor sees it: a pure function of the events that have arrived. */
export interface Talk {
  /** What is settled, by number. Only message.completed and the history write here. */
  readonly messages: readonly Message[];
  /** The running turn's provisional text; empty text means "is typing". */
  readonly draft: Draft | null;
  /** Provisional events of this epoch or an older one belong to a turn that has ended. */
  readonly closedEpoch: number;
  readonly handoff: Handoff | null;
  readonly memberTyping: boolean;
  readonly turnFailed: boolean;
}

export interface Draft {
  readonly turnId: string;
  readonly epoch: number;
  readonly text: string;
}

export const emptyTalk: Talk = {
  messages: [],
  draft: null,
  closedEpoch: -1,
  handoff: null,
  memberTyping: false,
  turnFailed: false,
};

export function apply(talk: Talk, event: LiveEvent): Talk {
  switch (event.kind) {
    case 'turn.started':
      return provisional(talk, event, (draft) => draft?.text ?? '', true);
    case 'message.delta':
      return provisional(talk, event, (draft) => (draft?.text ?? '') + event.text);
    case 'message.snapshot':
      return provisional(talk, event, () => event.text);
    case 'message.reset':
      return provisional(talk, event, () => '');
    case 'message.completed':
      return complete(talk, event.message);
    case 'turn.superseded':
      return closeTurn(talk, event.turnId);
    case 'turn.failed':
      return { ...closeTurn(talk, event.turnId), turnFailed: true };
    case 'handoff':
      return { ...talk, handoff: event.handoff.state === 'returned' ? null : event.handoff };
    case 'typing':
      return event.author === 'member' ? { ...talk, memberTyping: event.typing } : talk;
  }
}

/** History and reconnects: settled messages merge in, and what was provisional waits for the next snapshot. */
export function applyHistory(talk: Talk, items: readonly Message[]): Talk {
  const merged = items.reduce((list, item) => put(list, item), talk.messages);
  return { ...talk, messages: merged, handoff: talk.handoff ?? impliedHandoff(merged) };
}

export function dropProvisional(talk: Talk): Talk {
  return talk.draft || talk.memberTyping ? { ...talk, draft: null, memberTyping: false } : talk;
}

export function lastNumber(talk: Talk): number {
  return talk.messages.at(-1)?.number ?? 0;
}

type Provisional = { turnId: string; epoch: number };

function provisional(talk: Talk, event: Provisional, next: (draft: Draft | null) => string, starts = false): Talk {
  const { turnId, epoch } = event;
  if (epoch <= talk.closedEpoch || hasReply(talk, turnId)) return talk;
  if (talk.draft && epoch < talk.draft.epoch) return talk;
  const same = talk.draft?.turnId === turnId && talk.draft.epoch === epoch ? talk.draft : null;
  const turnFailed = starts ? false : talk.turnFailed;
  return { ...talk, draft: { turnId, epoch, text: next(same) }, turnFailed };
}

function hasReply(talk: Talk, turnId: string): boolean {
  return talk.messages.some((message) => message.turnId === turnId && message.author !== 'contact');
}

function complete(talk: Talk, message: Message): Talk {
  const next = { ...talk, messages: put(talk.messages, message) };
  if (message.author === 'contact') return next;
  next.turnFailed = false;
  if (message.author === 'member') {
    // A person wrote: whatever the assistant was saying has lost its turn.
    next.memberTyping = false;
    return next.draft ? closeTurn(next, next.draft.turnId) : next;
  }
  return message.turnId ? closeTurn(next, message.turnId) : { ...next, draft: null };
}

function closeTurn(talk: Talk, turnId: string): Talk {
  if (talk.draft?.turnId !== turnId) return talk;
  return { ...talk, draft: null, closedEpoch: Math.max(talk.closedEpoch, talk.draft.epoch) };
}

function put(messages: readonly Message[], message: Message): readonly Message[] {
  const known = messages.findIndex((item) => item.id === message.id);
  if (known >= 0) return messages.with(known, message);
  const after = messages.findLastIndex((item) => item.number < message.number) + 1;
  return messages.toSpliced(after, 0, message);
}

/** Until the server says otherwise, a person is expected after a handoff and is there once they have written. */
function impliedHandoff(messages: readonly Message[]): Handoff | null {
  const last = messages.findLast((item) => item.author === 'assistant' || item.author === 'member');
  if (last?.author === 'member') return { state: 'assigned', memberName: last.authorName };
  return last?.action === 'handoff' ? { state: 'waiting', memberName: null } : null;
}
