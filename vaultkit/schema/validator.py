"""JSON Schema 2020-12 behind one door: nothing else imports `jsonschema_rs`, which loads slowly.

Nothing is fetched: a `$ref` leads inside its own schema or nowhere. Patterns run in time linear in the
value, whatever they say (an engine without look-around and back references).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, msgpack

from vaultkit.text import pattern

if TYPE_CHECKING:
    from vaultkit.schema.source import Step

_SURROGATE = pattern("[\ud800-\udfff]")


class WrongSchema(Exception):
    """No JSON Schema 2020-12; `path` leads to what is wrong in it, `keyword` is the one of its own schema."""

    def __init__(self, path: tuple[Step, ...], keyword: str, said: str) -> None:
        super().__init__(said)
        self.path, self.keyword, self.said = path, keyword, said


class Broken(Struct, frozen=True):
    """One keyword that a value breaks, at `path` in it.

    `rule` are the steps to the keyword in the schema; `value` what the keyword speaks of (the types, the
    options, the limit, the names); `either` the faults of each alternative of `anyOf` and `oneOf`.
    """

    keyword: str
    path: tuple[Step, ...]
    rule: tuple[Step, ...]
    value: Any = None
    either: tuple[tuple[Broken, ...], ...] = ()


class Sound(Protocol):
    """What has been found to break nothing, by digests of value and schema."""

    def __contains__(self, digest: bytes, /) -> bool:
        """Whether that was found to be sound."""

    def add(self, digest: bytes, /) -> None:
        """Remember that it was."""


class Validator:
    """A compiled schema."""

    __slots__ = ("_compiled", "_schema", "_sound")

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Compile a schema; raises WrongSchema."""
        self._schema = schema
        self._sound: Sound | None = None
        self._compiled: Any = _compiled(schema)

    @classmethod
    def of_right(cls, schema: Mapping[str, Any], sound: Sound) -> Validator:
        """Return the validator of a schema that is known to be one; it is compiled for what is not `sound` yet."""
        made = cls.__new__(cls)
        made._schema, made._sound, made._compiled = schema, sound, None
        return made

    def errors(self, value: Mapping[str, Any]) -> Iterator[Broken]:
        """Yield what a value breaks, in the order of the schema."""
        digest = self._digest(value) if self._sound is not None else None
        if digest is not None and self._sound is not None and digest in self._sound:
            return
        if self._compiled is None:
            self._compiled = _compiled(self._schema)
        try:
            if not self._compiled.is_valid(value):
                yield from map(_broken, self._compiled.iter_errors(value))
            elif digest is not None and self._sound is not None:
                self._sound.add(digest)
        except UnicodeEncodeError:
            yield from self.errors(_whole(value))

    def _digest(self, value: Mapping[str, Any]) -> bytes | None:
        """Return what tells a value of this schema from any other, None for one that cannot be written down."""
        from hashlib import sha256

        try:
            return sha256(msgpack.encode((self._schema, value))).digest()
        except (TypeError, ValueError, OverflowError):
            return None


def _compiled(schema: Mapping[str, Any]) -> Any:
    import jsonschema_rs as rs

    try:
        return rs.Draft202012Validator(
            dict(schema), validate_formats=True, retriever=_refuse, pattern_options=rs.RegexOptions()
        )
    except rs.ValidationError as error:
        said = "reference" if error.kind.name == "$ref" else error.kind.name
        raise WrongSchema(tuple(error.instance_path), said, str(error.message)) from None
    except (ValueError, RecursionError) as error:
        raise WrongSchema((), "other", str(error)) from None


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")


def _whole(value: Any) -> Any:
    """Return a value with halves of characters replaced, which no JSON can hold."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value


def _broken(error: Any, depth: int = 0) -> Broken:
    kind = error.kind
    said = kind.as_dict() if kind.name not in ("anyOf", "oneOf", "propertyNames") else {}
    either: tuple[tuple[Broken, ...], ...] = ()
    if kind.name in ("anyOf", "oneOf") and depth < 3:
        either = tuple(tuple(_broken(one, depth + 1) for one in way) for way in kind.context)
    rule = tuple(error.schema_path)
    if kind.name == "propertyNames":
        said = {"name": kind.error.instance}
    return Broken(
        "dependentRequired" if kind.name == "required" and "dependentRequired" in rule[-2:] else kind.name,
        tuple(error.instance_path),
        rule,
        next(iter(said.values()), None),
        either,
    )


#: The keywords of JSON Schema 2020-12, to tell a slip of the finger from a word of someone's own.
KEYWORDS = (
    *("$anchor", "$comment", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema"),
    *("$vocabulary", "additionalProperties", "allOf", "anyOf", "const", "contains", "contentEncoding"),
    *("contentMediaType", "contentSchema", "default", "definitions", "dependencies"),
    *("dependentRequired", "dependentSchemas", "deprecated", "description", "else", "enum", "examples"),
    *("exclusiveMaximum", "exclusiveMinimum", "format", "if", "items", "maxContains", "maxItems"),
    *("maxLength", "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties"),
    *("minimum", "multipleOf", "not", "oneOf", "pattern", "patternProperties", "prefixItems"),
    *("properties", "propertyNames", "readOnly", "required", "then", "title", "type"),
    *("unevaluatedItems", "unevaluatedProperties", "uniqueItems", "writeOnly"),
)
#: The keywords whose values hold schemas by names of the author's own, a single one, or a list of them.
NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
SINGLE = (
    *("additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"),
    *("propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
)
LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
