/** The resource `kernel-module`: whether the kernel has it now, loaded or built in. */
import { absent, quote, there } from './resource.ts';
import type { Resource } from './resource.ts';

export const kernelModule: Resource = {
  first: { name: 'loaded', expected: 'true' },
  collect(asked) {
    // A built-in one shows in /sys only with parameters, and as a file system of its name.
    const name = asked.name.replaceAll('-', '_');
    const sys = quote(`/sys/module/${name}`);
    const index = '"/lib/modules/$(</proc/sys/kernel/osrelease)"';
    // Both spellings stand in the index files; its names end `.ko`, `.ko.xz` …
    const entry = quote(
      `/${name.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`).replaceAll('_', '[-_]')}\\.ko`,
    );
    return [
      `[[ ! -d ${sys} ]] || { echo loaded; return 0; }`,
      `! grep -qwF -e ${quote(name)} /proc/filesystems || { echo loaded; return 0; }`,
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
