import { describe, expect, it } from 'vitest';
import { contrast, parseHex, readable, textOn } from '../src/frame/text/colours';
import { fill, pickLocale } from '../src/frame/text/locale';
import { lookOf } from '../src/frame/theme';
import { randomFrom } from './random';

describe('colours', () => {
  it('take hexadecimal and nothing else', () => {
    expect(parseHex('#0af')).toEqual([0, 170, 255]);
    for (const value of ['red', '#12', 'url(x)', '#12345g', 'var(--x)', undefined])
      expect(parseHex(value)).toBeUndefined();
  });

  it('read at 4.5 to 1 whatever the tenant chose', () => {
    const random = randomFrom(4);
    const part = () => Math.floor(random() * 256);
    for (let round = 0; round < 500; round++) {
      const colour = [part(), part(), part()] as [number, number, number];
      const backgrounds: [number, number, number][] = [
        [228, 233, 240],
        [46, 54, 68],
      ];
      for (const background of backgrounds) {
        const text = parseHex(readable(colour, background)) ?? [0, 0, 0];
        expect(contrast(text, background)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(parseHex(textOn(colour)) ?? colour, colour)).toBeGreaterThanOrEqual(4.2);
    }
  });

  it('fall back to safe values in what the page is told', () => {
    const look = lookOf({ color: 'red;}', position: 'top', radius: 900 }, 'Ada', pickLocale('en').strings);
    expect(look).toMatchObject({ primary: '#1f4fd8', position: 'right', radius: 28 });
    expect(look.labels.title).toBe('Chat with Ada');
  });
});

describe('language', () => {
  it('is the first wished one that is spoken', () => {
    expect(pickLocale(null, 'auto', 'de-AT').tag).toBe('de');
    expect(pickLocale('fr', 'es_MX').tag).toBe('es');
    expect(pickLocale('constructor', undefined).tag).toBe('en');
  });

  it('has every text with the same placeholders in every language', () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    const en = pickLocale('en').strings;
    for (const tag of ['es', 'de']) {
      const other = pickLocale(tag).strings;
      for (const key of Object.keys(en) as (keyof typeof en)[])
        expect(holes(other[key]), `${tag} ${key}`).toEqual(holes(en[key]));
    }
  });

  it('leaves unknown placeholders alone', () => {
    expect(fill('{n} of {m}', { n: 1 })).toBe('1 of {m}');
  });
});
