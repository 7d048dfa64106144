/** The GitLab reporter: links from the page of a CI job to the HTML report and to what failed in it (`reports:annotations`). */
import { firstLine } from '../src/describe-text.ts';
import { badJobs, describeJob, headline } from '../src/describe.ts';
import type { RunResult } from '../src/result.ts';
import { anchorHref, jobAnchor } from './html/words.ts';
import { jsonText } from './json-text.ts';
import type { ReporterFactory } from './reporter.ts';

/** GitLab refuses more than 80 KB. */
const MOST_BYTES = 76_000;

export const gitlabReporter: ReporterFactory = ({ pageUrl }) => ({
  async *render(result) {
    // Nothing can be linked to where no address of the page is known.
    const sections = pageUrl === undefined ? {} : annotations(result, pageUrl);
    yield { path: 'annotations.json', chunk: `${jsonText(sections)}\n` };
  },
});

interface Link {
  readonly external_link: { readonly label: string; readonly url: string };
}

function annotations(result: RunResult, pageUrl: string): Readonly<Record<string, readonly Link[]>> {
  const page = linkTo(`Report: ${headline(result)}`, pageUrl);
  const failed: Link[] = [];
  let bytes = 0;
  const bad = badJobs(result);
  for (const job of bad) {
    const link = linkTo(
      describeJob(job),
      pageUrl + anchorHref(jobAnchor(job).replaceAll(/\p{Surrogate}/gu, '�')),
    );
    bytes += new TextEncoder().encode(jsonText(link)).length + 1;
    if (bytes > MOST_BYTES) break;
    failed.push(link);
  }
  const left = bad.length - failed.length;
  if (left > 0) failed.push(linkTo(`${left} more`, `${pageUrl}#failures`));
  return failed.length === 0 ? { rootlab: [page] } : { rootlab: [page], 'What went wrong': failed };
}

function linkTo(label: string, url: string): Link {
  return { external_link: { label: firstLine(label), url } };
}
