/** What an exception asks for, held against what its jobs may have: by the file, and by the systemd of the images. */
import t, { type Test } from 'tap';
import { holdAgainstImages } from '../../src/applies-systemd.ts';
import { messagesOf, scenarioOf } from './parse-check.ts';

const step = (when: string, more = ''): string =>
  `- {run: x, known-issue: {ref: a, because: b, when: ${when}}${more}}\n`;
const file = (top: string, steps: string): string => `title: A\n${top}\nsteps:\n${steps}`;
const root = 'machine: d';

function checkCause(t: Test, top: string, when: string, ...causes: readonly string[]): void {
  const told = messagesOf(file(top, step(when)));
  t.same(
    told.map((message) => message.replace(/.*this can never apply: /, '')),
    causes,
    `${top}: ${when}`,
  );
}

t.test('a machine made from an image has cgroup v2, or the v1 that its job needs', async (t) => {
  checkCause(t, root, '{cgroup: v1}', 'cgroup is v2 in all jobs');
  checkCause(t, root, '{cgroup: hybrid}', 'cgroup is v2 in all jobs');
  checkCause(t, `${root}\nneeds: [controller-memory]`, '{cgroup: hybrid}');
  checkCause(t, `${root}\nneeds: [{any: [podman, controller-io]}]`, '{cgroup: hybrid}');
  checkCause(t, `${root}\nneeds: [controller-memory]`, '{cgroup: v1}', 'cgroup is v2 or hybrid in all jobs');
  checkCause(t, 'machine: host', '{cgroup: v1, kernel: ">= 99", arch: m68k, systemd: 1}');
  checkCause(t, 'machine: {ssh: h}', '{cgroup: v1, backend: ssh}');
});

t.test('what cannot hold at once, in one job or of one fact', async (t) => {
  const two = 'matrix: {image: [d, e], mode: [x, y], exclude: [{image: d, mode: y}]}\nmachine: ${image}';
  checkCause(t, two, '{image: d, mode: y}', 'no job has these values');
  checkCause(t, two, '{image: f}', 'image is d or e in all jobs');
  checkCause(t, two, '{mode: "!= x"}');
  checkCause(t, two, '[{image: d}, {image: "!= d"}]', 'no job has these values');
  checkCause(t, two, '{image: "${mode}"}', 'image is d or e in all jobs');
  checkCause(
    t,
    `${root}\nneeds: [controller-cpu]`,
    '[{cgroup: v2}, {cgroup: hybrid}]',
    'no job has these values',
  );
  const skipped = 'matrix: {image: [d, e], exclude: {image: d, because: no}}\nmachine: ${image}';
  checkCause(t, skipped, '{image: d}', 'image is e in all jobs');
  checkCause(t, 'machine: host', '{image: d}', "the step's machine has no image");
});

const versions: Readonly<Record<string, string | undefined>> = { old: '247', middle: '252', bare: undefined };

/** What is told once the images of `versions` are known, and the images that could still tell. */
function checkHeld(
  t: Test,
  { images, steps, more = '' }: { images: string; steps: string; more?: string },
  never: readonly string[],
  open: readonly (readonly string[])[] = [],
): void {
  const scenario = scenarioOf(file(`matrix: {image: [${images}]}\nmachine: \${image}${more}`, steps));
  const held = holdAgainstImages(scenario, ({ image }) =>
    image in versions ? { systemd: versions[image] } : undefined,
  );
  const told = held.never.map(({ at, message }) => `${at.line}:${at.column}: ${message}`);
  t.same(
    told.map((line) => line.replace('this can never apply: no job has such a systemd: ', '')),
    never,
    steps,
  );
  t.same(
    held.open.map((specs) => specs.map(({ image }) => image)),
    open,
    steps,
  );
}

t.test('a version is held against the images that are known', async (t) => {
  const steps = step('{systemd: ">= 257"}');
  checkHeld(t, { images: 'old, middle, bare', steps }, ['5:62: old has 247, middle has 252, bare has none']);
  checkHeld(t, { images: 'old, middle', steps: step('{systemd: "< 250"}') }, []);
  checkHeld(t, { images: 'old, new', steps }, [], [['new']]);
  checkHeld(t, { images: 'middle, new', steps: step('{systemd: "< 257"}') }, []);
  checkHeld(t, { images: 'old, middle', steps: step('{image: old, systemd: "> 250"}') }, [
    '5:74: old has 247',
  ]);
  checkHeld(t, { images: 'old, middle', steps: step('{systemd: 252}', ', when: {systemd: "< 250"}') }, [
    '5:62: old has 247, middle has 252',
  ]);
  const excepted = '- {run: x, expect: a, except: {when: {systemd: 1..9}, because: b, expect: c}}\n';
  checkHeld(t, { images: 'old', steps: excepted }, ['5:48: old has 247']);
});

function excepted(...whens: readonly string[]): string {
  const all = whens.map((when) => `{when: ${when}, because: b, expect: c}`);
  return `- {run: x, expect: a, except: [${all.join(', ')}]}\n`;
}

function checkAtOnce(
  t: Test,
  top: string,
  whens: readonly string[],
  told: RegExp | undefined,
  more = '',
): void {
  const messages = messagesOf(file(top, excepted(...whens).replace('}\n', `${more}}\n`)));
  t.match(messages, told === undefined ? [] : [told], `${top}: ${whens.join(' ')}`);
  t.equal(messages.length, told === undefined ? 0 : 1, messages.join('\n'));
}

const of = (where: string): RegExp =>
  new RegExp(`two exceptions apply at once${where}: this one, and that of line \\d+$`);

t.test('two exceptions of which one applies wherever the other does', async (t) => {
  const two = 'matrix: {image: [d, e], mode: [x, y]}\nmachine: ${image}';
  checkAtOnce(t, root, ['{image: d}', '{backend: nspawn}'], of(''));
  checkAtOnce(t, two, ['{image: d}', '{mode: y}'], of(' where image is d and mode is y'));
  checkAtOnce(t, two, ['{image: d, mode: x}', '{image: d, mode: y}'], undefined);
  checkAtOnce(t, two, ['{image: d}', '{image: d, systemd: "> 250"}'], of(' where image is d and mode is x'));
  checkAtOnce(t, two, ['{systemd: 252}', '{systemd: 252}'], of(' where image is d and mode is x'));
  checkAtOnce(t, two, ['{systemd: "< 252"}', '{systemd: ">= 252"}'], undefined);
  checkAtOnce(t, two, ['{image: d}', '{systemd: ">= 252"}'], of(' where image is d and mode is x'));
  checkAtOnce(
    t,
    two,
    ['{image: d}', '{backend: nspawn}'],
    of(' where image is d and mode is y'),
    ', when: {mode: y}',
  );
});

t.test('two exceptions at once by the systemd of an image', async (t) => {
  const told = '5:83: two exceptions apply at once where image is old: this one, and that of line 5';
  const steps = excepted('{systemd: "< 250"}', '{systemd: "< 248"}');
  checkHeld(t, { images: 'old', steps }, [told]);
  checkHeld(
    t,
    { images: 'old, new', steps: excepted('{systemd: "< 250"}', '{systemd: "> 250"}') },
    [],
    [['new'], ['new']],
  );
});

t.test('what other files or computers may have, or an axis says, stays open', async (t) => {
  const never = step('{systemd: 1}', ', on: a');
  const several = scenarioOf(file('machines: [{name: a, ssh: h}, {name: b, image: old}]', never));
  t.same(
    holdAgainstImages(several, () => ({ systemd: '247' })),
    { never: [], open: [] },
  );
  checkHeld(t, { images: 'old], systemd: ["1"', steps: step('{systemd: 1}') }, []);
  const part = { 'p.yaml': `prepare:\n${step('{systemd: 1}')}` };
  const using = scenarioOf(file('use: p.yaml\nmachine: old', '- run: x'), part);
  t.same(
    holdAgainstImages(using, () => ({ systemd: '247' })),
    { never: [], open: [] },
  );
});
