#!/usr/bin/env node
/** The bundle's entry: runs the program from its code cache, since compiling it takes longer than most of what it does. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import { homeDirectory, versionLine } from './home.ts';

const program = `${homeDirectory}dist/program.cjs`;
const cache = `${homeDirectory}dist/program.cache`;

if (process.argv[2] === '--version') process.stdout.write(versionLine());
else runProgram();

function runProgram(): void {
  // Another Node than the one that built the cache refuses it, and compiles.
  const script = new Script(`(function(require,__filename){${readFileSync(program, 'latin1')}\n})`, {
    filename: program,
    cachedData: readCache(),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (process.env['ROOTLAB_WRITE_CACHE'] !== undefined)
    process.on('exit', () => writeFileSync(cache, script.createCachedData()));
  script.runInThisContext()(createRequire(import.meta.url), program);
}

function readCache(): Buffer | undefined {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}
