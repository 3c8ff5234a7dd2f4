// What the server says, checked once at the border. Unknown fields and events are ignored, so that an older widget
// still open in somebody's tab survives a newer server.

export type Author = 'contact' | 'assistant' | 'member' | 'system';

export interface Citation {
  n: number;
  title: string;
  url: string | null;
  quote: string;
}

export interface Message {
  id: string;
  number: number;
  author: Author;
  authorName: string | null;
  text: string;
  createdAt: string;
  clientId: string | null;
  turnId: string | null;
  action: string | null;
  offersPerson: boolean;
  citations: Citation[];
}

export interface Handoff {
  state: 'waiting' | 'assigned' | 'returned';
  memberName: string | null;
}

export type LiveEvent =
  | { kind: 'turn.started'; turnId: string; epoch: number }
  | { kind: 'message.delta'; turnId: string; epoch: number; text: string }
  | { kind: 'message.reset'; turnId: string; epoch: number }
  | { kind: 'message.snapshot'; turnId: string; epoch: number; text: string }
  | { kind: 'message.completed'; message: Message }
  | { kind: 'turn.superseded'; turnId: string }
  | { kind: 'turn.failed'; turnId: string }
  | { kind: 'handoff'; handoff: Handoff }
  | { kind: 'typing'; author: string; typing: boolean };

type Fields = Record<string, unknown>;

const authors: readonly string[] = ['contact', 'assistant', 'member', 'system'];
const handoffStates: readonly string[] = ['waiting', 'assigned', 'returned'];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

export function readMessage(value: unknown): Message | undefined {
  if (!isFields(value)) return undefined;
  const { id, number, author } = value;
  if (typeof id !== 'string' || typeof number !== 'number' || !authors.includes(text(author))) return undefined;
  return {
    id,
    number,
    author: author as Author,
    authorName: textOrNull(value.authorName),
    text: text(value.text),
    createdAt: text(value.createdAt),
    clientId: textOrNull(value.clientId),
    turnId: textOrNull(value.turnId),
    action: textOrNull(value.action),
    offersPerson: value.offersPerson === true,
    citations: Array.isArray(value.citations) ? value.citations.flatMap(readCitation) : [],
  };
}

function readCitation(value: unknown): Citation[] {
  if (!isFields(value) || typeof value.n !== 'number') return [];
  return [{ n: value.n, title: text(value.title), url: textOrNull(value.url), quote: text(value.quote) }];
}

/** The event as the reducer knows it; undefined for anything this version does not understand. */
export function readEvent(kind: string, data: string): LiveEvent | undefined {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isFields(body)) return undefined;
  const turnId = text(body.turnId);
  const epoch = typeof body.epoch === 'number' ? body.epoch : 0;
  switch (kind) {
    case 'turn.started':
    case 'message.reset':
      return { kind, turnId, epoch };
    case 'message.delta':
    case 'message.snapshot':
      return { kind, turnId, epoch, text: text(body.text) };
    case 'turn.superseded':
    case 'turn.failed':
      return { kind, turnId };
    case 'message.completed': {
      const message = readMessage(body);
      return message && { kind, message };
    }
    case 'handoff':
      if (!handoffStates.includes(text(body.state))) return undefined;
      return {
        kind,
        handoff: { state: body.state as Handoff['state'], memberName: textOrNull(body.memberName) },
      };
    case 'typing':
      return { kind, author: text(body.author), typing: body.typing === true };
    default:
      return undefined;
  }
}
