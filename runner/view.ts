/** Which cgroup hierarchies a job's machines see: those in which the controllers that it needs limit anything. */
import type { Need } from '../src/scenario.ts';
import { findHierarchies, readsV1, type Hierarchies, type View } from './capsule/hierarchy.ts';
import { boundToV1, toV2 } from './facts/cgroups.ts';
import type { JobImages } from './job-images.ts';

export function viewOf(needs: readonly Need[], hierarchies: Hierarchies = findHierarchies()): View {
  return v1Need(needs, hierarchies) === undefined ? 'v2' : 'hybrid';
}

/** Why a job cannot run on these images; nothing where it can. */
export function unmetByImages(
  needs: readonly Need[],
  images: readonly JobImages[],
  hierarchies: Hierarchies = findHierarchies(),
): string | undefined {
  const name = v1Need(needs, hierarchies);
  const late = images.find(({ image }) => !readsV1(image.labels.systemd))?.image;
  if (name === undefined || late === undefined) return undefined;
  return `needs ${name}: it is bound to cgroup v1 here, and systemd ${late.labels.systemd} of ${late.name} boots with v2 only; to get it: ${toV2}`;
}

/** The first controller asked for that only v1 has. */
function v1Need(needs: readonly Need[], hierarchies: Hierarchies): string | undefined {
  const names = needs.flatMap((need) => ('any' in need ? need.any.map(nameOf) : [nameOf(need)]));
  return names.find((name) => {
    const [, controller] = /^controller-(.+)$/.exec(name) ?? [];
    return controller !== undefined && boundToV1(controller, hierarchies) !== undefined;
  });
}

function nameOf(need: Need): string {
  return 'any' in need ? '' : need.name;
}
