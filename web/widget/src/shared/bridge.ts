// The only words the loader (on the customer's page) and the frame (on Steward's origin) exchange.

const channel = 'steward-widget/1';

export type Look = {
  primary: string;
  onPrimary: string;
  position: 'left' | 'right';
  radius: number;
  labels: { open: string; close: string; title: string; unread: string };
};

export type ToFrame = { type: 'open' } | { type: 'close' } | { type: 'ask'; text: string; send: boolean };

export type ToHost =
  | { type: 'ready' }
  | { type: 'look'; look: Look }
  | { type: 'unread'; count: number }
  | { type: 'close' };

type Incoming = Pick<MessageEvent, 'source' | 'origin' | 'data'>;

/**
 * The message when it comes from exactly the expected window and origin and has our shape; otherwise undefined.
 * Opaque origins ("null") and wildcards are never accepted.
 */
export function accept<T extends { type: string }>(event: Incoming, peer: unknown, origin: string): T | undefined {
  if (!peer || event.source !== peer) return undefined;
  if (!isOrigin(origin) || event.origin !== origin) return undefined;
  const data = event.data;
  if (typeof data !== 'object' || data === null) return undefined;
  return data.channel === channel && typeof data.type === 'string' ? (data as T) : undefined;
}

export function post(peer: Window | null | undefined, origin: string, message: ToFrame | ToHost): void {
  if (peer && isOrigin(origin)) peer.postMessage({ ...message, channel }, origin);
}

export function isOrigin(value: string): boolean {
  return /^https?:\/\/[^/*]+$/.test(value);
}
