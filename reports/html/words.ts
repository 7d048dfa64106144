/** Words that only the page needs: dates and anchors. */
import type { JobResult, StepResult } from '../../src/result.ts';

/** In UTC, so that one log gives one page everywhere. */
export function dateTime(epochMs: number): string {
  const date = new Date(epochMs).toLocaleString('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${date} UTC`;
}

/** An id may hold anything but blanks. */
export function jobAnchor({ job }: Pick<JobResult, 'job'>): string {
  return job.replace(/\s/g, '-');
}

export function stepAnchor(job: Pick<JobResult, 'job'>, step: Pick<StepResult, 'id'>): string {
  return `${jobAnchor(job)}/${step.id.replace(/\s/g, '-')}`;
}

export function anchorHref(anchor: string): string {
  return `#${encodeURIComponent(anchor).replaceAll('%2F', '/').replaceAll('%40', '@').replaceAll('%3D', '=')}`;
}

export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
