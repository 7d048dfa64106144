/** The options with which one lives: what failed again, by chance, many times, in parts. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { rootlab, type Ended } from './program.ts';

/** Three jobs on this computer; `b` fails while the folder holds `broken`. */
function folder(t: Test): string {
  const home = t.testdir({
    'rootlab.yaml': 'allow-host: true\n',
    broken: '',
    scenarios: Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [
        `${name}.yaml`,
        `title: ${name}\nmachine: host\nsteps:\n  - run: "true"\n`,
      ]),
    ),
  });
  writeFileSync(
    join(home, 'scenarios/b.yaml'),
    `title: b\nmachine: host\nsteps:\n  - title: Look\n    run: test ! -e ${home}/broken\n  - title: Go on\n    run: echo on\n`,
  );
  return home;
}

const needsRoot = process.getuid?.() === 0 ? false : 'needs root';

async function run(t: Test, cwd: string, ...words: readonly string[]): Promise<Ended & { order: string }> {
  const ended = await rootlab(t, ['run', '--reporter=tap', ...words], { cwd });
  const points = ended.stdout.matchAll(/^(?:not )?ok \d+ - (?:scenarios\/)?([^@\n]+)@host(\S*)/gm);
  return { ...ended, order: [...points].map(([, name, more]) => `${name}${more}`).join(' ') };
}

t.test('what failed runs again until all passed', { skip: needsRoot }, async (t) => {
  const home = folder(t);
  t.match(await run(t, home, '--rerun=failed'), { status: 2, stderr: /there is no earlier run/ });
  t.match(await run(t, home), { status: 1, order: 'a b c' });
  t.match(await run(t, home, '--rerun=failed'), { status: 1, order: 'b' });
  rmSync(join(home, 'broken'));
  t.match(await run(t, home, '--rerun=failed'), { status: 0, order: 'b' });
  t.match(await run(t, home, '--rerun=failed'), { status: 2, stderr: /its job did not fail/ });
  t.notOk(existsSync(join(home, 'broken')));
});

t.test('an order by chance is told, and comes again', { skip: needsRoot }, async (t) => {
  const home = folder(t);
  const first = await run(t, home, '--shuffle');
  const seed = /--shuffle=(\S+)/.exec(first.stderr)?.[1] ?? '';
  const log = readFileSync(join(home, 'reports/out/latest/events.jsonl'), 'utf8');
  t.match(log, `"seed":"${seed}"`);
  t.equal((await run(t, home, `--shuffle=${seed}`)).order, first.order);
  t.match(await run(t, home, '--shuffle=a b'), { status: 2, stderr: /no value of --shuffle/ });
});

t.test('jobs run many times and in parts', { skip: needsRoot }, async (t) => {
  const home = folder(t);
  const twice = await run(t, home, '--repeat=2', '--jobs=1', 'scenarios/a.yaml', 'scenarios/b.yaml');
  t.match(twice, { status: 1, order: 'a,repeat=1 a,repeat=2 b,repeat=1 b,repeat=2' });
  t.match(twice.stderr, /a@host +2 passed, 0 failed\n.*b@host +0 passed, 2 failed\n/);
  const parts = await Promise.all(['1/2', '2/2'].map(async (part) => run(t, home, `--shard=${part}`)));
  t.same(parts.flatMap(({ order }) => order.split(' ')).toSorted(), ['a', 'b', 'c']);
});

t.test(
  'a job that took longer than all others together does not begin last',
  { skip: needsRoot },
  async (t) => {
    const home = folder(t);
    rmSync(join(home, 'broken'));
    writeFileSync(join(home, 'scenarios/c.yaml'), 'title: c\nmachine: host\nsteps:\n  - run: sleep 0.5\n');
    const begun = async (...words: readonly string[]): Promise<readonly (string | undefined)[]> => {
      t.match(await run(t, home, '--jobs=2', ...words), { status: 0, order: 'a b c' });
      const log = readFileSync(join(home, 'reports/out/latest/events.jsonl'), 'utf8');
      return [...log.matchAll(/"type":"job-begin","job":"scenarios\/(\w)/g)].map(([, name]) => name);
    };
    t.same(await begun(), ['a', 'b', 'c']);
    t.equal((await begun())[0], 'c');
    t.same(await begun('--no-history'), ['a', 'b', 'c']);
  },
);

t.test('a step can be left out, but not skipped where nothing may be', { skip: needsRoot }, async (t) => {
  const home = folder(t);
  const words = ['scenarios/b.yaml', '--from=go-on'];
  t.match(await run(t, home, ...words), { status: 0, order: 'b' });
  writeFileSync(
    join(home, 'scenarios/c.yaml'),
    'title: c\nmachine: host\nsteps:\n  - run: "true"\n  - run: "true"\n    when: {systemd: "< 1"}\n    because: never\n',
  );
  t.match(await run(t, home, 'scenarios/c.yaml', '--no-skip'), {
    status: 1,
    stderr: /skipped in spite of --no-skip: scenarios\/c@host#step-2/,
  });
});
