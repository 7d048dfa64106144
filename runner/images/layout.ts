/** An OCI layout, or what `docker save` wrote, as files on the disk → its layers, each proven by its digest. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join, normalize } from 'node:path';
import { UserError } from '../../src/error.ts';
import { choose, isIndex, readOci, type Descriptor } from '../../src/oci.ts';
import { fileHash } from './hash.ts';

/** A tar, plain or compressed, of what one layer changes. */
export type Layer = string;

/** As OCI calls what Node calls x64. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', riscv64: 'riscv64' };
const architecture = architectures[process.arch] ?? process.arch;

export async function readLayers(
  directory: string,
  ref: string | undefined,
  name: string,
): Promise<readonly Layer[]> {
  if (existsSync(join(directory, 'index.json'))) return layersOfLayout(directory, ref, name);
  if (existsSync(join(directory, 'manifest.json'))) return layersOfSaved(directory, name);
  throw lie(name, directory, 'it has neither index.json nor manifest.json', notOne);
}
const notOne =
  'name a directory that skopeo, umoci or buildah made, or a file of "docker save" or "podman save"';

/** The digest of the image itself, which is all that a hash of its content needs. */
export async function manifestDigest(
  directory: string,
  ref: string | undefined,
  name: string,
): Promise<string> {
  return (await findManifest(directory, ref, name)).digest;
}

async function findManifest(directory: string, ref: string | undefined, name: string): Promise<Descriptor> {
  const read = async (text: string, where: string, wanted?: string): Promise<Descriptor> => {
    const index = readOci('index', text);
    if (!index.ok) throw lie(name, where, index.cause);
    const chosen = choose(index.value.manifests, { ref: wanted, architecture });
    if (!chosen.ok) throw lie(name, directory, chosen.cause, 'say which with ref:');
    if (!isIndex(chosen.value)) return chosen.value;
    return read(await blobText(directory, chosen.value, name), blobPath(directory, chosen.value));
  };
  const path = join(directory, 'index.json');
  return read(await textOf(path, name), path, ref);
}

async function layersOfLayout(
  directory: string,
  ref: string | undefined,
  name: string,
): Promise<readonly Layer[]> {
  const found = await findManifest(directory, ref, name);
  const manifest = readOci('manifest', await blobText(directory, found, name));
  if (!manifest.ok) throw lie(name, blobPath(directory, found), manifest.cause);
  const { config, layers } = manifest.value;
  for (const layer of [config, ...layers]) await prove(blobPath(directory, layer), layer.digest, name);
  return layers.map((layer) => blobPath(directory, layer));
}

/** Its layers are plain tars, and the config says the digest of each. */
async function layersOfSaved(directory: string, name: string): Promise<readonly Layer[]> {
  const path = join(directory, 'manifest.json');
  const saved = readOci('saved', await textOf(path, name));
  if (!saved.ok) throw lie(name, path, saved.cause);
  const [image] = saved.value;
  const inside = (file: string): string => {
    if (normalize(file).startsWith('..') || file.startsWith('/'))
      throw lie(name, path, `"${file}" leads out of it`);
    return join(directory, file);
  };
  const files = (image?.Layers ?? []).map(inside);
  const config = inside(image?.Config ?? '');
  const digest = /([0-9a-f]{64})(?:\.json)?$/.exec(config)?.[1];
  if (digest !== undefined) await prove(config, `sha256:${digest}`, name);
  const read = readOci('config', await textOf(config, name));
  if (!read.ok) throw lie(name, config, read.cause);
  const digests = read.value.rootfs.diff_ids;
  if (digests.length !== files.length)
    throw lie(name, path, `it names ${files.length} layers, its config ${digests.length}`);
  for (const [position, file] of files.entries()) await prove(file, digests[position] ?? '', name);
  return files;
}

function blobPath(directory: string, { digest }: Descriptor): string {
  return join(directory, 'blobs', ...digest.split(':'));
}

async function blobText(directory: string, one: Descriptor, name: string): Promise<string> {
  const path = blobPath(directory, one);
  const text = await textOf(path, name);
  check(path, one.digest, createHash('sha256').update(text).digest('hex'), name);
  return text;
}

async function prove(path: string, digest: string, name: string): Promise<void> {
  if (!existsSync(path)) throw lie(name, path, 'it is missing');
  check(path, digest, await fileHash(path, name), name);
}

function check(path: string, digest: string, found: string, name: string): void {
  if (digest === `sha256:${found}`) return;
  throw new UserError(`cannot build image "${name}": "${path}" is not what its digest says`, {
    detail: `sha256 expected: ${digest.replace('sha256:', '')}\nsha256 found:    ${found}`,
    hint: 'it was damaged or changed; make it again',
    status: 3,
  });
}

async function textOf(path: string, name: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw lie(name, path, 'it is missing', notOne);
  });
}

function lie(
  name: string,
  path: string,
  cause: string,
  hint = 'it was damaged or changed; make it again',
): UserError {
  return new UserError(`cannot build image "${name}": "${path}" cannot be used: ${cause}`, {
    hint,
    status: 3,
  });
}
