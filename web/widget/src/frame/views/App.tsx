import { useEffect, useState } from 'preact/hooks';
import type { Controller } from '../controller';
import type { State } from '../state';
import { fill } from '../text/locale';
import { Composer } from './Composer';
import { Header } from './Header';
import { MessageList } from './MessageList';

interface Props {
  state: State;
  controller: Controller;
  onClose: (() => void) | undefined;
}

export function App({ state, controller, onClose }: Props) {
  return (
    <main
      class="app"
      aria-label={fill(state.locale.strings.chatWith, {
        name: state.config.assistant.name || state.locale.strings.assistant,
      })}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) onClose?.();
      }}
    >
      <Header state={state} controller={controller} onClose={onClose} />
      <Banner state={state} />
      <MessageList state={state} controller={controller} />
      <Notice state={state} />
      {!state.unavailable && <Composer state={state} controller={controller} />}
      <p class="small">{state.locale.strings.aiNotice}</p>
    </main>
  );
}

/** Who the visitor is talking to, when it is not the assistant. */
function Banner({ state }: { state: State }) {
  const { strings } = state.locale;
  const { handoff } = state.talk;
  const name = handoff?.memberName;
  const text =
    handoff?.state === 'waiting'
      ? strings.waiting
      : handoff && (name ? fill(strings.assigned, { name }) : strings.assignedUnnamed);
  return (
    <div role="status" class={text ? `banner ${handoff?.state}` : undefined}>
      {text}
    </div>
  );
}

/** What stands in the way right now, kindly. */
function Notice({ state }: { state: State }) {
  const { strings } = state.locale;
  const { waiting } = state;
  const left = useCountdown(waiting?.limited ? waiting.ms : 0);
  const text = state.unavailable
    ? strings.unavailable
    : state.notice
      ? strings[state.notice]
      : waiting?.limited
        ? fill(strings.limited, { n: left })
        : waiting || state.offline
          ? strings.offline
          : state.connection === 'lost'
            ? strings.reconnecting
            : '';
  return (
    // The countdown is for the eye: read aloud every second it would be noise.
    <div role="status" aria-live={waiting?.limited ? 'off' : 'polite'} class={text ? 'notice' : undefined}>
      {text}
    </div>
  );
}

function useCountdown(ms: number): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (ms === 0) return;
    const end = Date.now() + ms;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [ms]);
  return left;
}
