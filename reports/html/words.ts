/** Words that only the page needs: dates and anchors. */
import type { JobResult, StepResult } from '../../src/result.ts';

/** In UTC, so that one log gives one page everywhere. */
export function dateTime(epochMs: number): string {
  // Written by hand: the first use of Intl takes longer than the page.
  const [, year, month, day, time] =
    /^(\d+)-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(new Date(epochMs).toISOString()) ?? [];
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}, ${time} UTC`;
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An id may hold anything but blanks. */
export function jobAnchor({ job }: Pick<JobResult, 'job'>): string {
  return job.replace(/\s/g, '-');
}

export function stepAnchor(job: Pick<JobResult, 'job'>, step: Pick<StepResult, 'id'>): string {
  return `${jobAnchor(job)}/${step.id.replace(/\s/g, '-')}`;
}

export function anchorHref(anchor: string): string {
  // A lone surrogate makes encodeURIComponent throw; the page itself, being UTF-8, holds U+FFFD for it.
  const whole = anchor.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  return `#${encodeURIComponent(whole).replaceAll('%2F', '/').replaceAll('%40', '@').replaceAll('%3D', '=')}`;
}

export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
