import { useEffect, useRef, useState } from 'preact/hooks';
import type { Controller } from '../controller';
import type { State } from '../state';

interface Props {
  state: State;
  controller: Controller;
  onClose: (() => void) | undefined;
}

export function Header({ state, controller, onClose }: Props) {
  const { strings } = state.locale;
  const { handoff, messages } = state.talk;
  const assigned = handoff?.state === 'assigned';
  const name = handoff?.memberName ?? (assigned ? strings.team : state.config.assistant.name || strings.assistant);
  const line = assigned ? handoff.memberName && strings.team : strings.subtitle;
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const toggle = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>('[role=menuitem]:not([aria-disabled=true])')?.focus();
    const away = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const items = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape') {
      event.stopPropagation();
      setOpen(false);
      toggle.current?.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      items.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % items.length)?.focus();
    } else if (event.key === 'Tab') {
      setOpen(false);
    }
  };

  const choose = (enabled: boolean, act: () => void) => () => {
    if (!enabled) return;
    setOpen(false);
    toggle.current?.focus();
    act();
  };
  const mayAsk = !handoff && !state.askingPerson && !state.unavailable;
  const mayStart = messages.length > 0 && state.outgoing.every((item) => item.id);

  return (
    <header>
      <span class="avatar" aria-hidden="true">
        {name.slice(0, 1)}
      </span>
      <div class="title">
        <h1>{name}</h1>
        {line && <p>{line}</p>}
      </div>
      <div class="menu" ref={box}>
        <button
          ref={toggle}
          type="button"
          class="icon"
          aria-label={strings.menu}
          aria-haspopup="menu"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M5 12h.01M12 12h.01M19 12h.01" class="bold" />
          </svg>
        </button>
        {open && (
          <div role="menu" tabIndex={-1} onKeyDown={onKeyDown} aria-label={strings.menu}>
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              aria-disabled={!mayAsk}
              onClick={choose(mayAsk, () => void controller.askForPerson())}
            >
              {strings.talkToPerson}
            </button>
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              aria-disabled={!mayStart}
              onClick={choose(mayStart, () => controller.newConversation())}
            >
              {strings.newConversation}
            </button>
          </div>
        )}
      </div>
      {onClose && (
        <button type="button" class="icon" aria-label={strings.closeChat} onClick={onClose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="m6 6 12 12M18 6 6 18" />
          </svg>
        </button>
      )}
    </header>
  );
}
