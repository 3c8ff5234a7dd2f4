// @vitest-environment jsdom
import { render } from 'preact';
import { describe, expect, it } from 'vitest';
import { parseMarkdown, safeUrl } from '../src/frame/text/markdown';
import { MarkdownText } from '../src/frame/views/MarkdownText';
import { pick, randomFrom } from './random';

function show(text: string, still = false): HTMLElement {
  const box = document.createElement('div');
  render(<MarkdownText text={text} newTab="" cites={new Set([1])} still={still} />, box);
  return box;
}

describe('markdown', () => {
  it('reads paragraphs, lists, bold, code and links', () => {
    const box = show('Hello **you**\nand `me`\n\n1. one\n2. two\n\n- [site](https://a.example/x)\n\n```\nlet x;\n```');
    expect(box.querySelectorAll('p')).toHaveLength(1);
    expect(box.querySelector('strong')?.textContent).toBe('you');
    expect(box.querySelectorAll('ol li')).toHaveLength(2);
    expect(box.querySelector('ul a')?.getAttribute('href')).toBe('https://a.example/x');
    expect(box.querySelector('pre')?.textContent).toBe('let x;');
    expect(box.querySelector('br')).not.toBeNull();
  });

  it('keeps loose lists together and wrapped lines in their item', () => {
    expect(parseMarkdown('- a\n  still a\n\n- b\nafter')).toMatchObject([
      { kind: 'list', items: [[{ text: 'a' }, { kind: 'break' }, { text: 'still a' }], [{ text: 'b' }]] },
      { kind: 'paragraph' },
    ]);
  });

  it('makes only known citations into buttons', () => {
    const box = show('Yes [1], or no [2].');
    expect(box.querySelectorAll('button')).toHaveLength(1);
    expect(box.querySelector('sup')?.textContent).toBe('2');
  });

  it('links a bare address without the punctuation after it', () => {
    expect(show('See https://a.example/b).').querySelector('a')?.getAttribute('href')).toBe('https://a.example/b');
  });

  it('gives provisional text nothing to tab to', () => {
    expect(show('[a](https://a.example) [1]', true).querySelectorAll('a,button')).toHaveLength(0);
  });
});

describe('safety', () => {
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>1</script>',
    'vbscript:x',
    '//evil.example',
    '/relative',
    'https://bank.example@evil.example/',
    'https://',
    'mailto:a@b.example',
  ])('does not link %s', (address) => {
    expect(safeUrl(address)).toBeUndefined();
    expect(show(`[click](${address})`).querySelector('a')).toBeNull();
  });

  it('shows HTML as the text it is', () => {
    const attack = '<img src=x onerror=alert(1)> <script>alert(1)</script> <a href="javascript:1">x</a>';
    const box = show(attack);
    expect(box.querySelectorAll('img,script,a')).toHaveLength(0);
    expect(box.textContent).toBe(attack);
  });

  it('makes nothing but harmless elements out of random fragments', () => {
    const parts = [
      '<script>',
      '</p>',
      '**',
      '*',
      '`',
      '```\n',
      '[',
      '](',
      ')',
      'javascript:x',
      'https://a.example',
      '[1]',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '"',
      'onload=',
      ' ',
      'word',
      '&lt;',
      '# ',
    ];
    const allowed = new Set([
      'P',
      'BR',
      'STRONG',
      'EM',
      'CODE',
      'PRE',
      'UL',
      'OL',
      'LI',
      'A',
      'SUP',
      'BUTTON',
      'SPAN',
      'U',
    ]);
    for (let seed = 1; seed <= 400; seed++) {
      const random = randomFrom(seed);
      const text = Array.from({ length: 25 }, () => pick(random, parts)).join('');
      for (const element of show(text).querySelectorAll('*')) {
        expect(allowed.has(element.tagName), `seed ${seed}: ${element.tagName}`).toBe(true);
        const href = element.getAttribute('href');
        if (href) expect(href, `seed ${seed}`).toMatch(/^https?:\/\//);
      }
    }
  });

  it('stays linear on text made to be slow', () => {
    for (const text of [
      '*'.repeat(50_000),
      '['.repeat(50_000),
      '`'.repeat(50_001),
      '[a]('.repeat(20_000),
      '**a'.repeat(20_000),
    ]) {
      expect(parseMarkdown(text).length).toBeGreaterThan(0);
    }
  });
});
