"""What making one client's text remembers on its way: the vault, what was said, and what stands where in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from vaultkit.audit.controls import control_of, is_control
from vaultkit.audit.internal import internal_spans, is_internal
from vaultkit.audit.mission import INTERVIEW, SYNTHESIS, category_of, scope_of
from vaultkit.edits import Edit
from vaultkit.markdown.note import Heading, Note
from vaultkit.markdown.tags import aliases
from vaultkit.render.deliverable.client_text_cut import CLOSE, OPEN, cut, plain
from vaultkit.render.deliverable.client_text_signs import is_internal_key
from vaultkit.render.deliverable.model import Picture
from vaultkit.render.deliverable.selected import plain as unlinked
from vaultkit.render.deliverable.wording import words_of
from vaultkit.text import Message, pattern, unaccented
from vaultkit.vault.index import VaultIndex

#: So many embeds and characters of them are read in: notes that embed each other many times would grow without end.
MOST_EMBEDS, MOST = 1_000, 2_000_000
_MARKUP = pattern(r"\*\*|__|==|~~|<!--.*?-->|%%.*?%%")
_LINK = pattern(r"!?\[([^\[\]]*)\]\([^()]*\)")
_FIELD = pattern(r"[\[(]([^\[\]()\n:]+)::[ \t]*([^\[\]()\n]*)[\])]")
_FINAL_TAGS = pattern(r"(?:\s+#[^\s#]+)+\s*$")

#: What the names of notes that stay inside are called instead, by language: of an interview, of any other.
NEUTRAL = {
    "fr": ("un entretien", "une note de travail"),
    "en": ("an interview", "a working note"),
    "de": ("ein Gespräch", "eine Arbeitsnotiz"),
}


class Target(Struct, frozen=True):
    """Where a link in the text leads: the heading of a note that begins at `start` of its cut text, or the note.

    The path is empty for a link that leads to no note.
    """

    path: str
    start: int | None = None


class Answered(Struct, frozen=True):
    """What stands in the text in the place of a query: the note and the code that asked, and the answer."""

    path: str
    code: str
    said: str


class Work:
    """The state of one text.

    `left_out` are edits to the plain text of notes by path, made before all others, `in_place` such that put a
    finished text in the place of a stretch; `rename` says the words of an
    anchor without the names in them. `others` are the scopes of other missions, whose notes stay inside.
    """

    def __init__(
        self,
        index: VaultIndex,
        language: str,
        ask: Callable[[str, str], str],
        inline: Callable[[str, str], str],
        left_out: Mapping[str, Iterable[Edit]] | None = None,
        rename: Callable[[str], str] = str,
        in_place: Mapping[str, Iterable[Edit]] | None = None,
        others: frozenset[str] = frozenset(),
    ) -> None:
        self.index, self.language = index, language
        self.words = words_of(language)
        self.answered: list[Answered] = []
        self.remarks: list[Message] = []
        self.pictures: list[Picture] = []
        self.headings: list[tuple[str, int]] = []
        self.targets: list[Target] = []
        self.footnotes: dict[str, str] = {}
        self.blocks: list[str] = []
        self.embedded: list[str] = []
        self.left, self.embeds_left = MOST, MOST_EMBEDS
        self.rename, self.others = rename, others
        self._ask, self._inline = ask, inline
        self._left_out, self._in_place = left_out or {}, in_place or {}
        self._cut: dict[str, Note] = {}
        self._numbers: dict[str, int] = {}

    # ------------------------------------------------------------------------------ the vault

    def cut(self, note: Note) -> Note:
        """Return a note without what stays inside."""
        if note.path not in self._cut:
            blocks = [
                Edit(edit.span, f"\n{self.block(edit.text)}\n\n" if edit.text.strip() else "")
                for edit in self._in_place.get(note.path, ())
            ]
            self._cut[note.path] = cut(plain(note), (*blocks, *self._left_out.get(note.path, ())))
        return self._cut[note.path]

    def hidden(self, path: str | None) -> Note | None:
        """Return the note at a path if it stays inside."""
        return hidden_note(self.index, path, self.others)

    def number(self, path: str) -> int:
        """Return a number for a note, that its footnotes are known by."""
        return self._numbers.setdefault(path, len(self._numbers))

    def ask(self, text: str, origin: str) -> str:
        """Answer a query."""
        said = self._ask(text, origin)
        self.answered.append(Answered(origin, text, said))
        return said

    def inline(self, text: str, origin: str) -> str:
        """Answer an inline query."""
        said = self._inline(text, origin)
        self.answered.append(Answered(origin, text, said))
        return said

    def neutral(self, note: Note) -> str:
        """Return what a note that stays inside is called."""
        interview, other = NEUTRAL.get(self.language, NEUTRAL["en"])
        return interview if category_of(note) == INTERVIEW else other

    # ------------------------------------------------------------------------------ the text

    def tell(self, path: str, code: str, said: Message) -> None:
        """Remember a remark on a stretch of a note, with its place there."""
        note = self.index.notes.get(path)
        at = note.text.find(code.split("\n")[0]) if note and code else -1
        place = f"{path}:{note.lines.place(at)[0]}" if note and at >= 0 else path
        remark = Message(f"{place}\u00a0: {said.fr}", f"{place}: {said.en}")
        if remark not in self.remarks:
            self.remarks.append(remark)

    def heading(self, note: Note, heading: Heading) -> str:
        """Return the token that marks a heading of a cut note."""
        self.headings.append((note.path, heading.span.start))
        return token("h", len(self.headings) - 1)

    def link(self, target: Target, said: str) -> str:
        """Return the token of a link that is made when all is there."""
        self.targets.append(target)
        return f"{token('l', len(self.targets) - 1)}{said}{token('e')}"

    def block(self, text: str) -> str:
        """Return the token of a finished text that is put in at the end."""
        self.blocks.append(text)
        return token("b", len(self.blocks) - 1)

    def picture(self, alt: str, path: str, width: int | None) -> Picture:
        """Return the picture for a file; one file in one width is one picture."""
        for known in self.pictures:
            if (known.path, known.width, known.alt) == (path, width, alt):
                return known
        made = Picture(f"image-{len(self.pictures) + 1}", alt, None, path, width)
        self.pictures.append(made)
        return made


def token(kind: str, number: int | None = None) -> str:
    """Return a token: `h7`, `l7` … between characters that no text holds."""
    return f"{OPEN}{kind}{'' if number is None else number}{CLOSE}"


def title_of(note: Note) -> str:
    """Return what a note is called: a control its id, others `title`, their first heading of level 1, their name.

    A heading that stays inside is none.
    """
    if is_control(note):
        return control_of(note).id
    title = note.properties.get("title")
    if isinstance(title, str) and title.strip():
        return bare_title(title)
    inside = internal_spans(note)
    shown = (one for one in note.headings if one.level == 1 and not any(s.holds(one.span) for s in inside))
    first = next(shown, None)
    said = bare_title(first.text) if first else ""
    return said or note.name


def bare_title(text: str) -> str:
    """Return the words of a heading: no markup, links, comments, final tags."""
    text = _FIELD.sub(lambda found: "" if is_internal_key(found[1]) else found[2], text)
    return unlinked(_LINK.sub(r"\1", _FINAL_TAGS.sub("", _MARKUP.sub("", text)))).strip()


def names_of(note: Note) -> tuple[str, ...]:
    """Return all that a note is called: its name, `title`, its headings of level 1, its aliases."""
    title = note.properties.get("title")
    said = [
        note.name,
        *([title] if isinstance(title, str) else []),
        *(bare_title(heading.text) for heading in note.headings if heading.level == 1),
        *aliases(note),
    ]
    return tuple(dict.fromkeys(name.strip() for name in said if name.strip()))


def people_of(note: Note) -> tuple[str, ...]:
    """Return whom a note says it was made with: `personne`, `personnes`, `person`."""
    found: list[str] = []
    for key, value in note.properties.items():
        if unaccented(key) in ("personne", "personnes", "person", "interlocuteur", "interlocutrice"):
            entries = value if isinstance(value, list) else [value]
            found += [entry.strip("[] ") for entry in entries if isinstance(entry, str)]
    return tuple(filter(None, found))


def hidden_note(index: VaultIndex, path: str | None, others: frozenset[str] = frozenset()) -> Note | None:
    """Return the note at a path if it stays inside: it says so itself, or it is of another mission (its scope)."""
    note = index.notes.get(path) if path else None
    return note if note is not None and (is_internal(note) or scope_of(note) in others) else None


def other_scopes(index: VaultIndex, scope: str) -> frozenset[str]:
    """Return the scopes of the missions of a vault beside this one; none for a note of no mission."""
    if not scope:
        return frozenset()
    said = (scope_of(note) for note in index.notes.values() if category_of(note) == SYNTHESIS)
    return frozenset(said) - {"", scope}
