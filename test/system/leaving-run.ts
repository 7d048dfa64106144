/** A run with bugs, as a process of its own in mount namespaces of its own: says what is left of it, before and after its end. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runGroups } from '../../runner/capsule/cgroup.ts';
import { remainsOf } from '../../runner/capsule/remains.ts';
import { openRun } from '../../runner/capsule/run-scope.ts';
import { memoryPrefix } from '../../runner/capsule/work.ts';

const run = await openRun({ jobs: 1 });
const told = (): readonly string[] => remainsOf(run.id).map((one) => one.replaceAll(run.id, 'RUN'));
const [group = ''] = runGroups(run.id);
const job = join(group, run.nextJob());
mkdirSync(job, { recursive: true });
const child = spawn('sleep', ['4741'], { stdio: 'ignore' });
writeFileSync(join(job, 'cgroup.procs'), String(child.pid));

const disk = join(run.directory(), 'job-1');
writeFileSync(disk, Buffer.alloc(1024 * 1024));
const loop = execFileSync('losetup', ['--find', '--show', disk], { encoding: 'utf8' }).trim();
const folder = `${memoryPrefix(run.id)}x`;
mkdirSync(folder);
execFileSync('mount', ['-t', 'tmpfs', 'none', folder]);

const before = told();
const [ended] = await Promise.allSettled([run[Symbol.asyncDispose]()]);
const error: unknown = ended.status === 'rejected' ? ended.reason : undefined;
const said = error instanceof Error ? error.message.replaceAll(run.id, 'RUN') : 'it ended well';
execFileSync('umount', [folder]);
execFileSync('losetup', ['--detach', loop]);
process.stdout.write(JSON.stringify({ before, said }));
