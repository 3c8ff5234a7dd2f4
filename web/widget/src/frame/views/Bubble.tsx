import { useEffect, useRef, useState } from 'preact/hooks';
import type { Citation, Message } from '../talk/wire';
import { fill, type Strings } from '../text/locale';
import { safeUrl } from '../text/markdown';
import { MarkdownText } from './MarkdownText';

interface Props {
  message: Message;
  name: string;
  leads: boolean;
  strings: Strings;
  time: string;
}

/** One settled message. */
export function Bubble({ message, name, leads, strings, time }: Props) {
  const [shown, setShown] = useState<number | null>(null);
  const toggle = (n: number) => setShown(shown === n ? null : n);
  const { author, citations } = message;
  if (author === 'system') return <li class="row system">{message.text}</li>;
  const mine = author === 'contact';
  const label = (n: number) => {
    const citation = citations.find((item) => item.n === n);
    return fill(strings.source, { n, title: citation?.title ?? '' });
  };
  return (
    <li class={`row ${mine ? 'mine' : 'theirs'} ${author}${message.turnId || mine ? '' : ' fresh'}`}>
      <span class={leads && !mine ? 'who' : 'hidden'}>{name}</span>
      <div class="bubble">
        {mine ? (
          <p class="plain">{message.text}</p>
        ) : (
          <MarkdownText
            text={message.text}
            newTab={strings.newTab}
            cites={new Set(citations.map((item) => item.n))}
            onCite={toggle}
            citeLabel={label}
          />
        )}
        {citations.length > 0 && (
          <Citations id={message.id} citations={citations} shown={shown} onToggle={toggle} strings={strings} />
        )}
      </div>
      <time dateTime={message.createdAt}>{time}</time>
    </li>
  );
}

interface CitationsProps {
  id: string;
  citations: Citation[];
  shown: number | null;
  onToggle: (n: number) => void;
  strings: Strings;
}

function Citations({ id, citations, shown, onToggle, strings }: CitationsProps) {
  const open = citations.find((item) => item.n === shown);
  const href = safeUrl(open?.url ?? null);
  const panel = `cite-${id}`;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [shown]);
  return (
    <div class="cites">
      <ul class="chips" aria-label={strings.sources}>
        {citations.map((item) => (
          <li key={item.n}>
            <button
              type="button"
              class="chip"
              aria-expanded={shown === item.n}
              aria-controls={shown === item.n ? panel : undefined}
              aria-label={fill(strings.source, { n: item.n, title: item.title })}
              onClick={() => onToggle(item.n)}
            >
              <b>{item.n}</b> <span>{item.title}</span>
            </button>
          </li>
        ))}
      </ul>
      {open && (
        <div class="cite" id={panel} ref={box}>
          <strong>{open.title}</strong>
          {open.quote && <blockquote>{open.quote}</blockquote>}
          {href && (
            <a href={href} target="_blank" rel="noopener noreferrer nofollow">
              {strings.openSource}
              <span class="hidden"> {strings.newTab}</span>
            </a>
          )}
        </div>
      )}
    </div>
  );
}
