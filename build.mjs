// Makes dist/: the program as one bundle, and `rootlab`, which starts it from a snapshot, loaded and warm.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const assets = new URL('./reports/html/assets.mjs', import.meta.url);
if (existsSync(assets)) await (await import(assets.href)).writeAssets();

// Modules that no snapshot can hold (Node 20.20): they are loaded when something of them is used.
const late = ['child_process', 'http', 'net', 'readline'].map((name) => `node:${name}`);
const banner = `{
  const load = require;
  const late = new Set(${JSON.stringify(late)});
  require = (name) => (late.has(name) ? new Proxy({}, { get: (_, key) => load(name)[key] }) : load(name));
}
// Node 20 gives its newest methods to a context that starts from a snapshot, not to one that becomes it.
if (Array.prototype.toSorted === undefined) {
  const copies = {
    toSorted(compare) { return [...this].sort(compare); },
    toReversed() { return [...this].reverse(); },
    with(index, value) { const copy = [...this]; copy.splice(index, 1, value); return copy; },
  };
  for (const [name, value] of Object.entries(copies))
    Object.defineProperty(Array.prototype, name, { value, configurable: true });
  require('node:v8').startupSnapshot.addSerializeCallback(() => {
    for (const name of Object.keys(copies)) delete Array.prototype[name];
  });
}
const __url = require('node:url').pathToFileURL(__filename).href;`;

// A snapshot is used only with the very flags it was made with; those that this Node has not are left out.
const { stdout: allFlags } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
const engineFlags = [
  // Nobody but us has written it, or chooses keys for our maps.
  '--no-verify-snapshot-checksum',
  '--no-rehash-snapshot',
  // A run does most things once, and many a few hundred times: compiling those for speed costs more than it saves.
  // What is hot for longer gets there all the same.
  '--interrupt-budget=1000000',
  // Much output is a lot of short-lived text: it is collected before it fills the memory. Of a small run nothing is,
  // but for its young objects, by this thread: to wake others takes longer.
  '--heap-growing-percent=25',
  '--initial-old-space-size=64',
  '--min-semi-space-size=4',
  '--no-parallel-scavenge',
].filter((flag) => allFlags.includes(`${flag.replace('--no-', '--').replace(/=.*/, '')} (`));

// What the processor is and can do, in one line.
const processor = '/sys/devices/system/cpu/modalias';

// Into a folder of its own that is then renamed: whoever starts the program meanwhile finds all of one build.
const fresh = mkdtempSync(`${here}.dist-`);
await build({
  absWorkingDir: here,
  entryPoints: ['runner/start.ts'],
  outfile: `${fresh}/main.js`,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  // The same without a look at the environment for each token.
  alias: { yaml: `${here}node_modules/yaml/browser/index.js` },
  define: { 'import.meta.url': '__url' },
  banner: { js: banner },
  logLevel: 'warning',
  legalComments: 'none',
});
// One byte a character is half as much to load; what esbuild left beyond that stands in regular expressions.
const ascii = readFileSync(`${fresh}/main.js`, 'utf8').replace(
  /[^\0-\x7f]/g,
  (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
);
writeFileSync(`${fresh}/main.js`, ascii);
chmodSync(`${fresh}/main.js`, 0o755);
// The project's own package.json says that files named .js are modules.
writeFileSync(`${fresh}/package.json`, '{"type":"commonjs"}\n');
writeStarter(writeSnapshot());
chmodSync(fresh, 0o755);
rmSync(`${here}dist`, { recursive: true, force: true });
renameSync(fresh, `${here}dist`);

/**
 * Gives the shell's test of whether it fits the Node that is there. Without a snapshot the program does all the same, and
 * starts three times as slowly.
 */
function writeSnapshot() {
  const cache = rehearse();
  const blob = `${fresh}/main.blob`;
  const words = [...engineFlags, '--snapshot-blob', blob, '--build-snapshot'];
  const made = spawnSync(process.execPath, [...words, `${here}stage.cjs`, `${fresh}/main.js`, cache], {
    encoding: 'utf8',
  });
  try {
    if (made.status !== 0) {
      console.error(`note: rootlab starts slowly here, without a snapshot: ${made.stderr}`);
      rmSync(blob, { force: true });
      return 'false';
    }
    return `${sameNode()} && ${sameProcessor()}`;
  } finally {
    rmSync(dirname(cache), { recursive: true });
  }
}

function word(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Node that has been replaced is another file. */
function sameNode() {
  try {
    // A second name of it is asked for in no time,
    linkSync(process.execPath, `${fresh}/node`);
    return '[ "$dist/node" -ef "$node" ]';
  } catch {
    // and lies on the same disk, and is not for everybody to make.
    const { dev, ino, size, mtimeMs } = statSync(process.execPath);
    const words = [dev, ino, size, Math.floor(mtimeMs / 1000)].join(' ');
    return `[ "$(stat -Lc '%d %i %s %Y' "$node" 2>/dev/null)" = '${words}' ]`;
  }
}

/** Node 20 starts from no snapshot of another processor, nor without it: it ends, and says so. */
function sameProcessor() {
  const told = existsSync(processor) ? readFileSync(processor, 'utf8').trim() : '';
  return `[ "$cpu" = ${word(told)} ]`;
}

/**
 * A run of one step in a root of a shell and little else, for what it has compiled. Gives the file that holds it; where
 * rootlab may not run, there is less in it.
 */
function rehearse() {
  const folder = mkdtempSync(`${tmpdir()}/rootlab-build-`);
  const cache = `${folder}/cache`;
  const make = `mkdir -p tree/etc tree/usr/bin && ln -s usr/bin tree/bin && : >tree/etc/os-release
    for program in bash sh sleep; do
      cp -L "$(command -v $program)" tree/bin/
      for library in $(ldd "$(command -v $program)" | grep -o '/[^ ]*'); do
        mkdir -p "tree\${library%/*}" && cp -L "$library" "tree$library"
      done
    done`;
  spawnSync('sh', ['-c', make], { cwd: folder, stdio: 'ignore' });
  writeFileSync(`${folder}/rootlab.yaml`, 'images:\n  - name: tree\n    directory: tree\n');
  const machine = 'machine: { image: tree, init: false }';
  writeFileSync(`${folder}/rehearsal.yaml`, `title: rehearsal\n${machine}\nsteps:\n  - run: 'true'\n`);
  const words = ['run', 'rehearsal.yaml', '--output=out', '--reporter=tap=tap', '--reporter=console=console'];
  spawnSync(process.execPath, [...engineFlags, `${here}stage.cjs`, `${fresh}/main.js`, cache, ...words], {
    cwd: folder,
    env: { ...process.env, HOME: folder, XDG_CACHE_HOME: folder },
    stdio: 'ignore',
    timeout: 30_000,
  });
  return cache;
}

/** A snapshot fits the very Node and processor it was made by, and holds where it was made. */
function writeStarter(fits) {
  const { version } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'));
  const starter = `#!/bin/sh
# Starts rootlab: from its snapshot where that fits, else from the bundle.
case \${1-} in -V | --version) echo 'rootlab ${version}'; exit ;; esac
self=$0
[ ! -L "$self" ] || self=$(readlink -f -- "$self")
dist=\${self%/*}
node=${word(process.execPath)}
# Node reads the certificates that this names before it begins, which takes as long as the rest; rootlab uses none.
if [ -n "\${NODE_EXTRA_CA_CERTS-}" ]; then
  export ROOTLAB_NODE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"
  unset NODE_EXTRA_CA_CERTS
fi
cpu=
{ read -r cpu <${processor}; } 2>/dev/null
if ${fits} && [ "$dist" -ef ${word(`${here}dist`)} ]; then
  exec "$node" ${engineFlags.join(' ')} --snapshot-blob "$dist/main.blob" "$dist/main.js" "$@"
fi
# sudo often looks for programs in other places than the user who built this.
! command -v node >/dev/null || node=node
exec "$node" "$dist/main.js" "$@"
`;
  writeFileSync(`${fresh}/rootlab`, starter);
  chmodSync(`${fresh}/rootlab`, 0o755);
}
