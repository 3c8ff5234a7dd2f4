import { render } from 'preact';
import { accept, post, type ToFrame } from '../shared/bridge';
import { Controller } from './controller';
import { frameAddress, parentOrigin } from './host';
import { createHttp } from './net/http';
import { readConfig, Session, type WidgetConfig } from './net/session';
import { browserStorage, createShelf } from './net/storage';
import { createStore, initialState, type State, unreadCount } from './state';
import './styles/base.css';
import './styles/header.css';
import './styles/messages.css';
import './styles/sources.css';
import './styles/composer.css';
import './styles/motion.css';
import { pickLocale } from './text/locale';
import { applyTheme, lookOf } from './theme';
import { App } from './views/App';

const root = document.documentElement;
const { base, key } = frameAddress(location.pathname);
const fragment = new URLSearchParams(location.hash.slice(1));
const embedded = window.parent !== window;
const origin = embedded ? parentOrigin(fragment, location.ancestorOrigins) : undefined;

const shelf = createShelf(`steward.${key}.`, browserStorage());
const seen = shelf.read('seen');
const store = createStore({ ...initialState, seen: typeof seen === 'number' ? seen : 0 });

function configure(config: WidgetConfig): void {
  const locale = pickLocale(fragment.get('locale'), config.locale, ...navigator.languages);
  root.lang = locale.tag;
  applyTheme(config.theme, root);
  store.set({ config, locale });
  if (origin) {
    post(window.parent, origin, { type: 'look', look: lookOf(config.theme, config.assistant.name, locale.strings) });
  }
}

/** The page may carry the public configuration, so that even the first paint is the tenant's. */
function pageConfig(): unknown {
  try {
    return JSON.parse(document.querySelector<HTMLMetaElement>('meta[name=steward-config]')?.content ?? '');
  } catch {
    return shelf.read('config');
  }
}

const http = createHttp(base);
const session = new Session(key, http, shelf, (config) => {
  shelf.write('config', config);
  configure(config);
});
const controller = new Controller(session, shelf, store);

let unread = -1;
function paint(state: State): void {
  const onClose = origin ? () => post(window.parent, origin, { type: 'close' }) : undefined;
  render(<App state={state} controller={controller} onClose={onClose} />, document.body);
  const count = state.open ? 0 : unreadCount(state);
  if (origin && count !== unread) post(window.parent, origin, { type: 'unread', count });
  unread = count;
}

let due = false;
store.subscribe(() => {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    paint(store.get());
  });
});
configure(readConfig(pageConfig()));

if (origin) {
  window.addEventListener('message', (event) => {
    const message = accept<ToFrame>(event, window.parent, origin);
    if (message?.type === 'open') controller.opened();
    else if (message?.type === 'close') controller.closed();
    else if (message?.type === 'ask' && typeof message.text === 'string') {
      if (message.send) controller.send(message.text);
      else store.set({ prefill: { text: message.text } });
    }
  });
  post(window.parent, origin, { type: 'ready' });
} else if (!embedded) {
  controller.opened();
}
if (origin || !embedded) controller.start();
