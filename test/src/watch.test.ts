/** `watch`: how it is written, and what it makes of what was seen. */
import t, { type Test } from 'tap';
import { describeFailure } from '../../src/describe-failure.ts';
import { judgeWatch, watchExpectation, type WatchSeen, type WatchVerdict } from '../../src/watch.ts';
import { planEvent, jobsOf } from '../../src/plan.ts';
import { messagesOf, scenarioOf } from './parse-check.ts';

const head = 'title: A\nmatrix: {unit: [hello]}\nmachine: debian-12\nsteps: [{run: x}]\n';

function judged(watch: string, seen: WatchSeen): WatchVerdict {
  const { watch: read } = scenarioOf(`${head}watch: ${watch}`);
  if (read === undefined) throw new Error('there is no watch');
  return judgeWatch(read, seen, { unit: 'hello' });
}

function checkFindings(t: Test, watch: string, seen: WatchSeen, expected: readonly string[]): void {
  t.same(judged(watch, seen).failures.map(describeFailure), expected);
}

t.test('a failed unit that is not listed is a finding', async (t) => {
  checkFindings(t, '{failed-units: []}', { failedUnits: [] }, []);
  checkFindings(t, '{failed-units: []}', { failedUnits: ['a.service'] }, [
    'failed units: expected none, saw a.service',
  ]);
  checkFindings(t, '{failed-units: [a.service]}', { failedUnits: ['a.service', 'b.mount'] }, [
    'failed units: expected none but a.service, saw b.mount',
  ]);
  checkFindings(t, '{failed-units: a.service}', { failedUnits: ['a.service'] }, []);
});

t.test('coredumps are findings; what cannot be read is one that says why', async (t) => {
  const dumped = { identifier: 'systemd', text: 'a.service: Main process exited, code=dumped\n' };
  checkFindings(t, '{coredumps: none}', { coredumps: [dumped] }, [
    'coredumps: expected none, saw systemd: a.service: Main process exited, code=dumped',
  ]);
  checkFindings(t, '{coredumps: none, journal: err}', { coredumps: 'exit 127', journal: 'no answer' }, [
    'coredumps: expected none, but it is not readable: exit 127',
    'journal: expected nothing of priority err or graver, but it is not readable: no answer',
  ]);
});

const watchOf = (ignore: string): string => `{journal: {priority: crit, ignore: ${ignore}}}`;

t.test('a message counts unless a pattern stands in one of its lines', async (t) => {
  const messages = [
    { identifier: 'kernel', text: 'usb 1-1: device not found' },
    { identifier: 'daemon', text: 'first\nhello is on fire' },
  ];
  const usb = '{pattern: "usb <:word> device", because: there is none}';
  const expected = 'journal: expected nothing of priority crit or graver that no "ignore" names, saw';
  checkFindings(t, watchOf(`[${usb}]`), { journal: messages }, [`${expected} daemon: first …`]);
  checkFindings(
    t,
    watchOf(`[${usb}, {pattern: "\${unit} is on", because: it is meant to}]`),
    { journal: messages },
    [],
  );
  checkFindings(
    t,
    watchOf('{pattern: {matches: "^(kernel|daemon): "}, because: both}'),
    { journal: messages },
    [],
  );
  const { failures, notes } = judged(watchOf('{pattern: never, because: an old bug}'), { journal: messages });
  t.match(failures, [{ actual: 'kernel: usb 1-1: device not found\ndaemon: first\nhello is on fire' }]);
  t.same(notes, ['the "ignore" of line 5 matched nothing: an old bug']);
  t.same(judged(watchOf(`[${usb}]`), { journal: 'no answer' }).notes, [], 'not of what could not be read');
});

t.test('what is watched is a step of the plan, between the steps and cleanup', async (t) => {
  const text = `${head}cleanup: [{run: y}]\nwatch: {failed-units: [], coredumps: none, journal: emerg}`;
  const [plan] = jobsOf(scenarioOf(text)).map((job) => planEvent([job]));
  t.match(plan, {
    jobs: [
      { steps: [{ id: 'boot' }, { id: 'step-1' }, { id: 'watch', verb: 'watch' }, { id: 'cleanup-1' }] },
    ],
  });
  const { watch } = scenarioOf(text);
  t.equal(
    watch && watchExpectation(watch),
    'failed units: none\ncoredumps: none\njournal: nothing of priority emerg',
  );
  const [taken] = scenarioOf(text.replace('run: x', 'run: x, title: Watch')).steps;
  t.equal(taken?.id, 'watch-2');
});

t.test('what is wrong in it is told at its place', async (t) => {
  const check = (watch: string, expected: readonly string[]): void => {
    t.same(messagesOf(`${head}watch: ${watch}`), expected);
  };
  check('{}', ['5:8: "watch" watches nothing']);
  check('{failed-units: [hello]}', ['5:24: a unit cannot be "hello"']);
  check('{coredumps: some}', ['5:20: coredumps cannot be "some"']);
  check('{journal: {priority: error}}', ['5:29: priority cannot be "error"']);
  check('{journal: {ignore: {pattern: x}}}', ['5:27: ignore has no "because"']);
  check('{journal: {ignore: {pattern: "<:nothing>", because: x}}}', [
    '5:38: unknown type "nothing" in "<:nothing>"',
  ]);
  check('{jurnal: err}', ['5:9: unknown key "jurnal" in watch']);
  const without = head.replace('debian-12', '{image: debian-12, init: false}');
  t.same(messagesOf(`${without}watch: {coredumps: none}`), [
    '5:8: "watch" needs an init: nothing in it could tell',
  ]);
});
