"""The parts of a parsed note as bytes, and back; what comes back is equal to what went in."""

from __future__ import annotations

from msgspec import DecodeError, msgpack

from vaultkit.markdown.note import Body, Front, Note

_ENCODER = msgpack.Encoder()
_FRONT, _BODY = msgpack.Decoder(Front), msgpack.Decoder(Body)


class NotPackable(Exception):
    """A note says something that bytes cannot hold: a number of more than 64 bits, half a character."""


class WrongBytes(Exception):
    """These bytes are no part of a note."""


def pack(note: Note) -> tuple[bytes, bytes]:
    """Return the front and the body of a note as bytes; its text is not in them. Raises NotPackable."""
    try:
        return _ENCODER.encode(note.front()), _ENCODER.encode(note.body())
    except (OverflowError, UnicodeEncodeError, RecursionError) as fault:
        raise NotPackable from fault


def unpack_front(data: bytes) -> Front:
    """Return the front of a note; raises WrongBytes."""
    try:
        return _FRONT.decode(data)
    except (DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise WrongBytes from fault


def unpack_body(data: bytes) -> Body:
    """Return the body of a note; raises WrongBytes."""
    try:
        return _BODY.decode(data)
    except (DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise WrongBytes from fault
