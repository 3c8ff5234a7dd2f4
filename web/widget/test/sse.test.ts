import { describe, expect, it } from 'vitest';
import { createSseParser, type ServerEvent } from '../src/frame/net/sse';
import { randomFrom } from './random';

function parse(chunks: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = createSseParser((event) => events.push(event));
  for (const chunk of chunks) parser.push(chunk);
  return events;
}

const stream =
  '\uFEFF: hello\n\nevent: message.delta\ndata: {"text":"Grüße 🚲"}\n\nid: 7\nevent: message.completed\ndata: one\ndata:two\ndata\n\n' +
  ': beat\n\nretry: 3000\ndata:  two spaces\n\nevent: nothing\n\nid: 8\ndata: last\n\n';

const expected: ServerEvent[] = [
  { event: 'message.delta', data: '{"text":"Grüße 🚲"}', id: undefined },
  { event: 'message.completed', data: 'one\ntwo\n', id: '7' },
  { event: 'message', data: ' two spaces', id: '7' },
  { event: 'message', data: 'last', id: '8' },
];

describe('the event stream parser', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('reads a whole stream with %s line ends', (_, end) => {
    expect(parse([stream.replaceAll('\n', end)])).toEqual(expected);
  });

  it('gives the same events wherever the stream is cut in two', () => {
    const text = stream.replaceAll('\n', '\r\n');
    for (let at = 0; at <= text.length; at++) expect(parse([text.slice(0, at), text.slice(at)])).toEqual(expected);
  });

  it('gives the same events for random cuts, line ends and bytes through a streaming decoder', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomFrom(seed);
      const text = stream.replace(/\n/g, () => (random() < 0.5 ? '\r\n' : '\n'));
      const bytes = new TextEncoder().encode(text);
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      const chunks: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + Math.floor(random() * 9);
        chunks.push(decoder.decode(bytes.slice(at, at + size), { stream: true }));
        at += size;
      }
      expect(parse(chunks), `seed ${seed}`).toEqual(expected);
    }
  });

  it('does not dispatch an event that was cut off before its empty line', () => {
    expect(parse(['event: message.completed\ndata: half'])).toEqual([]);
    expect(parse(['event: message.completed\ndata: half\n'])).toEqual([]);
  });

  it('ignores an id with a null character and tells the retry time', () => {
    const times: number[] = [];
    const events: ServerEvent[] = [];
    const parser = createSseParser(
      (event) => events.push(event),
      (ms) => times.push(ms),
    );
    parser.push('id: 1\0\nretry: 250\nretry: soon\ndata: x\n\n');
    expect(events).toEqual([{ event: 'message', data: 'x', id: undefined }]);
    expect(times).toEqual([250]);
  });
});
