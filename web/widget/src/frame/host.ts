import { isOrigin } from '../shared/bridge';

/**
 * The origin of the page that holds the frame. The loader names it in the fragment; where the browser knows it too
 * (ancestorOrigins), both must agree. Who may hold the frame at all is the server's frame-ancestors.
 */
export function parentOrigin(fragment: URLSearchParams, ancestors: ArrayLike<string> | undefined): string | undefined {
  const named = fragment.get('origin') ?? '';
  if (!isOrigin(named)) return undefined;
  if (ancestors && ancestors.length > 0 && ancestors[0] !== named) return undefined;
  return named;
}

/** The widget key and what stands before "/widget" in the frame's own address. */
export function frameAddress(path: string): { base: string; key: string } {
  const match = /^(.*)\/widget\/([^/]+)\/frame\/?$/.exec(path);
  return { base: match?.[1] ?? '', key: decodeURIComponent(match?.[2] ?? '') };
}
