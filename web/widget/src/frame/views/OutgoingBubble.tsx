import type { Outgoing } from '../state';
import type { Strings } from '../text/locale';

interface Props {
  item: Outgoing;
  late: boolean;
  strings: Strings;
  onRetry: () => void;
  onDiscard: () => void;
}

/** One message on its way out. */
export function OutgoingBubble({ item, late, strings, onRetry, onDiscard }: Props) {
  return (
    <li class={`row mine${item.id ? '' : ' pending'}${item.refused ? ' refused' : ''}`}>
      <span class="hidden">{strings.you}</span>
      <div class="bubble">
        <p class="plain">{item.text}</p>
      </div>
      {item.refused ? (
        <div class="status" role="alert">
          {reason(item.refused, strings)}{' '}
          <button type="button" class="text" onClick={onRetry}>
            {strings.retry}
          </button>{' '}
          <button type="button" class="text" onClick={onDiscard}>
            {strings.discard}
          </button>
        </div>
      ) : (
        !item.id && (
          <div class="status">
            {late ? strings.queued : strings.sending}{' '}
            {late && (
              <button type="button" class="text" onClick={onRetry}>
                {strings.retry}
              </button>
            )}
          </div>
        )
      )}
    </li>
  );
}

function reason(code: string, strings: Strings): string {
  if (/too_long|413/.test(code)) return strings.refusedTooLong;
  if (/character/.test(code)) return strings.refusedText;
  return strings.notSent;
}
