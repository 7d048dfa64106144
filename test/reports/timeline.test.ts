import t from 'tap';
import { chainTo } from '../../reports/html/critical-chain.ts';
import { htmlReporter } from '../../reports/html/index.ts';
import { makeScale, percent } from '../../reports/html/scale.ts';
import type { BootUnit } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { report } from './contract.ts';

t.test('An axis has about five round marks, and ends before its end', async (t) => {
  t.strictSame(makeScale(1_000).ticks, [0, 200, 400, 600, 800]);
  t.strictSame(makeScale(74_000).ticks, [0, 20_000, 40_000, 60_000]);
  t.equal(percent(250, makeScale(1_000)), '25%');
});

const unit = (name: string, activatingMs: number, activatedMs: number): BootUnit => ({
  name,
  activatingMs,
  activatedMs,
  activeState: 'active',
});

t.test('The critical chain goes back from the goal, each time to what was up last before', async (t) => {
  const goal = unit('graphical.target', 900, 900);
  const units = [
    goal,
    unit('early', 0, 100),
    unit('beside', 90, 700),
    unit('middle', 120, 800),
    unit('late', 820, 1_000),
  ];
  t.strictSame(
    chainTo(goal, units).map(({ name }) => name),
    ['graphical.target', 'middle', 'early'],
  );
});

t.test('Every job and step that began has a bar, at its time', async (t) => {
  const run = foldEvents(galleryRun());
  const text = (await report(htmlReporter, galleryRun())).get('index.html') ?? '';
  const [table = ''] = /<h2 id="timeline">[^]*?<\/table>/.exec(text) ?? [];
  const begun = run.jobs
    .flatMap((job) => [job, ...job.earlier])
    .filter(({ beganMs }) => beganMs !== undefined);
  t.equal(table.match(/class="job-bar/g)?.length, begun.length);
  const steps = begun.flatMap((job) => job.steps).filter(({ beganMs }) => beganMs !== undefined);
  t.equal(table.match(/class="step-bar/g)?.length, steps.length);
  t.ok(table.includes('at a time'), 'jobs beside each other are told');
  t.ok(/from 0ms|from 5ms to/.test(table), 'and read without seeing it');
});
