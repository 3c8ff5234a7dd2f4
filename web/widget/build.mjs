// Builds both bundles into dist/ and fails when one is heavier on the wire than it may be.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const out = `${root}dist`;
const budgets = { 'loader.js': 5_000, application: 40_000 };

const common = {
  root,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
};

await rm(out, { recursive: true, force: true });
await mkdir(out);

await build({
  ...common,
  build: {
    outDir: out,
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'src/loader/main.ts', formats: ['iife'], name: 'stewardLoader', fileName: () => 'loader.js' },
  },
});

await build({
  ...common,
  base: './',
  build: {
    outDir: out,
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: { input: 'src/frame/main.tsx' },
  },
});

const assets = await readdir(`${out}/assets`);
const asset = (ending) => {
  const found = assets.filter((name) => name.endsWith(ending));
  if (found.length !== 1) throw new Error(`Expected one ${ending} asset, found ${found.length}.`);
  // The frame's address is /widget/{key}/frame: its assets are one step up.
  return `../assets/${found[0]}`;
};
const template = await readFile(`${root}src/frame/frame.html`, 'utf8');
const page = template.replace('{{STYLES}}', asset('.css')).replace('{{SCRIPT}}', asset('.js'));
await writeFile(`${out}/frame.html`, page);

const weigh = async (...files) => {
  const bodies = await Promise.all(files.map((file) => readFile(`${out}/${file}`)));
  return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
};
const sizes = {
  'loader.js': await weigh('loader.js'),
  application: await weigh('frame.html', ...assets.map((name) => `assets/${name}`)),
};
for (const [name, size] of Object.entries(sizes)) {
  const over = size > budgets[name];
  console.log(
    `${name.padEnd(12)} ${String(size).padStart(6)} bytes gzip of ${budgets[name]}${over ? '  OVER BUDGET' : ''}`,
  );
  if (over) process.exitCode = 1;
}
