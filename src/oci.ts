/** What stands in an OCI layout and in a saved Docker image: their JSON → descriptors, or the cause why not. */
import * as z from 'zod';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'only sha256 digests are known');
const descriptor = z.object({
  mediaType: z.string().default(''),
  digest,
  annotations: z.record(z.string(), z.string()).default({}),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
});
export type Descriptor = z.output<typeof descriptor>;

const index = z.object({ manifests: z.array(descriptor).min(1) });
const manifest = z.object({ config: descriptor, layers: z.array(descriptor) });
/** `manifest.json` of `docker save`; the names are files of the archive. */
const saved = z
  .array(
    z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
  )
  .length(1, 'one image is meant, and it holds several');
const config = z.object({ rootfs: z.object({ diff_ids: z.array(digest) }) });

/** The table of their files. */
const shapes = { index, manifest, saved, config };
type Shapes = { readonly [K in keyof typeof shapes]: z.output<(typeof shapes)[K]> };
export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly cause: string };

export function readOci<K extends keyof Shapes>(kind: K, text: string): Read<Shapes[K]> {
  const shape: z.ZodType<Shapes[K]> = readers[kind];
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { ok: false, cause: 'it is no JSON' };
  }
  const parsed = shape.safeParse(found);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, cause: `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not as it must be'}` };
}
const readers: { readonly [K in keyof Shapes]: z.ZodType<Shapes[K]> } = shapes;

const refName = 'org.opencontainers.image.ref.name';
const indexType = /\.image\.index\.v1\+json$|manifest\.list\.v2\+json$/;

export function isIndex(one: Descriptor): boolean {
  return indexType.test(one.mediaType);
}

/** Of an index: the one called `ref`, or of this architecture, or the only one; else what there is to choose from. */
export function choose(
  manifests: readonly Descriptor[],
  wanted: { readonly ref?: string | undefined; readonly architecture: string },
): Read<Descriptor> {
  const { ref, architecture } = wanted;
  const named = ref === undefined ? manifests : manifests.filter((one) => one.annotations[refName] === ref);
  const fitting = named.filter(
    (one) => one.platform === undefined || one.platform.architecture === architecture,
  );
  const [first, second] = fitting;
  if (first !== undefined && second === undefined) return { ok: true, value: first };
  const names = manifests.map((one) => one.annotations[refName]).filter((name) => name !== undefined);
  const has = names.length === 0 ? 'none of its images has a name' : `it has: ${names.join(', ')}`;
  if (named.length === 0) return { ok: false, cause: `it has no image called "${ref ?? ''}"; ${has}` };
  if (first === undefined) return { ok: false, cause: `none of its images is for ${architecture}` };
  return { ok: false, cause: `it has several images, and ref: names none of them; ${has}` };
}
