import { describe, expect, it } from 'vitest';
import { sendable } from '../src/frame/text/sendable';
import { randomFrom } from './random';

describe('what is sent', () => {
  it('keeps lines, tabs and every script', () => {
    expect(sendable(' Grüße\r\n\tだ 🚲\u2028x ')).toBe('Grüße\n\tだ 🚲\nx');
  });

  it('holds no control characters and no halves of characters, whatever was pasted', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const units = Array.from({ length: 40 }, () =>
        random() < 0.5 ? 0xd7f0 + Math.floor(random() * 0x820) : Math.floor(random() * 0xa5),
      );
      const clean = sendable(String.fromCharCode(...units));
      expect(/\p{Cs}/u.test(clean), `seed ${seed}`).toBe(false);
      expect(/[^\P{Cc}\n\t]/u.test(clean), `seed ${seed}`).toBe(false);
    }
  });
});
