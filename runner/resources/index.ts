/** The table of resources: what check, wait and explain can look at. */
import type { ResourceName } from '../../src/scenario.ts';
import { cgroup } from './cgroup.ts';
import { command } from './command.ts';
import { file } from './file.ts';
import { group } from './group.ts';
import { http } from './http.ts';
import { interfaceResource } from './interface.ts';
import { journal } from './journal.ts';
import { kernel } from './kernel.ts';
import { kernelModule } from './kernel-module.ts';
import { kernelOption } from './kernel-option.ts';
import { machine } from './machine.ts';
import { mount } from './mount.ts';
import { outputOf } from './output-of.ts';
import { packageResource } from './package.ts';
import { port } from './port.ts';
import { process } from './process.ts';
import { resolves } from './resolves.ts';
import type { Resource } from './resource.ts';
import { sysctl } from './sysctl.ts';
import { system } from './system.ts';
import { unit } from './unit.ts';
import { user } from './user.ts';

export const resources: Readonly<Record<ResourceName, Resource>> = {
  unit,
  machine,
  system,
  journal,
  file,
  mount,
  port,
  process,
  user,
  group,
  package: packageResource,
  command,
  'output-of': outputOf,
  sysctl,
  kernel,
  'kernel-module': kernelModule,
  'kernel-option': kernelOption,
  cgroup,
  http,
  interface: interfaceResource,
  resolves,
};
