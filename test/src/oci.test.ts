/** What may stand in a layout, which of its images is meant, and how the recipes are written. */
import t from 'tap';
import { parseConfiguration } from '../../src/image.ts';
import { choose, readOci, type Descriptor } from '../../src/oci.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const one = (name?: string, architecture?: string): Descriptor => ({
  mediaType: '',
  digest,
  annotations: name === undefined ? {} : { 'org.opencontainers.image.ref.name': name },
  platform: architecture === undefined ? undefined : { os: 'linux', architecture },
});
const chosen = (manifests: readonly Descriptor[], ref?: string): string => {
  const found = choose(manifests, { ref, architecture: 'amd64' });
  return found.ok ? `image ${manifests.indexOf(found.value)}` : found.cause;
};

t.test('an image is chosen by its name, by its architecture, or because there is no other', async (t) => {
  t.equal(chosen([one()]), 'image 0');
  t.equal(chosen([one('a'), one('b')], 'b'), 'image 1');
  t.equal(chosen([one('a', 'arm64'), one('a', 'amd64')], 'a'), 'image 1');
  t.equal(chosen([one('a'), one('b')]), 'it has several images, and ref: names none of them; it has: a, b');
  t.equal(chosen([one('a')], 'b'), 'it has no image called "b"; it has: a');
  t.equal(chosen([one()], 'b'), 'it has no image called "b"; none of its images has a name');
  t.equal(chosen([one('a', 'arm64')]), 'none of its images is for amd64');
});

function cause(text: string): string {
  const read = readOci('index', text);
  return read.ok ? 'fine' : read.cause;
}

t.test('what is no such file is told with its place', async (t) => {
  t.equal(cause(`{"manifests": [{"digest": "${digest}"}]}`), 'fine');
  t.equal(cause('x'), 'it is no JSON');
  t.match(cause('[]'), /^it: /);
  t.match(
    cause('{"manifests": [{"digest": "md5:1"}]}'),
    /^manifests\.0\.digest: only sha256 digests are known/,
  );
});

function recipesOf(docker: string) {
  const text = `images: [{name: a, docker: ${docker}}, {name: b, oci: layouts/b}]`;
  const { configuration, source } = parseConfiguration(text, { file: 'f', directory: '/dir' });
  return [configuration.images.map(({ recipe }) => recipe), source.problems.map(({ message }) => message)];
}

t.test('a docker recipe is one of three', async (t) => {
  const oci = { kind: 'oci', layout: '/dir/layouts/b', ref: undefined };
  t.same(recipesOf('{file: a.tar}'), [[{ kind: 'docker', file: '/dir/a.tar' }, oci], []]);
  t.same(recipesOf('{image: "debian:12"}'), [[{ kind: 'docker', image: 'debian:12' }, oci], []]);
  t.same(recipesOf('{dockerfile: x/Dockerfile}'), [
    [{ kind: 'docker', dockerfile: '/dir/x/Dockerfile' }, oci],
    [],
  ]);
  t.match(recipesOf('{}')[1], ['docker has none of file, image and dockerfile']);
  t.match(recipesOf('{file: a, image: b}')[1], ['docker has several of file, image and dockerfile']);
  t.match(recipesOf('{image: --all}')[1], [/the name of an image/]);
});
