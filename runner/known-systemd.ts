/** Which systemd the images have, as far as the cache tells; for conditions that no job may ever meet. */
import { holdAgainstImages, type SystemdOf } from '../src/applies-systemd.ts';
import { UserError } from '../src/error.ts';
import type { ImageSpec } from '../src/image.ts';
import { rootsOf } from '../src/machines.ts';
import { jobsOf, type Job } from '../src/plan.ts';
import { reportAt, type Source } from '../src/problem.ts';
import type { RootSpec, Scenario } from '../src/scenario.ts';
import { wordProblems } from './file-problem.ts';
import { cacheDirectory, placesIn, type Cache } from './cache.ts';
import { ensureImage } from './images/ensure.ts';
import { imageHash } from './images/hash.ts';
import { readLabels } from './images/layers.ts';
import { resolveSpec, type ResolvedImage } from './images/resolve.ts';
import { openImage } from './images/store.ts';
import { imageKey, progressNotes } from './job-images.ts';

type Known = Map<string, { readonly systemd: string | undefined }>;

/** Adds to the problems of each scenario what the images that are made already show. */
export async function checkAgainstCache(
  read: readonly { readonly scenario: Scenario; readonly source: Source }[],
  catalogue: readonly ImageSpec[],
): Promise<void> {
  const asking = read.filter(({ scenario }) => asks(scenario));
  const known = await lookUp(
    asking.map(({ scenario }) => scenario),
    catalogue,
  );
  for (const { scenario, source } of asking)
    for (const { at, message, hint } of holdAgainstImages(scenario, knownIn(known)).never)
      reportAt(source, at, message, hint);
}

/** Makes the images that alone could still tell, where the jobs would make them all anyway; throws what they tell. */
export async function checkByMaking(
  jobs: readonly Job[],
  catalogue: readonly ImageSpec[],
  options: { readonly signal: AbortSignal; readonly unmet: (job: Job) => Promise<string | undefined> },
): Promise<true> {
  const scenarios = [...new Map(jobs.map(({ scenario }) => [scenario.file, scenario])).values()].filter(asks);
  if (scenarios.length === 0) return true;
  const known = await lookUp(scenarios, catalogue);
  const open = scenarios.flatMap((scenario) => holdAgainstImages(scenario, knownIn(known)).open);
  if (open.length === 0) return true;
  const made = new Set<string>();
  for (const job of jobs)
    if (job.excluded === undefined && (await options.unmet(job)) === undefined)
      rootsOf(job).forEach((spec) => made.add(imageKey(spec)));
  const telling = open.filter((specs) => specs.every((spec) => made.has(imageKey(spec)))).flat();
  const onProgress = progressNotes(({ text }) => process.stderr.write(`note: ${text}\n`));
  await Promise.all(
    [...new Map(telling.map((spec) => [imageKey(spec), spec])).values()].map(async (spec) => {
      // Why an image cannot be made is told by the boot of its job.
      const built = await ensureImage(resolveSpec(spec, catalogue), { ...options, onProgress }).catch(
        () => undefined,
      );
      if (built !== undefined) known.set(imageKey(spec), { systemd: built.labels.systemd });
    }),
  );
  const never = scenarios.flatMap((scenario) => holdAgainstImages(scenario, knownIn(known)).never);
  if (never.length > 0 && !options.signal.aborted) throw new UserError(wordProblems(never));
  return true;
}

/** Most ask for no version, and then no image is looked for. */
function asks({ prepare, steps, onFailure, cleanup }: Scenario): boolean {
  return [prepare, steps, onFailure, cleanup]
    .flat()
    .some(({ except, knownIssues, when }) =>
      [...except, ...knownIssues].some((one) =>
        [...one.when, ...when].some(({ name }) => name === 'systemd'),
      ),
    );
}

function knownIn(known: Known): SystemdOf {
  return (spec) => known.get(imageKey(spec));
}

async function lookUp(scenarios: readonly Scenario[], catalogue: readonly ImageSpec[]): Promise<Known> {
  const known: Known = new Map();
  const specs = scenarios.flatMap(jobsOf).flatMap(rootsOf);
  const cache = placesIn(cacheDirectory());
  for (const [key, spec] of new Map(specs.map((one): [string, RootSpec] => [imageKey(one), one]))) {
    const labels = await labelsOf(resolveSpec(spec, catalogue), cache).catch(() => undefined);
    if (labels !== undefined) known.set(key, { systemd: labels.systemd });
  }
  return known;
}

async function labelsOf(image: ResolvedImage, cache: Cache) {
  const hash = await hashOf(image);
  if (hash === undefined) return undefined;
  return image.recipe?.kind === 'directory'
    ? readLabels([image.recipe.path])
    : openImage(cache, hash)?.labels;
}

/** Nothing where it takes more than to read a few small files. */
async function hashOf(image: ResolvedImage): Promise<string | undefined> {
  const { base, recipe } = image;
  if (recipe?.kind === 'docker') return undefined;
  if ((recipe?.kind === 'tar' || recipe?.kind === 'disk') && recipe.sha256 === undefined) return undefined;
  const below = base === undefined ? undefined : await hashOf(base);
  return base !== undefined && below === undefined ? undefined : imageHash(image, below);
}
