import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hasInLayers, readInLayers, readLabels, type ImageLabels } from '../../runner/images/layers.ts';

const release = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n';
const status = (state: string): string =>
  `Package: apt\nStatus: install ok installed\nVersion: 2.6\n\nPackage: systemd\nStatus: ${state}\nVersion: 252.39-1~deb12u2\nDescription: x\n`;

type Tree = Parameters<Test['testdir']>[0];

async function checkLabels(t: Test, tree: Tree, expected: Partial<ImageLabels>): Promise<void> {
  const none = {
    os: undefined,
    osId: undefined,
    osVersion: undefined,
    systemd: undefined,
    systemdFull: undefined,
  };
  t.strictSame(readLabels([t.testdir(tree)]), { ...none, ...expected });
}

t.test('a Debian tree tells its system and its systemd', async (t) => {
  await checkLabels(
    t,
    {
      etc: { 'os-release': t.fixture('symlink', '../usr/lib/os-release') },
      usr: {
        lib: { 'os-release': release, 'x86_64-linux-gnu': { systemd: { 'libsystemd-shared-252.so': '' } } },
      },
      var: { lib: { dpkg: { status: status('install ok installed') } } },
    },
    {
      os: 'Debian GNU/Linux 12 (bookworm)',
      osId: 'debian',
      osVersion: '12',
      systemd: '252',
      systemdFull: '252.39-1~deb12u2',
    },
  );
});

t.test('a tree without a package database tells it by its library', async (t) => {
  await checkLabels(
    t,
    { usr: { lib: { systemd: { 'libsystemd-shared-257.7-1.fc42.so': '' } } } },
    { systemd: '257' },
  );
});

t.test('a removed package is no systemd', async (t) => {
  await checkLabels(t, { var: { lib: { dpkg: { status: status('deinstall ok config-files') } } } }, {});
});

t.test('a tree that says nothing has no labels', async (t) => {
  await checkLabels(t, {}, {});
});

t.test('the uppermost layer is the one that is read', async (t) => {
  const top = t.testdir({
    upper: { etc: { motd: 'upper' } },
    lower: { etc: { motd: 'lower', issue: 'lower' } },
  });
  const layers = [join(top, 'upper'), join(top, 'lower')];
  t.equal(readInLayers(layers, 'etc/motd'), 'upper');
  t.equal(readInLayers(layers, '/etc/issue'), 'lower');
  t.equal(readInLayers(layers, 'etc/none'), undefined);
  t.ok(hasInLayers(layers, ['etc/none', 'etc/issue']));
  t.notOk(hasInLayers(layers, ['etc/none']));
});

t.test('a symbolic link cannot lead out of the tree', async (t) => {
  const top = t.testdir({
    secret: 'outside',
    tree: {
      up: t.fixture('symlink', '../../../../../secret'),
      absolute: t.fixture('symlink', '/secret'),
      loop: t.fixture('symlink', 'loop'),
      secret: 'inside',
    },
  });
  const layers = [join(top, 'tree')];
  t.equal(readInLayers(layers, 'up'), 'inside');
  t.equal(readInLayers(layers, 'absolute'), 'inside');
  t.equal(readInLayers(layers, 'loop'), undefined);
});
