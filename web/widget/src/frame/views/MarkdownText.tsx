import type { ComponentChildren } from 'preact';
import { type Block, type Inline, parseMarkdown } from '../text/markdown';

interface Props {
  text: string;
  newTab: string;
  /** Citation numbers that can be opened; other markers are shown as plain marks. */
  cites?: ReadonlySet<number>;
  onCite?: (n: number) => void;
  citeLabel?: (n: number) => string;
  /** Provisional text has nothing to tab to: it is about to be replaced. */
  still?: boolean;
}

export function MarkdownText(props: Props) {
  return <>{parseMarkdown(props.text).map((block, at) => renderBlock(block, at, props))}</>;
}

function renderBlock(block: Block, key: number, props: Props): ComponentChildren {
  const inline = (nodes: Inline[]) => nodes.map((node, at) => renderInline(node, at, props));
  switch (block.kind) {
    case 'paragraph':
      return <p key={key}>{inline(block.children)}</p>;
    case 'heading':
      return (
        <p key={key} class="heading">
          {inline(block.children)}
        </p>
      );
    case 'code':
      return (
        <pre key={key}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const items = block.items.map((item, at) => <li key={`${key}.${at}`}>{inline(item)}</li>);
      return block.ordered ? (
        <ol key={key} start={block.start}>
          {items}
        </ol>
      ) : (
        <ul key={key}>{items}</ul>
      );
    }
  }
}

function renderInline(node: Inline, key: number, props: Props): ComponentChildren {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return <br key={key} />;
    case 'code':
      return <code key={key}>{node.text}</code>;
    case 'strong':
      return <strong key={key}>{node.children.map((child, at) => renderInline(child, at, props))}</strong>;
    case 'em':
      return <em key={key}>{node.children.map((child, at) => renderInline(child, at, props))}</em>;
    case 'link':
      if (props.still) return <u key={key}>{node.children.map((child, at) => renderInline(child, at, props))}</u>;
      return (
        <a key={key} href={node.href} target="_blank" rel="noopener noreferrer nofollow">
          {node.children.map((child, at) => renderInline(child, at, props))}
          <span class="hidden"> {props.newTab}</span>
        </a>
      );
    case 'cite':
      if (props.still || !props.cites?.has(node.n)) return <sup key={key}>{node.n}</sup>;
      return (
        <button
          key={key}
          type="button"
          class="mark"
          aria-label={props.citeLabel?.(node.n)}
          onClick={() => props.onCite?.(node.n)}
        >
          {node.n}
        </button>
      );
  }
}
