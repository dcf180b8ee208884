"""The controls of a référentiel: notes of `category: controle`, which an audit is held against."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from vaultkit.audit.cleaning import cleaned
from vaultkit.audit.extract import property_key
from vaultkit.markdown.note import Note
from vaultkit.text import fold, nfc, note_name, one_line, pattern, unaccented

#: The folded category of a control.
CONTROL = "controle"

_DIGITS = pattern(r"(\d+)")
#: What may part the id from the words in a heading: `HN-2.1 – Les adresses …`, `**HN-2.1** : …`.
_PARTING = " \t\u00a0\u202f*_:.,)–—-|"


class Control(Struct, frozen=True):
    """One control: what a sound organisation does.

    `id` is its stable name (`HN-2.1`: the property `id`, else the name of the note), `framework` the référentiel that
    it belongs to, `title` what it is called (`enonce`, else the H1 without the id), `step` its `etape`, `domain` the
    label of the domain that it speaks of.
    """

    path: str
    id: str
    framework: str
    title: str
    step: str
    domain: str


def is_control(note: Note) -> bool:
    """Whether a note is a control: its category, folded, says so (`Contrôle` does too)."""
    return fold(note.category) == CONTROL


def controls_of(notes: Iterable[Note]) -> dict[str, Control]:
    """Return the controls among these notes by path, in the natural order of their ids (HN-2 before HN-10).

    Those of one référentiel stand together, and référentiels in the order of their names. Of every other note nothing
    but its category is looked at.
    """
    found = [control_of(note) for note in notes if is_control(note)]
    found.sort(key=lambda one: (natural(one.framework), natural(one.id), one.path))
    return {one.path: one for one in found}


def control_of(note: Note) -> Control:
    """Return what the note of a control says; whatever is missing has a stand-in, but for step and domain."""
    name = nfc(note.name)
    number = _said(note, "id") or name
    return Control(
        note.path,
        number,
        _said(note, "referentiel") or nfc(note.path.rpartition("/")[0].rpartition("/")[2]),
        _said(note, "enonce") or _heading(note, number) or _without_id(name, number) or number,
        _said(note, "etape"),
        _said(note, "domaine"),
    )


@lru_cache(maxsize=1 << 12)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the key by which ids are put in order as people count: `HN-2.9` before `HN-2.10`, case aside."""
    keys = []
    for part in _DIGITS.split(unaccented(text)):
        digits = part.lstrip("0") if part.isdecimal() else ""
        keys.append((0, len(digits), digits) if part.isdecimal() else (1, 0, part))
    return tuple(key for key in keys if key != (1, 0, ""))


def _heading(note: Note, number: str) -> str:
    first = next((heading for heading in note.headings if heading.level == 1), None)
    return _without_id(cleaned(first.text, status=True), number) if first else ""


def _without_id(text: str, number: str) -> str:
    """Return a heading or name without the id that opens it; the id alone gives the empty text."""
    bare = text.strip(_PARTING)
    if not bare.casefold().startswith(number.casefold()):
        return one_line(text)
    rest = bare[len(number) :]
    parted = not rest or rest[0] in _PARTING
    return one_line(rest.strip(_PARTING)) if parted else one_line(text)


def _said(note: Note, key: str) -> str:
    """Return a property as one line; of a link what it shows, of a number its very digits (`2.10` is no 2.1)."""
    key = property_key(note, key)
    entry = note.frontmatter.properties.get(key) if note.frontmatter else None
    if entry is None or entry.value is None or isinstance(entry.value, bool | list | dict):
        return ""
    if not isinstance(entry.value, str):
        return one_line(entry.value_span.of(note.text))
    for link in note.property_links:
        if link.key == key:
            return cleaned(link.reference.display or note_name(link.reference.linkpath), status=True)
    return cleaned(entry.value, status=True)
