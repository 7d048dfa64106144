/** Steps that would break a naive driver: none may harm the next one. */
import t from 'tap';
import { checkHarmless, hostileSteps } from './hostile-steps.ts';
import { openPlain, type } from './session-tools.ts';

for (const step of hostileSteps) await checkHarmless(t, openPlain, step);

t.test('what imitates a boundary is output', async (t) => {
  await using session = await openPlain();
  const { out } = await type(session, 'declare -f __rootlab_end; printf "\\0t%032d 9 x\\0/\\0" 0');
  t.match(out, /rootlab/);
  t.match(await type(session, '(exit 6)'), { exit: 6 });
});

t.test('a shell that skips its own lines is replaced', async (t) => {
  await using session = await openPlain();
  t.match(await type(session, 'shopt -s extdebug; trap false DEBUG'), { ended: 'shell-ended' });
  t.match(await type(session, 'echo fine'), { out: 'fine\n' });
});

t.test('a new shell takes over directory and exported variables, and says so', async (t) => {
  await using session = await openPlain();
  await type(session, "cd /usr; export A=$'1\\n\"2' B=x; C=plain");
  const { replaced, exit } = await session.run('exit 3', {
    signal: new AbortController().signal,
    timeoutMs: 5000,
    outputLimitBytes: 1000,
  });
  t.match(replaced, /exit 3.*took over the directory \/usr/);
  t.equal(exit, 3);
  t.match(await type(session, 'pwd; echo "$A-$B-$C"; export B=y'), { out: '/usr\n1\n"2-x-\n' });
  await type(session, 'exit');
  t.match(await type(session, 'echo "$B"'), { out: 'y\n' });
});
