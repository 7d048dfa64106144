/** What `when` and `needs` ask for can be had somewhere, or is a problem at its place. */
import t from 'tap';
import { checkProblems, messagesOf, checkRows, row, withSteps } from './parse-check.ts';

const step = (text: string): string => withSteps(`- {run: x, ${text}}`);

t.test('a condition is a whole comparison', async () => {
  checkRows(
    [
      row('when: {systemd: "<"}', '4:28: the condition cannot be "<"'),
      row('when: {image: "!="}', '4:26: the condition cannot be "!="'),
      row('when: {kernel: newest}', '4:27: the condition cannot be "newest"'),
      row('when: {systemd: "252.."}', '4:28: the condition cannot be "252.."'),
      row('when: {backend: ">= x"}', '4:28: the condition cannot be ">= x"'),
      row('when: {systemd: 252..256, kernel: ">= 6.1.0-13-amd64"}'),
      row('when: {arch: "!= aarch64", image: debian-12}'),
      row('when: {systemd: 250x}', '4:28: the condition cannot be "250x"'),
      row('when: {systemd: "< 10s"}', '4:28: the condition cannot be "< 10s"'),
      row('when: {kernel: "!= newest"}', '4:27: the condition cannot be "!= newest"'),
      row('when: {kernel: 5..6.x}', '4:27: the condition cannot be "5..6.x"'),
    ],
    step,
  );
  checkRows(
    [row('{systemd: "< ${v}", kernel: "${v}", v: ">= 252"}')],
    (when) => `title: A\nmatrix: {v: ["252"]}\nmachine: a\nsteps: [{run: x, when: ${when}}]`,
  );
});

t.test('a fact of a few words is one of them', async (t) => {
  checkRows(
    [
      row('when: {cgroup: v3}', '4:27: cgroup cannot be "v3"'),
      row('when: {cgroup: ">= v2"}', '4:27: cgroup cannot be ">= v2"'),
      row('when: {backend: "!= docker"}', '4:28: backend cannot be "!= docker"'),
      row('when: {arch: amd64}', '4:25: arch cannot be "amd64"'),
      row('when: {cgroup: = hybrid, backend: ssh, arch: "!= riscv64"}'),
    ],
    step,
  );
  checkRows(
    [row('{cgroup: "${v}", arch: any}')],
    (when) => `title: A\nmatrix: {v: [v1, v2], arch: [any]}\nmachine: host\nsteps: [{run: x, when: ${when}}]`,
  );
  checkProblems(
    t,
    'title: A\nmachine: host\nsteps:\n- {run: x, when: {arch: arm64, cgroup: unified}}\n',
    `
a.yaml:4:25: arch cannot be "arm64"
  - {run: x, when: {arch: arm64, cgroup: unified}}
                          ^
hint: did you mean "aarch64"? it is one of x86_64, i686, i586, i486, i386, aarch64, armv8l, armv7l, armv6l, armv5tel, riscv64, ppc64le, ppc64, ppc, s390x, loongarch64, mips64, mips, sparc64, sparc, ia64, alpha, parisc64, parisc, m68k, sh4; "!= x86_64" is any other

a.yaml:4:40: cgroup cannot be "unified"
  - {run: x, when: {arch: arm64, cgroup: unified}}
                                         ^
hint: it is one of v1, v2, hybrid; "!= v1" is any other`,
  );
});

t.test('of an exception that asks for no such thing one problem is told', async (t) => {
  const text =
    'title: A\nmachine: a\nsteps:\n- {run: x, except: {when: {cgroup: v3}, because: b, expect: c}}\n';
  t.same(messagesOf(text), ['4:36: cgroup cannot be "v3"']);
});

t.test('a need is a name that is known, or a version of what has one', async () => {
  checkRows(
    [
      row('[nspwan]', '3:9: unknown need "nspwan"'),
      row('[{hots-systemd: 252}]', '3:10: unknown need "hots-systemd"'),
      row('[{nspawn: 250x}]', '3:10: "nspawn" is there or not; it has no version to compare'),
      row('[{host-systemd: 250x}]', '3:24: the version cannot be "250x"'),
      row('[{host-kernel: "> 6.x"}]', '3:23: the version cannot be "> 6.x"'),
      row('[{host-systemd: ">="}]', '3:24: the version cannot be ">="'),
      row('[[docker]]', '3:9: a need is a name, {name: "comparison"} or {any: […]}'),
      row('[{host-systemd: ">= 252"}, {host-kernel: 5.15..6.9}, {any: [{host-systemd: "257"}, docker]}]'),
    ],
    (needs) => `title: A\nmachine: a\nneeds: ${needs}\nsteps: [{say: x}]`,
  );
});
