"""What queries ask of notes as bytes, and back; what comes back is equal to what went in."""

from typing import TypeVar

from msgspec import DecodeError, Raw, Struct, msgpack
from msgspec.structs import replace

from vaultkit.dql.raw_items import RawItems, list_items, raw_items
from vaultkit.dql.raw_pages import RawPage, raw_page
from vaultkit.markdown.note import Note
from vaultkit.markdown.packed import NotPackable, WrongBytes

_T = TypeVar("_T")

_ENCODER = msgpack.Encoder()
_PAGE, _ITEMS = msgpack.Decoder(RawPage), msgpack.Decoder(RawItems)


class PackedPage(Struct, frozen=True, array_like=True, gc=False):
    """A note as `RawPages` tells it: each part is for itself, as a query seldom asks for more than one."""

    page: bytes
    items: bytes


def pack_page(note: Note) -> PackedPage:
    """Read a note and return what was read as bytes. Raises NotPackable."""
    listed = list_items(note)
    page, items = raw_page(note, listed), raw_items(note, listed)
    encode = _ENCODER.encode
    try:
        return PackedPage(
            encode(replace(page, packed=Raw(encode(note.properties)))),
            encode(replace(items, packed=Raw(encode(items.others)))),
        )
    except (OverflowError, UnicodeEncodeError, RecursionError) as fault:
        raise NotPackable from fault


def unpack_page(data: bytes) -> RawPage:
    """Return a page; raises WrongBytes."""
    return _unpacked(_PAGE, data)


def unpack_items(data: bytes) -> RawItems:
    """Return list items; raises WrongBytes."""
    return _unpacked(_ITEMS, data)


def _unpacked(decoder: msgpack.Decoder[_T], data: bytes) -> _T:
    try:
        return decoder.decode(data)
    except (DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise WrongBytes from fault
