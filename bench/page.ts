/** The page of 5,000 steps of real systemd output: its size, how long it is written, and in how much memory. */
import { htmlReporter } from '../reports/html/index.ts';
import { foldEvents } from '../src/fold.ts';
import { recordRun, type SampleStep } from '../test/fixtures/sample-run.ts';
import { termFixture } from '../test/fixtures/showcase.ts';
import { ms, show } from './measure.ts';

const OUTPUTS = ['sid/status.txt', 'sid/failed.txt', 'trixie/time.txt', 'trixie/chain.txt'].map(termFixture);
const jobs = Array.from({ length: 100 }, (_, job) => ({
  job: `area/case-${job}@debian-12`,
  title: `Case ${job}`,
  outcome: 'passed' as const,
  steps: Array.from({ length: 50 }, (_, step): SampleStep => ({
    id: `step-${step}`,
    title: `Look at it, ${step}`,
    command: 'systemctl status systemd-nspawn@debian-tree --no-pager',
    outcome: 'passed',
    exit: 0,
    out: OUTPUTS[step % OUTPUTS.length] ?? '',
  })),
}));
const result = foldEvents(recordRun(jobs, { outcome: 'passed', exit: 0 }));
const began = performance.now();
let bytes = 0;
for await (const { chunk } of htmlReporter({ colour: false, columns: 80, live: false }).render?.(result) ??
  [])
  bytes += Buffer.byteLength(chunk);
const tookMs = performance.now() - began;
show('bytes of the page of 5,000 steps', bytes, 3e6, `${(bytes / 1e6).toFixed(2)} MB`);
show('it is written in', tookMs, 5_000, ms(tookMs));
const rss = process.resourceUsage().maxRSS / 1_024;
show('in a process of', rss, 300, `${rss.toFixed(0)} MB`);
