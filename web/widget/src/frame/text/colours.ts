type Rgb = [number, number, number];

/** Only hexadecimal colours are taken from the configuration. */
export function parseHex(value: string | undefined): Rgb | undefined {
  const match = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value ?? '');
  if (!match?.[1]) return undefined;
  const hex = match[1].length === 3 ? match[1].replace(/./g, '$&$&') : match[1];
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const s = part / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio, WCAG 2.2: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const white: Rgb = [255, 255, 255];
const ink: Rgb = [17, 24, 39];

/** White or ink, whichever reads better on the colour. */
export function textOn(colour: Rgb): string {
  return contrast(colour, white) >= contrast(colour, ink) ? '#ffffff' : '#111827';
}

/** The colour, moved towards black or white until text in it reads at 4.5:1 on the background. */
export function readable(colour: Rgb, background: Rgb): string {
  const target = luminance(background) > 0.4 ? 0 : 255;
  let current = colour;
  for (let step = 0; step < 20 && contrast(current, background) < 4.5; step++) {
    current = current.map((part) => Math.round(part + (target - part) * 0.12)) as Rgb;
  }
  return `#${current.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
