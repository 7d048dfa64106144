import t from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import type { Event } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { matrixRun, ROWS, VERSIONS } from '../fixtures/matrix-run.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';

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

t.test('One combination is no matrix', async (t) => t.equal(await section(sampleRun()), ''));

t.test('Of very many rows those that passed alike everywhere are counted', async (t) => {
  const many = Array.from({ length: 500 }, (_, index) => [`s${index}`, 'x', 'x', 'x', 'x'] as const);
  const text = await section(matrixRun(VERSIONS, [...ROWS, ...many]));
  t.match(text, '501 steps that passed alike everywhere left out.');
  t.equal(text.match(/<tr class="s">/g)?.length, 5);
});
