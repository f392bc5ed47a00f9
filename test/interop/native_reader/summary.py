"""Summaries, whole and in part ("Summary", "Buckets"; checks 5 to 7 and 10 to 12)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from .bucket import decode_varint
from .canonical_json import parse_object
from .errors import require
from .fields import digest_of, integer_of, objects_of, require_format, text_of
from .files import gunzip_exactly, read_all, read_part, require_digest
from .xxh64 import xxh64

BUCKET_ID = re.compile(r"(?:[0-9]|[1-5][0-9]|6[0-3])/(?:own|shared)(?:/[01]{1,252})?")


class Bucket(NamedTuple):
    id: str
    records: int
    size: int
    sha256: str


def summary_file(tree: Path, digest: str) -> Path:
    return tree / "summaries" / f"{digest}.gz"


def parse_header(content: bytes, summary: dict) -> list[Bucket]:
    """Returns the buckets that a header lists (check 7)."""
    require_digest(content, summary["header"]["sha256"], "header")
    require(content.find(b"\n") == len(content) - 1, "header: expected one line")
    header = parse_object(content, "header")
    require_format(header, "header")
    for key in "arch", "subset", "packages":
        require(header.get(key, "") == summary.get(key, ""), f"header: {key} is not that of the index")
    buckets = [
        Bucket(text_of(entry, "id"), integer_of(entry, "records"), integer_of(entry, "size"), digest_of(entry))
        for entry in objects_of(header, "buckets")
    ]
    require_places([bucket.id for bucket in buckets])
    records = sum(bucket.records for bucket in buckets)
    require(records == summary["packages"], f"header: expected {summary['packages']} records, found {records}")
    size = len(content) + sum(bucket.size for bucket in buckets)
    require(size == summary["size"], f"header: expected {summary['size']} bytes, found {size}")
    return buckets


def require_places(ids: list[str]) -> None:
    known = set(ids)
    require(len(known) == len(ids), "header: a bucket is listed twice")
    for bucket_id in ids:
        require(BUCKET_ID.fullmatch(bucket_id), f"header: {bucket_id!r} is not the id of a bucket")
        place, separator, splits = bucket_id.partition("own" if "own" in bucket_id else "shared")
        outer = {place + separator + splits[:depth] for depth in range(len(splits))}
        require(known.isdisjoint(outer), f"header: the bucket {bucket_id} lies within another")


def read_whole(tree: Path, summary: dict) -> list[tuple[Bucket, bytes]]:
    """Reads all of a summary's buckets in their order (checks 5 to 7)."""
    stored = read_all(summary_file(tree, summary["sha256"]), summary["storedSize"])
    content = gunzip_exactly(stored, summary["size"], "summary")
    require_digest(content, summary["sha256"], "summary")
    return cut(content, summary)


def cut(content: bytes, summary: dict) -> list[tuple[Bucket, bytes]]:
    """Cuts a summary's canonical bytes into its buckets."""
    at = summary["header"]["size"]
    buckets = []
    for bucket in parse_header(content[:at], summary):
        buckets.append((bucket, content[at : at + bucket.size]))
        at += bucket.size
    return buckets


def read_partially(tree: Path, summary: dict, wanted: Callable[[Bucket], bool]) -> list[tuple[Bucket, bytes]]:
    """Reads the header and the buckets that `wanted` accepts, and no other bytes of the file (checks 10 to 12)."""
    file = summary_file(tree, summary["sha256"])
    at = summary["header"]["storedSize"]
    stored = read_part(file, 0, at)
    buckets = parse_header(gunzip_exactly(stored, summary["header"]["size"], "header"), summary)
    field = find_member_lengths(stored)
    if field is None:
        return [(bucket, content) for bucket, content in read_whole(tree, summary) if wanted(bucket)]
    found = []
    for bucket, length in zip(buckets, decode_member_lengths(field, len(buckets), summary["storedSize"] - at)):
        if wanted(bucket):
            content = gunzip_exactly(read_part(file, at, length), bucket.size, bucket.id)
            require_digest(content, bucket.sha256, bucket.id)
            found.append((bucket, content))
        at += length
    return found


def find_member_lengths(stored: bytes) -> bytes | None:
    """Returns the subfield `RM` of a gzip member that was decompressed before, so its first 12 bytes are there."""
    if not stored[3] & 4:
        return None
    at, end = 12, 12 + int.from_bytes(stored[10:12], "little")
    while at < end:
        start = at + 4
        at = start + int.from_bytes(stored[start - 2 : start], "little")
        require(at <= end, "header: a subfield is longer than its extra field")
        if stored[start - 4 : start - 2] == b"RM":
            return stored[start:at]
    return None


def decode_member_lengths(field: bytes, count: int, total: int) -> list[int]:
    lengths, at = [], 0
    while at < len(field):
        length, at = decode_varint(field, at)
        lengths.append(length)
    require(len(lengths) == count, f"RM: expected {count} lengths, found {len(lengths)}")
    require(sum(lengths) == total, f"RM: expected {total} bytes in all, found {sum(lengths)}")
    return lengths


def holds(bucket: Bucket, name: str) -> bool:
    """Whether a bucket is where a package of this name belongs, in the one group or in the other."""
    number, _, *splits = bucket.id.split("/")
    stem = name.encode().removeprefix(b"lib")
    return int(number) == xxh64(stem[:3]) & 63 and all(
        int(bit) == xxh64(stem[: 4 + depth]) >> min(63, max(0, depth - max(0, len(stem) - 4))) & 1
        for depth, bit in enumerate("".join(splits))
    )
