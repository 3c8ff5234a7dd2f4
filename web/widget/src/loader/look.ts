// Styles of what stands on the customer's page. They live in a shadow root as a constructed sheet, so that neither
// the page's own styles nor its content security policy can reach them.
export const css = `
:host{all:initial}
*{box-sizing:border-box}
.launcher,.panel{position:fixed;z-index:2147483000;inset-inline-end:auto}
.launcher{bottom:20px;right:20px;width:60px;height:60px;padding:0;border:0;border-radius:min(calc(var(--radius)*1.9),30px);
background:var(--primary);color:var(--on);cursor:pointer;display:grid;place-items:center;
box-shadow:0 1px 2px #0003,0 8px 28px #0004;transition:transform .18s ease,box-shadow .18s ease}
.launcher:hover{transform:translateY(-2px);box-shadow:0 2px 4px #0003,0 14px 34px #0004}
.launcher:active{transform:scale(.96)}
.launcher:focus-visible{outline:3px solid var(--primary);outline-offset:3px;box-shadow:0 0 0 3px #fff,0 8px 28px #0004}
svg{grid-area:1/1;width:28px;height:28px;transition:transform .2s ease,opacity .2s ease}
.x{opacity:0;transform:rotate(-45deg) scale(.6)}
.open .x{opacity:1;transform:none}
.open .chat{opacity:0;transform:rotate(45deg) scale(.6)}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;border:2px solid #fff;
background:#c8102e;color:#fff;font:600 12px/18px system-ui,sans-serif;text-align:center}
.badge[hidden]{display:none}
.panel{bottom:94px;right:20px;width:400px;height:min(680px,calc(100dvh - 114px));max-width:calc(100vw - 40px);border:0;
border-radius:var(--radius);background:Canvas;color-scheme:light dark;overflow:hidden;
box-shadow:0 0 0 1px #0000000f,0 12px 48px #0004;visibility:hidden;opacity:0;transform:translateY(12px) scale(.985);
transform-origin:bottom right;transition:opacity .18s ease,transform .18s ease,visibility 0s .18s}
.open .panel{visibility:visible;opacity:1;transform:none;transition:opacity .18s ease,transform .18s ease}
.left .launcher,.left .panel{right:auto;left:20px}
.left .panel{transform-origin:bottom left}
@media (max-width:480px),(max-height:520px){
.panel,.left .panel{inset:0;width:100%;height:100dvh;max-width:none;border-radius:0}
.open .launcher{display:none}}
@media (prefers-reduced-motion:reduce){.launcher,.panel,.open .panel,svg{transition:none}}
@media print{.launcher,.panel{display:none}}`;

const svg = 'http://www.w3.org/2000/svg';

function icon(name: string, path: string): SVGSVGElement {
  const root = document.createElementNS(svg, 'svg');
  root.setAttribute('viewBox', '0 0 28 28');
  root.setAttribute('fill', 'none');
  root.setAttribute('stroke', 'currentColor');
  root.setAttribute('stroke-width', '2.2');
  root.setAttribute('stroke-linecap', 'round');
  root.setAttribute('stroke-linejoin', 'round');
  root.setAttribute('aria-hidden', 'true');
  root.setAttribute('class', name);
  const shape = document.createElementNS(svg, 'path');
  shape.setAttribute('d', path);
  root.append(shape);
  return root;
}

export function icons(): SVGSVGElement[] {
  return [
    icon(
      'chat',
      'M14 4.5c5.8 0 10.5 3.9 10.5 8.8S19.8 22 14 22c-1.2 0-2.4-.2-3.5-.5L5 24l1.2-4.7c-1.7-1.6-2.7-3.7-2.7-6C3.5 8.4 8.2 4.5 14 4.5ZM9.8 13.3h.01M14 13.3h.01M18.2 13.3h.01',
    ),
    icon('x', 'm8 8 12 12M20 8 8 20'),
  ];
}
