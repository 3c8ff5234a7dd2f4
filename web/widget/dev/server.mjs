// A stand-in for Steward's HTTP and event-stream contract, for working on the widget without the platform:
//   npm run build && npm run dev        then open http://localhost:5090/
// Words in a message steer it: "person", "slow", "reset", "fail", "limit", "refuse", "long".
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const framePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const config = {
  assistant: {
    name: 'Nora',
    greeting: "Ahoy! I'm Nora from Harbor Bikes. Ask me about renting, repairs or the shop.",
    suggestions: ['What does a city bike cost per day?', 'When are you open on Sunday?', 'Can I bring my dog?'],
  },
  theme: { color: '#0e7490', position: 'right', radius: 18, scheme: 'auto' },
  locale: 'auto',
};

const answers = {
  price: {
    text: 'A city bike is **18 € per day** and 79 € per week [1].\n\nIncluded in every rental:\n- a helmet in your size\n- a lock and lights\n- help by phone if something breaks [2]',
    citations: [
      {
        n: 1,
        title: 'Rental prices 2026',
        url: 'https://harbor-bikes.example/prices',
        quote: 'City bike: 18 € per day, 79 € per week, helmet included.',
      },
      {
        n: 2,
        title: 'What is included',
        url: null,
        quote: 'Every rental comes with a lock, lights and our phone line from 8 to 20.',
      },
    ],
    action: 'reply',
  },
  unknown: {
    text: 'I could not find that in what I know about Harbor Bikes. Would you like to talk to a person?',
    citations: [],
    action: 'ask',
  },
};

const conversations = new Map();
const tokens = new Map();
let epoch = 0;

const json = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
};
const problem = (response, status, code, headers) => json(response, status, { status, code, title: code }, headers);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function emit(talk, event, body) {
  const id = event === 'message.completed' ? `id: ${body.number}\n` : '';
  const frame = `${id}event: ${event}\ndata: ${JSON.stringify({ conversationId: talk.id, ...body })}\n\n`;
  for (const reader of talk.readers) reader.write(frame);
}

function settle(talk, message) {
  const full = {
    id: randomUUID(),
    number: ++talk.last,
    createdAt: new Date().toISOString(),
    citations: [],
    ...message,
  };
  talk.messages.push(full);
  emit(talk, 'message.completed', full);
  return full;
}

async function answer(talk, text) {
  const turn = { turnId: randomUUID(), epoch: ++epoch };
  talk.turn = { ...turn, text: '' };
  emit(talk, 'turn.started', turn);
  const reply = /cost|price|kostet|cuesta/i.test(text) ? answers.price : answers.unknown;
  await sleep(/slow/i.test(text) ? 4000 : 700);
  const stillMine = () => talk.turn?.turnId === turn.turnId;
  const say = async (words) => {
    for (const part of words.match(/[^.!?\n]+[.!?\n]*\s*|\n+/g) ?? []) {
      if (!stillMine()) return;
      talk.turn.text += part;
      emit(talk, 'message.delta', { ...turn, text: part });
      await sleep(350);
    }
  };
  if (/reset/i.test(text)) {
    await say('This sentence will not survive its check. ');
    talk.turn.text = '';
    emit(talk, 'message.reset', { ...turn, reason: 'claim_removed' });
    await sleep(500);
  }
  if (/fail/i.test(text)) {
    talk.turn = undefined;
    return emit(talk, 'turn.failed', { turnId: turn.turnId, code: 'model_unavailable' });
  }
  if (/person/i.test(text)) {
    talk.turn = undefined;
    settle(talk, {
      author: 'assistant',
      authorName: 'Nora',
      text: 'I am passing you to a colleague.',
      turnId: turn.turnId,
      action: 'handoff',
    });
    return handoff(talk);
  }
  await say(reply.text);
  if (!stillMine()) return;
  talk.turn = undefined;
  settle(talk, { author: 'assistant', authorName: 'Nora', turnId: turn.turnId, ...reply });
}

async function handoff(talk) {
  talk.handoff = { state: 'waiting' };
  emit(talk, 'handoff', talk.handoff);
  await sleep(3000);
  talk.handoff = { state: 'assigned', memberName: 'Jonas' };
  emit(talk, 'handoff', talk.handoff);
  emit(talk, 'typing', { author: 'member', typing: true });
  await sleep(2000);
  settle(talk, { author: 'member', authorName: 'Jonas', text: 'Hi, Jonas here. How can I help?' });
}

function receive(talk, { text, clientId }) {
  const known = talk.messages.find((message) => message.clientId && message.clientId === clientId);
  if (known) return known;
  const stored = settle(talk, { author: 'contact', text, clientId });
  if (talk.handoff) return stored;
  if (talk.turn) {
    emit(talk, 'turn.superseded', { turnId: talk.turn.turnId });
    talk.turn = undefined;
  }
  setTimeout(() => void answer(talk, text), 300);
  return stored;
}

function events(request, response, talk, after) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': hello\n\n');
  talk.readers.add(response);
  for (const message of talk.messages.filter((item) => item.number > after)) {
    response.write(`id: ${message.number}\nevent: message.completed\ndata: ${JSON.stringify(message)}\n\n`);
  }
  if (talk.handoff) response.write(`event: handoff\ndata: ${JSON.stringify(talk.handoff)}\n\n`);
  if (talk.turn) response.write(`event: message.snapshot\ndata: ${JSON.stringify(talk.turn)}\n\n`);
  const beat = setInterval(() => response.write(': beat\n\n'), 15_000);
  request.on('close', () => {
    clearInterval(beat);
    talk.readers.delete(response);
  });
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}');
}

async function api(request, response, url) {
  const contact = tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''));
  if (!contact) return problem(response, 401, 'token_invalid');
  if (url.pathname === '/api/conversations') {
    const talk = { id: randomUUID(), contact, messages: [], last: 0, readers: new Set() };
    conversations.set(talk.id, talk);
    return json(response, 201, { id: talk.id, number: conversations.size, token: null });
  }
  const [, , , id, what] = url.pathname.split('/');
  const talk = conversations.get(id);
  if (talk?.contact !== contact) return problem(response, 404, 'not_found');
  if (what === 'events') return events(request, response, talk, Number(url.searchParams.get('after') ?? 0));
  if (what === 'typing') return json(response, 202, {});
  if (what === 'handoff') {
    void handoff(talk);
    return json(response, 202, {});
  }
  if (request.method === 'GET') {
    const after = Number(url.searchParams.get('after') ?? 0);
    return json(response, 200, { items: talk.messages.filter((item) => item.number > after), next: null });
  }
  const message = await body(request);
  if (/limit/i.test(message.text) && !talk.limited) {
    talk.limited = true;
    return problem(response, 429, 'rate_limited', { 'retry-after': '5' });
  }
  if (/refuse/i.test(message.text)) return problem(response, 413, 'message.too_long');
  return json(response, 202, { id: receive(talk, message).id });
}

async function file(response, path, headers = {}) {
  try {
    const content = await readFile(path);
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', ...headers });
    response.end(content);
  } catch {
    problem(response, 404, 'not_found');
  }
}

async function page(response, path, replace, headers = {}) {
  const text = replace(await readFile(path, 'utf8'));
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
  response.end(text);
}

const attribute = (value) =>
  JSON.stringify(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  try {
    if (url.pathname.startsWith('/api/')) return await api(request, response, url);
    if (/^\/widget\/[^/]+\/session$/.test(url.pathname)) {
      const { token } = await body(request);
      const contact = tokens.get(token) ?? randomUUID();
      const next = randomUUID();
      tokens.set(next, contact);
      return json(response, 200, {
        token: next,
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
        contactId: contact,
        conversationId: [...conversations.values()].findLast((talk) => talk.contact === contact)?.id,
        ...config,
      });
    }
    if (/^\/widget\/[^/]+\/frame$/.test(url.pathname)) {
      const fill = (text) => text.replace('{{CONFIG}}', attribute(config));
      return await page(response, here('../dist/frame.html'), fill, { 'content-security-policy': framePolicy });
    }
    if (url.pathname.startsWith('/widget/')) return await file(response, here(`../dist/${url.pathname.slice(8)}`));
    if (url.pathname === '/') {
      return await page(response, here('../../demo/index.html'), (text) => text.replace('{{WIDGET_KEY}}', 'demo'));
    }
    return await file(response, here(`../../demo${url.pathname}`));
  } catch (error) {
    console.error(error);
    if (!response.headersSent) problem(response, 500, 'broken');
  }
});

server.listen(Number(process.env.PORT ?? 5090), () => console.log(`http://localhost:${server.address().port}/`));
