/** Which controllers bound to cgroup v1 a job's machines are shown: those that it needs, since v2 does not have them. */
import type { Need } from '../src/scenario.ts';
import { findHierarchies, readsV1, v1Names, type Hierarchies } from './capsule/hierarchy.ts';
import { boundToV1, toV2 } from './facts/cgroups.ts';
import type { JobImages } from './job-images.ts';

/** By the names that v1 gives them. */
export function v1Needs(
  needs: readonly Need[],
  hierarchies: Hierarchies = findHierarchies(),
): readonly string[] {
  return needed(needs, hierarchies)
    .flatMap((name) => v1Names[name] ?? [])
    .filter((name) => hierarchies.controllers.has(name));
}

/** Why a job cannot run on these images; nothing where it can. */
export function unmetByImages(
  needs: readonly Need[],
  images: readonly JobImages[],
  hierarchies: Hierarchies = findHierarchies(),
): string | undefined {
  const [name] = needed(needs, hierarchies);
  const late = images.find(({ image }) => !readsV1(image.labels.systemd))?.image;
  if (name === undefined || late === undefined) return undefined;
  return `needs controller-${name}: it is bound to cgroup v1 here, and systemd ${late.labels.systemd} of ${late.name} boots with v2 only; to get it: ${toV2}`;
}

/** The controllers asked for that only v1 has. */
function needed(needs: readonly Need[], hierarchies: Hierarchies): readonly string[] {
  return needs
    .flatMap((need) => ('any' in need ? need.any : [need]))
    .flatMap((need) => ('any' in need ? [] : (/^controller-(.+)$/.exec(need.name)?.[1] ?? [])))
    .filter((name) => boundToV1(name, hierarchies) !== undefined);
}
