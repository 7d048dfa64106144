import t from 'tap';
import { dotenvReporter } from '../../reports/dotenv.ts';
import type { Event } from '../../src/event.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

async function render(events: readonly Event[], pageUrl?: string): Promise<string> {
  const files = await report((options) => dotenvReporter({ ...options, pageUrl }), events);
  return files.get('rootlab.env') ?? '';
}

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} is variables of one line each`, async (t) => {
    const text = await render(events());
    t.match(text, /^(ROOTLAB_[A-Z_]+=[\da-z-]+\n)+$/);
    t.notMatch(text, /URL/);
  });
}

t.test('The sample run looks as it did', async (t) =>
  checkGolden(
    t,
    'sample.dotenv',
    await render(sampleRun(), 'https://gitlab.example/j/7/artifacts/file/index.html'),
  ),
);
