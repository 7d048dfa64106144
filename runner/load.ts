/** Paths, folders, globs and names of jobs → jobs and images; all problems of all files at once. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { count } from '../src/describe-text.ts';
import { UserError } from '../src/error.ts';
import { checkCatalogue, parseConfiguration, type ImageSpec } from '../src/image.ts';
import { suggest } from '../src/nearest.ts';
import { readScenarioText } from '../src/parse.ts';
import { rootsOf } from '../src/machines.ts';
import { jobsOf, planJobs, type Job, type Selection } from '../src/plan.ts';
import { formatProblems, makeSource, report, reportAt, type Source } from '../src/problem.ts';
import type { Scenario, SecretName } from '../src/scenario.ts';
import { errorCode, fileCause } from './file-error.ts';
import { findAbove, resolveWords, type ScenarioFile } from './find.ts';
import { homeDirectory } from './home.ts';

export interface Loaded {
  readonly jobs: readonly Job[];
  readonly images: readonly ImageSpec[];
  /** The folder of the nearest rootlab.yaml, else the current one. */
  readonly home: string;
  /** Whether the configuration lets scenarios type on this very computer. */
  readonly allowHost: boolean;
  /** Variables of this computer that the configuration calls secrets. */
  readonly secrets: readonly SecretName[];
}

export async function loadJobs(words: readonly string[], selection: Selection): Promise<Loaded> {
  const { files, names, home } = resolveWords(words);
  const catalogue = readCatalogue(home);
  const read = files.map((file) => readFile(file));
  checkTogether(read, catalogue.images);
  throwProblems([...catalogue.sources, ...read.map(({ source }) => source)]);
  const given = read.filter(({ file }) => file.given).map(({ scenario }) => scenario);
  const named = read.filter(({ file }) => !file.given).map(({ scenario }) => scenario);
  const jobs = [
    ...(given.length > 0 || names.length === 0 ? planJobs(given, selection) : []),
    ...(names.length > 0 ? planJobs(named, { ...selection, names }) : []),
  ];
  return {
    jobs,
    images: catalogue.images,
    home,
    allowHost: catalogue.allowHost,
    secrets: catalogue.secrets,
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
}

function readFile(file: ScenarioFile): Read {
  const { text, problem } = readText(file.path);
  const options = { file: file.shown, name: file.name, directory: dirname(file.path) };
  if (problem === undefined) return { file, ...readScenarioText(text, options) };
  const { scenario } = readScenarioText('', options);
  const source = makeSource(file.shown, options.directory, '');
  report(source, 0, problem);
  return { file, scenario, source };
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
        reportAt(source, at, `no image is called "${image}"`, suggest(image, known, 'images here'));
      }
    }
  }
}

function checkFiles(source: Source): void {
  for (const { path, offset } of source.files) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined)
      report(source, offset, `there is no file ${path}`, 'paths are taken from the folder of this file');
  }
}

/** The images of rootlab.yaml, then the built-in ones it has no image of the same name for. */
function readCatalogue(home: string) {
  const builtIn = resolve(homeDirectory, 'scenarios/images.yaml');
  const own = findAbove(home, 'rootlab.yaml');
  const read = [own, builtIn]
    .filter((path) => path !== undefined)
    .map((path) => {
      const { text, problem } = readText(path);
      const parsed = parseConfiguration(text, { file: path, directory: dirname(path) });
      if (problem === undefined) return parsed;
      const source = makeSource(path, dirname(path), '');
      report(source, 0, problem);
      return { ...parsed, source };
    });
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
    allowHost: read.some(({ configuration }) => configuration.allowHost),
    secrets: read.flatMap(({ configuration }) => configuration.secrets),
  };
}

function throwProblems(sources: readonly Source[]): void {
  const problems = sources.flatMap((source) => source.problems);
  if (problems.length === 0) return;
  const files = new Set(problems.map(({ place }) => place.file)).size;
  throw new UserError(
    `${formatProblems(problems)}\n${count(problems.length, 'problem')} in ${count(files, 'file')}`,
  );
}
