/** The resource `kernel-module`: whether the kernel has it now, loaded or built in. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, there } from './resource.ts';
import type { Resource } from './resource.ts';

export const kernelModule: Resource = {
  first: { name: 'loaded', expected: 'true' },
  collect(asked) {
    // A built-in one shows in /sys only with parameters, and as a file system of its name.
    const name = asked.name.replaceAll('-', '_');
    const sys = shellWord(`/sys/module/${name}`);
    const index = '"/lib/modules/$(</proc/sys/kernel/osrelease)"';
    // Both spellings stand in the index files; its names end `.ko`, `.ko.xz` …
    const entry = shellWord(
      `/${name.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`).replaceAll('_', '[-_]')}\\.ko`,
    );
    return [
      `[[ ! -d ${sys} ]] || { echo loaded; return 0; }`,
      `! grep -qwF -e ${shellWord(name)} /proc/filesystems || { echo loaded; return 0; }`,
      `! grep -qs -e ${entry} ${index}/modules.builtin || { echo loaded; return 0; }`,
      `! grep -qs -e ${entry} ${index}/modules.dep || echo available`,
    ].join('\n');
  },
  read(output) {
    const state = output.stdout.trim();
    const values = { loaded: String(state === 'loaded') };
    return state === '' ? { ...absent, values } : there(values);
  },
};
