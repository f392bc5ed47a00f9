/** The configuration's file name inside an input directory; such a file is never a record. */
export const CONFIG_NAME = 'repomill.yaml';
