/** `watch` where the tools cannot be asked: nothing seen is never taken for nothing there. */
import t from 'tap';
import { lookAtMachine, readMessage } from '../../runner/watch-machine.ts';
import { judgeWatch } from '../../src/watch.ts';
import { scenarioOf } from '../src/parse-check.ts';
import { never, openPlain, type } from './session-tools.ts';

t.test('what no tool can be asked about is a finding that says so', async (t) => {
  const { watch } = scenarioOf(
    'title: A\nmachine: host\nsteps: [{run: x}]\nwatch: {failed-units: [], coredumps: none, journal: err}\n',
  );
  if (watch === undefined) throw new Error('there is no watch');
  await using session = await openPlain();
  await type(session, 'PATH=/nonexistent');
  const seen = await lookAtMachine(watch, { session, sinceMs: 0, toolTimeoutMs: 1000, signal: never });
  const why = /^exit 127: .*timeout: command not found$/;
  t.match(seen, { failedUnits: why, coredumps: why, journal: why });
  t.same(
    judgeWatch(watch, seen, {}).failures.map((failure) => failure.kind === 'fact' && failure.what),
    ['failed units', 'coredumps', 'journal'],
  );
});

t.test('a message of the journal may be bytes, and may lack its sender', async (t) => {
  t.same(readMessage('{"MESSAGE":[104,195,164],"SYSLOG_IDENTIFIER":"x"}'), { identifier: 'x', text: 'hä' });
  t.same(readMessage('{"MESSAGE":null}'), { identifier: 'unknown', text: '' });
});
