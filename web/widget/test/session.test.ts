import { describe, expect, it } from 'vitest';
import { type Call, type Http, Refused } from '../src/frame/net/http';
import { readConfig, Session, type WidgetConfig } from '../src/frame/net/session';
import { createShelf } from '../src/frame/net/storage';
import { fakeStorage } from './random';

function setUp(storage = fakeStorage()) {
  const calls: { path: string; call: Call }[] = [];
  const valid = new Set<string>();
  const configs: WidgetConfig[] = [];
  let sessions = 0;
  const server = { contactId: 'c1', expiresAt: '', conversationId: 'old' as string | undefined, refuseAll: false };
  const http: Http = async (path, call = {}) => {
    calls.push({ path, call });
    if (path.endsWith('/session')) {
      const token = `token-${++sessions}`;
      valid.add(token);
      return Response.json({ token, ...server, assistant: { name: 'Ada' } });
    }
    if (server.refuseAll || !valid.has(call.token ?? '')) throw new Refused(401, 'token_expired', undefined);
    return Response.json({});
  };
  const session = new Session('k', http, createShelf('s.', storage), (config) => configs.push(config));
  return { session, calls, valid, server, configs, storage };
}

describe('the session', () => {
  it('is asked for once, however many calls start together', async () => {
    const { session, calls } = setUp();
    await Promise.all([session.authorized('/a'), session.authorized('/b'), session.ensure()]);
    expect(calls.filter(({ path }) => path.endsWith('/session'))).toHaveLength(1);
  });

  it('is renewed silently once when the token has expired, with the old token as proof', async () => {
    const { session, calls, valid } = setUp();
    await session.ensure();
    valid.clear();
    await session.authorized('/a');
    expect(calls.map(({ path }) => path)).toEqual(['/widget/k/session', '/a', '/widget/k/session', '/a']);
    expect(calls[2]?.call.body).toEqual({ token: 'token-1' });
  });

  it('is renewed before it expires, not before that is near', async () => {
    const { session, calls, server } = setUp();
    server.expiresAt = '2026-05-02T10:00:00Z';
    await session.ensure();
    await session.keep(Date.parse('2026-05-01T11:00:00Z'));
    expect(calls).toHaveLength(1);
    await session.keep(Date.parse('2026-05-02T05:00:00Z'));
    expect(calls).toHaveLength(2);
  });

  it('does not renew in circles', async () => {
    const { session, calls, server } = setUp();
    server.refuseAll = true;
    await expect(session.authorized('/a')).rejects.toMatchObject({ status: 401 });
    expect(calls.filter(({ path }) => path === '/a')).toHaveLength(2);
  });

  it('never puts the token into an address', async () => {
    const { session, calls } = setUp();
    await session.authorized('/a');
    await session.authorized('/b');
    expect(calls.every(({ path }) => !path.includes('token-'))).toBe(true);
  });

  it('takes up the conversation the server knows, and keeps "new conversation" over a reload', async () => {
    const first = setUp();
    await first.session.ensure();
    expect(first.session.conversationId).toBe('old');
    first.session.conversationId = null;
    const second = setUp(first.storage);
    await second.session.ensure();
    expect(second.session.conversationId).toBeNull();
  });

  it('follows the server when it has become another contact', async () => {
    const first = setUp();
    await first.session.ensure();
    first.session.conversationId = 'mine';
    const second = setUp(first.storage);
    second.server.contactId = 'c2';
    second.server.conversationId = undefined;
    await second.session.ensure();
    expect(second.session.conversationId).toBeNull();
  });

  it('reads any configuration without falling over', () => {
    for (const value of [
      undefined,
      null,
      'x',
      [],
      { assistant: 1, theme: 2, limits: null },
      { assistant: { suggestions: [1, '', 'a'] } },
    ]) {
      expect(readConfig(value).limits.messageLength).toBe(100_000);
    }
    expect(readConfig({ assistant: { suggestions: [1, '', 'a'] } }).assistant.suggestions).toEqual(['a']);
    const config = readConfig({ theme: { color: '#123456' }, locale: 'es', limits: { messageLength: 9 } });
    expect(readConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });
});
