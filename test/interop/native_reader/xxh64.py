"""XXH64 with seed 0, after the algorithm's own specification (doc/xxhash_spec.md of xxHash)."""

import struct
from functools import lru_cache

MASK = 2**64 - 1
PRIME1, PRIME2, PRIME3, PRIME4, PRIME5 = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)


@lru_cache(maxsize=1 << 16)
def xxh64(data: bytes) -> int:
    size, at = len(data), 0
    if size >= 32:
        lanes = [(PRIME1 + PRIME2) & MASK, PRIME2, 0, -PRIME1 & MASK]
        while at + 32 <= size:
            lanes = [mix(lane, word) for lane, word in zip(lanes, struct.unpack_from("<4Q", data, at))]
            at += 32
        value = sum(map(rotate, lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            value = ((value ^ mix(0, lane)) * PRIME1 + PRIME4) & MASK
    else:
        value = PRIME5
    value = (value + size) & MASK
    while at + 8 <= size:
        value = (rotate(value ^ mix(0, int.from_bytes(data[at : at + 8], "little")), 27) * PRIME1 + PRIME4) & MASK
        at += 8
    if at + 4 <= size:
        word = int.from_bytes(data[at : at + 4], "little")
        value = (rotate(value ^ (word * PRIME1 & MASK), 23) * PRIME2 + PRIME3) & MASK
        at += 4
    for byte in data[at:]:
        value = rotate(value ^ (byte * PRIME5 & MASK), 11) * PRIME1 & MASK
    value = (value ^ value >> 33) * PRIME2 & MASK
    value = (value ^ value >> 29) * PRIME3 & MASK
    return value ^ value >> 32


def mix(lane: int, word: int) -> int:
    return rotate((lane + word * PRIME2) & MASK, 31) * PRIME1 & MASK


def rotate(value: int, bits: int) -> int:
    return (value << bits | value >> 64 - bits) & MASK
