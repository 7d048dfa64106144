// Bundles the program: an entry, the program, chunks that few runs need, and the code caches they start from.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const assets = new URL('./reports/html/assets.mjs', import.meta.url);
if (existsSync(assets)) await (await import(assets.href)).writeAssets();

/** Imported by `import()` only; each carries what it shares with the program. */
const chunks = {
  html: 'reports/html/index.ts',
  terminal: 'src/terminal-screen.ts',
  colours: 'reports/ansi-dressed.ts',
  execa: 'node_modules/execa/index.js',
};

const url = "const __url=require('node:url').pathToFileURL(__filename).href;";
const script = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url' },
  banner: { js: url },
  logLevel: 'warning',
  legalComments: 'none',
};
const apart = {
  name: 'chunks apart',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, kind, pluginData, importer, resolveDir }) => {
      if (kind !== 'dynamic-import' || pluginData === 'resolving') return undefined;
      const found = await resolve(path, { kind, pluginData: 'resolving', importer, resolveDir });
      const name = Object.keys(chunks).find((key) => found.path === `${here}${chunks[key]}`);
      return name === undefined ? found : { path: `./${name}.cjs`, external: true };
    });
  },
};

// Into a folder of its own that is then renamed: a program that runs meanwhile keeps its chunks until it looks again.
const fresh = mkdtempSync(`${here}.dist-`);
const entries = { program: 'runner/main.ts', ...chunks };
await Promise.all([
  build({ ...script, entryPoints: ['runner/start.ts'], outfile: `${fresh}/main.js` }),
  ...Object.entries(entries).map(([name, entry]) =>
    build({ ...script, entryPoints: [entry], outfile: `${fresh}/${name}.cjs`, plugins: [apart] }),
  ),
]);
// One byte a character is read and compiled faster; what esbuild left beyond that stands in regular expressions.
for (const name of Object.keys(entries)) {
  const escaped = readFileSync(`${fresh}/${name}.cjs`, 'utf8').replace(
    /[^\0-\xff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(`${fresh}/${name}.cjs`, escaped, 'latin1');
}
// The project's own package.json says that files named .js are modules.
writeFileSync(`${fresh}/package.json`, '{"type":"commonjs"}\n');
chmodSync(`${fresh}/main.js`, 0o755);
chmodSync(fresh, 0o755);
rmSync(`${here}dist`, { recursive: true, force: true });
renameSync(fresh, `${here}dist`);

// Looks at this computer once, changing nothing, so that the caches hold what a run needs; without them all works too.
const output = mkdtempSync(`${here}.dist-`);
try {
  execFileSync(
    process.execPath,
    ['dist/main.js', 'run', 'scenarios/host', 'scenarios/nspawn', '--tag', 'host', '--output', output],
    {
      cwd: here,
      stdio: 'ignore',
      env: { ...process.env, ROOTLAB_WRITE_CACHE: '1' },
    },
  );
} catch {
  // A computer that lacks something ends with 1; the caches are there all the same.
} finally {
  rmSync(output, { recursive: true, force: true });
}
