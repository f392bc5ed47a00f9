/** Audits the list: three words in each line, and the lines in order. */
import type { Finding } from '../../../src/audit/findings.ts';
import { decodeText } from '../../../src/bytes/bytes.ts';
import type { Auditor } from '../../../src/layouts/layout.ts';
import { LIST_PATH } from './layout.ts';

/** Audits lists. */
export const toyAuditor: Auditor = {
  async audit({ entryPoint }) {
    const lines = decodeText(entryPoint.bytes).split('\n').slice(0, -1);
    const findings: Finding[] = [];
    for (const [i, line] of lines.entries()) {
      const path = LIST_PATH;
      if (line.split(' ').length !== 3) findings.push({ path, message: `line ${i + 1}: expected three words` });
      if (i > 0 && line < (lines[i - 1] ?? '')) findings.push({ path, message: `line ${i + 1}: out of order` });
    }
    return {
      report: { layout: 'toy', findings, remarks: [], counts: { lines: lines.length }, state: { lines: lines.length } },
      reached: new Set([LIST_PATH]),
      leftover: async () => ({ message: 'nothing reaches it', isProblem: true }),
    };
  },
};
