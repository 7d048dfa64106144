import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseConfiguration } from '../src/image.ts';
import { capabilityNames } from '../src/need.ts';
import { formatProblems, parseScenario } from '../src/parse.ts';
import { HOLE_TYPE_NAMES } from '../src/pattern-types.ts';
import type { Problem } from '../src/problem.ts';
import { scenarioJsonSchema } from '../src/schema.ts';
import { rootlabNow } from './system/program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const reference = 'scenarios/README.md';
const ownBuild = 'docs/own-build.md';
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ownBuild,
  reference,
] as const;

interface Block {
  /** The words after the three backquotes. */
  readonly info: string;
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

const read = (page: string): string => readFileSync(`${root}${page}`, 'utf8');

function blocksOf(page: string): readonly Block[] {
  const text = read(page);
  return [...text.matchAll(/^```([^\n`]*)\n(.*?)^```$/gms)].map((found) => ({
    info: found[1] ?? '',
    text: found[2] ?? '',
    line: text.slice(0, found.index).split('\n').length + 1,
  }));
}

const indent = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);
const top = 'title: T\nmatrix: {image: [debian-12, debian-13]}\n';
const step = 'steps: [{run: x}]\n';

/** How a block becomes a whole file, by the words of its fence. */
const wholes: Readonly<Record<string, (text: string) => string>> = {
  yaml: (text) => text,
  'yaml run': (text) => text,
  'yaml lint': (text) => `title: T\nmachine: host\n${text}`,
  'yaml top': (text) => `${top}machine: host\n${step}${text}`,
  'yaml machine': (text) => `${top}machine:\n${indent(text, '  ')}${step}`,
  'yaml step': (text) => `${top}machine: \${image}\nsteps:\n${indent(text, '  ')}`,
  'yaml check': (text) => `${top}machine: \${image}\nsteps:\n  - check:\n${indent(text, '      ')}`,
};

/** `part` is what `use` finds. */
function problemsOf(
  { info, text }: Pick<Block, 'info' | 'text'>,
  file = 'page',
  part = '',
): readonly Problem[] {
  if (info === 'yaml part')
    return problemsOf({ info: 'yaml', text: `${top}use: x\nmachine: host\n${step}` }, file, text);
  if (info === 'yaml images') return parseConfiguration(text, { file, directory: '/page' }).source.problems;
  const whole = wholes[info];
  if (whole === undefined) throw new Error(`no page may have a block "${info}"`);
  const read = (path: string) => ({ file: `${path} of ${file}`, directory: '/page', text: part });
  const parsed = parseScenario(whole(text), { file, name: 'page', directory: '/page', read });
  return 'problems' in parsed ? parsed.problems : [];
}

for (const page of ['README.md', ownBuild, reference]) {
  t.test(`the scenarios of ${page} are ones`, async (t) => {
    const blocks = blocksOf(page).filter(({ info }) => info.startsWith('yaml'));
    const part = blocks.find(({ info }) => info === 'yaml part')?.text;
    for (const block of blocks) {
      const title = `${page}:${block.line}`;
      t.equal(formatProblems(problemsOf(block, title, part)), '', title);
    }
  });
}

t.test('an example with a mistake is found', async (t) => {
  t.match(
    problemsOf({ info: 'yaml step', text: '- run: x\n  expcet: y\n' })[0]?.message,
    'unknown key "expcet"',
  );
  t.match(problemsOf({ info: 'yaml machine', text: 'imgae: x\n' })[0]?.message, 'unknown key "imgae"');
  t.match(problemsOf({ info: 'yaml images', text: 'images: [{name: x}]\n' })[0]?.message, 'no recipe');
  t.match(problemsOf({ info: 'yaml part', text: 'prepare: x\n' })[0]?.message, 'a step must be a map');
});

/** Every key that a schema has anywhere in it. */
function keysIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties ?? {}) : [];
  return [...own, ...Object.values(schema).flatMap(keysIn)];
}

/** Of a recipe, and of the configuration beside `images`. */
const recipeWords =
  'name from packages files run mmdebstrap debootstrap suite variant components mirror check-valid-until pacstrap dnf config ' +
  'releasever tar sha256 file disk directory oci layout ref docker image dockerfile images defaults reporters secrets allow-host';

t.test('the reference has an example of every word of the language', async (t) => {
  const examples = blocksOf(reference)
    .filter(({ info }) => info.startsWith('yaml'))
    .map(({ text }) => text)
    .join('\n');
  const words = keysIn(scenarioJsonSchema());
  t.ok(words.length > 150);
  for (const word of new Set([...words, ...recipeWords.split(' ')]))
    t.match(examples, new RegExp(String.raw`(^|[\s{[,-])${word}:`, 'm'), `${word}:`);
  for (const type of HOLE_TYPE_NAMES) {
    if (type === 'word') t.match(examples, /<link:word>/);
    else t.match(examples, new RegExp(`<[a-z_]*:${type}>`), `a hole of the type ${type}`);
  }
  for (const name of capabilityNames) t.match(read(reference), `\`${name}\``, `the need ${name}`);
});

/** Where a console block's command stands on its own: it reads, and needs neither root nor a machine. */
const harmless = /^rootlab( --help| --version| list| lint| schema|$)/;

/** `$ rootlab …` with the lines below it, which must be the first lines of what it prints (`…` ends them). */
t.test('commands in README that need no machine print what README says', async (t) => {
  const blocks = blocksOf('README.md').filter(({ info }) => info === 'console');
  const commands = blocks.flatMap(({ text }) => text.split(/^(?=\$ )/m));
  const tested = commands.filter((command) => harmless.test(command.replace('$ ', '').split('\n')[0] ?? ''));
  t.ok(tested.length >= 3, 'there are some');
  for (const command of tested) {
    const [line = '', ...shown] = command.trimEnd().split('\n');
    const words = line.replace('$ rootlab', '').trim().split(/\s+/).filter(Boolean);
    const printed = rootlabNow(words, { cwd: root });
    t.equal(printed.status, 0, `${line}${printed.stderr}`);
    const expected = shown.at(-1) === '…' ? shown.slice(0, -1) : shown;
    const seen = printed.stdout.trimEnd().split('\n');
    t.same(seen.slice(0, expected.length), expected, line);
    if (shown.at(-1) !== '…') t.equal(seen.length, expected.length, `${line}: no further lines`);
  }
});

t.test('links within the documents lead somewhere', async (t) => {
  for (const page of pages) {
    const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/') + 1) : '';
    const text = read(page).replaceAll(/^```.*?^```$/gms, '');
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : `${folder}${path}`;
      const names = readdirSync(`${root}${file.replace(/[^/]*$/, '')}`);
      t.ok(
        names.includes(file.replace(/\/$/, '').replace(/^.*\//, '') || 'README.md'),
        `${page} → ${target}`,
      );
      if (anchor !== undefined)
        t.ok(headingsOf(read(file)).includes(anchor), `${page} → ${target}: no such heading`);
    }
  }
});

/** As GitHub names them. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}
