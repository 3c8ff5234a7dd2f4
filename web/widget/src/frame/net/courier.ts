import { backoff } from './backoff';
import { Refused } from './http';
import type { Outbox, Unsent } from './outbox';

export interface CourierPorts {
  /** Sends one message and gives the id under which the server stored it. */
  deliver(item: Unsent): Promise<string>;
  /** The server has it. */
  onDelivered(item: Unsent, id: string): void;
  onChange(): void;
  /** Undefined when the way is clear again. */
  onWaiting(why: Waiting | undefined): void;
  random(): number;
  wait(ms: number): { done: Promise<void>; cut(): void };
  /** Runs the work while no other tab does. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export interface Waiting {
  limited: boolean;
  ms: number;
}

/** Empties the outbox in order, one message at a time, however long that takes. */
export class Courier {
  private running: Promise<void> | undefined;
  private pause: { cut(): void } | undefined;
  private asked = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly ports: CourierPorts,
  ) {}

  /** Something to send, or the network is back: try now. */
  kick(): Promise<void> {
    this.asked = true;
    this.pause?.cut();
    // Begins after this call has returned: whoever kicks from within finds it running.
    this.running ??= Promise.resolve()
      .then(() => this.ports.alone(() => this.run()))
      .finally(() => {
        this.running = undefined;
        if (this.asked) void this.kick();
      });
    return this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    for (;;) {
      this.asked = false;
      const item = this.outbox.head;
      if (!item) return;
      try {
        const id = await this.ports.deliver(item);
        this.ports.onDelivered(item, id);
        this.outbox.remove(item.clientId);
        failures = 0;
        this.ports.onWaiting(undefined);
      } catch (error) {
        if (error instanceof Refused && !error.passing) {
          this.outbox.refuse(item.clientId, error.code);
          this.ports.onWaiting(undefined);
        } else {
          failures++;
          await this.rest(failures, error instanceof Refused ? error : undefined);
        }
      }
      this.ports.onChange();
    }
  }

  private async rest(failures: number, refusal: Refused | undefined): Promise<void> {
    const ms = backoff(failures, this.ports.random, refusal?.retryAfter);
    this.ports.onWaiting({ limited: refusal?.status === 429, ms });
    const pause = this.ports.wait(ms);
    // A limit is a promise of the server; impatience does not shorten it.
    this.pause = refusal?.status === 429 ? undefined : pause;
    await pause.done;
    this.pause = undefined;
  }
}
