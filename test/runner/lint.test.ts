/** `rootlab lint` as a person sees it: its words, and how it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { rootlabNow } from '../system/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function lint(t: Test, steps: string, ...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rootlab-lint-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.yaml');
  writeFileSync(file, `title: A\nmachine: debian-12\nsteps:\n${steps}`);
  const { status, stdout, stderr } = rootlabNow(['lint', file, ...words], { cwd: root });
  return { status, stdout: stdout.replaceAll(folder, ''), stderr };
}

t.test('a finding is told like a problem, and the status is 1', async (t) => {
  const { status, stdout } = lint(t, '- run: sleep 5\n- run: "! x"\n');
  t.equal(
    stdout,
    `/a.yaml:4:8: warning L005 "sleep 5" waits for time, not for what must come
  - run: sleep 5
         ^
hint: wait: {unit: …} or another resource, or \`within: 30s\` beside the command that follows; where time itself must pass, because: …

/a.yaml:5:9: warning L004 "! x" passes for any reason that makes the command fail
  - run: "! x"
          ^
hint: leave out the ! and name the status, such as expect: {exit: 1}

1 file, 1 job: 2 findings
`,
  );
  t.equal(status, 1);
});

t.test('without findings the status is 0; where a file cannot be read it is 2', async (t) => {
  const clean = lint(t, '- run: x\n');
  t.same([clean.status, clean.stdout], [0, '1 file, 1 job: no problems\n']);
  const wrong = lint(t, '- rnu: x\n', '--format=json');
  t.same([wrong.status, wrong.stdout], [2, '']);
  t.match(wrong.stderr, 'unknown key "rnu"');
});

t.test('findings as JSON', async (t) => {
  const { status, stdout } = lint(t, '- run: sleep 5\n', '--format', 'json');
  const [finding] = [JSON.parse(stdout)].flat();
  t.match(finding, { rule: 'L005', severity: 'warning', file: '/a.yaml', line: 4, column: 8 });
  t.equal(status, 1);
});

t.test('findings as SARIF; no other formats', async (t) => {
  t.match(JSON.parse(lint(t, '- run: x\n', '--format=sarif').stdout), {
    version: '2.1.0',
    runs: [{ results: [] }],
  });
  const wrong = lint(t, '- run: x\n', '--format=xml');
  t.equal(wrong.status, 2);
  t.match(wrong.stderr, 'it takes: text, json, sarif');
});
