import { describe, expect, it } from 'vitest';
import { formatOpenMetrics } from '../../../src/cli/open-metrics.ts';
import { sampleMetrics } from './sample-metrics.ts';

const lines = formatOpenMetrics(sampleMetrics).split('\n');
const labels = 'command="build",target="a \\"b\\"\\\\c\\nd"';

describe('formatOpenMetrics', () => {
  it('describes a family before its samples: type, unit, help', () => {
    const start = lines.indexOf('# TYPE repomill_finished_timestamp_seconds gauge');
    expect(lines.slice(start, start + 4)).toEqual([
      '# TYPE repomill_finished_timestamp_seconds gauge',
      '# UNIT repomill_finished_timestamp_seconds seconds',
      '# HELP repomill_finished_timestamp_seconds When the last run ended, in seconds since 1970.',
      `repomill_finished_timestamp_seconds{${labels}} 1767323046.5`,
    ]);
  });

  it('escapes quotation marks, backslashes and line ends in labels', () => {
    expect(lines).toContain(`repomill_success{${labels}} 1`);
  });

  it('has one sample for a stage that came twice, and one for each kind of lookup', () => {
    const samples = lines.filter((line) => /^repomill_(stage_seconds|cache_lookups)/.test(line));
    expect(samples).toEqual([
      `repomill_stage_seconds{${labels},stage="starting"} 0.1`,
      `repomill_stage_seconds{${labels},stage="reading"} 1.4`,
      `repomill_cache_lookups{${labels},kind="file",found="yes"} 3`,
      `repomill_cache_lookups{${labels},kind="file",found="no"} 1`,
    ]);
  });

  it('leaves out figures that there are none of, and ends with EOF', () => {
    expect(lines.filter((line) => line.includes('first_bytes'))).toEqual([]);
    expect(lines).toContain(`repomill_version{${labels}} 7`);
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
  });

  it('says of a run that failed that it did, with its exit code', () => {
    const failed = formatOpenMetrics({ ...sampleMetrics, result: 'failed', exitCode: 3, figures: {} });
    expect(failed).toContain(`repomill_success{${labels}} 0\n`);
    expect(failed).toContain(`repomill_exit_code{${labels}} 3\n`);
    expect(failed).not.toContain('repomill_version');
  });
});
