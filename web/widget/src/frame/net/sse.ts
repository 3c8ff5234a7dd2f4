// Reads a text/event-stream that may be cut anywhere: inside a line, between CR and LF, inside a character
// (the caller decodes with a streaming TextDecoder). Follows the WHATWG "event stream interpretation".

export interface ServerEvent {
  event: string;
  data: string;
  id: string | undefined;
}

export interface SseParser {
  push(chunk: string): void;
}

export function createSseParser(onEvent: (event: ServerEvent) => void, onRetry?: (ms: number) => void): SseParser {
  let rest = '';
  let skipLineFeed = false;
  let first = true;
  let name = '';
  let data: string[] = [];
  let lastId: string | undefined;

  const dispatch = () => {
    if (data.length > 0) onEvent({ event: name || 'message', data: data.join('\n'), id: lastId });
    name = '';
    data = [];
  };

  const line = (text: string) => {
    if (text === '') return dispatch();
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    let value = colon < 0 ? '' : text.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) lastId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) onRetry?.(Number(value));
  };

  return {
    push(chunk) {
      if (chunk === '') return;
      if (first) {
        first = false;
        if (chunk.charCodeAt(0) === 0xfeff) chunk = chunk.slice(1);
      }
      if (skipLineFeed && chunk[0] === '\n') chunk = chunk.slice(1);
      skipLineFeed = false;
      rest += chunk;

      let start = 0;
      for (let at = 0; at < rest.length; at++) {
        const code = rest.charCodeAt(at);
        if (code !== 10 && code !== 13) continue;
        line(rest.slice(start, at));
        if (code === 13) {
          if (at + 1 === rest.length) skipLineFeed = true;
          else if (rest.charCodeAt(at + 1) === 10) at++;
        }
        start = at + 1;
      }
      rest = rest.slice(start);
    },
  };
}
