/** A job as it will run: each value by its path, with the place in the file that says it. */
import type { Place } from '../../src/error.ts';
import { rootsOf } from '../../src/machines.ts';
import type { Job } from '../../src/plan.ts';
import { placeAt } from '../../src/problem.ts';
import { formatDuration, formatSize } from '../../src/quantity.ts';
import type { RootSpec, Step } from '../../src/scenario.ts';
import { substitute } from '../../src/substitute.ts';
import type { Cell, MapCell } from '../../src/yaml.ts';

export interface Value {
  /** `machine.image`, `steps.look.run`: steps by their ids. */
  readonly path: string;
  readonly value: string;
  /** Absent where the file says nothing: the value is the usual one. */
  readonly origin?: Place | undefined;
}

/** What the parts it uses and the file say, in their order; of the matrix only the combination of this job. */
export function writtenValues(job: Job, file: Cell): readonly Value[] {
  const said = [...job.scenario.used, file].flatMap((one) =>
    one.kind === 'map' ? [...one.entries].flatMap(([key, { value }]) => topValues(job, key, value)) : [],
  );
  // A variable of a part may have another value here.
  return [...new Map(said.map((one) => [one.path, one])).values()];
}

function topValues(job: Job, key: string, cell: Cell): readonly Value[] {
  if (key === 'matrix') return axisValues(job, cell);
  const steps = phases(job)
    .find(([phase]) => phase === key)?.[1]
    .filter(({ at }) => at.file === cell.source.file);
  if (steps !== undefined && cell.kind === 'list')
    return cell.items.flatMap((item, at) => stepValues(`${key}.${steps[at]?.id ?? at + 1}`, item, steps[at]));
  const found = values(key, cell);
  if (!replaced.has(key)) return found;
  return found.map((one) => ({ ...one, value: substitute(one.value, job.axes).text }));
}

/** Where variables are replaced before the job runs. */
const replaced: ReadonlySet<string> = new Set(['title', 'machine', 'machines', 'env']);

function stepValues(path: string, cell: Cell, step: Step | undefined): readonly Value[] {
  return values(path, cell).map((one) =>
    one.path === `${path}.title` ? { ...one, value: step?.title ?? one.value } : one,
  );
}

function values(path: string, cell: Cell): readonly Value[] {
  if (cell.kind === 'bad') return [];
  if (cell.kind === 'map' && cell.entries.has('from-host') && /(^|\.)env\.[^.]*$/.test(path))
    return [{ path, value: hostValue(cell), origin: placeAt(cell.source, cell.offset) }];
  if (cell.kind === 'map')
    return [...cell.entries].flatMap(([key, { offset, value }]) => {
      const below = values(`${path}.${key}`, value);
      // A text in a block begins below its key; the key is what a person looks for.
      return value.kind === 'text'
        ? below.map((one) => ({ ...one, origin: placeAt(cell.source, offset) }))
        : below;
    });
  if (cell.kind === 'list') return cell.items.flatMap((item, at) => values(`${path}[${at + 1}]`, item));
  return [{ path, value: cell.text, origin: placeAt(cell.source, cell.offset) }];
}

/** As the file says it: what the host holds is nobody's to see. */
function hostValue(cell: MapCell): string {
  const keys = [...cell.entries].map(
    ([key, { value }]) => `${key}: ${value.kind === 'text' ? value.text : ''}`,
  );
  return `{${keys.join(', ')}}`;
}

/** The place of an axis is that of the value taken, or of the axis where an `include` gave it. */
function axisValues({ axes, excluded }: Job, matrix: Cell): readonly Value[] {
  const entries = matrix.kind === 'map' ? matrix.entries : new Map<string, never>();
  const rules = entries.get('exclude')?.value ?? matrix;
  const origin = placeAt(rules.source, rules.offset);
  const skipped = excluded === undefined ? [] : [{ path: 'matrix.exclude.because', value: excluded, origin }];
  const chosen = Object.entries(axes).map(([axis, value]): Value => {
    const cell = entries.get(axis)?.value ?? entries.get('include')?.value ?? matrix;
    const items = cell.kind === 'list' ? cell.items : [cell];
    const taken = items.find((item) => item.kind === 'text' && item.text === value) ?? cell;
    return { path: `matrix.${axis}`, value, origin: placeAt(taken.source, taken.offset) };
  });
  return [...chosen, ...skipped];
}

/** What holds although the file does not say it. */
export function usualValues(job: Job, written: readonly Value[]): readonly Value[] {
  const { scenario } = job;
  const said = written.map(({ path }) => path);
  const usual: Value[] = [
    { path: 'timeout', value: formatDuration(scenario.timeoutMs) },
    { path: 'keep-going', value: String(scenario.keepGoing) },
    ...rootsOf(job).flatMap((spec, index) => {
      const several = said.some((path) => path.startsWith('machines['));
      return usualOfMachine(several ? `machines[${index + 1}]` : 'machine', spec);
    }),
    ...phases(job).flatMap(([phase, steps]) =>
      steps.flatMap((step) => usualOfStep(`${phase}.${step.id}`, step)),
    ),
  ];
  return usual.filter(({ path }) => !said.some((one) => one === path || one.startsWith(`${path}[`)));
}

function usualOfMachine(path: string, spec: RootSpec): readonly Value[] {
  return [
    { path: `${path}.init`, value: String(spec.init) },
    { path: `${path}.boot-timeout`, value: formatDuration(spec.bootTimeoutMs) },
    { path: `${path}.disk`, value: formatSize(spec.diskBytes) },
    { path: `${path}.user`, value: spec.user },
    { path: `${path}.network`, value: spec.network },
  ];
}

function usualOfStep(path: string, step: Step): readonly Value[] {
  if (step.verb === 'say') return [];
  const timeout: Value = { path: `${path}.timeout`, value: formatDuration(step.timeoutMs) };
  const within: readonly Value[] =
    step.withinMs === undefined ? [] : [{ path: `${path}.within`, value: formatDuration(step.withinMs) }];
  if (step.verb !== 'run') return [timeout, ...within];
  const exit: Value = { path: `${path}.expect.exit`, value: step.expect.exit.join(', ') };
  return [timeout, ...within, { path: `${path}.session`, value: step.session }, exit];
}

function phases({ scenario }: Job): readonly (readonly [string, readonly Step[]])[] {
  const { prepare, steps, onFailure, cleanup } = scenario;
  return [
    ['prepare', prepare],
    ['steps', steps],
    ['on-failure', onFailure],
    ['cleanup', cleanup],
  ];
}
