import { useEffect, useRef, useState } from 'preact/hooks';
import type { Controller } from '../controller';
import type { State } from '../state';
import { fill } from '../text/locale';

interface Props {
  state: State;
  controller: Controller;
}

export function Composer({ state, controller }: Props) {
  const { strings, tag } = state.locale;
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const max = state.config.limits.messageLength;
  const tooLong = text.length > max;
  const counted = text.length > max * 0.8;
  const figures = new Intl.NumberFormat(tag);
  const numbers = { n: figures.format(text.length), max: figures.format(max) };

  useEffect(() => {
    if (state.open) field.current?.focus();
  }, [state.open]);

  useEffect(() => {
    if (!state.prefill) return;
    setText(state.prefill.text);
    field.current?.focus();
  }, [state.prefill]);

  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, 140)}px`;
  }, [text, state.open]);

  const submit = () => {
    if (tooLong || text.trim() === '') return;
    controller.send(text);
    setText('');
    field.current?.focus();
  };

  return (
    <form
      class={`composer${tooLong ? ' invalid' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {counted && (
        <p class="counter" id="counter" role={tooLong ? 'alert' : undefined}>
          {fill(tooLong ? strings.tooLong : strings.counter, numbers)}
        </p>
      )}
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={strings.placeholder}
          aria-label={strings.message}
          aria-invalid={tooLong}
          aria-describedby={counted ? 'counter' : undefined}
          enterkeyhint="send"
          onInput={(event) => {
            setText(event.currentTarget.value);
            controller.typing(event.currentTarget.value.trim() !== '');
          }}
          onKeyDown={(event) => {
            // A composing input method uses Enter for itself.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="send" aria-label={strings.send} disabled={tooLong || text.trim() === ''}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 19V5m0 0-6 6m6-6 6 6" />
          </svg>
        </button>
      </div>
    </form>
  );
}
