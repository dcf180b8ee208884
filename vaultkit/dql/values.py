"""The values of the Dataview Query Language: links, widgets, and objects whose fields are read one by one.

Dates stand in `dates`, durations in `durations`; what all values have in common in `order`, `render_text`, `encode`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.dql.dates import DateTime
from vaultkit.dql.durations import Duration
from vaultkit.dql.names import header_subpath

_Owner = TypeVar("_Owner")
_OwnerIn = TypeVar("_OwnerIn", contravariant=True)

#: What a field or an expression can hold. Lists may be lists or tuples, objects any mapping, functions any callable.
Value: TypeAlias = (
    "bool | int | float | str | DateTime | Duration | Link | ListPair | ExternalLink"
    " | Callable[..., Value] | Sequence[Value] | Mapping[str, Value] | None"
)


class LinkType(StrEnum):
    """What the subpath of a link names."""

    FILE = "file"
    HEADER = "header"
    BLOCK = "block"


class Link(Struct, frozen=True):
    """A link as Dataview's `Link`: `subpath` without `#` and `^`, None for a file link.

    Python's equality compares all of it; that of DQL does not ask for `display` and `embed`.
    """

    path: str
    display: str | None = None
    subpath: str | None = None
    embed: bool = False
    type: LinkType = LinkType.FILE

    @classmethod
    def file(cls, path: str) -> Link:
        """Return the link to a file, without a display text."""
        return cls(path)

    @classmethod
    def header(cls, path: str, header: str, display: str | None = None, embed: bool = False) -> Link:
        """Return the link to the heading with this text."""
        return cls(path, display, header_subpath(header), embed, LinkType.HEADER)

    @classmethod
    def block(cls, path: str, block_id: str, display: str | None = None, embed: bool = False) -> Link:
        """Return the link to a block."""
        return cls(path, display, block_id, embed, LinkType.BLOCK)

    @classmethod
    def infer(cls, linktext: str, display: str | None = None, embed: bool = False) -> Link:
        """Return the link that `linktext` names, as Dataview's `Link.infer`.

        A `#^` anywhere makes it a block link, so `A#B#^c` is the block `c` of a file `A#B`; of several
        headings only the first counts, so `A#B#C` is the header `B`.
        """
        if "#^" in linktext:
            path, block_id = linktext.split("#^")[:2]
            return cls.block(path, block_id, display, embed)
        if "#" in linktext:
            path, header = linktext.split("#")[:2]
            return cls.header(path, header, display, embed)
        return cls(linktext, display, embed=embed)

    def with_path(self, path: str) -> Link:
        """Return the same link to another file."""
        return self if path == self.path else replace(self, path=path)

    @property
    def title(self) -> str:
        """The name of the file, without a `.md` in lower case."""
        return self.path.rpartition("/")[2].removesuffix(".md")


class ListPair(Struct, frozen=True):
    """What a row of a LIST with an expression shows: a widget."""

    key: Value
    value: Value


class ExternalLink(Struct, frozen=True):
    """What `elink` makes: a widget."""

    url: str
    display: str | None = None


class Reader(Struct, Generic[_OwnerIn], frozen=True):
    """A named field of an object: how it is read from its owner. An optional one is absent where it is None."""

    name: str
    read: Callable[[_OwnerIn], Value]
    optional: bool = False


class Fields(Mapping[str, Value], Generic[_Owner]):
    """An object of DQL whose fields are worked out only when they are asked for; nothing is copied."""

    __slots__ = ("_owner", "_readers")

    def __init__(self, owner: _Owner, readers: Mapping[str, Reader[_Owner]]) -> None:
        self._owner = owner
        self._readers = readers

    @property
    def owner(self) -> _Owner:
        """What the fields are read from."""
        return self._owner

    def __getitem__(self, name: str) -> Value:
        """Return the field, read now."""
        reader = self._readers[name]
        value = reader.read(self._owner)
        if value is None and reader.optional:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return the field, read now; the default if it is not there."""
        reader = self._readers.get(name)
        if reader is None:
            return default
        value = reader.read(self._owner)
        return default if value is None and reader.optional else value

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the fields that are there, in Dataview's order."""
        for name, reader in self._readers.items():
            if not reader.optional or reader.read(self._owner) is not None:
                yield name

    def __len__(self) -> int:
        """Return how many fields are there."""
        return sum(1 for _ in self)


def readers(*fields: Reader[_Owner]) -> Mapping[str, Reader[_Owner]]:
    """Return the fields by name, in the order given."""
    return {field.name: field for field in fields}
