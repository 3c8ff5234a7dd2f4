// The little Markdown that answers use, read into a tree. Nothing here or in the view ever makes HTML from text.

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'em'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] }
  | { kind: 'cite'; n: number };

export type Block =
  | { kind: 'paragraph' | 'heading'; children: Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }
  | { kind: 'code'; text: string };

const bullet = /^\s{0,3}[-*+•]\s+(.*)$/;
const numbered = /^\s{0,3}(\d{1,9})[.)]\s+(.*)$/;
const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/;
const fence = /^\s{0,3}```/;

export function parseMarkdown(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let paragraph: string[] = [];

  const flush = () => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', children: parseInline(paragraph.join('\n')) });
    paragraph = [];
  };

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const title = heading.exec(line);
    if (line.trim() === '') {
      flush();
    } else if (fence.test(line)) {
      flush();
      const code: string[] = [];
      while (++at < lines.length && !fence.test(lines[at] ?? '')) code.push(lines[at] ?? '');
      blocks.push({ kind: 'code', text: code.join('\n') });
    } else if (title) {
      flush();
      blocks.push({ kind: 'heading', children: parseInline(title[1] ?? '') });
    } else if (bullet.test(line) || numbered.test(line)) {
      flush();
      at = readList(lines, at, blocks);
    } else {
      paragraph.push(line.trim());
    }
  }
  flush();
  return blocks;
}

/** Reads the list that starts at a line and gives its last line. Wrapped lines belong to the item above them. */
function readList(lines: string[], from: number, blocks: Block[]): number {
  const ordered = !bullet.test(lines[from] ?? '');
  const shape = ordered ? numbered : bullet;
  const start = ordered ? Number(numbered.exec(lines[from] ?? '')?.[1] ?? 1) : 1;
  const items: string[] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const match = shape.exec(line);
    if (match) items.push(match[ordered ? 2 : 1] ?? '');
    else if (/^\s+\S/.test(line) && !bullet.test(line) && !numbered.test(line)) {
      items[items.length - 1] += `\n${line.trim()}`;
    } else if (line.trim() !== '' || !shape.test(lines[at + 1] ?? '')) break;
  }
  blocks.push({ kind: 'list', ordered, start, items: items.map(parseInline) });
  return at - 1;
}

// One alternative per construct, each linear in the length of the text.
const token =
  /`([^`\n]+)`|\*\*(?=\S)([^*\n]+?)\*\*|\*(?=[^\s*])([^*\n]+)\*|\[(\d{1,3})\](?!\()|\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>"'`[\]]{1,2000})|(\n)/g;

export function parseInline(source: string): Inline[] {
  const out: Inline[] = [];
  let last = 0;
  for (const match of source.matchAll(token)) {
    const [whole, code, strong, em, cite, label, target, bare, lineBreak] = match;
    let end = match.index + whole.length;
    let node: Inline | undefined;
    if (code !== undefined) node = { kind: 'code', text: code };
    else if (strong !== undefined) node = { kind: 'strong', children: parseInline(strong) };
    else if (em !== undefined) node = { kind: 'em', children: parseInline(em) };
    else if (cite !== undefined) node = { kind: 'cite', n: Number(cite) };
    else if (lineBreak !== undefined) node = { kind: 'break' };
    else if (label !== undefined) node = link(target ?? '', [{ kind: 'text', text: label }]);
    else if (bare !== undefined) {
      // Punctuation that ends the sentence is not part of the address.
      const address = bare.replace(/[.,;:!?)*]+$/, '');
      end -= bare.length - address.length;
      node = link(address, [{ kind: 'text', text: address }]);
    }
    if (!node) continue;
    if (match.index > last) out.push({ kind: 'text', text: source.slice(last, match.index) });
    out.push(node);
    last = end;
  }
  if (last < source.length) out.push({ kind: 'text', text: source.slice(last) });
  return out;
}

function link(target: string, children: Inline[]): Inline | undefined {
  const href = safeUrl(target);
  return href ? { kind: 'link', href, children } : undefined;
}

/** The address when a browser would open it as http or https and nothing else; otherwise undefined. */
export function safeUrl(target: string | null): string | undefined {
  if (!target || !/^https?:\/\//i.test(target)) return undefined;
  try {
    const url = new URL(target);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
    // "https://bank.example@evil.example" reads as a place it does not go to.
    return url.username || url.password ? undefined : url.href;
  } catch {
    return undefined;
  }
}
