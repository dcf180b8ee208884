"""The parts of a parsed note as bytes, and back; what comes back is equal to what went in."""

from typing import TypeVar

from msgspec import DecodeError, Struct, msgpack

from vaultkit.markdown.linkage import Linkage
from vaultkit.markdown.note import Body, Front, Note

_T = TypeVar("_T")
_ENCODER = msgpack.Encoder()


class _Linkpaths(Struct, array_like=True, gc=False):
    """The beginning of a linkage; what follows is passed over."""

    linkpaths: tuple[str, ...]


_FRONT, _BODY, _LINKAGE = msgpack.Decoder(Front), msgpack.Decoder(Body), msgpack.Decoder(Linkage)
_LINKPATHS = msgpack.Decoder(_Linkpaths)


class PackedNote(Struct, frozen=True, array_like=True, gc=False):
    """The parts of a note as bytes, each for itself, and its linkage, which is told from them."""

    front: bytes
    body: bytes
    linkage: bytes


class NotPackable(Exception):
    """A note says something that bytes cannot hold: a number of more than 64 bits, half a character."""


class WrongBytes(Exception):
    """These bytes are no part of a note."""


def pack(note: Note) -> PackedNote:
    """Return the parts of a note as bytes; its text is not in them. Raises NotPackable."""
    encode = _ENCODER.encode
    try:
        return PackedNote(encode(note.front()), encode(note.body()), encode(note.linkage))
    except (OverflowError, UnicodeEncodeError, RecursionError) as fault:
        raise NotPackable from fault


def unpack_front(data: bytes) -> Front:
    """Return the front of a note; raises WrongBytes."""
    return _unpacked(_FRONT, data)


def unpack_body(data: bytes) -> Body:
    """Return the body of a note; raises WrongBytes."""
    return _unpacked(_BODY, data)


def unpack_linkage(data: bytes) -> Linkage:
    """Return the ends of the links of a note; raises WrongBytes."""
    return _unpacked(_LINKAGE, data)


def unpack_linkpaths(data: bytes) -> tuple[str, ...]:
    """Return what the links of a note say, from its packed linkage; raises WrongBytes."""
    return _unpacked(_LINKPATHS, data).linkpaths


def _unpacked(decoder: msgpack.Decoder[_T], data: bytes) -> _T:
    try:
        return decoder.decode(data)
    except (DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise WrongBytes from fault
