import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t, { type Test } from 'tap';

const root = join(import.meta.dirname, '../..');

/** What `run` says beside its output, where only these variables name a CI service. */
function checkNote(t: Test, env: Record<string, string>, words: readonly string[], expected: string): void {
  const { GITHUB_ACTIONS: _, GITLAB_CI: __, ...rest } = process.env;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import=tsx', 'runner/main.ts', 'run', '--dry-run', 'scenarios/nspawn/echo.yaml', ...words],
    { cwd: root, env: { ...rest, ...env }, encoding: 'utf8' },
  );
  t.equal(status, 0, stderr);
  t.equal(stderr, expected);
}

t.test('A CI service gets its reporter, and one line says so', async (t) => {
  const hint = '(--reporter chooses others)';
  checkNote(
    t,
    { GITHUB_ACTIONS: 'true' },
    [],
    `note: this is GitHub Actions: reporter "github" annotates what fails and adds to the job summary ${hint}\n`,
  );
  checkNote(
    t,
    { GITLAB_CI: 'true' },
    [],
    `note: this is GitLab CI: reporter "junit" writes junit.xml into the folder of the run ${hint}\n`,
  );
});

t.test('Elsewhere, and where the user chose, nothing is said', async (t) => {
  checkNote(t, {}, [], '');
  checkNote(t, { GITHUB_ACTIONS: 'true' }, ['--reporter', 'tap'], '');
});
