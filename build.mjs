// Bundles the program and compiles it once: an entry, the program with its code cache, and chunks that few runs need.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const assets = new URL('./reports/html/assets.mjs', import.meta.url);
if (existsSync(assets)) await (await import(assets.href)).writeAssets();

/** Imported by `import()` only; each carries what it shares with the program. */
const chunks = {
  html: 'reports/html/index.ts',
  terminal: 'src/terminal-screen.ts',
  execa: 'node_modules/execa/index.js',
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
};
const script = {
  ...common,
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
};
const apart = {
  name: 'chunks apart',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, kind, pluginData, ...rest }) => {
      if (kind !== 'dynamic-import' || pluginData === 'resolving') return undefined;
      const found = await resolve(path, {
        kind,
        pluginData: 'resolving',
        importer: rest.importer,
        resolveDir: rest.resolveDir,
      });
      const name = Object.keys(chunks).find((key) => found.path === `${here}${chunks[key]}`);
      return name === undefined ? found : { path: `./${name}.cjs`, external: true };
    });
  },
};

rmSync(`${here}dist`, { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: ['runner/start.ts'],
    outfile: 'dist/main.js',
    format: 'cjs',
    define: { 'import.meta.url': '__url' },
    banner: { js: script.banner.js },
  }),
  build({ ...script, entryPoints: ['runner/main.ts'], outfile: 'dist/program.cjs', plugins: [apart] }),
  ...Object.entries(chunks).map(([name, entry]) =>
    build({ ...script, entryPoints: [entry], outfile: `dist/${name}.cjs`, plugins: [apart] }),
  ),
]);
// The project's own package.json says that files named .js are modules.
writeFileSync(`${here}dist/package.json`, '{"type":"commonjs"}\n');
chmodSync(`${here}dist/main.js`, 0o755);

// One byte a character is read and compiled faster; what esbuild left beyond that stands in regular expressions.
const program = `${here}dist/program.cjs`;
const escaped = readFileSync(program, 'utf8').replace(
  /[^\0-\xff]/g,
  (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
);
writeFileSync(program, escaped, 'latin1');
// Run once over the shipped scenarios, so that the cache holds what a run needs.
execFileSync(process.execPath, ['dist/main.js', 'lint', 'scenarios'], {
  cwd: here,
  env: { ...process.env, ROOTLAB_WRITE_CACHE: '1' },
});
