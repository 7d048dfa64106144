/** The table of commands; each is loaded when it is called. */
import type { Command } from '../command.ts';

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).run,
  list: async () => (await import('./list.ts')).list,
  show: async () => (await import('./show.ts')).show,
  lint: async () => (await import('./lint.ts')).lint,
  images: async () => (await import('./images.ts')).images,
  shell: async () => (await import('./shell.ts')).shell,
  attach: async () => (await import('./attach.ts')).attach,
  draft: async () => (await import('./draft.ts')).draft,
  doctor: async () => (await import('./doctor.ts')).doctor,
  report: async () => (await import('./report.ts')).report,
  merge: async () => (await import('./merge.ts')).merge,
  compare: async () => (await import('./compare.ts')).compare,
  open: async () => (await import('./open.ts')).open,
  schema: async () => (await import('./schema.ts')).schema,
  completions: async () => (await import('./completions.ts')).completions,
  man: async () => (await import('./man.ts')).man,
  clean: async () => (await import('./clean.ts')).clean,
};
