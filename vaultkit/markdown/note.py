"""One parsed note: all that its text says, with the place of each thing.

Names are those of Obsidian's public types (`CachedMetadata`); spans are in characters of `Note.text`.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from msgspec import Struct

from vaultkit.diagnostics import Finding
from vaultkit.markdown.linkage import Linkage
from vaultkit.markdown.marks import marks_of
from vaultkit.markdown.outline import Outline
from vaultkit.text import LineIndex, Span, note_name, pattern

#: What a property can hold: YAML 1.2 core; dates and times stay text, as in Obsidian.
if TYPE_CHECKING:
    PropertyValue: TypeAlias = (
        "bool | int | float | str | list[PropertyValue] | dict[str, PropertyValue] | None"
    )
else:
    PropertyValue = Any  # a recursive type that packing must not resolve


class SectionType(StrEnum):
    """The root-level blocks of a note, as Obsidian's `sections` names them."""

    YAML = "yaml"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    BLOCKQUOTE = "blockquote"
    CALLOUT = "callout"
    CODE = "code"
    COMMENT = "comment"
    MATH = "math"
    HTML = "html"
    THEMATIC_BREAK = "thematicBreak"
    FOOTNOTE_DEFINITION = "footnoteDefinition"
    ELEMENT = "element"


class Section(Struct, frozen=True, array_like=True, gc=False):
    """A root-level block; `id` is the block id that names it, lower case, without `^`."""

    type: SectionType
    span: Span
    id: str | None = None


class Heading(Struct, frozen=True, array_like=True, gc=False):
    """A heading, `level` 1 to 6; `text` is the raw source without the number signs."""

    level: int
    text: str
    span: Span


class ListItem(Struct, frozen=True, array_like=True, gc=False):
    """One list item, without the items nested in it.

    `span` runs from the bullet to the end of its own text (as in Obsidian's cache), `content` is what
    stands after the bullet and the task box. `task` is the character in the box, None if there is no
    box. `parent` is the index of the parent in `Note.list_items`, None for a root item; `list_line` is
    the line (from 0) of the first item of the root list it belongs to. `quotes` counts the `>` before
    it; `callout` is the index in `Note.callouts` of the innermost callout around it. `id` as in Section.
    `indent` counts the blanks between the container's edge and the bullet: Obsidian's cache counts them in.
    """

    span: Span
    content: Span
    marker: str
    task: str | None
    parent: int | None
    list_line: int
    quotes: int = 0
    callout: int | None = None
    id: str | None = None
    indent: int = 0


#: The names under which each of Obsidian's types of callouts is known.
_CALLOUT_NAMES = (
    "note", "abstract summary tldr", "info", "todo", "tip hint important", "success check done",
    "question help faq", "warning caution attention", "failure fail missing", "danger error", "bug",
    "example", "quote cite",
)  # fmt: skip
_CALLOUT_STYLES = {name: names.split()[0] for names in _CALLOUT_NAMES for name in names.split()}


class Callout(Struct, frozen=True, array_like=True, gc=False):
    """A callout: `> [!type|metadata]fold title`.

    `type` is lower case, `fold` is `+`, `-` or empty, `title` may be empty. `span` covers the whole
    quote, its `>` included; `body` what follows the first line. `parent` is the index of the callout
    around it, None if there is none.
    """

    type: str
    metadata: str
    fold: str
    title: str
    span: Span
    body: Span
    parent: int | None = None

    @property
    def shown_title(self) -> str:
        """The title, or where none is written the type with a capital."""
        return self.title or self.type[:1].upper() + self.type[1:]

    @property
    def style(self) -> str:
        """Which of Obsidian's thirteen types it looks like: an alias as its type, an unknown type as a note."""
        return _CALLOUT_STYLES.get(self.type, "note")


_SIZE = pattern(r"(?:^|\|)\s*([0-9]{1,6})(?:x([0-9]{1,6}))?\s*$")


class Reference(Struct, frozen=True, array_like=True, gc=False):
    """A link or embed as it stands in the body.

    `linkpath` and `subpath` (with its `#`, else empty) are decoded for lookup; `display` is None where
    the text gives none; `original` is the source text. `wiki` tells `[[x]]` from `[x](x)`.
    """

    linkpath: str
    subpath: str
    display: str | None
    original: str
    span: Span
    embed: bool = False
    wiki: bool = True

    @property
    def size(self) -> tuple[int, int | None] | None:
        """The width and height that an embed's display text asks for: `100x50`, `100`, `words|100`."""
        found = _SIZE.search(self.display) if self.embed and self.display else None
        return (int(found[1]), int(found[2]) if found[2] else None) if found else None

    @property
    def link(self) -> str:
        """The whole target, as Obsidian's `link`: path and subpath, and the blanks written between them."""
        before = self.original.partition("#")[0] if self.wiki and self.subpath and self.linkpath else ""
        return self.linkpath + before[len(before.rstrip()) :] + self.subpath

    @property
    def display_text(self) -> str:
        """What the link shows, as Obsidian's `displayText`: never absent, `A > B` for `[[A#B]]`."""
        if self.display is not None:
            return self.display
        return self.link.replace("#", " > ").removeprefix(" > ").strip() if self.wiki else ""


class ReferenceLink(Struct, frozen=True, array_like=True, gc=False):
    """A link reference definition, `[id]: target "title"`, that leads into the vault.

    `id` as written, `link` the decoded target, path and subpath; `span` covers the whole definition
    (observed in the app, 1.13.4). The places that use it are in no list, and make no edge of the graph.
    """

    id: str
    link: str
    span: Span


class PropertyLink(Struct, frozen=True, array_like=True, gc=False):
    """A link that is a whole property value; `key` is dotted for list entries (`backlinks.0`)."""

    key: str
    reference: Reference


class Tag(Struct, frozen=True, array_like=True, gc=False):
    """A tag in the body, `#` included."""

    tag: str
    span: Span


class Footnote(Struct, frozen=True, array_like=True, gc=False):
    """A footnote's definition, or a place in the text that refers to one; `id` as written."""

    id: str
    span: Span


class Block(Struct, frozen=True, array_like=True, gc=False):
    """A block that carries an id (lower case, without `^`); `span` covers the block."""

    id: str
    span: Span


class FieldForm(StrEnum):
    """How an inline field is written."""

    LINE = "line"  # Key:: value
    BRACKET = "bracket"  # [key:: value]
    PAREN = "paren"  # (key:: value)


class InlineField(Struct, frozen=True, array_like=True, gc=False):
    """A Dataview inline field; `key` and `value` are trimmed source text, `span` is all of it."""

    key: str
    value: str
    form: FieldForm
    span: Span
    value_span: Span


class Property(Struct, frozen=True, array_like=True, gc=False):
    """One top-level property with its places; `entries` are the spans of a list's entries."""

    key: str
    value: PropertyValue
    key_span: Span
    value_span: Span
    entries: tuple[Span, ...] = ()


class Frontmatter(Struct, frozen=True, array_like=True, gc=False):
    """The YAML block: `span` is its two delimiter lines and all between, `body` what stands between them.

    `span` ends where the next line begins; it does not hold a BOM.

    As in Obsidian one error makes the whole block unreadable: then `properties` is empty and `error`
    says where and why. `remarks` are lesser faults, such as an impossible date.
    """

    span: Span
    body: Span
    properties: Mapping[str, Property]
    error: Finding | None = None
    remarks: tuple[Finding, ...] = ()


class Packed(Protocol):
    """Where a note's text and the parts of it are kept until someone asks for them.

    Each raises what reading raises: a note that has changed meanwhile is not given for the one that was known.
    """

    def text(self, note: "Note") -> str:
        """Return the text."""

    def front(self, note: "Note") -> "Front":
        """Return the parts that most questions are about."""

    def body(self, note: "Note") -> "Body":
        """Return the other parts."""

    def linkage(self, note: "Note") -> Linkage:
        """Return the ends of its links."""


class Front(Struct, frozen=True, array_like=True, gc=False):
    """The parts of a note that most questions are about; fields as in `Note`."""

    frontmatter: Frontmatter | None = None
    headings: tuple[Heading, ...] = ()
    links: tuple[Reference, ...] = ()
    embeds: tuple[Reference, ...] = ()
    property_links: tuple[PropertyLink, ...] = ()
    tags: tuple[Tag, ...] = ()
    fields: tuple[InlineField, ...] = ()


class Body(Struct, frozen=True, array_like=True, gc=False):
    """The parts of a note that few questions are about; fields as in `Note`."""

    sections: tuple[Section, ...] = ()
    list_items: tuple[ListItem, ...] = ()
    callouts: tuple[Callout, ...] = ()
    blocks: tuple[Block, ...] = ()
    code: tuple[Span, ...] = ()
    math: tuple[Span, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    footnote_references: tuple[Footnote, ...] = ()
    reference_links: tuple[ReferenceLink, ...] = ()
    comments: tuple[Span, ...] = ()


class Note:
    """All that one note's text says; nothing about other notes. It is never changed.

    `path` is relative to the vault with `/`; `text` is exactly what was read, a BOM included; `digest`
    is the SHA-256 (hex) of the bytes on disk. `readonly` is set where the bytes are no UTF-8: the text
    then holds replacement characters and must never be written back. `code`, `math` and `comments` are
    stretches, blocks and inline alike. Links, tags and fields in code and math mean nothing. `comments`
    are HTML comments and Obsidian's `%%` comments: what is linked or tagged in `%%` counts, as in the
    app, in `<!-- -->` it does not. Everything is in text order.

    A note need not have its text and parts at hand: what is asked for is then taken from where it is kept.
    """

    __slots__ = (
        "_body", "_front", "_packed", "path", "text", "digest", "readonly",
        *Front.__struct_fields__, *Body.__struct_fields__,
        "properties", "category", "marks", "size", "lines", "linkage", "outline", "body_start",
        "blocks_by_id", "footnotes_by_id",
    )  # fmt: skip

    path: str
    text: str
    digest: str
    readonly: bool
    frontmatter: Frontmatter | None
    sections: tuple[Section, ...]
    headings: tuple[Heading, ...]
    list_items: tuple[ListItem, ...]
    callouts: tuple[Callout, ...]
    links: tuple[Reference, ...]
    embeds: tuple[Reference, ...]
    property_links: tuple[PropertyLink, ...]
    tags: tuple[Tag, ...]
    blocks: tuple[Block, ...]
    fields: tuple[InlineField, ...]
    code: tuple[Span, ...]
    math: tuple[Span, ...]
    footnotes: tuple[Footnote, ...]
    footnote_references: tuple[Footnote, ...]
    reference_links: tuple[ReferenceLink, ...]
    comments: tuple[Span, ...]

    # Made when first asked for.

    #: The frontmatter as plain values; empty where there is none or it cannot be read.
    properties: Mapping[str, PropertyValue]
    #: What the property `category` says, empty if that is no text.
    category: str
    #: Which signs of what tools write stand in the text, as `marks_of` gives them.
    marks: int
    #: How many bytes the text takes in UTF-8.
    size: int
    #: The text by lines.
    lines: LineIndex
    #: The ends of its links.
    linkage: Linkage
    #: The headings by what they say.
    outline: Outline
    #: Where the text after the frontmatter begins.
    body_start: int
    #: The blocks by their ids; of several with one id the first.
    blocks_by_id: Mapping[str, Block]
    #: The definitions of footnotes by their ids in lower case; of several the first.
    footnotes_by_id: Mapping[str, Footnote]

    def __init__(self, path: str, text: str, digest: str, readonly: bool, front: Front, body: Body) -> None:
        """Make a note of all its parts."""
        self.path, self.text, self.digest, self.readonly = path, text, digest, readonly
        self._packed: Packed | None = None
        self._front: Front | None = front
        self._body: Body | None = body

    @classmethod
    def kept(
        cls, path: str, digest: str, readonly: bool, facts: tuple[str, int, int], packed: Packed
    ) -> "Note":
        """Return a note whose text and parts are kept elsewhere; `facts` are its category, marks and size."""
        note = cls.__new__(cls)
        note.path, note.digest, note.readonly, note._packed = path, digest, readonly, packed
        note._front = note._body = None
        note.category, note.marks, note.size = facts
        return note

    def __getattr__(self, name: str) -> Any:
        """Take what is not at hand from where it is kept, or make it."""
        part: Front | Body
        if name in _MADE:
            value = _MADE[name](self)
            setattr(self, name, value)
            return value
        if name in _OF_FRONT:
            part = self.front()
        elif name in _OF_BODY:
            part = self.body()
        elif name == "text" and self._packed is not None:
            self.text = self._packed.text(self)
            return self.text
        else:
            raise AttributeError(name)
        for each in part.__struct_fields__:
            setattr(self, each, getattr(part, each))
        return getattr(part, name)

    def __eq__(self, other: object) -> bool:
        """Whether the other is the same note with the same text."""
        if not isinstance(other, Note) or (self.path, self.readonly) != (other.path, other.readonly):
            return False
        return self.digest == other.digest if self.digest and other.digest else self.text == other.text

    def __hash__(self) -> int:
        """Return a hash of the path."""
        return hash(self.path)

    def __repr__(self) -> str:
        """Return what tells it from others, without a word of its text."""
        return f"Note({self.path!r}, digest={self.digest!r})"

    def front(self) -> Front:
        """Return the parts that most questions are about."""
        if self._front is None:
            assert self._packed is not None
            self._front = self._packed.front(self)
        return self._front

    def body(self) -> Body:
        """Return the other parts."""
        if self._body is None:
            assert self._packed is not None
            self._body = self._packed.body(self)
        return self._body

    def at(self, path: str) -> "Note":
        """Return the note as it would be at another path."""
        return Note(path, self.text, self.digest, self.readonly, self.front(), self.body())

    def for_once(self) -> "Note":
        """Return the note for a passing look: what is unpacked for that does not stay in memory."""
        if self._packed is None or self._holds_text:
            return self
        facts = (self.category, self.marks, self.size)
        return Note.kept(self.path, self.digest, self.readonly, facts, self._packed)

    @property
    def kept_by(self) -> Packed | None:
        """Where its text and parts are kept; None where it has them all itself."""
        return self._packed

    @property
    def _holds_text(self) -> bool:
        try:
            object.__getattribute__(self, "text")
        except AttributeError:
            return False
        return True

    @property
    def name(self) -> str:
        """The base name without `.md`: what `[[name]]` says."""
        return note_name(self.path)


def linkage_of(note: Note) -> Linkage:
    """Return the ends of the links of a note."""
    front, body = note.front(), note.body()
    links = (*front.links, *front.embeds) if front.embeds else front.links
    said = [entry.reference.linkpath for entry in front.property_links]
    said += [link.linkpath for link in links]
    return Linkage(
        tuple(dict.fromkeys(said)),
        tuple(dict.fromkeys([(link.linkpath, link.subpath) for link in links if link.subpath])),
        tuple(dict.fromkeys([heading.text for heading in front.headings])),
        tuple(dict.fromkeys([block.id for block in body.blocks])),
    )


def _properties(note: Note) -> Mapping[str, PropertyValue]:
    return (
        {key: entry.value for key, entry in note.frontmatter.properties.items()} if note.frontmatter else {}
    )


def _category(note: Note) -> str:
    block = note.front().frontmatter
    entry = block.properties.get("category") if block else None
    return entry.value if entry and isinstance(entry.value, str) else ""


_OF_FRONT, _OF_BODY = frozenset(Front.__struct_fields__), frozenset(Body.__struct_fields__)
#: How what is made of the text and the parts is made.
_MADE: Mapping[str, Callable[[Note], object]] = {
    "properties": _properties,
    "category": _category,
    "marks": lambda note: marks_of(note.text),
    "size": lambda note: (
        len(note.text) if note.text.isascii() else len(note.text.encode(errors="surrogatepass"))
    ),
    "lines": lambda note: LineIndex(note.text),
    "linkage": lambda note: note.kept_by.linkage(note) if note.kept_by else linkage_of(note),
    "outline": lambda note: Outline((heading.level, heading.text) for heading in note.headings),
    "body_start": lambda note: note.frontmatter.span.end if note.frontmatter else 0,
    "blocks_by_id": lambda note: {block.id: block for block in reversed(note.blocks)},
    "footnotes_by_id": lambda note: {footnote.id.lower(): footnote for footnote in reversed(note.footnotes)},
}
