/**
 * What a visitor typed or pasted, as the server takes it: line breaks and tabs are the only control characters, halves of
 * characters become the replacement character, and nothing surrounds it.
 */
export function sendable(text: string): string {
  const lines = text.replace(/\r\n?|[\u2028\u2029]/g, '\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  const clean = lines.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
  return clean.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd').trim();
}
