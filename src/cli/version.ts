/** The version of this package. A test checks it against `package.json`. */
export const VERSION = '0.2.0';
