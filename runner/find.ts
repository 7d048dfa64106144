/** Which files the words of a command line mean, and what the scenarios in them are called. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../src/error.ts';
import { nearest } from '../src/nearest.ts';
import { globPattern, isGlob, matchesName } from '../src/select.ts';
import { statIfThere } from './file-error.ts';

export interface ScenarioFile {
  /** Absolute. */
  readonly path: string;
  /** As a person would type it. */
  readonly shown: string;
  /** Path without suffix, from the folder of rootlab.yaml, else the folder given. */
  readonly name: string;
  /** Named by its path; else only some of its jobs are asked for, by their names. */
  readonly given: boolean;
}
export interface Found {
  readonly files: readonly ScenarioFile[];
  /** Names of jobs, or globs of them. */
  readonly names: readonly string[];
  readonly home: string;
}

/** Where scenarios lie when no folder is named. */
const usualFolder = 'scenarios';
const suffix = /\.ya?ml$/;
/** Files beside scenarios that are none. */
const otherFiles = new Set(['rootlab.yaml', 'images.yaml']);

export function resolveWords(words: readonly string[]): Found {
  const here = process.cwd();
  const usual = usualOf();
  const paths = new Map<string, ScenarioFile>();
  const names: string[] = [];
  const cells: string[] = [];
  const firstPath =
    words.map((word) => splitCell(word)?.path ?? word).find((path) => existsSync(path)) ?? '.';
  const start = resolve(statIfThere(firstPath)?.isDirectory() === true ? firstPath : dirname(firstPath));
  const configuration = findAbove(start, 'rootlab.yaml');
  const home = configuration === undefined ? here : dirname(configuration);
  const add = (shown: string, folder: string, given: boolean): void => {
    const path = resolve(shown);
    if (paths.get(path)?.given === true) return;
    const base = baseOf(path, configuration, usual, folder);
    paths.set(path, {
      path,
      shown,
      name: relative(base, path).split(sep).join('/').replace(suffix, ''),
      given,
    });
  };

  for (const word of words.length > 0 ? words : [usual]) {
    const stat = statIfThere(word);
    if (stat?.isDirectory() === true) {
      const found = scenarioFiles(word);
      if (found.length === 0)
        throw new UserError(`cannot find scenarios in "${word}": no *.yaml below it`, {
          hint: 'name a file, or a folder that holds *.yaml',
        });
      for (const path of found) add(path, word, true);
    } else if (stat !== undefined) add(word, dirname(word), true);
    else if (splitCell(word) !== undefined) cells.push(word);
    else if (isGlob(word) && addGlob(word, add)) continue;
    else if (suffix.test(word)) throw noSuchFile(word);
    else names.push(word.replace(/#.*$/, ''));
  }
  const asked = names.length > 0;
  for (const { path, cell } of cells.flatMap((word) => splitCell(word) ?? [])) {
    add(path, dirname(path), false);
    const file = paths.get(resolve(path));
    if (file?.given === false) names.push(`${file.name}@${cell}`);
  }
  if (asked) {
    for (const path of scenarioFiles(usual)) if (!paths.has(resolve(path))) add(path, usual, false);
    keepNamed(paths, names);
  }
  return { files: [...paths.values()], names, home };
}

/** Those of which every scenario is meant, new ones too. */
export function wholeFolders(words: readonly string[]): readonly string[] {
  const meant = words.length > 0 ? words : [usualOf()];
  return meant.filter((word) => statIfThere(word)?.isDirectory() === true);
}

function usualOf(): string {
  return statIfThere(usualFolder)?.isDirectory() === true ? usualFolder : '.';
}

/** `PATH.yaml@debian-12`: the jobs of one file whose names go on like this, as reports name them to run again. */
function splitCell(word: string): { readonly path: string; readonly cell: string } | undefined {
  const [, path, cell] = /^(.+?\.ya?ml)@([^#]+)/.exec(word) ?? [];
  if (path === undefined || cell === undefined || existsSync(word)) return undefined;
  if (!existsSync(path)) throw noSuchFile(path);
  return { path, cell };
}

/** Stable names: from rootlab.yaml's folder, or the usual one, wherever the command line points below it. */
function baseOf(path: string, configuration: string | undefined, usual: string, folder: string): string {
  if (configuration !== undefined) return dirname(configuration);
  const usualBase = resolve(usual);
  return usual !== '.' && path.startsWith(usualBase + sep) ? usualBase : resolve(folder);
}

function addGlob(glob: string, add: (shown: string, folder: string, given: boolean) => void): boolean {
  const fixed = glob.split('/').slice(0, -1);
  const firstOpen = fixed.findIndex(isGlob);
  const folder =
    (firstOpen < 0 ? fixed : fixed.slice(0, firstOpen)).join('/') || (glob.startsWith('/') ? '/' : '.');
  if (!existsSync(folder)) return false;
  const pattern = globPattern(glob.replace(/^\.\//, ''));
  const found = scenarioFiles(folder).filter((path) => pattern.test(path));
  for (const path of found) add(path, folder, true);
  return found.length > 0;
}

/** Of the files that are there only because jobs are asked for by name, those that can hold such jobs. */
function keepNamed(paths: Map<string, ScenarioFile>, names: readonly string[]): void {
  const wanted = names.map((name) => name.replace(/@.*$/, ''));
  const others = [...paths.values()].filter(({ given }) => !given);
  const kept = others.filter(({ name }) =>
    wanted.some((part) => matchesName(part, name) || (isGlob(part) && matchesName(part, `${name}@`))),
  );
  const unknown = names.filter(
    (_, index) =>
      !kept.some(({ name }) => matchesName(wanted[index] ?? '', name) || isGlob(wanted[index] ?? '')),
  );
  const [first] = unknown;
  if (first !== undefined && !isGlob(first)) {
    const wanted = first.replace(/@.*$/, '');
    const paths = others.map(({ name }) => name);
    const near =
      paths.find((name) => name.endsWith(`/${wanted}`)) ??
      nearest(wanted, paths) ??
      nearestPath(wanted) ??
      nearestPath(join(usualOf(), wanted));
    throw new UserError(`cannot find "${first}": it is no path, and no job has such a name`, {
      hint: near === undefined ? 'rootlab list shows the names of all jobs' : `did you mean "${near}"?`,
    });
  }
  for (const file of others) if (!kept.includes(file)) paths.delete(file.path);
}

function noSuchFile(word: string): UserError {
  const near = nearestPath(word);
  return new UserError(`cannot read "${word}": there is no such file`, {
    hint: near === undefined ? `no file in ${dirname(word)} has a name like it` : `did you mean "${near}"?`,
  });
}

/** Of a path that leads nowhere: each part that is not there becomes the nearest that is, or a file that only lacks its suffix. */
function nearestPath(word: string): string | undefined {
  let found = word.startsWith('/') ? '/' : '';
  for (const part of word.split('/').filter((one) => one !== '')) {
    const there = join(found, part);
    const next = existsSync(there) ? there : nearestIn(found, part);
    if (next === undefined) return undefined;
    found = next;
  }
  return found;
}

function nearestIn(folder: string, part: string): string | undefined {
  const at = folder === '' ? '.' : folder;
  if (statIfThere(at)?.isDirectory() !== true) return undefined;
  const names = new Map(
    readdirSync(at, { withFileTypes: true }).flatMap((entry): readonly (readonly [string, string])[] => {
      const { name } = entry;
      if (isOther(name)) return [];
      if (entry.isDirectory()) return [[name, name]];
      return suffix.test(name) ? [[suffix.test(part) ? name : name.replace(suffix, ''), name]] : [];
    }),
  );
  const near = nearest(part, names.keys());
  return near === undefined ? undefined : join(folder, names.get(near) ?? near);
}

/** Hidden, installed, or beside scenarios and none itself. */
function isOther(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules' || otherFiles.has(name);
}

/** All below, sorted, without what is hidden or installed; links to folders are not followed. */
function scenarioFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (isOther(entry.name)) return [];
      if (entry.isDirectory()) return scenarioFiles(path);
      return suffix.test(entry.name) ? [path] : [];
    });
}

export function findAbove(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, name);
    if (statIfThere(path)?.isFile() === true) return path;
    if (at === dirname(at)) return undefined;
  }
}
