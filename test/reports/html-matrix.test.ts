import t from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import type { BootData, Event } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { matrixRun, ROWS, VERSIONS } from '../fixtures/matrix-run.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';
import { BOOT, recordRun, type SampleJob } from '../fixtures/sample-run.ts';

async function section(events: readonly Event[]): Promise<string> {
  let text = '';
  const chunks = htmlReporter({ colour: false, columns: 80, live: false }).render?.(foldEvents(events)) ?? [];
  for await (const { chunk } of chunks) text += typeof chunk === 'string' ? chunk : '';
  return /<section class="matrix"[^]*?<\/section>/.exec(text)?.[0].replaceAll(/\s+/g, ' ') ?? '';
}

t.test('Each cell has its outcome, time and badge, and leads to the step', async (t) => {
  const text = await section(matrixRun(VERSIONS, ROWS));
  t.match(text, '<th scope="col"> systemd-257 <small>systemd 257</small>');
  t.match(text, /<a href="#a\/b@systemd-262\/fails">.*?failed<\/a> <small>12ms<\/small>/);
  t.match(text, '<a class="tag" href="#difference/a/b/since">since 257</a>');
  t.match(text, '<span class="tag">only here</span>');
});

t.test('The first two that differ are laid open', async (t) => {
  const text = await section(matrixRun(VERSIONS, ROWS));
  t.match(text, /id="difference\/a\/b\/since">A case, Step since</);
  t.match(text, '<td class="exp">a</td> <td class="act"><mark>&quot;</mark>a<mark>&quot;</mark></td>');
  t.notMatch(text, 'id="difference/a/b/alike"');
});

t.test('The boots stand below, the longest marked', async (t) => {
  const jobs = ['old', 'mine', 'host'].map((name, at): SampleJob => {
    const job = `a@${name}`;
    const boot = { type: 'boot', job, step: 'boot', boot: bootOf(at * 2_000 + 30) } as const;
    const more = name === 'host' ? [] : [boot];
    return { job, title: 'A', outcome: 'passed', steps: [{ id: 'boot', outcome: 'passed', more }] };
  });
  const text = (await section(recordRun(jobs))).replaceAll(/> | </g, (blank) => blank.trim());
  t.match(text, '<th scope="row">Boot, and the units that differ most</th><td>');
  t.match(
    text,
    '<th scope="row">slow.service</th><td>30ms</td><td><b>2.03s</b></td><td><span class="dim"></span></td>',
  );
  t.match(
    text,
    '<td>30ms<small>252</small></td><td><b>2.03s</b><small>252</small></td><td><span class="dim">no boot</span>',
  );
});

function bootOf(tookMs: number): BootData {
  const unit = { name: 'slow.service', activatingMs: 0, activatedMs: tookMs, activeState: 'active' };
  return { ...BOOT, totalMs: tookMs, units: [unit] };
}

t.test('Repeats are one cell: how many passed, and which did not', async (t) => {
  const outcomes = ['passed', 'failed', 'passed', 'timed-out', 'failed'] as const;
  const jobs = [...outcomes, ...Array<'passed'>(15).fill('passed')].map((outcome, at): SampleJob => ({
    job: `a/b@debian-12,repeat=${at + 1}`,
    title: 'B',
    outcome,
    steps: [{ id: 'one', outcome }],
  }));
  const text = await section(recordRun(jobs));
  t.equal(/<thead>.*?<\/thead>/.exec(text)?.[0].match(/<th /g)?.length, 2);
  t.match(
    text,
    /<a href="#a\/b@debian-12%2Crepeat=1\/one"><span class="i o-failed"><\/span>17 of 20 passed<\/a> <a href="#a\/b@debian-12%2Crepeat=2\/one">#2<\/a> <a href="#a\/b@debian-12%2Crepeat=4\/one">#4<\/a> <a href="#a\/b@debian-12%2Crepeat=5\/one">#5<\/a>/,
  );
  t.match(text, /<a href="#a\/b@debian-12%2Crepeat=1"><span class="i o-failed"><\/span>17 of 20 passed<\/a>/);
});

t.test('One combination is no matrix', async (t) => t.equal(await section(sampleRun()), ''));

t.test('Of very many rows those that passed alike everywhere are counted', async (t) => {
  const many = Array.from({ length: 500 }, (_, index) => [`s${index}`, 'x', 'x', 'x', 'x'] as const);
  const text = await section(matrixRun(VERSIONS, [...ROWS, ...many]));
  t.match(text, '501 steps that passed alike everywhere left out.');
  t.equal(text.match(/<tr class="s">/g)?.length, 5);
});
