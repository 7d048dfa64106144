#!/usr/bin/env node
/** The bundle's entry: runs the program from its code cache, since compiling it takes longer than most of what it does. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { homeDirectory, versionLine } from './home.ts';

const nodeRequire = createRequire(import.meta.url);

if (process.argv[2] === '--version') process.stdout.write(versionLine());
else {
  // A run does most things once, and many a few hundred times: compiling those for speed costs more than it saves.
  // What is hot for longer gets there all the same.
  setFlagsFromString('--interrupt-budget=1000000');
  loader()('./program.cjs');
}

/** `require` for the program and its chunks: each is loaded once, however often it is imported. */
function loader(): (name: string) => unknown {
  const loaded = new Map<string, unknown>();
  const load = (name: string): unknown => {
    if (!name.startsWith('./')) return nodeRequire(name);
    if (!loaded.has(name)) loaded.set(name, evaluate(name, load));
    return loaded.get(name);
  };
  return load;
}

/** Compiled from its cache. Another Node refuses that, and compiles. */
function evaluate(name: string, load: (name: string) => unknown): unknown {
  const file = `${homeDirectory}dist/${name.slice(2)}`;
  const cache = `${file}.cache`;
  const source = `(function(require,module,exports,__filename){${readFileSync(file, 'latin1')}\n})`;
  const script = new Script(source, { filename: file, cachedData: readCache(cache) });
  if (process.env['ROOTLAB_WRITE_CACHE'] !== undefined)
    process.on('exit', () => writeFileSync(cache, script.createCachedData()));
  const module = { exports: {} };
  script.runInThisContext()(load, module, module.exports, file);
  return module.exports;
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
