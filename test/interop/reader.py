#!/usr/bin/env python3
"""An independent reader of trees in repomill's native format, written from src/format/FORMAT.md alone.

It needs nothing but Python's standard library and shares nothing with the product, so that a tree which both read alike proves
the specification. TREE is a local directory. It is strict: whatever the specification calls an error raises `FormatError`.

  reader.py index TREE                            what the index signs, as canonical JSON
  reader.py dump TREE [--arch A] [--subset S]     every record of the summaries, one a line, in their order
  reader.py show TREE NAME [--arch A]             the records of one package, from the header and its buckets alone
  reader.py details TREE NAME [--arch A]          the same with their details
  reader.py check TREE                            everything that the index vouches for
"""

import argparse
import hashlib
import json
import re
import sys
import zlib
from pathlib import Path

from bsdiff40 import apply_delta
from canonical_json import canonical, parse_json, parse_object
from format_error import FormatError, require
from reader_bucket import decode_bucket, decode_varint, entry_id
from xxh64 import xxh64

FORMAT = "repomill/1"
MIB = 1 << 20
MAX_INDEX_SIZE = 16 * MIB
MAX_SUMMARY_SIZE = 2048 * MIB - 1
MAX_HEADER_SIZE = 16 * MIB
MAX_DETAILS_SIZE = 64 * MIB
MAX_DICTIONARY_SIZE = 32 << 10
MAX_HISTORY = 256
MAX_INTEGER = 2**53 - 1
BUCKET_ID = re.compile(r"([0-9]|[1-5][0-9]|6[0-3])/(own|shared)(/[01]{1,252})?")
DIGEST = re.compile(r"[0-9a-f]{64}")


# ---- Members of JSON objects: each has its type, or the file is wrong


def text_of(parent: dict, key: str) -> str:
    require(type(parent.get(key)) is str, f"{key}: expected a text, found {parent.get(key)!r}")
    return parent[key]


def digest_of(parent: dict, key: str = "sha256") -> str:
    require(DIGEST.fullmatch(text_of(parent, key)), f"{key}: expected a digest, found {parent[key]!r}")
    return parent[key]


def integer_of(parent: dict, key: str, limit: float = MAX_INTEGER) -> int:
    value = parent.get(key)
    require(type(value) is int and 0 <= value <= limit, f"{key}: expected an integer up to {limit}, found {value!r}")
    return value


def objects_of(parent: dict, key: str) -> list[dict]:
    value = parent.get(key)
    require(type(value) is list and all(type(item) is dict for item in value), f"{key}: expected a list of objects")
    return value


def stored_limit(size: int) -> float:
    return 1.01 * size + 4 * MIB


# ---- Files


def read_exactly(file: Path, size: int, offset: int = 0) -> bytes:
    """Reads `size` bytes; with offset 0 and the length of the file, all of it."""
    with file.open("rb") as source:
        source.seek(offset)
        content = source.read(size)
    require(len(content) == size, f"{file.name}: expected {size} bytes from {offset}, found {len(content)}")
    return content


def read_stored(file: Path, size: int) -> bytes:
    require(file.stat().st_size == size, f"{file.name}: expected {size} stored bytes, found {file.stat().st_size}")
    return read_exactly(file, size)


def require_digest(content: bytes, digest: str, what: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    require(found == digest, f"{what}: expected SHA-256 {digest}, found {found}")


def gunzip(stored: bytes, limit: int, what: str) -> bytes:
    """Decompresses all members of a gzip file, at most `limit` bytes."""
    content = bytearray()
    rest = stored
    while rest or not content:
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(rest, limit + 1 - len(content))
        except zlib.error as error:
            raise FormatError(f"{what}: not gzip: {error}") from error
        require(len(content) <= limit, f"{what}: more than {limit} bytes")
        require(member.eof, f"{what}: the gzip member has no end")
        if not member.unused_data:
            break
        rest = member.unused_data
    return bytes(content)


def gunzip_exactly(stored: bytes, size: int, what: str) -> bytes:
    content = gunzip(stored, size, what)
    require(len(content) == size, f"{what}: expected {size} bytes, found {len(content)}")
    return content


# ---- Index


def read_index(tree: Path) -> dict:
    """Reads what the index signs (checks 1, 2 and 4; a reader without memory has no earlier version for check 3)."""
    with (tree / "index.json").open("rb") as source:
        content = source.read(MAX_INDEX_SIZE + 1)
    require(len(content) <= MAX_INDEX_SIZE, f"index: more than {MAX_INDEX_SIZE} bytes")
    index = parse_object(content, "index")
    signed = index.get("signed")
    require(type(signed) is dict, "index: signed: expected an object")
    require(type(index.get("signatures")) is list, "index: signatures: expected a list")
    require(signed.get("format") == FORMAT, f"index: expected the format {FORMAT}, found {signed.get('format')!r}")
    integer_of(signed, "version")
    text_of(signed, "name")
    if "title" in signed:
        text_of(signed, "title")
    for key, limit in ("combined", MAX_SUMMARY_SIZE), ("dictionary", MAX_DICTIONARY_SIZE):
        if key in signed:
            require(type(signed[key]) is dict, f"index: {key}: expected an object")
            digest_of(signed[key])
            integer_of(signed[key], "size", limit)
    if "combined" in signed:
        integer_of(signed["combined"], "storedSize", stored_limit(signed["combined"]["size"]))
        integer_of(signed["combined"], "packages")
    listed = set()
    for summary in objects_of(signed, "summaries"):
        check_summary_entry(summary)
        place = (summary["arch"], summary.get("subset"))
        require(place not in listed, f"index: the summary {place} is listed twice")
        listed.add(place)
    return signed


def check_summary_entry(summary: dict) -> None:
    text_of(summary, "arch")
    if "subset" in summary:
        require(text_of(summary, "subset") != "", "subset: expected a name, found an empty text")
    digest_of(summary)
    size = integer_of(summary, "size", MAX_SUMMARY_SIZE)
    integer_of(summary, "storedSize", stored_limit(size))
    integer_of(summary, "packages")
    header = summary.get("header")
    require(type(header) is dict, "header: expected an object")
    digest_of(header)
    header_size = integer_of(header, "size", min(size, MAX_HEADER_SIZE))
    integer_of(header, "storedSize", min(summary["storedSize"], stored_limit(header_size)))
    history = objects_of(summary, "history")
    require(len(history) <= MAX_HISTORY, f"history: more than {MAX_HISTORY} entries")
    for older in history:
        digest_of(older)
        integer_of(older, "deltaSize", stored_limit(size))


# ---- Summary


def summary_file(tree: Path, digest: str) -> Path:
    return tree / "summaries" / f"{digest}.gz"


def parse_header(content: bytes, summary: dict) -> list[dict]:
    """Returns the buckets that a header lists (check 7)."""
    require_digest(content, summary["header"]["sha256"], "header")
    require(content.find(b"\n") == len(content) - 1, "header: expected one line")
    header = parse_object(content, "header")
    for key in "arch", "subset", "packages":
        require(header.get(key) == summary.get(key), f"header: {key} is not that of the index")
    require(header.get("format") == FORMAT, f"header: expected the format {FORMAT}, found {header.get('format')!r}")
    require("subset" in summary or "subset" not in header, "header: subset is not that of the index")
    integer_of(header, "packages")
    buckets = objects_of(header, "buckets")
    ids = {text_of(bucket, "id") for bucket in buckets}
    require(len(ids) == len(buckets), "header: a bucket is listed twice")
    for bucket in buckets:
        require(BUCKET_ID.fullmatch(bucket["id"]), f"header: {bucket['id']!r} is not a bucket's id")
        number, group, *splits = bucket["id"].split("/")
        above = [f"{number}/{group}"] + [f"{number}/{group}/{splits[0][:n]}" for n in range(1, len(splits[0]))] if splits else []
        require(ids.isdisjoint(above), f"header: the bucket {bucket['id']} lies within another")
        for key in "records", "size":
            integer_of(bucket, key)
        digest_of(bucket)
    require(sum(bucket["records"] for bucket in buckets) == summary["packages"], "header: the records do not add up")
    sizes = len(content) + sum(bucket["size"] for bucket in buckets)
    require(sizes == summary["size"], f"header: the buckets make {sizes} bytes of {summary['size']}")
    return buckets


def read_whole(tree: Path, summary: dict) -> tuple[list[dict], list[bytes]]:
    """Reads a summary: its header's buckets and the canonical bytes of each (checks 5 to 7)."""
    stored = read_stored(summary_file(tree, summary["sha256"]), summary["storedSize"])
    content = gunzip_exactly(stored, summary["size"], "summary")
    require_digest(content, summary["sha256"], "summary")
    return cut(content, summary)


def cut(content: bytes, summary: dict) -> tuple[list[dict], list[bytes]]:
    at = summary["header"]["size"]
    buckets = parse_header(content[:at], summary)
    parts = []
    for bucket in buckets:
        parts.append(content[at : at + bucket["size"]])
        at += bucket["size"]
    return buckets, parts


def open_partially(tree: Path, summary: dict) -> tuple[list[dict], list[int] | None]:
    """Reads the header alone: its buckets and the lengths of their members, where it has them (checks 10 and 11)."""
    stored = read_exactly(summary_file(tree, summary["sha256"]), summary["header"]["storedSize"])
    buckets = parse_header(gunzip_exactly(stored, summary["header"]["size"], "header"), summary)
    field = member_lengths_field(stored)
    if field is None:
        return buckets, None
    lengths, at = [], 0
    while at < len(field):
        length, at = decode_varint(field, at)
        lengths.append(length)
    require(len(lengths) == len(buckets), f"RM: expected {len(buckets)} lengths, found {len(lengths)}")
    require(len(stored) + sum(lengths) == summary["storedSize"], "RM: the lengths do not add up")
    return buckets, lengths


def member_lengths_field(stored: bytes) -> bytes | None:
    """The subfield RM of a gzip member's extra field."""
    if not stored[3] & 4:
        return None
    at, end = 12, 12 + int.from_bytes(stored[10:12], "little")
    while at + 4 <= end:
        kind, size = stored[at : at + 2], int.from_bytes(stored[at + 2 : at + 4], "little")
        require(at + 4 + size <= end, "gzip: a subfield is longer than its extra field")
        if kind == b"RM":
            return stored[at + 4 : at + 4 + size]
        at += 4 + size
    require(at == end, "gzip: the extra field does not end with a subfield")
    return None


def read_members(tree: Path, summary: dict, wanted) -> list[tuple[dict, bytes]]:
    """Reads the buckets that `wanted` accepts, each from its own gzip member (check 12)."""
    buckets, lengths = open_partially(tree, summary)
    if lengths is None:
        return [pair for pair in zip(*read_whole(tree, summary)) if wanted(pair[0])]
    found, at = [], summary["header"]["storedSize"]
    for bucket, length in zip(buckets, lengths):
        if wanted(bucket):
            stored = read_exactly(summary_file(tree, summary["sha256"]), length, at)
            content = gunzip_exactly(stored, bucket["size"], bucket["id"])
            require_digest(content, bucket["sha256"], bucket["id"])
            found.append((bucket, content))
        at += length
    return found


def holds(bucket_id: str, name: str) -> bool:
    """Whether a bucket is the place of a package's name (either group)."""
    number, _, *splits = bucket_id.split("/")
    stem = name.encode().removeprefix(b"lib")
    return int(number) == xxh64(stem[:3]) & 63 and all(
        int(bit) == xxh64(stem[: 4 + depth]) & 1 for depth, bit in enumerate("".join(splits))
    )


def records_of(buckets) -> list[dict]:
    return [record for bucket, content in buckets for record in decode_bucket(content, bucket["records"])]


def show(tree: Path, summary: dict, name: str) -> list[dict]:
    members = read_members(tree, summary, lambda bucket: holds(bucket["id"], name))
    return [record for record in records_of(members) if record["name"] == name]


# ---- Details


def read_dictionary(tree: Path, signed: dict) -> bytes:
    """The dictionary of details, empty where the repository has none (check 16)."""
    entry = signed.get("dictionary")
    if entry is None:
        return b""
    dictionary = read_stored(tree / "details" / f"{entry['sha256']}.dictionary", entry["size"])
    require_digest(dictionary, entry["sha256"], "dictionary")
    return dictionary


def with_details(tree: Path, signed: dict, dictionary: bytes, record: dict) -> dict:
    """The whole record (check 16)."""
    if "details" not in record:
        require("detailsSize" not in record, "detailsSize: a record without details")
        return record
    digest, size = digest_of(record, "details"), integer_of(record, "detailsSize", MAX_DETAILS_SIZE)
    folder = signed["dictionary"]["sha256"] if "dictionary" in signed else "plain"
    file = tree / "details" / folder / f"{digest}.zz"
    require(file.stat().st_size <= stored_limit(size), f"details {digest}: more stored bytes than {size} bytes can take")
    stream = zlib.decompressobj(zdict=dictionary) if "dictionary" in signed else zlib.decompressobj()
    try:
        document = stream.decompress(file.read_bytes(), size + 1)
    except zlib.error as error:
        raise FormatError(f"details {digest}: not zlib: {error}") from error
    require(stream.eof and not stream.unused_data and len(document) == size, f"details {digest}: expected {size} bytes")
    require_digest(document, digest, "details")
    rest = {field: value for field, value in record.items() if field not in ("details", "detailsSize")}
    return rest | parse_object(document, "details")


# ---- The auditor


def record_key(record: dict) -> tuple[str, str, str]:
    arch = record["arch"]
    return record["name"], record["version"], arch if type(arch) is str else ",".join(arch)


def check(tree: Path) -> str:
    """Reads everything that the index vouches for, in every way; returns what was found."""
    signed = read_index(tree)
    dictionary = read_dictionary(tree, signed)
    documents, counts, whole = set(), {"records": 0, "deltas": 0}, {}
    for summary in signed["summaries"]:
        records = check_summary(tree, summary)
        counts["records"] += len(records)
        for record in records:
            place = record.get("details"), record.get("detailsSize")
            if place not in documents:
                with_details(tree, signed, dictionary, record)
                documents.add(place)
        if "subset" not in summary:
            whole[summary["arch"]] = {canonical(record) for record in records}
        for older in summary["history"]:
            check_delta(tree, summary, older)
            counts["deltas"] += 1
    if "combined" in signed:
        check_combined(tree, signed["combined"], whole)
    return (
        f"{len(signed['summaries'])} summaries, {counts['records']} records, {len(documents - {(None, None)})} details, "
        f"{counts['deltas']} deltas{', the combined file' if 'combined' in signed else ''}"
    )


def check_summary(tree: Path, summary: dict) -> list[dict]:
    buckets, parts = read_whole(tree, summary)
    require(list(zip(buckets, parts)) == read_members(tree, summary, lambda _: True), "the members are not the buckets")
    found = []
    for bucket, content in zip(buckets, parts):
        require_digest(content, bucket["sha256"], bucket["id"])
        records = decode_bucket(content, bucket["records"], entry_id)
        keys = [record_key(record) for record in records]
        require(all(a < b for a, b in zip(keys, keys[1:])), f"{bucket['id']}: the records are not in order")
        group = bucket["id"].split("/")[1]
        for record in records:
            own = record["arch"] == summary["arch"]
            require(holds(bucket["id"], record["name"]) and own == (group == "own"), f"{bucket['id']}: has {record_key(record)}")
        found += records
    return found


def check_delta(tree: Path, summary: dict, older: dict) -> None:
    old = gunzip(summary_file(tree, older["sha256"]).read_bytes(), MAX_SUMMARY_SIZE, older["sha256"])
    require_digest(old, older["sha256"], "older summary")
    delta = read_stored(tree / "deltas" / f"{older['sha256']}-{summary['sha256']}.bsdiff", older["deltaSize"])
    content = apply_delta(old, delta, summary["size"])
    require_digest(content, summary["sha256"], "the delta's result")
    cut(content, summary)


def check_combined(tree: Path, combined: dict, whole: dict[str, set[str]]) -> None:
    """The lines are the records of one or several architectures: of all those that they have completely."""
    stored = read_stored(tree / "combined.jsonl.gz", combined["storedSize"])
    content = gunzip_exactly(stored, combined["size"], "combined")
    require_digest(content, combined["sha256"], "combined")
    require(content == b"" or content.endswith(b"\n"), "combined: the last line has no end")
    lines = content.decode().split("\n")[:-1]
    require(len(lines) == combined["packages"], f"combined: expected {combined['packages']} records, found {len(lines)}")
    keys = [record_key(parse_json(line.encode(), "combined")) for line in lines]
    require(all(a < b for a, b in zip(keys, keys[1:])), "combined: the records are not in order")
    covered = set().union(*(records for records in whole.values() if records <= set(lines)))
    require(covered == set(lines), "combined: the records are not those of the summaries")


# ---- Command line


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="reads a tree in repomill's native format")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in "index", "dump", "show", "details", "check":
        options = commands.add_parser(command)
        options.add_argument("tree", type=Path)
        if command in ("show", "details"):
            options.add_argument("name")
        if command in ("dump", "show", "details"):
            options.add_argument("--arch")
        options.add_argument("--subset") if command == "dump" else options.set_defaults(subset=None)
    chosen = parser.parse_args(arguments)
    if chosen.command == "check":
        return print(check(chosen.tree))
    signed = read_index(chosen.tree)
    if chosen.command == "index":
        return print(canonical(signed))
    summaries = [
        summary
        for summary in signed["summaries"]
        if summary.get("subset") == chosen.subset and chosen.arch in (None, summary["arch"])
    ]
    require(summaries, "the index has no such summary")
    dictionary = read_dictionary(chosen.tree, signed) if chosen.command == "details" else b""
    for summary in summaries:
        if chosen.command == "dump":
            records = records_of(zip(*read_whole(chosen.tree, summary)))
        else:
            records = show(chosen.tree, summary, chosen.name)
        for record in records:
            print(canonical(with_details(chosen.tree, signed, dictionary, record) if chosen.command == "details" else record))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        main(sys.argv[1:])
    except (FormatError, OSError) as error:
        sys.exit(f"reader.py: {error}")
