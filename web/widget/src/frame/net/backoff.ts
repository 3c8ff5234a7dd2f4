const first = 1_000;
const ceiling = 30_000;

/**
 * Milliseconds before attempt number `failures + 1`: doubling from one second to half a minute, drawn from the upper half
 * of that span so that clients cut off together do not come back together. A server's own wish is a lower bound.
 */
export function backoff(failures: number, random: () => number, retryAfter?: number): number {
  const span = Math.min(ceiling, first * 2 ** Math.max(0, failures - 1));
  return Math.max(retryAfter ?? 0, Math.round(span / 2 + (span / 2) * random()));
}

/** Milliseconds named by a Retry-After header, which is either seconds or a date. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.min(seconds, 600) * 1000 : undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), 600_000);
}
