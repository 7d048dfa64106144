/** A computer such as users have it, with systemd as PID 1 and cgroup v2 alone: rootlab runs there as here. It is a machine of ours. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { homeDirectory } from '../../runner/home.ts';
import { missingImage } from './needs.ts';
import { rootlab } from './program.ts';

t.setTimeout(300_000);
const skip = await missingImage('debian-12');

const home = '/opt/rootlab';
const put = (from: string, path: string, mode = '0644'): string =>
  `  - {write: ${path}, from: "${from}", mode: "${mode}"}\n`;

const left = `find /sys/fs/cgroup -path '*/rootlab/*'; ls -d /tmp/rootlab* /dev/shm/rootlab* 2>/dev/null; pgrep -a nspawn; grep -c overlay /proc/self/mountinfo`;

const scenario = `title: another computer
machine: {image: debian-12, disk: 2G, trees: {path: /srv/debian-12, image: debian-12}}
needs: [nested-nspawn]
timeout: 4m
prepare:
${put(process.execPath, '/usr/local/bin/node', '0755')}${['dist/main.js', 'dist/package.json', 'package.json', 'scenarios/images.yaml'].map((file) => put(join(homeDirectory, file), `${home}/${file}`)).join('')}
  - write: /usr/local/bin/rootlab
    content: |
      #!/bin/sh
      exec node ${home}/dist/main.js "$@"
    mode: "0755"
    substitute: false
  - run: mkdir /root/lab && cd /root/lab
  - write: /root/lab/rootlab.yaml
    content: |
      images: [{name: mine, directory: /srv/debian-12}]
  - write: /root/lab/inner.yaml
    content: |
      title: inner
      machine: mine
      steps:
        - run: systemctl is-system-running && ps -p 1 -o comm=
          expect: |
            running
            systemd
        - reboot:
        - run: systemctl is-system-running
          expect: running
        - {id: wait, run: touch /up}
  - write: /root/lab/tree.yaml
    content: |
      title: tree
      machine: {image: mine, init: false}
      steps:
        - run: echo hello
          expect: hello
steps:
  - title: It is one
    check:
      - {process: systemd, owner: root}
      - {mount: /sys/fs/cgroup, type: cgroup2}
  - run: rootlab doctor
    expect: {exit: "*", contains: ["✓ nspawn <*>", "✓ nested-nspawn <*>", "✓ cgroup-v2 <*>", "✓ host-machined <*>",
        "This computer can run machines, but cannot make the images that come with rootlab yet: mmdebstrap missing."]}
  - {title: What is there before, run: "${left}", expect: {exit: "*", stdout: <before:/.*/>}}
  - title: Jobs run in it
    run: rootlab run tree.yaml inner.yaml --jobs=1
    timeout: 2m
    expect: {in-order: [ok 1 - tree@mine, ok 2 - inner@mine]}
  - title: Nothing is left of them
    run: "${left}"
    expect: {exit: "*", stdout: "\${before}"}
  - title: Nor of one that is killed
    run: |
      rootlab run inner.yaml --output=killed >/dev/null & pid=$!
      until grep -q '"step-begin".*"step-2"' killed/*/events.jsonl 2>/dev/null; do sleep 0.1; done
      kill -9 $pid; sleep 1; ${left}
    timeout: 2m
    expect: {exit: "*", stdout: "\${before}"}
`;

t.test('machines boot, reboot and go, and so they do when the runner is killed', { skip }, async (t) => {
  const cwd = t.testdir();
  writeFileSync(join(cwd, 'other.yaml'), scenario);
  const { status, stdout, stderr } = await rootlab(
    t,
    ['run', 'other.yaml', '--output=out', '--reporter=console'],
    { cwd },
  );
  t.equal(status, 0, stdout + stderr);
});
