"""Deltas ("Deltas"; check 8): BSDIFF40, applied as bspatch does it."""

import bz2
import re
import struct

from .errors import FormatError, require

CHANGED = re.compile(rb"[^\0]")


def apply_delta(old: bytes, delta: bytes, size: int) -> bytes:
    """Returns the new file of `size` bytes; the caller compares its digest."""
    require(delta[:8] == b"BSDIFF40" and len(delta) >= 32, "delta: not a BSDIFF40 file")
    triples_size, diff_size, new_size = (read_integer(delta, at) for at in (8, 16, 24))
    require(triples_size >= 0 and diff_size >= 0, "delta: a section has a negative length")
    require(32 + triples_size + diff_size <= len(delta), "delta: a section is longer than the file")
    require(new_size == size, f"delta: expected {size} new bytes, found {new_size}")
    diff_at = 32 + triples_size
    extra_at = diff_at + diff_size
    max_triples = min(1024 + size // 8, 2**24)
    triples = unbzip2(delta[32:diff_at], 24 * max_triples)
    require(len(triples) % 24 == 0, "delta: the last triple is not whole")
    diff = unbzip2(delta[diff_at:extra_at], size)
    extra = unbzip2(delta[extra_at:], size)

    new = bytearray()
    old_at = diff_used = extra_used = 0
    for at in range(0, len(triples), 24):
        add, copy, seek = (read_integer(triples, at + part) for part in (0, 8, 16))
        require(add >= 0 and copy >= 0, "delta: a triple has a negative length")
        require(len(new) + add + copy <= size, "delta: the triples make more bytes than expected")
        require(diff_used + add <= len(diff) and extra_used + copy <= len(extra), "delta: a section ends too early")
        new += add_bytes(old, old_at, diff[diff_used : diff_used + add])
        new += extra[extra_used : extra_used + copy]
        diff_used, extra_used, old_at = diff_used + add, extra_used + copy, old_at + add + seek
    require(len(new) == size, f"delta: expected {size} new bytes, found {len(new)}")
    require((diff_used, extra_used) == (len(diff), len(extra)), "delta: bytes are left over")
    return bytes(new)


def add_bytes(old: bytes, at: int, diff: bytes) -> bytearray:
    """Adds diff bytes, nearly all of them 0, to the old bytes from `at`, which may lie outside the old file."""
    before = min(max(-at, 0), len(diff))
    result = bytearray(before) + old[max(at, 0) : max(at + len(diff), 0)]
    result += bytes(len(diff) - len(result))
    for change in CHANGED.finditer(diff):
        place = change.start()
        result[place] = (result[place] + diff[place]) & 255
    return result


def read_integer(data: bytes, at: int) -> int:
    (value,) = struct.unpack_from("<Q", data, at)
    magnitude = value & 2**63 - 1
    return -magnitude if value >> 63 else magnitude


def unbzip2(stored: bytes, limit: int) -> bytes:
    stream = bz2.BZ2Decompressor()
    try:
        content = stream.decompress(stored, limit + 1)
    except OSError as error:
        raise FormatError(f"delta: not bzip2: {error}") from error
    require(len(content) <= limit, f"delta: a section has more than {limit} bytes")
    require(stream.eof and not stream.unused_data, "delta: a section is not one bzip2 stream")
    return content
