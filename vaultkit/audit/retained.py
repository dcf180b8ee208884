"""Which controls a mission retains: those that its synthesis names, and those that its items cite.

The synthesis names them in its property `controles`, as links or as plain ids, and in `controles_sans_objet` those
that are out of question, each with the reason: `"[[HN-3.2]] : aucun agenda partagé"`. A link to a note that is no
control stands for all controls to which that note links, a link to a heading in it for those below that heading: so
`"[[Hygiène numérique#Étape 2]]"` retains a whole step. Items cite by `[controle:: [[HN-2.1]]]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from vaultkit.audit.controls import controls_of, is_control
from vaultkit.audit.extract import plain_key
from vaultkit.audit.model import Domain
from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.text import one_line, pattern
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import meant_keys, resolve_linkpath

#: The properties of a synthesis that name controls: those that it retains, and those that are out of question.
RETAINED = ("controles", "controls", "kontrollen")
EXCLUDED = ("controles_sans_objet", "controls_not_applicable", "kontrollen_entfallen")

_LINK = pattern(r"!?\[\[(?P<linkpath>[^\]|#\n]+)(?P<subpath>#[^\]|\n]*)?(?:\|[^\]\n]*)?\]\]")
_PLAIN = pattern(r"(?P<linkpath>[^:;,–—(]+?)\s*(?=[:;,–—(]|\s-\s|$)")
_PARTING = pattern(r"^\s*(?:[:,–—-]|\((?=[^()]*\)\s*$))?\s*")


class Named(Struct, frozen=True):
    """What one entry of these properties names: a linkpath, with its `#…`, and why that is out of question.

    `key` is the property as it is spelled, `at` the place of the entry in its list.
    """

    linkpath: str
    subpath: str = ""
    reason: str = ""
    key: str = ""
    at: int = 0


class Retained(Struct, frozen=True):
    """The notes of controls that are retained, in order, and what this follows from.

    `notes` are the paths of all notes that were looked at, `names` the keys of the file names that were said.
    """

    controls: tuple[Note, ...] = ()
    notes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def retained(index: VaultIndex, synthesis: Note, domains: Iterable[Domain]) -> Retained:
    """Return the controls of a mission with these domains; where nothing is named, nothing is looked up."""
    search = Search(index)
    paths = [
        path
        for keys in (RETAINED, EXCLUDED)
        for named in named_in(synthesis, keys)
        for path in search.controls(named, synthesis.path)
    ]
    for linkpath, source in _cited(domains):
        path = search.resolved(linkpath, source)
        paths += [path] if path and is_control(index.notes[path]) else []
    if not search.names:
        return Retained()
    found = controls_of(index.notes[path] for path in dict.fromkeys(paths))
    return Retained(
        tuple(index.notes[path] for path in found), frozenset(search.notes), frozenset(search.names)
    )


def _cited(domains: Iterable[Domain]) -> Iterator[tuple[str, str]]:
    """Yield each linkpath that an item cites as a control, with the path of its note."""
    for domain in domains:
        for source in domain.notes:
            for item in source.items:
                for linkpath in item.tracking.controls:
                    yield linkpath, source.path


class Search:
    """Where names of controls lead in a vault; it remembers what it has looked at."""

    def __init__(self, index: VaultIndex) -> None:
        self.index = index
        self.notes: set[str] = set()
        self.names: set[str] = set()

    def resolved(self, linkpath: str, source: str) -> str | None:
        """Return the path of the note that a linkpath in the note `source` leads to, None if there is none."""
        self.names.update(meant_keys(linkpath, source))
        path = resolve_linkpath(self.index, linkpath, source)
        if path is None or path not in self.index.notes:
            return None
        self.notes.add(path)
        return path

    def controls(self, named: Named, source: str) -> list[str]:
        """Return the paths of the controls that an entry in the note `source` stands for: one, many, or none."""
        path = self.resolved(named.linkpath, source)
        if path is None:
            return []
        note = self.index.notes[path]
        if is_control(note):
            return [path]
        from vaultkit.vault.subpath import resolve_subpath

        below = resolve_subpath(note, named.subpath) if named.subpath else None
        if named.subpath and below is None:
            return []
        links = (link for link in note.links if below is None or below.section.holds(link.span))
        found = (self.resolved(link.linkpath, path) for link in links if link.linkpath)
        return [one for one in dict.fromkeys(found) if one and is_control(self.index.notes[one])]


def named_in(synthesis: Note, keys: tuple[str, ...]) -> Iterator[Named]:
    """Yield what a property of the synthesis names; `keys` are its spellings, whatever their accents and case."""
    for key, value in synthesis.properties.items():
        if plain_key(key) in keys:
            yield from _named(value, key, with_reason=keys is EXCLUDED)


def _named(value: PropertyValue, key: str, with_reason: bool) -> Iterator[Named]:
    entries = value if isinstance(value, list) else [value]
    for at, entry in enumerate(entries):
        for text, reason in _texts(entry):
            if with_reason:
                named = _with_reason(text, reason)
                found = [named] if named else []
            else:
                found = list(_names(text))
            yield from (Named(one.linkpath, one.subpath, one.reason, key, at) for one in found)


def _texts(value: PropertyValue) -> Iterator[tuple[str, str]]:
    """Yield the texts of an entry, each with what YAML took for its value: `HN-3: no shared agenda` is a pair."""
    match value:
        case dict():
            for name, reason in value.items():
                yield name, one_line(reason) if isinstance(reason, str) else ""
        case list():  # `[[HN-2.1]]` without quotes
            for inner in value:
                yield from _texts(inner)
        case None | bool():
            return
        case _:
            yield str(value), ""


def _names(text: str) -> Iterator[Named]:
    """Yield the links of a text, else its parts between commas."""
    links = list(_LINK.finditer(text))
    for link in links:
        yield Named(link["linkpath"].strip(), link["subpath"] or "")
    if not links:
        for part in text.replace(";", ",").split(","):
            if part.strip():
                yield Named(part.strip())


def _with_reason(text: str, reason: str) -> Named | None:
    """Return what a text names first, and why: `[[HN-3.2]] : no shared agenda`, `HN-3.2 (no shared agenda)`."""
    said = text.strip()
    found = _LINK.match(said) or _PLAIN.match(said)
    if found is None:
        return None
    rest = said[found.end() :]
    why = _PARTING.sub("", rest, count=1)
    if rest.lstrip().startswith("(") and why.endswith(")"):
        why = why[:-1]
    subpath = found["subpath"] if "subpath" in found.re.groupindex else ""
    return Named(found["linkpath"].strip(), subpath or "", one_line(reason or why))
