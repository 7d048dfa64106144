/** Images of disks, made here with the tools that make disks: what is found on them, and what is refused. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openCache } from '../../runner/cache.ts';
import { ensureImage } from '../../runner/images/ensure.ts';
import { UserError } from '../../src/error.ts';
import { startBuilder } from './builder.ts';
import { makeTinyTree } from './tiny-tree.ts';

const skip = process.getuid?.() === 0 ? false : 'building images needs root';
const mebibyte = 1024 * 1024;

interface Bench {
  readonly directory: string;
  /** Answers where the tree lies. */
  readonly build: (file: string, sha256?: string) => Promise<string>;
  /** A file system with the tiny tree, or with what `fill` does in an empty one. */
  readonly fileSystem: (name: string, make?: readonly string[], fill?: string) => string;
  /** A disk with the table that sfdisk is told, and files laid into its partitions. */
  readonly disk: (
    table: string,
    partitions: readonly (readonly [startMiB: number, file: string])[],
  ) => string;
}

function openBench(t: Test): Bench {
  const directory = t.testdir({});
  return {
    directory,
    async build(file, sha256) {
      const cache = openCache(join(directory, 'cache'));
      const { signal } = new AbortController();
      const image = {
        name: 'disk',
        recipe: { kind: 'disk', file, sha256 },
        packages: [],
        files: [],
      } as const;
      const built = await ensureImage(image, { cache, signal });
      return built.layers[0] ?? '';
    },
    fileSystem(name, make = ['mke2fs', '-q', '-t', 'ext4', '-d'], fill) {
      const [tree, file] = [join(directory, `${name}.tree`), join(directory, name)];
      mkdirSync(tree);
      if (fill === undefined) makeTinyTree(tree);
      else execFileSync('sh', ['-ec', fill], { cwd: tree });
      writeFileSync(file, '');
      truncateSync(file, 48 * mebibyte);
      execFileSync(make[0] ?? '', [...make.slice(1), tree, file], { stdio: 'ignore' });
      return file;
    },
    disk(table, partitions) {
      const file = join(directory, 'disk.raw');
      writeFileSync(file, '');
      truncateSync(file, 128 * mebibyte);
      execFileSync('sfdisk', ['--quiet', file], { input: table });
      for (const [startMiB, content] of partitions)
        execFileSync('dd', [
          `if=${content}`,
          `of=${file}`,
          `seek=${startMiB}`,
          'bs=1M',
          'conv=notrunc',
          'status=none',
        ]);
      return file;
    },
  };
}

async function checkTree(t: Test, tree: string): Promise<void> {
  t.match(readFileSync(join(tree, 'etc/os-release'), 'utf8'), 'Tiny 1');
  t.notOk(existsSync(join(tree, 'lost+found')));
  t.equal(readFileSync(join(tree, 'etc/machine-id'), 'utf8'), '', 'each machine draws its own');
}

async function checkRefused(
  t: Test,
  built: Promise<unknown>,
  expected: { message: RegExp; detail?: RegExp; hint: RegExp },
): Promise<void> {
  const error: unknown = await built.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  t.type(error, UserError);
  t.match(error, { status: 3, ...expected });
}

t.test('a disk without partitions is its file system, as it was', { skip }, async (t) => {
  const { fileSystem, build } = openBench(t);
  const fill = `mkdir -p etc usr/bin; echo ID=mine >etc/os-release; echo x >usr/bin/tool; chown 7:8 usr/bin/tool
                chmod 4755 usr/bin/tool; ln usr/bin/tool usr/bin/second; ln -s /etc/os-release link; mkfifo fifo`;
  const file = fileSystem('whole.raw', undefined, fill);
  const tree = await build(file);
  const tool = statSync(join(tree, 'usr/bin/tool'));
  t.same([tool.mode & 0o7777, tool.uid, tool.gid, tool.nlink], [0o4755, 7, 8, 2]);
  t.ok(statSync(join(tree, 'fifo')).isFIFO());
  t.notOk(existsSync(join(tree, 'lost+found')));
  t.equal(execFileSync('losetup', ['--associated', file], { encoding: 'utf8' }), '', 'no loop device stays');
});

t.test('the root is found by its type, else by its os-release', { skip }, async (t) => {
  const { fileSystem, disk, build } = openBench(t);
  const tiny = fileSystem('tiny.ext4');
  const other = fileSystem('other.ext4', undefined, 'mkdir etc; echo ID=other >etc/os-release');
  const data = fileSystem('data.ext4', undefined, 'echo 1 >file');
  const esp = 'size=2M, type=U\n';
  const gpt = `label: gpt\n${esp}size=50M, type=L\nsize=50M, type=`;
  await checkTree(
    t,
    await build(
      disk(`${gpt}4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n`, [
        [3, other],
        [53, tiny],
      ]),
    ),
  );
  await checkTree(
    t,
    await build(
      disk(`${gpt}L\n`, [
        [3, data],
        [53, tiny],
      ]),
    ),
  );
  const mbr =
    'label: dos\n1: size=2M, type=c\n2: size=120M, type=5\n5: size=50M, type=83\n6: size=50M, type=83\n';
  await checkTree(
    t,
    await build(
      disk(mbr, [
        [4, data],
        [55, tiny],
      ]),
    ),
  );
});

t.test('btrfs with a subvolume, and qcow2 are read as well', { skip }, async (t) => {
  const { directory, fileSystem, build } = openBench(t);
  const qcow2 = join(directory, 'disk.qcow2');
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', fileSystem('tiny.ext4'), qcow2]);
  await checkTree(t, await build(qcow2));
  t.test('a subvolume', async (t) => {
    const fill = 'mkdir -p root/etc; echo Tiny 1 >root/etc/os-release; mkdir home';
    const image = fileSystem('root.btrfs', ['mkfs.btrfs', '--quiet', '--rootdir'], fill);
    t.match(readFileSync(join(await build(image), 'etc/os-release'), 'utf8'), 'Tiny 1');
  });
});

t.test('what cannot be read is told with what each partition is', { skip }, async (t) => {
  const { directory, fileSystem, disk, build } = openBench(t);
  const data = fileSystem('data.ext4', undefined, 'echo 1 >file');
  const luks = join(directory, 'luks');
  writeFileSync(luks, Buffer.concat([Buffer.from('LUKS\xba\xbe\0\x01', 'latin1'), Buffer.alloc(mebibyte)]));
  const table = 'label: gpt\nsize=50M, type=L\nsize=20M, type=L\nsize=20M, type=swap\n';
  await checkRefused(
    t,
    build(
      disk(table, [
        [1, data],
        [51, luks],
      ]),
    ),
    {
      message: /^cannot build image "disk": reading disk.raw ended with 1$/,
      detail:
        /partition 1 is ext4, without an os-release\npartition 2 is crypto_LUKS\npartition 3 holds no file system/,
      hint: /encrypted/,
    },
  );
  await checkRefused(t, build(disk(table, [[1, data]])), {
    message: /reading disk.raw/,
    hint: /no disk with an installed system/,
  });
  await checkRefused(t, build(data), {
    message: /reading data.ext4/,
    detail: /the disk, which has no partitions, is ext4/,
    hint: /./,
  });
  const tiny = fileSystem('tiny.ext4');
  await checkRefused(t, build(tiny, '0'.repeat(64)), {
    message: /"[^"]*tiny.ext4" is not the file its recipe names/,
    hint: /sha256/,
  });
  await checkTree(t, await build(tiny, createHash('sha256').update(readFileSync(tiny)).digest('hex')));
  execFileSync('debugfs', ['-w', '-R', 'feature needs_recovery', tiny], { stdio: 'ignore' });
  await checkRefused(t, build(tiny), {
    message: /reading tiny/,
    detail: /read-only/,
    hint: /not closed in order/,
  });
  const over = join(directory, 'over.qcow2');
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', tiny, over]);
  await checkRefused(t, build(over), {
    message: /"[^"]*over.qcow2" has a backing file$/,
    hint: /qemu-img convert/,
  });
});

t.test('kill -9 in the middle leaves no mount and no loop device', { skip }, async (t) => {
  const { directory, fileSystem } = openBench(t);
  const fill = 'mkdir etc; echo ID=x >etc/os-release; for i in $(seq 4000); do echo $i >f$i; done';
  const file = fileSystem('many.ext4', undefined, fill);
  const cache = join(directory, 'cache');
  const builder = startBuilder(t, cache, {
    name: 'many',
    recipe: { kind: 'disk', file },
    packages: [],
    files: [],
  });
  await builder.phase('copying its files', 40);
  builder.child.kill('SIGKILL');
  await builder.end();
  const loops = (): string => execFileSync('losetup', ['--associated', file], { encoding: 'utf8' });
  for (let tries = 0; loops() !== '' && tries < 100; tries++) execFileSync('sleep', ['0.02']);
  t.equal(loops(), '');
  t.notMatch(readFileSync('/proc/self/mountinfo', 'utf8'), cache);
  t.match(await readdir(join(cache, 'images')), [/\.partial$/], 'it was in the middle');
});
