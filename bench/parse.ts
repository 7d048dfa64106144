/** Reading and planning of 1,000 scenario files against the YAML library's own parse of them: `node --import=tsx bench/bundled.ts bench/parse.ts`. */
import { parseDocument } from 'yaml';
import { parseScenario } from '../src/parse.ts';
import { planJobs } from '../src/plan.ts';
import { least, ratio, show } from './measure.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const FILES = 1000;
const STEPS = 20;

const kinds: readonly ((at: number) => string)[] = [
  (at) => `run: echo "step ${at}"\n    expect: step ${at}`,
  (at) =>
    `run: |\n      systemctl start unit-${at}\n      systemctl status unit-${at}\n    expect:\n      exit: 0\n      stdout: |\n        ...\n        Active: active <state:word>\n        ...`,
  (at) => `check: {unit: unit-${at}.service, active: active, restarts: 0}`,
];
const texts = Array.from({ length: FILES }, (_, file) => {
  const steps = Array.from({ length: STEPS }, (_, at) => {
    const body = kinds[at % 3]?.(at) ?? '';
    return `  - title: Step ${at} of file ${file}\n    ${body}`;
  });
  return `title: File ${file}\ntags: [one, two]\nmachine: debian-12\nsteps:\n${steps.join('\n')}\n`;
});

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  theirs.push(took(() => texts.forEach((text) => parseDocument(text))));
  ours.push(took(() => planJobs(texts.map(read))));
}
show(
  `${FILES} files of ${STEPS} steps, read and planned / YAML alone`,
  ...ratio(least(ours), least(theirs), 1.5),
);

function read(text: string, at: number) {
  const parsed = parseScenario(text, { file: `${at}.yaml`, name: `${at}`, directory: '/' });
  if ('problems' in parsed) throw new Error(parsed.problems[0]?.message);
  return parsed.scenario;
}

function took(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
