import type { Look } from '../shared/bridge';
import type { Theme } from './net/session';
import { parseHex, readable, textOn } from './text/colours';
import type { Strings } from './text/locale';
import { fill } from './text/locale';

const fallback = '#1f4fd8';

/** Sets the custom properties that the style sheet stands on. Property by property, as a strict policy allows. */
export function applyTheme(theme: Theme, root: HTMLElement): void {
  const primary = parseHex(theme.color) ?? parseHex(fallback);
  if (!primary) return;
  root.style.setProperty('--primary', hexOf(theme.color));
  root.style.setProperty('--on-primary', textOn(primary));
  root.style.setProperty('--accent-light', readable(primary, [228, 233, 240]));
  root.style.setProperty('--accent-dark', readable(primary, [46, 54, 68]));
  root.style.setProperty('--radius', `${radiusOf(theme)}px`);
  if (theme.scheme === 'light' || theme.scheme === 'dark') root.dataset.mode = theme.scheme;
  else delete root.dataset.mode;
}

/** What the launcher on the customer's page needs to know. */
export function lookOf(theme: Theme, assistant: string, strings: Strings): Look {
  const primary = hexOf(theme.color);
  return {
    primary,
    onPrimary: textOn(parseHex(primary) ?? [31, 79, 216]),
    position: theme.position === 'left' ? 'left' : 'right',
    radius: radiusOf(theme),
    labels: {
      open: strings.openChat,
      close: strings.closeChat,
      title: fill(strings.chatWith, { name: assistant || strings.assistant }),
      unread: strings.unread,
    },
  };
}

function hexOf(value: string | undefined): string {
  return value && parseHex(value) ? value : fallback;
}

function radiusOf(theme: Theme): number {
  return typeof theme.radius === 'number' ? Math.min(28, Math.max(0, theme.radius)) : 18;
}
