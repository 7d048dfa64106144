/** What tools say when a build fails, and what is made of it. */
import t, { type Test } from 'tap';
import { toolFailure } from '../../runner/images/failure.ts';

function checkHint(t: Test, said: string, hint: RegExp): void {
  const lastLines = said.split('\n');
  t.match(
    toolFailure(
      'mine',
      { phase: 'building', argv: ['docker', 'build'], inside: false },
      { exit: 1, lastLines },
    ),
    {
      message: /^cannot build image "mine": docker ended with 1/,
      detail: `$ docker build\n${said}`,
      hint,
      status: 3,
    },
  );
}

t.test('a Dockerfile with a mistake, and one whose command fails', async (t) => {
  checkHint(t, 'dockerfile parse error line 2: unknown instruction: RUNN', /^mend the Dockerfile/);
  checkHint(t, 'Error: dockerfile parse error: Unknown instruction: "RUNN"', /^mend the Dockerfile/);
  checkHint(t, "The command '/bin/sh -c false' returned a non-zero code: 1", /^a RUN of the Dockerfile/);
  checkHint(t, 'Error: building at STEP "RUN false": while running runtime: exit status 1', /^a RUN of/);
});

t.test('what lies deeper is told first', async (t) => {
  const said =
    "curl: (6) Could not resolve host: x\nThe command '/bin/sh -c curl x' returned a non-zero code: 6";
  checkHint(t, said, /^no network/);
});

t.test('what nobody knows is left to its own words', async (t) => {
  checkHint(t, 'oh', /tries again; the lines above are the tool's own$/);
});
