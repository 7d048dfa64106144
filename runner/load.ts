/** Paths, folders, globs and names of jobs → jobs and images; all problems of all files at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { count } from '../src/describe-text.ts';
import { UserError } from '../src/error.ts';
import type { Defaults } from '../src/defaults.ts';
import { checkCatalogue, parseConfiguration, type ImageSpec, type ReporterName } from '../src/image.ts';
import { nearest, suggest } from '../src/nearest.ts';
import { readScenarioText } from '../src/parse.ts';
import { rootsOf } from '../src/machines.ts';
import { jobsOf, planJobs, type Job, type Selection } from '../src/plan.ts';
import {
  formatProblem,
  formatProblems,
  makeSource,
  report,
  reportAt,
  type FoundFile,
  type MissingFile,
  type Source,
} from '../src/problem.ts';
import type { Scenario, SecretName } from '../src/scenario.ts';
import { errorCode, fileCause, statIfThere } from './file-error.ts';
import { findAbove, resolveWords, type ScenarioFile } from './find.ts';
import { homeDirectory } from './home.ts';
import { checkAgainstCache } from './known-systemd.ts';

export interface Loaded {
  readonly jobs: readonly Job[];
  readonly images: readonly ImageSpec[];
  /** The folder of the nearest rootlab.yaml, else the current one. */
  readonly home: string;
  /** Whether the configuration lets scenarios type on this very computer. */
  readonly allowHost: boolean;
  /** Variables of this computer that the configuration calls secrets. */
  readonly secrets: readonly SecretName[];
  /** What options of `run` are where the command line says nothing. */
  readonly defaults: Defaults;
  /** Reporters that the configuration names. */
  readonly reporters?: readonly ReporterName[] | undefined;
  /** All files that a scenario comes from, by its name: its own, what it names by `from`, the configuration. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

export async function loadJobs(words: readonly string[], selection: Selection): Promise<Loaded> {
  const { files, names, home } = resolveWords(words);
  const { sources, ...catalogue } = readCatalogue(home);
  const read = files.map(readFile).filter(({ file, isPart }) => !isPart || words.includes(file.shown));
  checkTogether(read, catalogue.images);
  const all = [...sources, ...read.map(({ source }) => source)];
  if (all.every(({ problems }) => problems.length === 0)) await checkAgainstCache(read, catalogue.images);
  throwProblems(all);
  const given = read.filter(({ file }) => file.given).map(({ scenario }) => scenario);
  const named = read.filter(({ file }) => !file.given).map(({ scenario }) => scenario);
  const jobs = [
    ...(given.length > 0 || names.length === 0 ? planJobs(given, selection) : []),
    ...(names.length > 0 ? planJobs(named, { ...selection, names }) : []),
  ];
  return {
    jobs,
    home,
    images: catalogue.images,
    allowHost: catalogue.allowHost,
    secrets: catalogue.secrets,
    defaults: catalogue.defaults,
    reporters: catalogue.reporters,
    files: filesOf(read, { ...catalogue, sources }),
  };
}

/** All images that machines can be made from here, whether or not there are scenarios. */
export async function loadCatalogue(): Promise<readonly ImageSpec[]> {
  const { images, sources } = readCatalogue(process.cwd());
  throwProblems(sources);
  return images;
}

interface Read {
  readonly file: ScenarioFile;
  readonly scenario: Scenario;
  readonly source: Source;
  /** No scenario, but what others use. */
  readonly isPart: boolean;
}

function readFile(file: ScenarioFile): Read {
  const { text, problem } = readText(file.path);
  const directory = dirname(file.path);
  const read = (path: string) => readBeside(path, dirname(file.shown), directory);
  const options = { file: file.shown, name: file.name, directory, read };
  const found = readScenarioText(text, options);
  if (problem === undefined && !found.isPart) return { file, ...found };
  const source = makeSource(file.shown, directory, text);
  if (problem !== undefined) report(source, 0, problem);
  else report(source, 0, 'a part tests nothing by itself', 'name a scenario that uses it');
  return { ...found, file, source };
}

/** A part: shown as its scenario is, from the same folder. */
function readBeside(path: string, shownFolder: string, folder: string): FoundFile | MissingFile {
  const full = resolve(folder, path);
  const { text, problem } = readText(full);
  const directory = dirname(full);
  if (problem === undefined)
    return { file: isAbsolute(path) ? full : join(shownFolder, path), directory, text };
  const stat = statIfThere(directory);
  const others = stat?.isDirectory() === true ? readdirSync(directory) : [];
  const near = nearest(
    basename(full),
    others.filter((name) => name !== basename(full)),
  );
  const hint =
    near === undefined
      ? 'paths are taken from the folder of this file'
      : `did you mean "${join(dirname(path), near)}"?`;
  return { problem: problem.replace('the file', `"${path}"`), hint };
}

function readText(path: string): { readonly text: string; readonly problem?: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    const isText = errorCode(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA';
    const cause = isText ? fileCause(error) : 'it is not UTF-8 text';
    return { text: '', problem: `cannot read the file: ${cause}` };
  }
}
/** What only the files together, or a disk, can show: names that stand twice, images and files that are missing. */
function checkTogether(read: readonly Read[], images: readonly ImageSpec[]): void {
  const known = images.map(({ name }) => name);
  const byName = new Map<string, string>();
  for (const { file, scenario, source } of read) {
    const other = byName.get(file.name);
    if (other !== undefined && other !== file.path)
      report(
        source,
        0,
        `the scenario's name "${file.name}" is that of ${other} as well`,
        'rename one of the files',
      );
    byName.set(file.name, file.path);
    checkFiles(source);
    const said = new Set<string>();
    for (const machine of jobsOf(scenario).flatMap(rootsOf)) {
      for (const { image, at } of [machine, ...machine.trees]) {
        const place = `${image}:${at.line}:${at.column}`;
        // Empty, or still with a variable, it could not be read, which is told already.
        if (image === '' || image.includes('${') || known.includes(image) || said.has(place)) continue;
        said.add(place);
        const own = nearest(image, known) === undefined ? '; "images" of rootlab.yaml adds others' : '';
        reportAt(source, at, `no image is called "${image}"`, suggest(image, known, 'images here') + own);
      }
    }
  }
}

function checkFiles(source: Source): void {
  for (const { path, kind, offset } of source.files) {
    const found = statIfThere(path);
    if (found === undefined)
      report(source, offset, `there is no ${kind} ${path}`, 'paths are taken from the folder of this file');
    else if (kind === 'file' && found.isDirectory())
      report(
        source,
        offset,
        `${path} is a directory, where one file is wanted`,
        `pack it, with tar -C ${path} -cf FILE . and unpack it there`,
      );
    else if (kind === 'directory' && !found.isDirectory())
      report(
        source,
        offset,
        `${path} is a file, where a directory is wanted`,
        'a packed tree is named by tar:, what "docker save" wrote by docker: {file: …}',
      );
  }
  for (const part of source.used) checkFiles(part);
}

const builtIn = resolve(homeDirectory, 'scenarios/images.yaml');
/** Read as this module is loaded, and so already there in a program that starts from a snapshot. */
const shippedText = readText(builtIn).text;
const shipped = parseBeside(builtIn, shippedText);

function parseBeside(file: string, text: string) {
  return parseConfiguration(text, { file, directory: dirname(file) });
}

function readConfiguration(path: string) {
  const { text, problem } = readText(path);
  if (path === builtIn && text === shippedText) {
    const { source } = shipped;
    // Problems are added to it once it is looked at beside other files.
    return { ...shipped, source: { ...source, problems: [...source.problems] } };
  }
  const parsed = parseBeside(path, text);
  if (problem === undefined) return parsed;
  const source = makeSource(path, dirname(path), '');
  report(source, 0, problem);
  return { ...parsed, source };
}

/** The images of rootlab.yaml, then the built-in ones it has no image of the same name for. */
function readCatalogue(home: string) {
  const own = findAbove(home, 'rootlab.yaml');
  const paths = [own, builtIn].filter((path) => path !== undefined);
  const read = paths.map(readConfiguration);
  const images: ImageSpec[] = [];
  for (const { configuration } of read) {
    const names = new Set(images.map(({ name }) => name));
    images.push(...configuration.images.filter(({ name }) => !names.has(name)));
  }
  const sources = read.map(({ source }) => source);
  checkCatalogue(images, sources);
  // Only what stands in the person's own file, or is used, is looked for on the disk.
  for (const source of sources) if (source.file !== builtIn) checkFiles(source);
  return {
    images,
    sources,
    paths,
    allowHost: read.some(({ configuration }) => configuration.allowHost),
    secrets: read.flatMap(({ configuration }) => configuration.secrets),
    // The built-in file has none.
    defaults: read[0]?.configuration.defaults ?? {},
    reporters: read[0]?.configuration.reporters,
  };
}

/** What a file copies, and the parts it uses with what those copy. */
function named({ files, used }: Source): readonly string[] {
  const parts = used.flatMap((part) => [join(part.directory, basename(part.file)), ...named(part)]);
  return [...files.map(({ path }) => path), ...parts];
}

function filesOf(read: readonly Read[], { sources, paths }: ReturnType<typeof readCatalogue>) {
  const common = [...paths, ...sources.flatMap(named)];
  return new Map(read.map(({ file, source }) => [file.name, [file.path, ...named(source), ...common]]));
}

function throwProblems(sources: readonly Source[]): void {
  // A part that many scenarios use is read for each of them.
  const told = sources.flatMap((source) =>
    source.problems.map((problem) => [formatProblem(problem), problem] as const),
  );
  const problems = [...new Map(told).values()];
  if (problems.length === 0) return;
  const files = new Set(problems.map(({ place }) => place.file)).size;
  throw new UserError(
    `${formatProblems(problems)}\n${count(problems.length, 'problem')} in ${count(files, 'file')}`,
  );
}
