"""Members of JSON objects that the format gives a type: each is returned with that type, or the file is wrong."""

import re

from .canonical_json import MAX_INTEGER
from .errors import require

FORMAT = "repomill/1"
DIGEST = re.compile(r"[0-9a-f]{64}")


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


def object_of(parent: dict, key: str) -> dict:
    require(type(parent.get(key)) is dict, f"{key}: expected an object, found {parent.get(key)!r}")
    return parent[key]


def objects_of(parent: dict, key: str) -> list[dict]:
    value = parent.get(key)
    require(type(value) is list and all(type(item) is dict for item in value), f"{key}: expected a list of objects")
    return value


def require_format(parent: dict, what: str) -> None:
    found = parent.get("format")
    require(found == FORMAT, f"{what}: expected the format {FORMAT}, found {found!r}")
