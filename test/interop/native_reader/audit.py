"""The auditor: reads everything that an index vouches for, in every way that leads to it."""

from itertools import pairwise
from pathlib import Path

from .bsdiff40 import apply_delta
from .bucket import decode_bucket, string_entries
from .canonical_json import canonical, parse_object
from .details import read_dictionary, with_details
from .errors import require
from .files import gunzip, gunzip_exactly, read_all, read_up_to, require_digest, stored_limit
from .index import MAX_SUMMARY_SIZE, read_index
from .summary import Bucket, cut, holds, read_partially, read_whole, summary_file
from .xxh64 import xxh64

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def check(tree: Path) -> str:
    """Raises an error for the first thing that is wrong; otherwise returns a line about what was read."""
    signed = read_index(tree)
    dictionary = read_dictionary(tree, signed)
    details: set[tuple[str, int]] = set()
    lines: dict[str, set[str]] = {}
    for_all: dict[str | None, set[str]] = {}
    count = deltas = 0
    for summary in sorted(signed["summaries"], key=lambda summary: summary["arch"] != "all"):
        records = check_summary(tree, summary)
        check_arch_all(summary, records, for_all)
        count += len(records)
        for record in records:
            document = record.get("details"), record.get("detailsSize")
            if document not in details:
                with_details(tree, signed, dictionary, record)
                details.add(document)
        if "subset" not in summary and "combined" in signed:
            lines[summary["arch"]] = set(map(canonical, records))
        for older in summary["history"]:
            check_delta(tree, summary, older)
            deltas += 1
    if "combined" in signed:
        check_combined(tree, signed["combined"], lines)
    details.discard((None, None))
    combined = "the combined file" if "combined" in signed else "no combined file"
    return f"{len(signed['summaries'])} summaries, {count} records, {len(details)} details, {deltas} deltas, {combined}"


def check_summary(tree: Path, summary: dict) -> list[dict]:
    buckets = read_whole(tree, summary)
    require(buckets == read_partially(tree, summary, lambda _: True), "summary: the members are not its buckets")
    return [record for bucket, content in buckets for record in check_bucket(summary, bucket, content)]


def check_arch_all(summary: dict, records: list[dict], for_all: dict[str | None, set[str]]) -> None:
    """What is for all architectures is in the summary of each."""
    subset = summary.get("subset")
    if summary["arch"] == "all":
        require(all(record["arch"] in ("all", ["all"]) for record in records), "all: a record is not for every arch")
        for_all[subset] = set(map(canonical, records))
    else:
        missing = for_all.get(subset, set()) - set(map(canonical, records))
        require(not missing, f"{summary['arch']}: a record of all is missing")


def check_bucket(summary: dict, bucket: Bucket, content: bytes) -> list[dict]:
    """Checks what no digest covers: the order and place of the records, and the ids of the string table."""
    require_digest(content, bucket.sha256, bucket.id)
    records = decode_bucket(content, bucket.records)
    require(records, f"{bucket.id}: an empty bucket")
    require_order(records, bucket.id)
    for record in records:
        group = "own" if record["arch"] == summary["arch"] else "shared"
        placed = holds(bucket, record["name"]) and bucket.id.split("/")[1] == group
        require(placed, f"{bucket.id}: {record['name']} does not belong there")
    for entry_id, text in string_entries(content):
        value = xxh64(text.encode())
        expected = "".join(ALPHABET[value >> shift & 63] for shift in (12, 6, 0))
        require(entry_id == expected, f"{bucket.id}: expected the id {expected}, found {entry_id}")
    return records


def require_order(records: list[dict], what: str) -> None:
    keys = [(record["name"], record["version"], joined(record["arch"])) for record in records]
    require(all(a < b for a, b in pairwise(keys)), f"{what}: the records are not in order")


def joined(arch: str | list[str]) -> str:
    return arch if type(arch) is str else ",".join(arch)


def check_delta(tree: Path, summary: dict, older: dict) -> None:
    stored = read_up_to(summary_file(tree, older["sha256"]), stored_limit(MAX_SUMMARY_SIZE))
    old = gunzip(stored, MAX_SUMMARY_SIZE, "older summary")
    require_digest(old, older["sha256"], "older summary")
    delta = read_all(tree / "deltas" / f"{older['sha256']}-{summary['sha256']}.bsdiff", older["deltaSize"])
    new = apply_delta(old, delta, summary["size"])
    require_digest(new, summary["sha256"], "result of a delta")
    cut(new, summary)


def check_combined(tree: Path, combined: dict, lines_of: dict[str, set[str]]) -> None:
    """Its lines are all records of one or several architectures: those whose records all occur in it."""
    stored = read_all(tree / "combined.jsonl.gz", combined["storedSize"])
    content = gunzip_exactly(stored, combined["size"], "combined")
    require_digest(content, combined["sha256"], "combined")
    *lines, rest = content.split(b"\n")
    require(rest == b"", "combined: the last line has no end")
    require(len(lines) == combined["packages"], f"combined: expected {combined['packages']} lines, found {len(lines)}")
    records = [parse_object(line, "combined") for line in lines]
    require_order(records, "combined")
    found = {line.decode() for line in lines}
    expected = set().union(*(of_arch for of_arch in lines_of.values() if of_arch <= found))
    require(found == expected, "combined: the records are not those of whole summaries")
