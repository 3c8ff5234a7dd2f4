import type { Shelf } from './storage';

/** A message that has not left yet. Its client id makes sending it again harmless. */
export interface Unsent {
  readonly clientId: string;
  readonly text: string;
  readonly createdAt: string;
  /** The stable code of the server's refusal; such a message waits for the visitor, the ones behind it do not. */
  readonly refused?: string;
}

/** The queue of unsent messages, oldest first. Read anew at every step, since another tab may share it. */
export class Outbox {
  constructor(private readonly shelf: Shelf) {}

  get items(): readonly Unsent[] {
    const stored = this.shelf.read('outbox');
    return Array.isArray(stored) ? stored.filter(isUnsent) : [];
  }

  /** The next message to send. */
  get head(): Unsent | undefined {
    return this.items.find((item) => !item.refused);
  }

  add(item: Unsent): void {
    this.save([...this.items.filter((other) => other.clientId !== item.clientId), item]);
  }

  remove(clientId: string): void {
    this.save(this.items.filter((item) => item.clientId !== clientId));
  }

  refuse(clientId: string, code: string): void {
    this.save(this.items.map((item) => (item.clientId === clientId ? { ...item, refused: code } : item)));
  }

  /** The visitor asks for another attempt at a refused message; it goes to the end, where they see it. */
  revive(clientId: string): void {
    const item = this.items.find((other) => other.clientId === clientId);
    if (item?.refused) this.add({ clientId, text: item.text, createdAt: item.createdAt });
  }

  private save(items: readonly Unsent[]): void {
    this.shelf.write('outbox', items);
  }
}

function isUnsent(value: unknown): value is Unsent {
  if (typeof value !== 'object' || value === null) return false;
  const item = value as Partial<Unsent>;
  return typeof item.clientId === 'string' && typeof item.text === 'string' && typeof item.createdAt === 'string';
}
