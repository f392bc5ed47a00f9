"""Strict JSON, and canonical JSON ("Terms"): the same numbers and texts as ECMAScript reads and writes.

A number is an `int` where it is an integer of the format, else a `float`, so that the types tell the two apart.
"""

import json
import math
from decimal import Decimal

from .errors import FormatError

MAX_INTEGER = 2**53 - 1


def parse_json(content: bytes, what: str) -> object:
    try:
        value = json.loads(
            content.decode(), parse_int=parse_number, parse_float=parse_number, parse_constant=refuse_constant
        )
        if b"\\u" in content:
            canonical(value).encode()  # an escape may be half of a surrogate pair, which is no text
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{what}: not JSON: {error}") from error
    return value


def parse_object(content: bytes, what: str) -> dict:
    value = parse_json(content, what)
    if type(value) is not dict:
        raise FormatError(f"{what}: expected a JSON object, found {content[:40]!r}")
    return value


def parse_number(digits: str) -> int | float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {digits[:40]} is not an IEEE double")
    plain = digits.isdigit() and number <= MAX_INTEGER
    return int(digits) if plain else number


def refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a value")


def canonical(value: object) -> str:
    """Formats a value that `parse_json` could give."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return format_double(value)
    return json.dumps(value, ensure_ascii=False)


def format_double(number: float) -> str:
    """ECMAScript's Number::toString: Python's `repr` has the same shortest digits, but sets them out differently."""
    if number == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + exponent
    if len(text) <= point <= 21:
        text += "0" * (point - len(text))
    elif 0 < point <= 21:
        text = f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{text}"
    else:
        text = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1:+}"
    return f"-{text}" if sign else text
