"""The content of a bucket ("Bucket"; checks 13 to 15): a line, a string table and columns, decoded to records."""

from collections.abc import Iterator
from itertools import pairwise

from .canonical_json import MAX_INTEGER, parse_json, parse_object
from .errors import FormatError, require
from .fields import integer_of, objects_of, text_of
from .path_rules import Rule, follow_rule, parse_rule

KINDS = ("digest", "integer", "text", "list", "json")
RULE_NUMBERS = {str(number): number for number in range(1000)}

Strings = dict[str, str]


def decode_bucket(content: bytes, count: int) -> list[dict]:
    """Decodes a bucket whose bytes were verified; `count` is the header's number of records."""
    end = content.find(b"\n") + 1
    line = parse_object(content[:end], "bucket")
    require(integer_of(line, "records") == count, f"bucket: expected {count} records, found {line['records']}")
    columns = objects_of(line, "columns")
    rules = [check_column(column) for column in columns]
    require(len({column["field"] for column in columns}) == len(columns), "bucket: two columns have the same field")
    sizes = [integer_of(line, "strings"), *(column["size"] for column in columns)]
    require(end + sum(sizes) == len(content), f"bucket: expected {end + sum(sizes)} bytes, found {len(content)}")

    at = end + sizes[0]
    strings = decode_strings(content[end:at])
    records: list[dict] = [{} for _ in range(count)]
    paths = None
    for column in columns:
        body = content[at : at + column["size"]]
        at += column["size"]
        holders, body = split_presence(body, records) if "sparse" in column else (records, body)
        values = decode_values(column, body, len(holders), strings)
        for record, value in zip(holders, values, strict=True):
            record[column["field"]] = value
        if column["field"] == "path" and column["kind"] == "text":
            paths = holders
    follow_rules(paths or [], next(filter(None, rules), []))
    for record in records:
        check_record(record)
    return records


def check_column(column: dict) -> list[Rule]:
    """Checks one column's entry; returns its rules."""
    field, kind = text_of(column, "field"), text_of(column, "kind")
    require(kind in KINDS, f"column {field}: the kind {kind!r} is not known")
    integer_of(column, "size")
    require(column.get("sparse", True) is True, f"column {field}: sparse: expected true, found {column.get('sparse')!r}")
    if "rules" not in column:
        return []
    require((field, kind) == ("path", "text"), f"column {field}: only paths of kind text have rules")
    require(type(column["rules"]) is list, "rules: expected a list")
    return [parse_rule(rule) for rule in column["rules"]]


def check_record(record: dict) -> None:
    text_of(record, "name")
    text_of(record, "version")
    arch = record.get("arch")
    arches = arch if type(arch) is list else [arch]
    require(arches and all(type(item) is str for item in arches), f"arch: expected a text or a list of texts, found {arch!r}")
    require(len(set(arches)) == len(arches), f"arch: one is listed twice in {arch!r}")


def split_presence(body: bytes, records: list[dict]) -> tuple[list[dict], bytes]:
    """Separates a sparse column: the records that have the field, and the rest of the body."""
    presence = body[: len(records)]
    require(len(presence) == len(records), "column: fewer presence bytes than records")
    require(not presence.strip(b"\0\1") and max(presence, default=0) <= 1, "column: a presence byte is neither 0 nor 1")
    return [record for record, present in zip(records, presence) if present], body[len(records) :]


# ---- Values


class RuleNumber(int):
    """Stands in a decoded column where a path follows a rule, until the record's other fields are there."""


def decode_values(column: dict, body: bytes, count: int, strings: Strings) -> list:
    kind = column["kind"]
    if kind == "digest":
        require(len(body) == 32 * count, f"column {column['field']}: expected {count} digests in {len(body)} bytes")
        return [body[at : at + 32].hex() for at in range(0, len(body), 32)]
    if kind == "integer":
        values, at = [], 0
        while at < len(body):
            value, at = decode_varint(body, at)
            values.append(value)
    else:
        values = [decode_cell(cell, column, strings) for cell in split_cells(body)]
    require(len(values) == count, f"column {column['field']}: expected {count} values, found {len(values)}")
    return values


def decode_varint(data: bytes, at: int) -> tuple[int, int]:
    """Returns the value and where the next one starts."""
    value = 0
    for shift, byte in zip(range(0, 56, 7), data[at : at + 8]):
        value |= (byte & 127) << shift
        at += 1
        if byte < 128:
            require(byte or not shift, "varint: not in its shortest form")
            require(value <= MAX_INTEGER, f"varint: {value} is above 2^53 - 1")
            return value, at
    raise FormatError("varint: has no end")


def split_cells(body: bytes) -> list[str]:
    try:
        *cells, rest = body.decode().split("\0")
    except UnicodeDecodeError as error:
        raise FormatError(f"cells: not UTF-8: {error}") from error
    require(rest == "", "cells: the last one has no end")
    return cells


def decode_cell(cell: str, column: dict, strings: Strings) -> object:
    kind, first = column["kind"], cell[:1]
    if first == "\x01":
        require(cell[1:] in strings, f"column {column['field']}: the reference {cell[1:]!r} has no entry")
        cell = strings[cell[1:]]
    elif first == "\x02" and kind == "text":
        text = parse_json(cell[1:].encode(), "quoted text")
        require(type(text) is str, f"column {column['field']}: a quoted text is no text")
        return text
    elif first == "\x03" and kind == "text" and column["field"] == "path":
        require(cell[1:] in RULE_NUMBERS, f"column path: {cell[1:]!r} is not the number of a rule")
        return RuleNumber(cell[1:])
    if kind == "text":
        return cell
    if kind == "json":
        return parse_json(cell.encode(), f"column {column['field']}")
    *items, rest = cell.split("\x1f")
    require(rest == "", f"column {column['field']}: the last item of a list has no end")
    return items


def follow_rules(records: list[dict], rules: list[Rule]) -> None:
    for record in records:
        number = record["path"]
        if isinstance(number, RuleNumber):
            require(number < len(rules), f"path: the rule {int(number)} is not listed")
            record["path"] = follow_rule(rules[number], record)


# ---- String table


def decode_strings(table: bytes) -> Strings:
    entries = split_cells(table)
    require(all(len(entry) >= 3 for entry in entries), "string table: an entry is shorter than its id")
    require(all(a[:3] < b[:3] for a, b in pairwise(entries)), "string table: the ids are not in order")
    return {entry[:3]: entry[3:] for entry in entries}


def string_entries(content: bytes) -> Iterator[tuple[str, str]]:
    """The entries of a bucket that was decoded before, for the auditor."""
    end = content.find(b"\n") + 1
    return iter(decode_strings(content[end : end + parse_object(content[:end], "bucket")["strings"]]).items())
