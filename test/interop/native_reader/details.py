"""Details and their dictionary ("Details"; check 16)."""

from pathlib import Path

from .canonical_json import parse_object
from .errors import require
from .fields import digest_of, integer_of
from .files import MIB, read_all, read_up_to, require_digest, stored_limit, unzlib_exactly

MAX_DETAILS_SIZE = 64 * MIB


def read_dictionary(tree: Path, signed: dict) -> bytes | None:
    entry = signed.get("dictionary")
    if entry is None:
        return None
    dictionary = read_all(tree / "details" / f"{entry['sha256']}.dictionary", entry["size"])
    require_digest(dictionary, entry["sha256"], "dictionary")
    return dictionary


def with_details(tree: Path, signed: dict, dictionary: bytes | None, record: dict) -> dict:
    """Returns the whole record; one without details is whole already."""
    if "details" not in record:
        require("detailsSize" not in record, "detailsSize: the record has no details")
        return record
    digest, size = digest_of(record, "details"), integer_of(record, "detailsSize", MAX_DETAILS_SIZE)
    folder = "plain" if dictionary is None else signed["dictionary"]["sha256"]
    stored = read_up_to(tree / "details" / folder / f"{digest}.zz", stored_limit(size))
    document = unzlib_exactly(stored, dictionary, size, f"details {digest}")
    require_digest(document, digest, "details")
    rest = {field: value for field, value in record.items() if field not in ("details", "detailsSize")}
    return rest | parse_object(document, f"details {digest}")
