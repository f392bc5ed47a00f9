"""Bytes from disk and out of compression: sizes are compared before memory is taken, digests before anything is decoded."""

import hashlib
import zlib
from pathlib import Path

from .errors import FormatError, require

MIB = 1 << 20
GZIP, ZLIB = 31, 15


def stored_limit(size: int) -> float:
    """How many stored bytes `size` canonical bytes may take ("Limits")."""
    return 1.01 * size + 4 * MIB


def read_part(file: Path, offset: int, size: int) -> bytes:
    with file.open("rb") as source:
        source.seek(offset)
        content = source.read(size)
    require(len(content) == size, f"{file.name}: expected {size} bytes from {offset}, found {len(content)}")
    return content


def read_all(file: Path, size: int) -> bytes:
    found = file.stat().st_size
    require(found == size, f"{file.name}: expected {size} stored bytes, found {found}")
    return read_part(file, 0, size)


def read_up_to(file: Path, limit: float) -> bytes:
    found = file.stat().st_size
    require(found <= limit, f"{file.name}: expected at most {int(limit)} bytes, found {found}")
    return read_part(file, 0, found)


def require_digest(content: bytes, digest: str, what: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    require(found == digest, f"{what}: expected SHA-256 {digest}, found {found}")


def gunzip(stored: bytes, limit: int, what: str) -> bytes:
    """Decompresses a gzip file of one or several members to at most `limit` bytes."""
    content, rest = bytearray(), stored
    while True:
        member = zlib.decompressobj(GZIP)
        content += inflate(member, rest, limit - len(content), what)
        rest = member.unused_data
        if not rest:
            return bytes(content)


def gunzip_exactly(stored: bytes, size: int, what: str) -> bytes:
    content = gunzip(stored, size, what)
    require(len(content) == size, f"{what}: expected {size} bytes, found {len(content)}")
    return content


def unzlib_exactly(stored: bytes, dictionary: bytes | None, size: int, what: str) -> bytes:
    """Decompresses one zlib stream that fills the file, with a preset dictionary or without one."""
    stream = zlib.decompressobj(ZLIB) if dictionary is None else zlib.decompressobj(ZLIB, zdict=dictionary)
    content = inflate(stream, stored, size, what)
    require(not stream.unused_data, f"{what}: bytes after the end of the zlib stream")
    require(len(content) == size, f"{what}: expected {size} bytes, found {len(content)}")
    return content


def inflate(stream: "zlib._Decompress", stored: bytes, limit: int, what: str) -> bytes:
    try:
        content = stream.decompress(stored, limit + 1)
    except zlib.error as error:
        raise FormatError(f"{what}: cannot be decompressed: {error}") from error
    require(len(content) <= limit, f"{what}: more bytes than expected")
    require(stream.eof, f"{what}: the compressed stream has no end")
    return content
