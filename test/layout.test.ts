import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('..', import.meta.url));
const skipped = /^(node_modules|dist|\.git|\.tap|reports\/out|test\/fixtures\/term|test\/golden)$/;

/** Paths from the root of all files below, in order. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (skipped.test(path)) return [];
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

const all = filesBelow('');
const generated = new Set(['reports/html/assets.gen.ts']);
const code = all.filter(
  (path) => /^(src|reports|runner|test|bench)\/.*\.ts$/.test(path) && !generated.has(path),
);
const sources = code.filter((path) => /^(src|reports|runner)\//.test(path) && !path.endsWith('.d.ts'));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Code alone: comments become nothing, texts become `''`, so that words in them are not taken for code. */
function codeOf(text: string): string {
  return text.replaceAll(
    /\/\*[^]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g,
    (found) => (/^['"`]/.test(found) ? "''" : ''),
  );
}

interface Import {
  readonly from: string;
  /** A path from the root, else the module as written. */
  readonly to: string;
  readonly relative: boolean;
}

function importsOf(path: string): readonly Import[] {
  const statements = read(path).matchAll(
    /^(?:import|export)\b[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map(([, from, bare, lazy]) => {
    const to = from ?? bare ?? lazy ?? '';
    const relative = to.startsWith('.');
    return { from: path, to: relative ? join(dirname(path), to) : to, relative };
  });
}

const imports = code.flatMap(importsOf);
const topOf = (path: string): string => path.split('/')[0] ?? '';
const told = ({ from, to }: Import): string => `${from} imports ${to}`;

/** For each folder: the folders it may use, and the modules of Node. */
const allowed: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly node: readonly string[] | 'all' }>
> = {
  src: { folders: ['src'], node: ['util'] },
  reports: { folders: ['src', 'reports'], node: ['util', 'crypto', 'zlib'] },
  runner: { folders: ['src', 'reports', 'runner'], node: 'all' },
  bench: { folders: ['src', 'reports', 'runner', 'bench', 'test'], node: 'all' },
  test: { folders: ['src', 'reports', 'runner', 'test', '.ci'], node: 'all' },
};

/** Every package has one home; the tests may use what they test with. */
const homes: Readonly<Record<string, readonly string[]>> = {
  yaml: ['src', 'bench'],
  zod: ['src'],
  re2js: ['src'],
  '@xterm/headless': ['src'],
  'ansi-to-html': ['reports'],
  'markdown-it': ['reports', 'test'],
  execa: ['runner'],
  tap: ['test'],
  'tap-parser': ['test'],
  'fast-check': ['test'],
  'playwright-core': ['test'],
  ajv: ['test'],
  ctrf: ['test'],
};

t.test('src ← reports ← runner: no folder uses one to its right', async (t) => {
  t.ok(imports.length > 300, 'imports are found');
  const wrong = imports.filter(
    ({ from, to, relative }) => relative && !allowed[topOf(from)]?.folders.includes(topOf(to)),
  );
  t.same(wrong.map(told), []);
});

t.test('src and reports use only the modules of Node that have no effects', async (t) => {
  const wrong = imports.filter(({ from, to, relative }) => {
    if (relative || !(to.startsWith('node:') || builtinModules.includes(to))) return false;
    const node = allowed[topOf(from)]?.node ?? [];
    return node !== 'all' && !node.includes(to.replace('node:', ''));
  });
  t.same(wrong.map(told), []);
  const bare = imports.filter(({ to }) => builtinModules.includes(to) && !to.startsWith('node:'));
  t.same(bare.map(told), [], 'and all of them by node:');
});

t.test('every package has one home', async (t) => {
  const packages = imports.filter(({ to, relative }) => !relative && !to.startsWith('node:'));
  t.same(packages.filter(({ from, to }) => homes[to]?.includes(topOf(from)) !== true).map(told), []);
  const users = packages.filter(({ to }) => to === 'execa').map(({ from }) => from);
  t.same(users, ['runner/process.ts'], 'one file runs execa');
});

t.test('in runner only main.ts and commands/ use reports', async (t) => {
  const users = imports.filter(({ from, to }) => topOf(from) === 'runner' && topOf(to) === 'reports');
  t.ok(users.length > 0);
  t.same(users.filter(({ from }) => !/^runner\/(main\.ts|commands\/)/.test(from)).map(told), []);
});

t.test('backends do not use each other', async (t) => {
  const wrong = imports.filter(({ from, to }) => {
    const [one, other] = [backendOf(from), backendOf(to)];
    return one !== undefined && other !== undefined && one !== other;
  });
  t.same(wrong.map(told), []);
});

function backendOf(path: string): string | undefined {
  return /^runner\/backends\/(?!index\.ts)([^/.]+)/.exec(path)?.[1];
}

t.test('the scripts of the page run in a browser: they use src and each other', async (t) => {
  const wrong = imports.filter(
    ({ from, to }) =>
      from.startsWith('reports/html/page/') && !to.startsWith('src/') && !to.startsWith('reports/html/page/'),
  );
  t.same(wrong.map(told), []);
});

t.test('imports name files, and end .ts', async (t) => {
  const names = new Set([...all, ...generated]);
  const wrong = imports.filter(
    ({ to, relative }) => relative && !names.has(to) && !names.has(to.replace(/\.mjs$/, '.d.mts')),
  );
  t.same(wrong.map(told), []);
});

t.test('no file is longer than 300 lines', async (t) => {
  const long = [...code, ...all.filter((path) => /\.(mjs|cjs|css)$/.test(path))]
    .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
    .filter(({ lines }) => lines > 300);
  t.same(long, []);
});

t.test('a source file opens with one sentence: what it owns', async (t) => {
  const opening = /^(?:#!.*\n)?\/\*\*\s+(?:\* )?\S[^]*?\*\//;
  t.same(
    sources.filter((path) => !opening.test(read(path))),
    [],
  );
});

t.test('there is no default export', async (t) => {
  t.same(
    code.filter((path) => /^export default\b/m.test(codeOf(read(path)))),
    [],
  );
});

/** Lines that say `any` as a type, or cast with `as`. */
function looseLines(text: string, mayCast: boolean): readonly string[] {
  return codeOf(text)
    .split('\n')
    .filter((line) => {
      const bare = line.replaceAll(/\bas const\b|^import\b.*|^export\b.*\bfrom\b.*|\{[^}]*\} from.*/g, '');
      const any = /(?:[:<,]|(?<!&)&|(?<!\|)\|)\s*any\b(?!\s*[:(.])|\bany\[\]/.test(bare);
      const cast = /[\w)\]}>'!] as (?!\s)[\w({[]/.test(bare) && !/^\s+\w+ as \w+,?$/.test(bare);
      return any || (cast && !mayCast);
    });
}

t.test('there is no "any", and "as" only where what comes in is unknown', async (t) => {
  const mayCast = new Set(['src/parse.ts', 'reports/jsonl.ts', 'reports/jsonl-shape.ts']);
  const found = sources.flatMap((path) =>
    looseLines(read(path), mayCast.has(path)).map((line) => `${path}: ${line.trim()}`),
  );
  t.same(found, []);
  const sample = "const a: any = 1;\nf(x as never);\nconst b = [1] as const; // as any\nsay('as any');\n";
  t.same(looseLines(sample, false), ['const a: any = 1;', 'f(x as never);']);
});

const runs = 'test/acceptance/scenarios.test.ts';
/** Parts that are tested through the face they have for the rest: a file, or a folder, and the test of that face. */
const testedThrough: Readonly<Record<string, string>> = {
  'reports/order.ts': 'test/reports/console.test.ts',
  'runner/about.ts': runs,
  'runner/ambient.ts': 'test/system/watch.test.ts',
  'runner/artifacts.ts': 'test/system/language.test.ts',
  'runner/backends/': 'test/system/machine.test.ts',
  'runner/checks.ts': runs,
  'runner/commands/carry-out.ts': runs,
  'runner/commands/clean.ts': 'test/system/program.test.ts',
  'runner/commands/doctor.ts': 'test/system/program-words.test.ts',
  'runner/commands/index.ts': runs,
  'runner/commands/lint.ts': 'test/docs.test.ts',
  'runner/commands/list.ts': 'test/docs.test.ts',
  'runner/commands/reporting.ts': runs,
  'runner/commands/run.ts': runs,
  'runner/commands/schema.ts': 'test/docs.test.ts',
  'runner/commands/selection.ts': 'test/src/plan.test.ts',
  'runner/commands/shell.ts': 'test/system/program.test.ts',
  'runner/commands/warm-up.ts': 'test/system/start.test.ts',
  'runner/evidence.ts': 'test/system/language.test.ts',
  'runner/find.ts': 'test/runner/load.test.ts',
  'runner/help.ts': 'test/docs.test.ts',
  'runner/interactive.ts': 'test/system/program.test.ts',
  'runner/job.ts': runs,
  'runner/job-images.ts': runs,
  'runner/main.ts': runs,
  'runner/observe.ts': runs,
  'runner/output.ts': runs,
  'runner/pauses.ts': runs,
  'runner/record.ts': runs,
  'runner/run.ts': runs,
  'runner/start.ts': 'test/system/start.test.ts',
  'runner/step.ts': runs,
  'runner/steps.ts': runs,
  'runner/trees.ts': runs,
  'src/names.ts': 'test/src/parse.test.ts',
  'src/nearest.ts': 'test/src/parse.test.ts',
  'src/scenario/': 'test/src/parse.test.ts',
  'src/select.ts': 'test/src/plan.test.ts',
  'src/tags.ts': 'test/src/plan.test.ts',
  'src/yaml.ts': 'test/src/parse-yaml.test.ts',
};

t.test(
  'every source file has a test: of its name, of its folder or family, or one that imports it',
  async (t) => {
    const tests = code.filter((path) => path.startsWith('test/'));
    const used = new Set(imports.filter(({ from }) => topOf(from) === 'test').map(({ to }) => to));
    const titles = tests.filter((path) => path.endsWith('.test.ts'));
    const isNamed = (path: string): boolean => {
      const folders = path.split('/').slice(1, -1);
      const name = basename(path, '.ts');
      const mirrored = titles
        .filter((title) => [topOf(path), 'system', 'e2e'].includes(title.split('/')[1] ?? ''))
        .map((title) => basename(title));
      // `match-lines.ts` is of the family of `match.ts`.
      const family = name.split('-')[0] ?? name;
      const names = [name, family, ...folders].filter((one) => one !== 'index');
      return (
        used.has(path) || names.some((one) => mirrored.some((title) => new RegExp(`^${one}[-.]`).test(title)))
      );
    };
    const isTested = (path: string): boolean =>
      isNamed(path) || Object.keys(testedThrough).some((part) => path.startsWith(part));
    t.same(
      sources.filter((path) => !isTested(path)),
      [],
    );
    for (const [part, test] of Object.entries(testedThrough)) {
      t.ok(tests.includes(test), `${part} is tested through ${test}, which exists`);
      t.ok(
        sources.some((path) => path.startsWith(part)),
        `${part} exists`,
      );
    }
  },
);

t.test('no file names the place it was made at, nor a mirror', async (t) => {
  const text = all.filter((path) => /\.(ts|mjs|cjs|mts|css|md|ya?ml|json|sh)$|^\.ci\/|^LICENSE$/.test(path));
  // Assembled, so that this file does not name them itself.
  const places = [
    ['', 'work', ''],
    ['..', 'shared'],
    ['', 'tmp', 'trees'],
    ['', 'tmp', 'debs'],
    ['deb.debian', 'org'],
  ].map((parts) => parts.join(parts[0] === 'deb.debian' ? '.' : '/'));
  const found = text
    .filter((path) => path !== 'package-lock.json')
    .flatMap((path) =>
      places.filter((place) => read(path).includes(place)).map((place) => `${path}: ${place}`),
    );
  t.same(found, []);
});
