/** What the name of a job says, and what its axes do. */
import t from 'tap';
import { combinationOf, repeatedJob, repeatOf, splitJob } from '../../src/job-name.ts';

t.test(
  'a combination is its axes, that of the image by itself; without any it is the machines',
  async (t) => {
    const axes = { image: 'd-12', tree: 'd-11' };
    t.equal(combinationOf({ job: 'a/b@d-12-talk,tree=d-11', axes }), 'd-12, tree=d-11');
    t.equal(combinationOf({ job: 'a/b@d-12+d-13,repeat=2', axes: {} }), 'd-12+d-13');
  },
);

t.test('a repeat is another go at the same job', async (t) => {
  t.equal(repeatedJob('a/b@debian-12,cgroup=v1,repeat=12'), 'a/b@debian-12,cgroup=v1');
  t.equal(repeatedJob('a/repeat=1@host'), 'a/repeat=1@host');
  t.equal(repeatOf('a@host,repeat=12'), '12');
  t.equal(repeatOf('a@host'), undefined);
  t.same(splitJob('a/b@d-12,x=y'), ['a/b', 'd-12,x=y']);
});
