/**
 * Evaluates the bundle: `node stage.cjs MAIN.js CACHE [WORD…]`, for build.mjs.
 *
 * What V8 has compiled by the end of a run is kept in CACHE, and is there from the start in the next; so the snapshot,
 * which is made by this file too, holds the code of what has been run before, not only of what may run in a snapshot.
 */
'use strict';
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { startupSnapshot } = require('node:v8');
const { Script } = require('node:vm');

const [, , file, cache, ...words] = process.argv;
evaluate();

function evaluate() {
  // Nothing holds the script but its functions: no snapshot takes the object.
  const text = readFileSync(file, 'latin1').replace(/^#!/, '//');
  const script = new Script(
    `(function (require, module, exports, __filename, __dirname) {${text}\n})`,
    existsSync(cache) ? { filename: file, cachedData: readFileSync(cache) } : { filename: file },
  );
  if (!startupSnapshot.isBuildingSnapshot()) {
    process.argv = [process.execPath, file, ...words];
    process.on('exit', () => writeFileSync(cache, script.createCachedData()));
  }
  const module = { exports: {} };
  script.runInThisContext()(require, module, module.exports, file, dirname(file));
}
