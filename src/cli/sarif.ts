import { pathToFileURL } from 'node:url';
import { isAbsolute } from 'node:path';

import type { ScanFinding } from '../app/scan.ts';
import { visibleJson } from '../core/visible.ts';
import { ruleInfo } from './explain-finding.ts';
import type { ScanView } from './present-scan.ts';
import type { Terminal } from './terminal.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * One SARIF 2.1.0 log, put out as findings come: the rules that were met follow the results, since the order of properties
 * means nothing. Excerpts of lines are left out, for whoever gets the log may not have the files.
 */
export function sarifView(terminal: Terminal, { version }: { version: string }): ScanView {
  const rules = new Set<string>();
  let separator = '';
  return {
    begin() {
      terminal.result(
        `{"$schema":"${SCHEMA}","version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","results":[`,
      );
    },
    finding(finding) {
      rules.add(finding.rule);
      terminal.result(separator + visibleJson(sarifResult(finding)));
      separator = ',';
    },
    end() {
      terminal.result(`],"tool":${visibleJson({ driver: driver(version, rules) })}}]}`);
    },
  };
}

function sarifResult(finding: ScanFinding): object {
  const { rule, file, why, line, column, endLine, endColumn, start, end, fingerprint, commit } = finding;
  const region = {
    startLine: line,
    startColumn: column,
    endLine,
    endColumn,
    byteOffset: start,
    byteLength: end - start,
  };
  return {
    ruleId: rule,
    level: 'error',
    message: { text: `Secret: ${why}.` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } }],
    partialFingerprints: { 'hallpass/v1': fingerprint },
    ...(commit !== undefined && { properties: { commit } }),
  };
}

// A relative path is a relative reference (RFC 3986), relative to where the scan was run; standard input has no name.
function uriOf(file: string): string {
  if (file === '-') return 'stdin';
  if (isAbsolute(file)) return pathToFileURL(file).href;
  const parts = file.split(/[\\/]/).map((part) => encodeURIComponent(part));
  return parts.join('/');
}

function driver(version: string, rules: ReadonlySet<string>): object {
  return {
    name: 'hallpass',
    version,
    rules: [...rules].toSorted().map(descriptorOf),
  };
}

function descriptorOf(id: string): object {
  const info = ruleInfo(id);
  const source = info?.source === undefined ? {} : { helpUri: info.source };
  return { id, shortDescription: { text: info?.what ?? id }, ...source };
}
