import t from 'tap';
import { repeatedJob } from '../../src/job-name.ts';

t.test('A repeat has the name of the job it repeats', async (t) => {
  t.equal(repeatedJob('a/b@debian-12,cgroup=v1,repeat=12'), 'a/b@debian-12,cgroup=v1');
  t.equal(repeatedJob('a/repeat=1@host'), 'a/repeat=1@host');
});
