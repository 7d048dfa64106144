/** Where a run is recorded, and the link that names the newest one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';

import { markLatest, openRecorder } from '../../runner/record.ts';

t.test('latest points at the newest run', async (t) => {
  const out = t.testdir({ first: { log: '1' }, second: { log: '2' } });
  t.equal(markLatest(join(out, 'first')), undefined);
  t.equal(markLatest(join(out, 'second')), undefined);
  t.equal(readFileSync(join(out, 'latest/log'), 'utf8'), '2');
  t.same(readdirSync(out).toSorted(), ['first', 'latest', 'second']);
});

t.test('a folder called latest is left alone, and told', async (t) => {
  const out = t.testdir({ first: {}, latest: { mine: 'x' } });
  t.match(markLatest(join(out, 'first')), /^cannot point ".*\/latest" at this run: /);
  t.same(readdirSync(out).toSorted(), ['first', 'latest']);
  t.same(readdirSync(join(out, 'latest')), ['mine']);
});

t.test('a step is in the log when it begins, and what it prints a moment later', async (t) => {
  const { directory, emit, close } = openRecorder(t.testdir(), () => {});
  t.teardown(close);
  const log = (): string => readFileSync(join(directory, 'events.jsonl'), 'utf8');
  const [job, step] = ['a@b', 'long'] as const;
  emit({
    type: 'step-begin',
    job,
    step,
    title: 'Long',
    verb: 'run',
    phase: 'steps',
    command: 'sleep 1000',
    timeoutMs: 1,
    place: { file: 'a.yaml', line: 1, column: 1 },
  });
  t.match(log(), /"type":"step-begin"/);
  emit({ type: 'output', job, step, fd: 'out', text: 'so far' });
  for (let tries = 0; tries < 100 && !log().includes('so far'); tries += 1) await sleep(50);
  t.match(log(), /so far/);
});
