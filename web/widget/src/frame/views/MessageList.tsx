import { useEffect, useRef, useState } from 'preact/hooks';
import type { Controller } from '../controller';
import { offersPerson, type State } from '../state';
import type { Message } from '../talk/wire';
import { fill } from '../text/locale';
import { Bubble } from './Bubble';
import { MarkdownText } from './MarkdownText';
import { OutgoingBubble } from './OutgoingBubble';

interface Props {
  state: State;
  controller: Controller;
}

export function MessageList({ state, controller }: Props) {
  const { talk, outgoing, config } = state;
  const { tag, strings } = state.locale;
  const assistant = config.assistant.name || strings.assistant;
  const box = useRef<HTMLElement>(null);
  const [away, setAway] = useState(false);

  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  // What the visitor just wrote always comes into view; what arrives only if they were at the end.
  useEffect(() => {
    if (!away) toEnd();
  }, [talk.messages, talk.draft?.text, talk.handoff, state.open, talk.memberTyping]);
  useEffect(toEnd, [outgoing.length]);

  const onScroll = () => {
    const view = box.current;
    if (view) setAway(view.scrollHeight - view.scrollTop - view.clientHeight > 80);
  };
  const clock = new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' });
  const nameOf = (message: Message) =>
    message.author === 'contact'
      ? strings.you
      : (message.authorName ?? (message.author === 'member' ? strings.team : assistant));
  const quiet = talk.messages.length === 0 && outgoing.length === 0;
  const typist = talk.memberTyping ? (talk.handoff?.memberName ?? strings.team) : talk.draft ? assistant : undefined;

  return (
    <div class="talk">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard. */}
      <section class="scroll" ref={box} onScroll={onScroll} tabIndex={0} aria-label={strings.messages}>
        <div class="greeting">
          <span class="avatar large" aria-hidden="true">
            {assistant.slice(0, 1)}
          </span>
          <p>{config.assistant.greeting || strings.greeting}</p>
        </div>
        {quiet && config.assistant.suggestions.length > 0 && (
          <ul class="suggestions" aria-label={strings.suggestions}>
            {config.assistant.suggestions.map((text) => (
              <li key={text}>
                <button type="button" onClick={() => controller.send(text)}>
                  {text}
                </button>
              </li>
            ))}
          </ul>
        )}
        <div role="log" aria-live="polite" aria-relevant="additions" aria-label={strings.messages}>
          <ol class="rows">
            {talk.messages.map((message, at) => (
              <Bubble
                key={message.clientId ?? message.id}
                message={message}
                name={nameOf(message)}
                leads={message.author !== talk.messages[at - 1]?.author}
                strings={strings}
                time={formatTime(clock, message.createdAt)}
              />
            ))}
            {outgoing.map((item) => (
              <OutgoingBubble
                key={item.clientId}
                item={item}
                late={state.waiting !== undefined || state.offline}
                strings={strings}
                onRetry={() => controller.retry(item.clientId)}
                onDiscard={() => controller.discard(item.clientId)}
              />
            ))}
          </ol>
        </div>
        {talk.draft?.text && (
          <div class="row theirs assistant" aria-hidden="true">
            <span class={talk.messages.at(-1)?.author === 'assistant' ? 'hidden' : 'who'}>{assistant}</span>
            <div class="bubble draft">
              <MarkdownText text={talk.draft.text} newTab={strings.newTab} still />
            </div>
          </div>
        )}
        {typist && (!talk.draft?.text || talk.memberTyping) && (
          <div class="row theirs" aria-hidden="true">
            <div class="bubble dots">
              <i />
              <i />
              <i />
            </div>
          </div>
        )}
        <p class="hidden" role="status">
          {typist ? fill(strings.typing, { name: typist }) : ''}
        </p>
        {talk.turnFailed && !talk.handoff && <p class="row system">{strings.turnFailed}</p>}
        {offersPerson(state) && (
          <button
            type="button"
            class="offer"
            disabled={state.askingPerson}
            onClick={() => void controller.askForPerson()}
          >
            {strings.talkToPerson}
          </button>
        )}
      </section>
      {away && (
        <button type="button" class="jump" onClick={toEnd}>
          ↓ {strings.newMessages}
        </button>
      )}
    </div>
  );
}

function formatTime(clock: Intl.DateTimeFormat, value: string): string {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? '' : clock.format(date);
}
