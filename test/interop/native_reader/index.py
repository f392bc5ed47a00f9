"""The index ("Index"; checks 1, 2 and 4). Check 3 needs a memory of earlier indexes, which this reader lacks."""

from pathlib import Path

from .canonical_json import parse_object
from .errors import require
from .fields import digest_of, integer_of, object_of, objects_of, require_format, text_of
from .files import MIB, stored_limit

MAX_INDEX_SIZE = 16 * MIB
MAX_SUMMARY_SIZE = 2048 * MIB - 1
MAX_HEADER_SIZE = 16 * MIB
MAX_DICTIONARY_SIZE = 32 << 10
MAX_HISTORY = 256


def read_index(tree: Path) -> dict:
    """Returns what the index signs, every field of a known type."""
    with (tree / "index.json").open("rb") as source:
        content = source.read(MAX_INDEX_SIZE + 1)
    require(len(content) <= MAX_INDEX_SIZE, f"index: more than {MAX_INDEX_SIZE} bytes")
    index = parse_object(content, "index")
    signed = object_of(index, "signed")
    require(type(index.get("signatures")) is list, "signatures: expected a list")
    require_format(signed, "index")
    integer_of(signed, "version")
    text_of(signed, "name")
    for field in ("title", "versions"):
        if field in signed:
            text_of(signed, field)
    if "combined" in signed:
        combined = object_of(signed, "combined")
        digest_of(combined)
        integer_of(combined, "storedSize", stored_limit(integer_of(combined, "size", MAX_SUMMARY_SIZE)))
        integer_of(combined, "packages")
    if "dictionary" in signed:
        digest_of(object_of(signed, "dictionary"))
        integer_of(signed["dictionary"], "size", MAX_DICTIONARY_SIZE)
    places = [check_summary(summary) for summary in objects_of(signed, "summaries")]
    require(len(set(places)) == len(places), "summaries: one is listed twice")
    return signed


def check_summary(summary: dict) -> tuple[str, str]:
    """Checks one entry of `summaries`; returns what no other entry may have."""
    subset = text_of(summary, "subset") if "subset" in summary else None
    require(subset != "", "subset: expected a name, found an empty string")
    digest_of(summary)
    size = integer_of(summary, "size", MAX_SUMMARY_SIZE)
    stored_size = integer_of(summary, "storedSize", stored_limit(size))
    integer_of(summary, "packages")
    header = object_of(summary, "header")
    digest_of(header)
    header_size = integer_of(header, "size", min(size, MAX_HEADER_SIZE))
    integer_of(header, "storedSize", min(stored_size, stored_limit(header_size)))
    history = objects_of(summary, "history")
    require(len(history) <= MAX_HISTORY, f"history: expected at most {MAX_HISTORY} entries, found {len(history)}")
    for older in history:
        digest_of(older)
        integer_of(older, "deltaSize", stored_limit(size))
    return text_of(summary, "arch"), subset or ""
