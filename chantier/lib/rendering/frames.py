"""What two processes say to each other through a pipe: a length, then that many bytes."""

import os
import struct
from collections.abc import Iterable

_LENGTH = struct.Struct(">Q")


def packed(parts: Iterable[bytes]) -> bytes:
    return b"".join(_LENGTH.pack(len(part)) + part for part in parts)


def unpacked(buffer: bytearray, number: int) -> list[bytes] | None:
    """The first `number` parts, once all of them have come."""
    parts, start = [], 0
    for _ in range(number):
        if len(buffer) < start + _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(buffer, start)
        start += _LENGTH.size
        if len(buffer) < start + length:
            return None
        parts.append(bytes(memoryview(buffer)[start : start + length]))
        start += length
    return parts


def read_part(descriptor: int) -> bytes:
    """Wait for one part; raises EOFError when the other side is gone."""
    (length,) = _LENGTH.unpack(_read(descriptor, _LENGTH.size))
    return _read(descriptor, length)


def _read(descriptor: int, length: int) -> bytes:
    pieces = []
    while length:
        piece = os.read(descriptor, min(length, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
