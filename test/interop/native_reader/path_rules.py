"""Path rules ("Path rules"): a template such as `pool/{name:pool}/{name}_{version:noepoch}.deb`."""

import re
from typing import NamedTuple

from .errors import FormatError, require

PIECE = re.compile(r"(?P<literal>[^{}]+)|\{(?P<fields>[^{}|:]+(?:\|[^{}|:]+)*)(?P<filters>(?::(?:word|noepoch|pool))*)\}")

FILTERS = {
    "word": lambda text: text.partition(" ")[0],
    "noepoch": lambda text: text.partition(":")[2] if ":" in text else text,
    "pool": lambda text: text[: 4 if text.startswith("lib") and len(text) > 3 else 1],
}


class Placeholder(NamedTuple):
    fields: list[str]
    filters: list[str]


Rule = list[str | Placeholder]


def parse_rule(rule: object) -> Rule:
    require(type(rule) is str, f"rules: expected a string, found {rule!r}")
    parts, at = [], 0
    while at < len(rule):
        piece = PIECE.match(rule, at)
        require(piece, f"rules: {rule!r} is wrong from character {at}")
        at = piece.end()
        if piece["literal"]:
            parts.append(piece["literal"])
            continue
        placeholder = Placeholder(piece["fields"].split("|"), piece["filters"].split(":")[1:])
        require("path" not in placeholder.fields, f"rules: {rule!r} refers to the path itself")
        parts.append(placeholder)
    return parts


def follow_rule(rule: Rule, record: dict) -> str:
    return "".join(part if type(part) is str else fill(part, record) for part in rule)


def fill(placeholder: Placeholder, record: dict) -> str:
    field = next((field for field in placeholder.fields if field in record), None)
    if field is None or type(record[field]) is not str:
        raise FormatError(f"path: the rule gives none, as {'|'.join(placeholder.fields)} is not a string")
    text = record[field]
    for name in placeholder.filters:
        text = FILTERS[name](text)
    return text
