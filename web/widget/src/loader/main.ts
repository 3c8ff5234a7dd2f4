import { mount } from './loader';

const script = (document.currentScript ??
  document.querySelector('script[data-steward-key]')) as HTMLScriptElement | null;

if (script) {
  if (document.body) mount(script);
  else document.addEventListener('DOMContentLoaded', () => mount(script));
}
