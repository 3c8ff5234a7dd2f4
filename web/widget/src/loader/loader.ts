import { accept, post, type ToFrame, type ToHost } from '../shared/bridge';
import { css, icons } from './look';

/** What a page may call. `open({ message })` opens the chat and asks; with `send: false` it only fills in the text. */
export interface StewardApi {
  open(options?: { message?: string; send?: boolean }): void;
  close(): void;
  toggle(): void;
  readonly isOpen: boolean;
}

declare global {
  interface Window {
    steward?: StewardApi;
  }
}

const staleFrame = 10_000;

export function mount(script: HTMLScriptElement): StewardApi | undefined {
  const key = script.dataset.stewardKey;
  if (!key || window.steward) return window.steward;

  const address = new URL(`./${encodeURIComponent(key)}/frame`, script.src);
  const origin = address.origin;
  const settings = new URLSearchParams({ origin: location.origin });
  if (script.dataset.stewardLocale) settings.set('locale', script.dataset.stewardLocale);
  address.hash = settings.toString();

  const host = document.createElement('steward-widget');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const box = document.createElement('div');
  const launcher = document.createElement('button');
  const badge = document.createElement('span');
  launcher.type = 'button';
  launcher.className = 'launcher';
  launcher.setAttribute('aria-haspopup', 'dialog');
  badge.className = 'badge';
  badge.hidden = true;
  badge.setAttribute('aria-hidden', 'true');
  launcher.append(...icons(), badge);

  const frame = document.createElement('iframe');
  frame.className = 'panel';
  frame.setAttribute('allow', 'clipboard-write');
  box.append(launcher, frame);
  root.append(box);

  let open = false;
  let ready = false;
  let unread = 0;
  let requested = 0;
  let waiting: ToFrame[] = [];
  let labels = { open: 'Open chat', close: 'Close chat', title: 'Chat', unread: '{n} unread' };

  const paint = (primary: string, on: string, radius: number, left: boolean) => {
    host.style.setProperty('--primary', primary);
    host.style.setProperty('--on', on);
    host.style.setProperty('--radius', `${radius}px`);
    box.classList.toggle('left', left);
  };

  const describe = () => {
    const more = unread > 0 ? `, ${labels.unread.replace('{n}', String(unread))}` : '';
    launcher.setAttribute('aria-label', open ? labels.close : labels.open + more);
    launcher.setAttribute('aria-expanded', String(open));
    frame.title = labels.title;
    badge.hidden = open || unread === 0;
    badge.textContent = unread > 9 ? '9+' : String(unread);
  };

  const load = () => {
    requested = Date.now();
    frame.src = address.href;
  };

  const tell = (message: ToFrame) => {
    if (ready) post(frame.contentWindow, origin, message);
    else waiting.push(message);
  };

  const show = (next: boolean) => {
    if (open === next) return;
    open = next;
    box.classList.toggle('open', open);
    describe();
    if (open) {
      // A frame that never answered was cut off on the way; the visitor's click is a good moment to try again.
      if (!ready && Date.now() - requested > staleFrame) load();
      frame.focus();
    } else {
      launcher.focus();
    }
    tell({ type: open ? 'open' : 'close' });
  };

  launcher.addEventListener('click', () => show(!open));
  box.addEventListener('keydown', (event) => {
    if (open && event.key === 'Escape') show(false);
  });

  window.addEventListener('message', (event) => {
    const message = accept<ToHost>(event, frame.contentWindow, origin);
    if (message?.type === 'ready') {
      ready = true;
      const queued = waiting;
      waiting = [];
      for (const item of queued) tell(item);
    } else if (message?.type === 'look') {
      const { primary, onPrimary, radius, position } = message.look;
      labels = message.look.labels;
      paint(primary, onPrimary, radius, position === 'left');
      describe();
    } else if (message?.type === 'unread') {
      unread = message.count;
      describe();
    } else if (message?.type === 'close') {
      show(false);
    }
  });

  const api: StewardApi = {
    open(options) {
      show(true);
      if (options?.message) tell({ type: 'ask', text: options.message, send: options.send !== false });
    },
    close: () => show(false),
    toggle: () => show(!open),
    get isOpen() {
      return open;
    },
  };

  // Any element of the page with data-steward-ask asks its question, without a line of script on the page.
  document.addEventListener('click', (event) => {
    const asked = event.target instanceof Element && event.target.closest<HTMLElement>('[data-steward-ask]');
    if (!asked) return;
    event.preventDefault();
    api.open({ message: asked.dataset.stewardAsk || asked.textContent?.trim() || '' });
  });

  paint(script.dataset.stewardColor || '#1f4fd8', '#fff', 18, script.dataset.stewardPosition === 'left');
  describe();
  document.body.append(host);
  // The page comes first: the frame is fetched when the browser has nothing better to do, or when it is asked for.
  const prefetch = () => {
    if (!requested) load();
  };
  if ('requestIdleCallback' in window) requestIdleCallback(prefetch, { timeout: 2000 });
  else setTimeout(prefetch, 200);

  window.steward = api;
  return api;
}
