"""Schema files become schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from vaultkit.audit.words import PRIORITIES
from vaultkit.diagnostics import Finding
from vaultkit.schema.model import ContentKind, Schema, SchemaFault, SchemaSet, SectionSchema
from vaultkit.schema.source import Source, Step, Unreadable, read_source
from vaultkit.schema.validator import KEYWORDS, LISTED, NAMED, SINGLE, Validator, WrongSchema
from vaultkit.schema.words import HINTS, either, maybe, nearest
from vaultkit.text import Message, Span, fold, nfc, unaccented

#: What a schema file can say.
KEYS = (
    *("title", "description", "category", "folder", "tag", "frontmatter", "synonyms", "links", "tags"),
    *("unique", "before", "same_scope", "ordered", "sections"),
)
_SECTION_KEYS = ("heading", "required", "content", "min")
#: The words that mean one of the values of a property, by the name of the list.
VOCABULARIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "priority": {str(p): tuple(w for words in by.values() for w in words) for p, by in PRIORITIES.items()}
}
#: What `tags: known` asks for: that another note has the tag too.
_KNOWN = "known"
#: How deep a schema may nest in itself.
_MAX_DEPTH = 100


def read_schemas(
    preset: Iterable[tuple[str, str]],
    own: Iterable[tuple[str, str]],
    bytes_of: Mapping[str, bytes] | None = None,
    unread: Iterable[str] = (),
) -> SchemaSet:
    """Return the schemas that texts give, each with its path; one of the vault takes the place of the preset's.

    That is: a schema of the preset stands where the vault has none for all notes of its category. A file that cannot be
    understood is in `faults` and the others stand. `bytes_of` are own files that are no UTF-8, `unread` the paths of
    files beside them whose names end like no schema's.
    """
    texts = dict(own)
    brought = {path.rsplit("/", 1)[-1]: text for path, text in preset}
    schemas: list[Schema] = []
    faults: list[SchemaFault] = [SchemaFault(p, _not_utf8(data)) for p, data in (bytes_of or {}).items()]
    for path, text in texts.items():
        read = _Reader(path, text)
        schema = read.schema()
        faults += (SchemaFault(path, finding) for finding in read.faults)
        if schema is not None:
            same = _same_text(brought.get(path.rsplit("/", 1)[-1]), text)
            schemas.append(replace(schema, own=not same))
    faults.sort(key=lambda fault: fault.path)
    whole = (schema for schema in schemas if not schema.folders and not schema.tags)
    taken = {category for schema in whole for category in schema.categories}
    for name, text in brought.items():
        read = _Reader(name, text)
        schema = read.schema()
        faults += (SchemaFault(name, finding) for finding in read.faults)
        if schema is not None and not taken.intersection(schema.categories):
            schemas.append(replace(schema, own=False))
    return SchemaSet(tuple(schemas), tuple(faults), texts, tuple(unread))


def _not_utf8(data: bytes) -> Finding:
    """Return what is wrong in a file of these bytes; the place is its beginning, as there is no text to point into."""
    line = 1
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
    return Finding(
        Span(0, 0),
        Message(
            f"schéma illisible, ligne {line}\u00a0: ce n’est pas de l’UTF-8",
            f"the schema cannot be read, line {line}: this is no UTF-8",
        ),
        Message("l’enregistrer en UTF-8", "save it as UTF-8"),
    )


def _same_text(brought: str | None, text: str) -> bool:
    return brought is not None and brought.split() == text.split()


class _Reader(Struct, dict=True):
    """Reads one file; `faults` are what is wrong in it, then there is no schema."""

    path: str
    text: str
    faults: list[Finding] = field(default_factory=list)

    def schema(self) -> Schema | None:
        """Return what the file says, None where it cannot be understood."""
        try:
            self.source: Source = read_source(self.path, self.text)
        except Unreadable as fault:
            self.faults.append(fault.finding)
            return None
        data = self.source.data
        self.known(data, KEYS, ())
        made = Schema(
            self.path,
            tuple(filter(None, map(fold, self.texts("category")))),
            tuple(f"{nfc(one).strip('/')}/" for one in self.texts("folder") if one.strip("/")),
            tuple(one.strip().removeprefix("#").rstrip("/").lower() for one in self.texts("tag")),
            links=dict(self.links()),
            tag_list=self.tag_list(),
            known_tags=data.get("tags") == _KNOWN,
            unique=self.texts("unique"),
            before=tuple(self.pairs()),
            same_scope=self.texts("same_scope"),
            sections=tuple(self.sections()),
            ordered=self.flag("ordered"),
        )
        frontmatter = self.frontmatter()
        made = replace(made, frontmatter=frontmatter, synonyms=self.synonyms(frontmatter))
        if not self.faults:
            made = replace(made, validator=self.compiled(frontmatter))
        if not self.faults and not (made.categories or made.folders or made.tags):
            self.fault((), _NO_NOTES, Message("ajouter category: …", "add category: …"))
        return None if self.faults else made

    # ----------------------------------------------------------------------------- complaining

    def fault(
        self, path: tuple[Step, ...], message: Message, hint: Message | None = None, key: bool = False
    ) -> None:
        """Note what is wrong at a place; what a file is wrong in beyond count is not told."""
        if len(self.faults) < HINTS:
            self.faults.append(Finding(self.source.place(path, key), message, hint))

    def known(self, data: Mapping[str, Any], keys: Iterable[str], path: tuple[Step, ...]) -> None:
        """Complain about keys that mean nothing here."""
        known = tuple(keys)
        for key in data:
            if key not in known and len(self.faults) < HINTS:
                words = Message(f"clé inconnue «\u00a0{key}\u00a0»", f"unknown key '{key}'")
                listed = ", ".join(known)
                hint = maybe(nearest(key, known)) or Message(
                    f"clés possibles\u00a0: {listed}", f"possible keys: {listed}"
                )
                self.fault((*path, key), words, hint, key=not path)

    def wants(self, path: tuple[Step, ...], french: str, english: str) -> None:
        """Complain about a value of another form than the one that is wanted."""
        name = ".".join(str(step) for step in path if isinstance(step, str))
        self.fault(
            path, Message(f"«\u00a0{name}\u00a0»\u00a0: il faut {french}", f"'{name}': expected {english}")
        )

    # --------------------------------------------------------------------------------- reading

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts under a key, one or several."""
        value = self.source.data.get(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(one, str) and one.strip() for one in values):
            self.wants((key,), "un texte ou une liste de textes", "a text or a list of texts")
            return ()
        return tuple(values)

    def flag(self, key: str) -> bool:
        """Return whether a key is set."""
        value = self.source.data.get(key, False)
        if not isinstance(value, bool):
            self.wants((key,), "true ou false", "true or false")
        return value is True

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return the map under a key."""
        value = self.source.data.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wants((key,), "un groupe de clés", "a group of keys")
            return {}
        return value

    def links(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield for each property that has to be a link the categories that it may lead to."""
        for name, said in self.mapping("links").items():
            if isinstance(said, dict):
                self.known(said, ("category",), ("links", name))
                said = said.get("category")
            values = said if isinstance(said, list) else [] if said in (None, True) else [said]
            if not all(isinstance(one, str) for one in values):
                self.wants(("links", name), "une catégorie, ou true", "a category, or true")
                continue
            yield name, tuple(map(fold, values))

    def tag_list(self) -> tuple[str, ...] | None:
        """Return the tags that notes may have, None for any."""
        if self.source.data.get("tags") in (None, _KNOWN):
            return None
        return tuple(one.strip().removeprefix("#").rstrip("/") for one in self.texts("tags"))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs of properties whose dates have an order."""
        said = self.source.data.get("before")
        if said is None:
            return
        pairs = [said] if isinstance(said, list) and all(isinstance(one, str) for one in said) else said
        for at, pair in enumerate(pairs if isinstance(pairs, list) else [None]):
            if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
                path = ("before", at) if isinstance(pairs, list) and pairs is said else ("before",)
                self.wants(path, "deux propriétés, comme [debut, fin]", "two properties, as [start, end]")
                continue
            yield pair[0], pair[1]

    def synonyms(self, frontmatter: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
        """Return for each property the folded words that mean one of its values."""
        found: dict[str, Mapping[str, str]] = {}
        for name, said in self.mapping("synonyms").items():
            words = VOCABULARIES.get(said) if isinstance(said, str) else said
            if not isinstance(words, dict) or not all(_are_texts(one) for one in words.values()):
                names = " ".join(VOCABULARIES)
                self.wants(
                    ("synonyms", name),
                    f"des listes de mots par valeur, ou {names}",
                    f"lists of words by value, or {names}",
                )
                continue
            found[name] = {
                fold(word): value for value, one in words.items() for word in (*_as_texts(one), value)
            }
        return found

    def sections(self) -> Iterator[SectionSchema]:
        """Yield the sections that the file speaks of."""
        said = self.source.data.get("sections")
        if said is None:
            return
        if not isinstance(said, list):
            self.wants(("sections",), "une liste de titres", "a list of headings")
            return
        for at, one in enumerate(said):
            path: tuple[Step, ...] = ("sections", at)
            if isinstance(one, str):
                one = {"heading": one}
            if not isinstance(one, dict):
                self.wants(path, "un titre, ou heading: …", "a heading, or heading: …")
                continue
            self.known(one, _SECTION_KEYS, path)
            if (section := self.section(one, path)) is not None:
                yield section

    def section(self, said: Mapping[str, Any], path: tuple[Step, ...]) -> SectionSchema | None:
        """Return what a section has to be; None where it has no heading."""
        headings = tuple(one.strip() for one in _as_texts(said.get("heading")) if one.strip())
        if not headings:
            self.wants((*path, "heading"), "un titre", "a heading")
            return None
        content = _as_texts(said.get("content"))
        kinds = tuple(kind for kind in ContentKind if str(kind) in content)
        if len(kinds) != len(set(content)) or ("content" in said and not kinds):
            known = ", ".join(ContentKind)
            self.wants((*path, "content"), f"parmi {known}", f"one of {known}")
        required, least = said.get("required", True), said.get("min", 0)
        if not isinstance(required, bool):
            self.wants((*path, "required"), "true ou false", "true or false")
        if not isinstance(least, int) or isinstance(least, bool) or least < 0:
            self.wants((*path, "min"), "un nombre entier", "a whole number")
            least = 0
        return SectionSchema(headings, required is True, kinds, least)

    # ----------------------------------------------------------------------------- JSON Schema

    def frontmatter(self) -> Mapping[str, Any]:
        """Return the JSON Schema, its keywords looked over."""
        schema = self.mapping("frontmatter")
        waiting: list[tuple[Any, tuple[Step, ...]]] = [(schema, ("frontmatter",))]
        while waiting:
            one, path = waiting.pop()
            if isinstance(one, dict) and len(path) <= _MAX_DEPTH:
                self.keywords(one, path)
                waiting += _inner(one, path)
        return schema

    def keywords(self, schema: Mapping[str, Any], path: tuple[Step, ...]) -> None:
        """Complain about keywords that look like a slip of the finger; others are someone's own words."""
        for key in schema:
            if key not in KEYWORDS and (near := nearest(key, KEYWORDS)) and _slipped(key, near):
                words = Message(f"mot-clé inconnu «\u00a0{key}\u00a0»", f"unknown keyword '{key}'")
                self.fault((*path, key), words, maybe(near))

    def compiled(self, schema: Mapping[str, Any]) -> Validator | None:
        """Return the schema compiled; None, and a fault, where it is none."""
        if not schema:
            return None
        try:
            return Validator(schema)
        except WrongSchema as wrong:
            path = ("frontmatter", *wrong.path)
            self.fault(self.place_of_reference() if wrong.keyword == "reference" else path, _wrong(wrong))
            return None

    def place_of_reference(self) -> tuple[Step, ...]:
        """Return the path of the first reference that leads out of the schema, or nowhere."""
        top = self.source.data["frontmatter"]
        waiting: list[tuple[Any, tuple[Step, ...]]] = [(top, ("frontmatter",))]
        while waiting:
            one, path = waiting.pop(0)
            if isinstance(one, dict):
                for key in ("$ref", "$dynamicRef"):
                    if isinstance(one.get(key), str) and not _leads(top, one[key]):
                        return (*path, key)
                waiting += _inner(one, path)
        return ("frontmatter",)


_NO_NOTES = Message(
    "ce schéma ne dit pas de quelles notes il parle", "this schema does not say which notes it speaks of"
)


def _wrong(wrong: WrongSchema) -> Message:
    """Return in our words why a JSON Schema is none."""
    name = next((str(step) for step in reversed(wrong.path) if isinstance(step, str)), "frontmatter")
    if wrong.keyword == "reference":
        return Message(
            "cette référence sort du schéma ou ne mène nulle part\u00a0: rien n’est cherché ailleurs",
            "this reference leads out of the schema or nowhere: nothing is fetched",
        )
    if wrong.path[-1:] == ("type",):
        from vaultkit.schema.words import TYPES

        known = either([Message(name, name) for name in TYPES])
        return Message(f"type inconnu\u00a0: il faut {known.fr}", f"unknown type: expected {known.en}")
    if wrong.path[-1:] == ("pattern",):
        return Message(
            "expression régulière qui ne peut pas être lue (ni assertion (?=…), ni référence \\1)",
            "a regular expression that cannot be read (no look-around (?=…), no reference \\1)",
        )
    return Message(
        f"«\u00a0{name}\u00a0» a une valeur que JSON Schema n’admet pas",
        f"'{name}' has a value that JSON Schema does not allow",
    )


def _inner(schema: Mapping[str, Any], path: tuple[Step, ...]) -> Iterator[tuple[Any, tuple[Step, ...]]]:
    """Yield the schemas right inside a schema, with their paths."""
    for key in SINGLE:
        if key in schema:
            yield schema[key], (*path, key)
    for key in NAMED:
        if isinstance(named := schema.get(key), dict):
            yield from ((one, (*path, key, name)) for name, one in named.items())
    for key in LISTED:
        if isinstance(several := schema.get(key), list):
            yield from ((one, (*path, key, at)) for at, one in enumerate(several))


def _leads(schema: Any, reference: str) -> bool:
    """Whether a reference leads to something inside its schema."""
    if not reference.startswith("#"):
        return False
    if not reference.startswith("#/"):
        return True
    for step in reference[2:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(schema, dict) and name in schema:
            schema = schema[name]
        else:
            return False
    return True


def _slipped(said: str, near: str) -> bool:
    """Whether a word differs from another by so little that nobody meant it as a word of its own."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, unaccented(said), unaccented(near)).ratio() >= 0.8


def _as_texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return tuple(one for one in values if isinstance(one, str))


def _are_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    )
