import { describe, expect, it, vi } from 'vitest';
import { frameAddress, parentOrigin } from '../src/frame/host';
import { accept, post } from '../src/shared/bridge';

const peer = { postMessage: vi.fn() } as unknown as Window;
const origin = 'https://shop.example';
const data = { channel: 'steward-widget/1', type: 'open' };
const event = (over: object) => ({ source: peer, origin, data, ...over }) as MessageEvent;

describe('messages between page and frame', () => {
  it('are accepted from the expected window and origin', () => {
    expect(accept(event({}), peer, origin)).toEqual(data);
  });

  it.each([
    ['another window', event({ source: {} }), peer, origin],
    ['no window', event({ source: null }), null, origin],
    ['another origin', event({ origin: 'https://evil.example' }), peer, origin],
    ['an origin that only starts alike', event({ origin: 'https://shop.example.evil.example' }), peer, origin],
    ['another scheme', event({ origin: 'http://shop.example' }), peer, origin],
    ['another port', event({ origin: 'https://shop.example:8443' }), peer, origin],
    ['an opaque origin', event({ origin: 'null' }), peer, 'null'],
    ['a wildcard', event({ origin: '*' }), peer, '*'],
    ['another channel', event({ data: { type: 'open' } }), peer, origin],
    ['a text', event({ data: 'open' }), peer, origin],
    ['nothing', event({ data: null }), peer, origin],
  ])('are ignored from %s', (_, incoming, from, expected) => {
    expect(accept(incoming, from, expected)).toBeUndefined();
  });

  it('go to one named origin, never to any', () => {
    const send = vi.fn();
    const target = { postMessage: send } as unknown as Window;
    post(target, origin, { type: 'close' });
    expect(send).toHaveBeenCalledWith({ channel: 'steward-widget/1', type: 'close' }, origin);
    post(target, '*', { type: 'close' });
    post(target, 'null', { type: 'close' });
    expect(send).toHaveBeenCalledTimes(1);
  });
});

describe('the holder of the frame', () => {
  const named = (value: string) => new URLSearchParams({ origin: value });

  it('is the origin that the loader names and the browser confirms', () => {
    expect(parentOrigin(named(origin), [origin])).toBe(origin);
    expect(parentOrigin(named(origin), undefined)).toBe(origin);
  });

  it('is nobody when the two disagree or the name is no origin', () => {
    expect(parentOrigin(named(origin), ['https://evil.example'])).toBeUndefined();
    expect(parentOrigin(named('*'), undefined)).toBeUndefined();
    expect(parentOrigin(named('https://shop.example/path'), undefined)).toBeUndefined();
    expect(parentOrigin(new URLSearchParams(), undefined)).toBeUndefined();
  });

  it('finds the key and what stands before it in the address', () => {
    expect(frameAddress('/widget/wk_1/frame')).toEqual({ base: '', key: 'wk_1' });
    expect(frameAddress('/support/widget/a%20b/frame')).toEqual({ base: '/support', key: 'a b' });
  });
});
