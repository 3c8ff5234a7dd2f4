import { retryAfter } from './backoff';

/** The server answered, and said no. `code` is the stable code of its problem document. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfter: number | undefined,
  ) {
    super(`${status} ${code}`);
  }

  /** Worth another attempt without changing anything. */
  get passing(): boolean {
    return this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

/** No answer: offline, cut off, or too slow. */
export class Unreachable extends Error {}

export interface Call {
  method?: string;
  body?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
  timeout?: number;
  signal?: AbortSignal;
}

const patience = 20_000;

export type Http = (path: string, call?: Call) => Promise<Response>;

/** One request to Steward's own origin. Resolves only with a successful response. */
export function createHttp(base: string): Http {
  return async (path, call = {}) => {
    const headers = new Headers(call.headers);
    if (call.token) headers.set('Authorization', `Bearer ${call.token}`);
    if (call.body !== undefined) headers.set('Content-Type', 'application/json');
    const init: RequestInit = {
      method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
      headers,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: call.signal ?? AbortSignal.timeout(call.timeout ?? patience),
    };
    if (call.body !== undefined) init.body = JSON.stringify(call.body);

    let response: Response;
    try {
      response = await fetch(base + path, init);
    } catch {
      throw new Unreachable();
    }
    if (response.ok) return response;
    throw new Refused(
      response.status,
      await problemCode(response),
      retryAfter(response.headers.get('Retry-After'), Date.now()),
    );
  };
}

async function problemCode(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === 'object' && problem !== null && 'code' in problem && typeof problem.code === 'string') {
      return problem.code;
    }
  } catch {
    // A proxy's page, or nothing: the status says enough.
  }
  return `http_${response.status}`;
}
