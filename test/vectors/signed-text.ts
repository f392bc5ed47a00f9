/**
 * A throw-away key and what it signed. By gpg 2.2.40: `--faked-system-time 20240501T000000 --quick-gen-key … ed25519 sign never`, and
 * `--faked-system-time 20240502T000000! --digest-algo SHA512 --clearsign`.
 */

/** The fingerprint of the key. */
export const FINGERPRINT = '8c1ec847ff5a0e0749302402b1785dc254a75067';

/** A text with all that a cleartext message has to escape, and a character of two bytes. */
export const TEXT = `Origin: Example
Suite: stable
Description: -
 - a dash in front
- a dash
-----BEGIN PGP SIGNATURE-----
From here

Grüße
`;

/** The text in a cleartext message. */
export const MESSAGE = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Origin: Example
Suite: stable
Description: -
 - a dash in front
- - a dash
- -----BEGIN PGP SIGNATURE-----
- From here

Grüße
-----BEGIN PGP SIGNATURE-----

iHUEARYKAB0WIQSMHshH/1oOB0kwJAKxeF3CVKdQZwUCZjLXgAAKCRCxeF3CVKdQ
Z1dSAP9dAUPFBDJgolOq9e4r86IU4w1IKbm1q6kYeyhsEthA+AEArjISyu35j9h0
2QoFRsBq/2/8v4hWO7na35VHtAVkkA8=
=P4cI
-----END PGP SIGNATURE-----
`;

export const PUBLIC_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZjGGABYJKwYBBAHaRw8BAQdAVtmgQDsYatAIn0VQczZmAvv4D9jy0HSmgx/b
mzlRl9i0IlRlc3QgYXJjaGl2ZSA8YXJjaGl2ZUBleGFtcGxlLm9yZz6IkAQTFggA
OBYhBIweyEf/Wg4HSTAkArF4XcJUp1BnBQJmMYYAAhsDBQsJCAcCBhUKCQgLAgQW
AgMBAh4BAheAAAoJELF4XcJUp1BnWtoBAOnt3eJj6Mab5VaVjUnd3vpXtrz3V3HO
dByUxFAWon/eAQDrH/0dpxKXXH94LSPL9EWIhOBPSlKF0bVsGMl8Ik0IDw==
=VWMu
-----END PGP PUBLIC KEY BLOCK-----
`;

export const SECRET_KEY = `-----BEGIN PGP PRIVATE KEY BLOCK-----

lFgEZjGGABYJKwYBBAHaRw8BAQdAVtmgQDsYatAIn0VQczZmAvv4D9jy0HSmgx/b
mzlRl9gAAQCj+WzHxDMa6ZWD0tFOL41qH+j0XWW/V/UjHKTpmP9b2RJYtCJUZXN0
IGFyY2hpdmUgPGFyY2hpdmVAZXhhbXBsZS5vcmc+iJAEExYIADgWIQSMHshH/1oO
B0kwJAKxeF3CVKdQZwUCZjGGAAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAK
CRCxeF3CVKdQZ1raAQDp7d3iY+jGm+VWlY1J3d76V7a891dxznQclMRQFqJ/3gEA
6x/9HacSl1x/eC0jy/RFiITgT0pShdG1bBjJfCJNCA8=
=JPXT
-----END PGP PRIVATE KEY BLOCK-----
`;
