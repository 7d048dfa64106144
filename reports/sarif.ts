/** Findings of lint → SARIF 2.1.0, which code scanning services read. */
import type { Finding, Rule } from '../src/lint/index.ts';

export interface SarifTool {
  readonly version: string;
  readonly rules: readonly Rule[];
}

export function sarif(findings: readonly Finding[], { version, rules }: SarifTool): string {
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rootlab', version, rules: rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ rule, message, hint, place }) => ({
          ruleId: rule.id,
          ruleIndex: rules.indexOf(rule),
          level: rule.severity,
          message: { text: hint === undefined ? message : `${message}\nhint: ${hint}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(place.file) },
                region: { startLine: place.line, startColumn: place.column },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf({ id, name, title, why, hint, severity }: Rule) {
  return {
    id,
    name,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why} Instead: ${hint}.` },
    defaultConfiguration: { level: severity },
  };
}

/** A path below the folder it is read in stays relative; a service looks for it in its checkout. */
function uriOf(path: string): string {
  const encoded = path.replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
