/** Where the frame keeps what must survive a reload. Falls back to memory where the browser forbids storage. */
export interface Shelf {
  read(name: string): unknown;
  write(name: string, value: unknown): void;
}

export function createShelf(prefix: string, storage: Storage | undefined): Shelf {
  const memory = new Map<string, string>();
  return {
    read(name) {
      let stored: string | null | undefined;
      try {
        stored = storage?.getItem(prefix + name);
      } catch {
        stored = undefined;
      }
      stored ??= memory.get(name);
      try {
        return stored ? JSON.parse(stored) : undefined;
      } catch {
        return undefined;
      }
    },
    write(name, value) {
      const text = JSON.stringify(value);
      memory.set(name, text);
      try {
        storage?.setItem(prefix + name, text);
      } catch {
        // Full or forbidden: this page still works, the next one starts anew.
      }
    },
  };
}

/** Access itself throws in some privacy modes. */
export function browserStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

export function uuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  // Pages served without TLS have no randomUUID; this is RFC 9562 version 4 by hand.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
