"""The schemas of a vault as a hook keeps them, so that it need not read any: as values, with what they find sound."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256

from msgspec import DecodeError, msgpack
from msgspec.structs import replace

from vaultkit.schema.model import SchemaSet
from vaultkit.schema.validator import Validator
from vaultkit.shell import resources
from vaultkit.shell.cache.store import Store
from vaultkit.shell.later import later

_NAME = "sound"
#: How many digests are kept at most, and how many bytes each takes.
_MOST, _DIGEST = 4096, 32


class Sound:
    """The properties that break no schema, by digests alone, in the cache of a vault."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._fresh: set[bytes] = set()

    @cached_property
    def _known(self) -> frozenset[bytes]:
        data = self._store.state(_NAME) or b""
        return frozenset(data[at : at + _DIGEST] for at in range(0, len(data), _DIGEST))

    def __contains__(self, digest: bytes) -> bool:
        """Whether that was found to be sound."""
        return digest in self._known

    def add(self, digest: bytes) -> None:
        """Remember it, once there is time."""
        if not self._fresh:
            later(self._keep)
        self._fresh.add(digest)

    def _keep(self) -> None:
        kept = b"".join([*self._fresh, *self._known][:_MOST])
        self._store.keep((), lambda _: {_NAME: kept})


def brought() -> bytes:
    """Return a digest of the schemas that come with vaultkit."""
    return sha256(msgpack.encode(list(resources.preset_schemas()))).digest()


def packed(schemas: SchemaSet) -> bytes:
    """Return schemas as bytes, none where a value in one cannot be written down."""
    bare = replace(schemas, schemas=tuple(replace(one, validator=None) for one in schemas.schemas))
    try:
        return brought() + msgpack.encode(bare)
    except (TypeError, ValueError, OverflowError):
        return b""


def unpacked(data: bytes, store: Store) -> SchemaSet | None:
    """Return the schemas that were packed, None where others come with vaultkit by now."""
    if not data or data[:_DIGEST] != brought():
        return None
    try:
        bare = msgpack.decode(data[_DIGEST:], type=SchemaSet)
    except DecodeError:
        return None
    sound = Sound(store)
    return replace(
        bare,
        schemas=tuple(
            replace(one, validator=Validator.of_right(one.frontmatter, sound)) if one.frontmatter else one
            for one in bare.schemas
        ),
    )
