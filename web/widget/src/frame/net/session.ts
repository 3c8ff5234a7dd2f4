import type { Http } from './http';
import { Refused } from './http';
import type { Shelf } from './storage';

export interface Theme {
  /** Hexadecimal. */
  color?: string;
  position?: string;
  radius?: number;
  /** auto, light or dark. */
  scheme?: string;
}

/** How the widget looks and greets; comes with the page of the frame and, newer, with the session. */
export interface WidgetConfig {
  assistant: { name: string; greeting: string; suggestions: string[] };
  theme: Theme;
  locale: string | null;
  limits: { messageLength: number };
}

interface Stored {
  token?: string;
  expiresAt?: string;
  contactId?: string;
  conversationId?: string | null;
}

const defaultMaxLength = 100_000;
const renewBefore = 6 * 3_600_000;

/** The visitor's token, renewed silently, and the conversation it belongs to. */
export class Session {
  private record: Stored;
  private renewing: Promise<void> | undefined;
  private fresh = false;

  constructor(
    private readonly key: string,
    private readonly http: Http,
    private readonly shelf: Shelf,
    private readonly onConfig: (config: WidgetConfig) => void,
  ) {
    this.record = (shelf.read('session') as Stored | undefined) ?? {};
  }

  get known(): boolean {
    return Boolean(this.record.token);
  }

  get conversationId(): string | null {
    return this.record.conversationId ?? null;
  }

  set conversationId(id: string | null) {
    this.save({ ...this.record, conversationId: id });
  }

  /** Picks up what another tab of the same site has stored. True when it moved to another conversation. */
  reload(): boolean {
    const before = this.conversationId;
    this.record = (this.shelf.read('session') as Stored | undefined) ?? {};
    return before !== this.conversationId;
  }

  /** Renews a token well before it expires: an expired one would make the visitor a stranger. */
  async keep(now: number): Promise<void> {
    const expires = Date.parse(this.record.expiresAt ?? '');
    if (this.fresh && expires - now < renewBefore) await this.renew();
  }

  /** A session of this page: asks the server once, whatever is stored. */
  async ensure(): Promise<void> {
    if (!this.fresh) await this.renew();
  }

  /** Runs a call with the token. A 401 renews the session once; a second one is the caller's to see. */
  async authorized(path: string, call: Parameters<Http>[1] = {}): Promise<Response> {
    await this.ensure();
    const token = this.record.token;
    try {
      return await this.http(path, { ...call, token });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      if (this.record.token === token) await this.renew();
      return this.http(path, { ...call, token: this.record.token });
    }
  }

  private renew(): Promise<void> {
    this.renewing ??= this.ask().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async ask(): Promise<void> {
    const body = this.record.token ? { token: this.record.token } : {};
    const response = await this.http(`/widget/${encodeURIComponent(this.key)}/session`, { body });
    const answer = (await response.json()) as Record<string, unknown>;
    const contactId = String(answer.contactId ?? '');
    const offered = typeof answer.conversationId === 'string' ? answer.conversationId : null;
    // The same visitor keeps the conversation of this browser (none, after "new conversation").
    const same = this.record.contactId === contactId && this.record.conversationId !== undefined;
    this.save({
      token: String(answer.token),
      expiresAt: String(answer.expiresAt ?? ''),
      contactId,
      conversationId: same ? (this.record.conversationId ?? null) : offered,
    });
    this.fresh = true;
    this.onConfig(readConfig(answer));
  }

  private save(record: Stored): void {
    this.record = record;
    this.shelf.write('session', record);
  }
}

export function readConfig(value: unknown): WidgetConfig {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const assistant = (fields.assistant ?? {}) as Record<string, unknown>;
  const limits = (fields.limits ?? {}) as Record<string, unknown>;
  const suggestions = Array.isArray(assistant.suggestions) ? assistant.suggestions : [];
  return {
    assistant: {
      name: typeof assistant.name === 'string' ? assistant.name : '',
      greeting: typeof assistant.greeting === 'string' ? assistant.greeting : '',
      suggestions: suggestions.filter((item) => typeof item === 'string' && item.trim() !== '').slice(0, 6),
    },
    theme: (typeof fields.theme === 'object' && fields.theme !== null ? fields.theme : {}) as Theme,
    locale: typeof fields.locale === 'string' ? fields.locale : null,
    limits: { messageLength: typeof limits.messageLength === 'number' ? limits.messageLength : defaultMaxLength },
  };
}
