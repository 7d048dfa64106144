// Counts the tests of a TAP file, names what failed or was skipped, and prints the line that ends a run.
import { readFileSync } from 'node:fs';
import { Parser } from 'tap-parser';

const [file, failedChecks, tapStatus = '0'] = process.argv.slice(2);
const counts = { passed: 0, failed: Number(failedChecks), skipped: 0 };
const notes = [];

const indent = (text) => text.slice(0, 4000).replace(/^/gm, '    ');
const visit = (parser, names) => {
  const children = new Set();
  parser.on('child', (child) => {
    children.add(child.name);
    visit(child, [...names, child.name]);
  });
  parser.on('assert', (point) => {
    const name = [...names, point.name].filter(Boolean).join(' › ');
    // A subtest's own point only sums up what was counted inside it; a test counts as one, not each of its assertions.
    if (names.length !== 1) {
      if (names.length === 0 && !point.ok) fileFailed.push(name);
      return;
    }
    if (point.skip || point.todo) {
      counts.skipped += 1;
      notes.push(`skipped: ${name}: ${typeof point.skip === 'string' ? point.skip : 'no reason given'}`);
    } else if (point.ok) counts.passed += 1;
    else {
      counts.failed += 1;
      notes.push(`failed: ${name}`);
    }
  });
  parser.on('assert', (point) => {
    // The assertion itself, not the subtests that fail with it.
    if (!point.ok && !point.todo && point.diag && !point.name?.endsWith('.ts') && !children.has(point.name)) {
      notes.push(
        `  ${[...names, point.name].filter(Boolean).join(' › ')}\n${indent(JSON.stringify(point.diag, null, 2))}`,
      );
    }
  });
  parser.on('bailout', (reason) => {
    counts.failed += 1;
    notes.push(`bailed out: ${reason}`);
  });
};
const fileFailed = [];
const parser = new Parser();
visit(parser, []);
parser.end(readFileSync(file, 'utf8'));
if (
  counts.passed + counts.skipped === 0 ||
  (fileFailed.length > 0 && !notes.some((note) => note.startsWith('failed')))
) {
  counts.failed += Math.max(1, fileFailed.length);
  notes.push(...fileFailed.map((name) => `failed: ${name} as a whole`));
}
// The runner's own word counts too: a file of results that was cut short is no success.
if (tapStatus !== '0' && counts.failed === 0) {
  counts.failed += 1;
  notes.push(`failed: the test runner ended with ${tapStatus}`);
}
for (const note of notes) console.log(note);
// What this computer could not run must not pass for tested in CI.
if (process.env.CI && counts.skipped > 0) console.log('in CI a skipped test is a failure');
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || (process.env.CI && counts.skipped > 0) ? 1 : 0;
