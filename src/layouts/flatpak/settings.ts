/**
 * The section `flatpak:` of `repomill.yaml`. FLATPAK.md, "Differences from flatpak".
 */
import { fieldsOf, flagOf, integerOf, type SectionReader } from '../../config/setting.ts';
import { MAX_HISTORY } from '../../model/limits.ts';

/** How the flatpak layout is written. */
export interface FlatpakSettings {
  /** Byte for byte what `flatpak build-update-repo` writes: every other key is as flatpak does it, unless it is set. */
  readonly exact: boolean;
  /** Whether summaries of x86_64 hold refs of i386 too, and those of aarch64 refs of arm. */
  readonly secondaryArches: boolean;
  /** Whether an index that would say the same is left as it is. */
  readonly keepUnchanged: boolean;
  /** How many signatures of older indexes are kept. */
  readonly signatures: number;
}

const keys = ['exact', 'secondaryArches', 'keepUnchanged', 'signatures'] as const;

/** Reads the section. */
export const flatpakSection: SectionReader<FlatpakSettings> = {
  defaults: defaultsFor(false),
  parse(section) {
    const fields = fieldsOf(section, 'a mapping of settings', keys) ?? {};
    const { exact, secondaryArches, keepUnchanged, signatures } = fields;
    return {
      ...defaultsFor(exact ? flagOf(exact) : false),
      ...(secondaryArches && { secondaryArches: flagOf(secondaryArches) }),
      ...(keepUnchanged && { keepUnchanged: flagOf(keepUnchanged) }),
      ...(signatures && { signatures: integerOf(signatures, MAX_HISTORY) }),
    };
  },
};

function defaultsFor(exact: boolean): FlatpakSettings {
  return { exact, secondaryArches: !exact, keepUnchanged: !exact, signatures: 16 };
}
