import { backoff } from './backoff';
import { Refused } from './http';
import { createSseParser, type ServerEvent } from './sse';

export interface LivePorts {
  /** Opens the stream after the given message number. */
  open(after: number, signal: AbortSignal): Promise<Response>;
  /** The number to resume from: the last settled message the page holds. */
  after(): number;
  onOpen(): void;
  onEvent(event: ServerEvent): void;
  onLost(): void;
  /** The server will not give this stream: the conversation is gone, or the session is refused. */
  onGone(refusal: Refused): void;
  random(): number;
}

/** The server writes a comment every 15 s; three missed ones mean that the line is dead even if nobody said so. */
const silence = 50_000;
/** A line that has held this long starts its backoff anew when it breaks. */
const settled = 5_000;

/** One conversation's events, reconnecting until closed. */
export class Live {
  private closed = false;
  private current: AbortController | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly ports: LivePorts) {
    void this.run();
  }

  close(): void {
    this.closed = true;
    this.current?.abort();
    this.wake?.();
  }

  /** The network is back, or the visitor looks: do not wait for the timer. */
  kick(): void {
    this.wake?.();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.closed) {
      let wish: number | undefined;
      try {
        await this.read(() => {
          failures = 0;
        });
      } catch (error) {
        if (error instanceof Refused) {
          if (!error.passing) {
            if (!this.closed) this.ports.onGone(error);
            return;
          }
          wish = error.retryAfter;
        }
      }
      if (this.closed) return;
      failures++;
      this.ports.onLost();
      await this.sleep(backoff(failures, this.ports.random, wish));
    }
  }

  private async read(onHealthy: () => void): Promise<void> {
    const abort = new AbortController();
    this.current = abort;
    let timer = setTimeout(() => abort.abort(), silence);
    try {
      const response = await this.ports.open(this.ports.after(), abort.signal);
      if (this.closed || !response.body) return;
      this.ports.onOpen();
      const opened = Date.now();
      const parser = createSseParser((event) => {
        onHealthy();
        if (!this.closed) this.ports.onEvent(event);
      });
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.closed) return;
        if (Date.now() - opened > settled) onHealthy();
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), silence);
        parser.push(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake = done;
    });
  }
}
