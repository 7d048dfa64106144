/** `watch` in a real machine: what happened beside the steps is a verdict of its own, and every report has it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readLog } from '../../reports/jsonl.ts';
import { foldEvents } from '../../src/fold.ts';
import { missingImage } from './needs.ts';
import { rootlab, scenarioFolder } from './program.ts';

t.setTimeout(120_000);
const skip = await missingImage('debian-12');

const scenario = `title: Watched
machine: debian-12
watch:
  failed-units: [allowed.service]
  coredumps: none
  journal:
    ignore:
      - {pattern: "expected <:word> here", because: it is meant to}
      - {pattern: never said, because: an old bug}
prepare:
  - write: /usr/local/bin/crash
    content: |
      #!/bin/sh
      kill -SEGV $$
    mode: 0755
  - title: As systemd-coredump would, had it been installed
    write: /var/lib/systemd/coredump/core.crash.0.b2d7e6f1a8c94b5e9d3c7a6b5e4f3d2c.42.1795548207000000.zst
    content: ""
steps:
  - run: |
      systemd-run -q --unit=allowed -p LimitCORE=infinity -p WorkingDirectory=/tmp crash
      systemd-run -q --unit=broken crash
      logger -p user.err 'an expected error here'
      logger -p user.warning -t daemon 'it grows warm'
      logger -p user.crit -t daemon 'on fire'
      until systemctl is-failed -q allowed && systemctl is-failed -q broken; do sleep 0.1; done
cleanup:
  - run: logger -p user.crit 'what cleanup does is no finding'
`;

t.test('what fails, crashes or is said beside the steps is found after them', { skip }, async (t) => {
  const cwd = scenarioFolder(t, { 'a.yaml': scenario });
  const reporters = ['--reporter=tap', '--reporter=junit=junit.xml'];
  const { status, stdout, stderr } = await rootlab(t, ['run', '.', '--output=out', ...reporters], { cwd });
  t.equal(status, 1, stderr);
  const log = join(cwd, 'out/latest/events.jsonl');
  const events = [];
  for await (const event of readLog([readFileSync(log, 'utf8')], log)) events.push(event);
  const [job] = foldEvents(events).jobs;
  t.same(
    job?.steps.map(({ id, outcome }) => `${id} ${outcome}`),
    [
      'boot passed',
      'prepare-1 passed',
      'as-systemd-coredump-would-had-it-been-installed passed',
      'step-1 passed',
      'watch failed',
      'cleanup-1 passed',
    ],
  );
  const watch = job?.steps.find(({ id }) => id === 'watch');
  const [units, coredumps, journal] = (watch?.failures ?? []).map((failure) =>
    failure.kind === 'fact' ? failure : undefined,
  );
  t.match(units, { what: 'failed units', expected: 'none but allowed.service', actual: 'broken.service' });
  t.match(coredumps?.actual, /allowed\.service: Main process exited, code=dumped, status=11\/SEGV/);
  t.match(coredumps?.actual, /broken\.service: Main process exited, code=killed, status=11\/SEGV/);
  t.match(journal, { what: 'journal', actual: 'daemon: on fire' });
  t.same(watch?.notes, ['the "ignore" of line 9 matched nothing: an old bug']);
  t.match(stdout, /not ok 5 - Watch the machine/);
  t.match(stdout, /daemon: on fire/);
  t.match(
    job?.notes,
    [/^coredump of crash: \/var\/lib\/systemd\/coredump\/core\.crash\.0\./],
    'watched or not',
  );
  const [html, junit] = ['out/latest/index.html', 'junit.xml'].map((name) =>
    readFileSync(join(cwd, name), 'utf8'),
  );
  for (const report of [html, junit]) t.match(report, /Watch the machine[^]*on fire/);
});
