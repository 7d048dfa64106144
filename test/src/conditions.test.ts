import t, { type Test } from 'tap';
import { conditionsHold, resolveConditions } from '../../src/conditions.ts';

const facts = { systemd: '252.39', kernel: '6.1.0', image: 'debian-12', arch: 'x86_64', size: '10' };

/** A variable may be called as a fact is. */
const variables = { ten: '10', os: 'debian-12', image: 'other', mark: '${os}' };

function checkConditions(t: Test, wanted: Readonly<Record<string, string>>, reason?: string): void {
  const at = { file: 'a.yaml', line: 1, column: 1 };
  const conditions = Object.entries(wanted).map(([name, compare]) => ({ name, compare, at }));
  const { when } = resolveConditions({ when: conditions, except: [], knownIssues: [] }, variables);
  t.equal(conditionsHold(when, facts), reason, JSON.stringify(wanted));
}

t.test('a condition is a comparison, or the text itself', async (t) => {
  checkConditions(t, {});
  checkConditions(t, { systemd: '>= 252', image: 'debian-12' });
  checkConditions(t, { size: '> 9' });
  checkConditions(t, { image: 'debian-13' }, 'image is debian-12, wanted debian-13');
  checkConditions(t, { image: '!= debian-12' }, 'image is debian-12, wanted != debian-12');
});

t.test('systemd and kernel compare as versions, over the parts given', async (t) => {
  checkConditions(t, { systemd: '252' });
  checkConditions(t, { systemd: '< 252' }, 'systemd is 252.39, wanted < 252');
  checkConditions(t, { kernel: '>= 5.15' });
  checkConditions(t, { kernel: '6.10' }, 'kernel is 6.1.0, wanted 6.10');
});

t.test('a variable is replaced before it is compared', async (t) => {
  checkConditions(t, { size: '<= ${ten}', image: '${os}' });
  checkConditions(t, { size: '< ${ten}' }, 'size is 10, wanted < 10');
  checkConditions(t, { image: '${image}' }, 'image is debian-12, wanted other');
  checkConditions(t, { image: '${mark}' }, 'image is debian-12, wanted ${os}');
});

t.test('all must hold; the first that does not is the reason', async (t) => {
  checkConditions(t, { arch: 'x86_64', size: '< 5', image: 'x' }, 'size is 10, wanted < 5');
  checkConditions(t, { backend: 'nspawn' }, 'backend is not known here');
});
