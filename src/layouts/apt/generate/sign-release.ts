/**
 * The signatures of a Release file: `InRelease`, which every apt since 2011 asks for first, and `Release.gpg` for programs that still
 * ask for that. What the same keys have signed already is kept to the byte, so that a build without change writes nothing.
 */
import { concatBytes, decodeText, encodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Signer } from '../../../model/signer.ts';
import { formatArmor, parseArmor } from '../../../openpgp/armor.ts';
import { type Cleartext, formatCleartext, parseCleartext, signedTextOf } from '../../../openpgp/cleartext.ts';
import { splitSignatures } from '../../../openpgp/packets.ts';

/** What is signed, by whom, and what is published of it. */
export interface ReleaseToSign {
  /** The content of `Release`. */
  readonly text: string;
  readonly signer: Signer;
  /** The time of the signatures: seconds since 1970. */
  readonly time: bigint;
  /** What is in the tree under these names, if anything, whatever it is. */
  readonly published: { readonly inRelease?: Uint8Array | undefined; readonly detached?: Uint8Array | undefined };
  readonly signal?: AbortSignal | undefined;
}

/** The files that a signed suite has beside `Release`. */
export interface SignedRelease {
  /** The content of `InRelease`. */
  readonly inRelease: Uint8Array;
  /** The content of `Release.gpg`. */
  readonly detached: Uint8Array;
}

/**
 * Signs a Release file with every key, twice: as text for `InRelease`, and as bytes for `Release.gpg`.
 *
 * @throws RepomillError `usage` if a key cannot sign, `transport` if a program fails, `interrupted` if the signal is aborted
 */
export async function signRelease({ text, signer, time, published, signal }: ReleaseToSign): Promise<SignedRelease> {
  const message = readAs(published.inRelease, parseCleartext);
  const isKept = message !== undefined && (await coversText(signer, text, message, time));
  const kept = isKept ? published.inRelease : undefined;
  const bytes = encodeText(text);
  const signatures = readAs(published.detached, parseDetached);
  const isDetachedKept = signatures !== undefined && (await signer.covers(bytes, signatures, { time }));
  const keptDetached = isDetachedKept ? published.detached : undefined;
  return {
    inRelease: kept ?? (await signText(signer, text, time, signal)),
    detached:
      keptDetached ?? encodeText(formatArmor('SIGNATURE', concatBytes(await signer.sign(bytes, { time, signal })))),
  };
}

async function coversText(signer: Signer, text: string, message: Cleartext, time: bigint): Promise<boolean> {
  if (message.text !== text) return false;
  return signer.covers(signedTextOf(text), message.signatures, { form: 'text', time });
}

async function signText(
  signer: Signer,
  text: string,
  time: bigint,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const signatures = await signer.sign(signedTextOf(text), { form: 'text', time, signal });
  return encodeText(formatCleartext({ text, signatures }));
}

function parseDetached(text: string): readonly Uint8Array[] | undefined {
  return splitSignatures(parseArmor('SIGNATURE', text));
}

/** What published bytes are. Undefined if they are anything else: they are then written anew. */
function readAs<Model>(bytes: Uint8Array | undefined, parse: (text: string) => Model): Model | undefined {
  if (bytes === undefined) return undefined;
  try {
    return parse(decodeText(bytes));
  } catch (error) {
    if (error instanceof RepomillError && error.code === 'format') return undefined;
    throw error;
  }
}
