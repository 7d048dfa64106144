/** OCI layouts of a few small layers, as skopeo would write them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes it in `directory`; each layer is a shell text that fills an empty directory, and how it is compressed. */
export function makeLayout(
  directory: string,
  layers: readonly { readonly fill: string | { readonly tree: string }; readonly compress?: string }[],
): string {
  const blobs = join(directory, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const made = layers.map(({ fill, compress }, position) => {
    const work = join(directory, `work-${position}`);
    if (typeof fill === 'string') {
      mkdirSync(work);
      execFileSync('sh', ['-ec', fill], { cwd: work });
    } else cpSync(fill.tree, work, { recursive: true, verbatimSymlinks: true });
    const file = join(directory, 'layer.tar');
    const flags = compress === undefined ? [] : [`--${compress}`];
    execFileSync('tar', ['--create', ...flags, `--file=${file}`, `--directory=${work}`, '.']);
    return keepBlob(blobs, readFileSync(file));
  });
  const config = keepBlob(blobs, Buffer.from('{}'));
  const manifest = keepBlob(blobs, Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: made })));
  const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'latest' } };
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  return directory;
}

function keepBlob(blobs: string, bytes: Uint8Array): { digest: string; size: number; mediaType: string } {
  const name = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(blobs, name), bytes);
  return { digest: `sha256:${name}`, size: bytes.length, mediaType: '' };
}

/** The same image as `docker save` of before 25 writes it. */
export function makeSaved(directory: string, trees: readonly string[]): string {
  const work = join(directory, 'saved');
  mkdirSync(work);
  const layers = trees.map((tree, position) => {
    const file = join(work, `${position}.tar`);
    execFileSync('tar', ['--create', `--file=${file}`, `--directory=${tree}`, '.']);
    return { name: `${position}.tar`, digest: `sha256:${sha256(readFileSync(file))}` };
  });
  const config = Buffer.from(JSON.stringify({ rootfs: { diff_ids: layers.map(({ digest }) => digest) } }));
  const Config = `${sha256(config)}.json`;
  writeFileSync(join(work, Config), config);
  const manifest = [{ Config, RepoTags: ['a:latest'], Layers: layers.map(({ name }) => name) }];
  writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(directory, 'saved.tar');
  execFileSync('tar', ['--create', `--file=${archive}`, `--directory=${work}`, '.']);
  return archive;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
