import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

const root = join(import.meta.dirname, '../..');
const skip = process.getuid?.() === 0 ? false : 'needs root';

/** A run with three reporters that fail and two that do not, which must tell all of it. */
function checkFaults(t: Test, command: string, status: number, said: RegExp): void {
  const folder = t.testdir({ 'a.yaml': `title: A\nmachine: host\nsteps: [{run: "${command}"}]\n` });
  const names = ['throws', 'rejects', 'renders', 'junit=junit.xml', 'tap'];
  const ended = spawnSync(
    process.execPath,
    [
      `--import=${import.meta.resolve('tsx')}`,
      join(root, 'test/runner/reporting-child.ts'),
      'run',
      'a.yaml',
      '--allow-host',
      '--output=out',
      ...names.map((name) => `--reporter=${name}`),
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  t.equal(ended.status, status, ended.stderr);
  for (const [name, message] of [
    ['throws', 'it threw at once'],
    ['rejects', 'it threw later'],
    ['renders', 'it threw at the end'],
  ])
    t.match(ended.stderr, new RegExp(`^error: reporter "${name}" failed: Error: ${message}$`, 'm'));
  t.equal(ended.stderr.match(/^error: /gm)?.length, 3, 'each once, and nothing else');
  t.match(ended.stdout, said);
  t.match(ended.stdout, /^throws saw job-begin\n/m, 'what it said before is shown');
  t.match(readFileSync(join(folder, 'junit.xml'), 'utf8'), /<\/testsuites>\n$/);
  t.match(readFileSync(join(folder, 'out/latest/index.html'), 'utf8'), /<\/html>\n?$/);
}

t.test('A reporter that throws is named, the others finish, and the status is 3', { skip }, async (t) =>
  checkFaults(t, 'true', 3, /^ok 1 - a@host$[^]*^# 1 passed$/m),
);

t.test('What failed in the run says more than a reporter that did', { skip }, async (t) =>
  checkFaults(t, 'false', 1, /^not ok 1 - a@host$[^]*^# 1 failed$/m),
);
