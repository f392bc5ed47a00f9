#!/usr/bin/env python3
"""An independent reader of trees in repomill's native format, written from src/layouts/native/format/FORMAT.md alone.

It needs only Python's standard library (3.10 or later) and shares nothing with the product: if both read the same records, the
specification is complete. TREE is a local directory. Anything that the specification calls an error ends it with status 3.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from native_reader.audit import check  # noqa: E402
from native_reader.bucket import decode_bucket  # noqa: E402
from native_reader.canonical_json import canonical  # noqa: E402
from native_reader.details import read_dictionary, with_details  # noqa: E402
from native_reader.errors import FormatError, require  # noqa: E402
from native_reader.index import read_index  # noqa: E402
from native_reader.summary import holds, read_partially, read_whole  # noqa: E402


def main() -> None:
    options = parse_arguments()
    if options.command == "check":
        print(check(options.tree))
        return
    signed = read_index(options.tree)
    if options.command == "index":
        print(canonical(signed))
        return
    summaries = choose_summaries(signed, options)
    for summary in summaries:
        if options.command == "dump":
            records = dump(options.tree, summary)
        else:
            records = show(options.tree, summary, options.name)
        if options.command == "details":
            dictionary = read_dictionary(options.tree, signed)
            records = [with_details(options.tree, signed, dictionary, record) for record in records]
        for record in records:
            print(canonical(record))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="reads a tree in repomill's native format; records are canonical JSON")
    commands = parser.add_subparsers(dest="command", required=True)
    for command, summary in (
        ("index", "what the index signs"),
        ("dump", "every record of the chosen summaries, in their order"),
        ("show", "the records of one package, from the header and its buckets alone"),
        ("details", "the records of one package with their details"),
        ("check", "read everything that the index vouches for"),
    ):
        options = commands.add_parser(command, help=summary, description=summary)
        options.add_argument("tree", metavar="TREE", type=Path)
        if command in ("show", "details"):
            options.add_argument("name", metavar="NAME")
        if command in ("dump", "show", "details"):
            options.add_argument("--arch", help="only of this architecture, or of all if it has no summary")
        if command == "dump":
            options.add_argument("--subset", help="of this subset; without it, of everything")
    return parser.parse_args()


def choose_summaries(signed: dict, options: argparse.Namespace) -> list[dict]:
    """The arch "all" serves those without a summary of their own, and adds nothing to the others."""
    subset = getattr(options, "subset", None)
    arches = {summary["arch"] for summary in signed["summaries"]}
    wanted = {options.arch} & arches if options.arch is not None else arches - {"all"}
    chosen = [
        summary
        for summary in signed["summaries"]
        if summary["arch"] in (wanted or {"all"}) and summary.get("subset") == subset
    ]
    require(chosen, "index: has no such summary")
    return chosen


def dump(tree: Path, summary: dict) -> list[dict]:
    buckets = read_whole(tree, summary)
    return [record for bucket, content in buckets for record in decode_bucket(content, bucket.records)]


def show(tree: Path, summary: dict, name: str) -> list[dict]:
    buckets = read_partially(tree, summary, lambda bucket: holds(bucket, name))
    records = [record for bucket, content in buckets for record in decode_bucket(content, bucket.records)]
    return [record for record in records if record["name"] == name]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        main()
    except (FormatError, OSError) as error:
        print(f"reader.py: {error}", file=sys.stderr)
        sys.exit(3 if isinstance(error, FormatError) else 1)
