/** The loader on texts nobody meant: FUZZ_SEED and FUZZ_COUNT choose others and more of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { nextText, randomFrom } from './fuzz-inputs.ts';
import { complaint } from './fuzz-property.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const corpus = ['scenarios', 'test/fixtures/examples'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(`${root}${folder}/${file}`, 'utf8')),
);
/** The reference has each key of the language; what is not whole gets what it lacks. */
const blocks = readFileSync(`${root}scenarios/README.md`, 'utf8').matchAll(/^```yaml[^\n]*\n([^]*?)^```/gm);
for (const [, block = ''] of blocks)
  corpus.push(/^title:/m.test(block) ? block : `title: A\nmachine: debian-12\n${block}`);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_26);
const count = Number(process.env['FUZZ_COUNT'] ?? 600);

t.test(
  'any text is a good scenario or has problems, with their places and one plain line each',
  async (t) => {
    t.comment(`FUZZ_SEED=${seed} FUZZ_COUNT=${count}`);
    t.ok(corpus.length > 20);
    const random = randomFrom(seed);
    const wrong: string[] = [];
    let good = 0;
    for (let done = 0; done < count && wrong.length < 5; done += 1) {
      const text = nextText(random, corpus);
      const found = complaint(text);
      if (found.good) good += 1;
      if (found.wrong !== undefined) wrong.push(`${found.wrong}\nof ${JSON.stringify(text)}`);
    }
    t.same(wrong, []);
    t.ok(good > count / 50, 'some of them are good, so that plan, show and lint are tried as well');
  },
);
