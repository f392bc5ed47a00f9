import { describe, expect, it } from 'vitest';
import { loadOpenPgp } from '../../../../src/platform/openpgp/load-openpgp.ts';

describe('loadOpenPgp', () => {
  it('says what to install if OpenPGP.js is not installed', async () => {
    const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(loadOpenPgp(() => Promise.reject(missing))).rejects.toMatchObject({
      code: 'usage',
      message: 'OpenPGP signatures need the npm package openpgp, which is not installed',
      hint: 'npm install openpgp (with --global if repomill was installed so)',
    });
  });

  it('says why if it cannot be loaded', async () => {
    await expect(loadOpenPgp(() => Promise.reject(new Error('broken')))).rejects.toMatchObject({
      code: 'transport',
      message: 'the npm package openpgp cannot be loaded: broken',
    });
  });
});
