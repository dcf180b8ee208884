"""Where the links of many notes lead, and which of them lead astray: what was found for one serves the next."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from vaultkit.markdown.note import Note, Reference
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import equal_destinations, spellings


class Strays(Struct, frozen=True):
    """The links of a note that lead nowhere, to several files, or to no such place in a file, each in text order."""

    nowhere: list[Reference]
    property_nowhere: list[Reference]
    several: list[Reference]
    placeless: list[Reference]


#: What there is to say of a note whose links all lead to one place.
SOUND = Strays([], [], [], [])


class Destinations:
    """Where links lead in a vault that stays as it is."""

    def __init__(self, index: VaultIndex) -> None:
        self.index = index
        #: Where the linkpaths lead that lead there from anywhere: nearly all, and many times the same.
        self._everywhere: dict[str, tuple[str, ...]] = {}
        #: Those of them that lead to one file, and the one that leads to its own note.
        self._single = {""}
        #: With which subpaths they name a place.
        self._places: set[tuple[str, str]] = set()
        #: What subpaths can name in a note: headings as they are written, block ids behind a line feed. Few notes are
        #: led to from many places; to hold what all can be named by would take more than it spares.
        self._named = lru_cache(maxsize=64)(_named)

    def prepare(self) -> None:
        """Take the names and paths of all notes for links to them, which most links are."""
        plain = _plain(self.index)
        self._everywhere |= plain
        self._single.update(plain)

    def of(self, linkpath: str, source: str) -> tuple[str, ...]:
        """Return where a link in the note `source` leads; several where the app defines none."""
        if (found := self._everywhere.get(linkpath)) is not None:
            return found
        found = equal_destinations(self.index, linkpath, source)
        if linkpath and not linkpath.startswith(("./", "../")):
            name = linkpath.strip("/").rpartition("/")[2]
            if sum(len(self.index.named(file)) for file in spellings(name)) < 2:
                self._everywhere[linkpath] = found
                if len(found) == 1:
                    self._single.add(linkpath)
        return found

    def strays(self, note: Note) -> Strays:
        """Return the links of a note that lead astray: `SOUND` where none does."""
        linkage = note.linkage
        if self._single.issuperset(linkage.linkpaths) and all(
            [self._leads(linkpath, subpath, note.path) for linkpath, subpath in linkage.places]
        ):
            return SOUND
        return self._sorted(note)

    def _sorted(self, note: Note) -> Strays:
        single, source = self._single, note.path
        links = (*note.links, *note.embeds)
        nowhere: list[Reference] = []
        in_properties: list[Reference] = []
        several: list[Reference] = []
        for link in [link for link in links if link.linkpath not in single]:
            if len(there := self.of(link.linkpath, source)) != 1:
                (several if there else nowhere).append(link)
        for link in (entry.reference for entry in note.property_links):
            if link.linkpath not in single and len(there := self.of(link.linkpath, source)) != 1:
                (several if there else in_properties).append(link)
        placeless = [
            link for link in links if link.subpath and not self._leads(link.linkpath, link.subpath, source)
        ]
        if nowhere or in_properties or several or placeless:
            return Strays(nowhere, in_properties, several, placeless)
        return SOUND

    def _leads(self, linkpath: str, subpath: str, source: str) -> bool:
        """Whether the subpath of a link names a place where it leads; any does in no note, and so does a bare `#`."""
        if (linkpath, subpath) in self._places:
            return True
        there = self.of(linkpath, source)
        if there and subpath.strip("# ") and not self._names_place(there[0], subpath):
            return False
        if linkpath in self._everywhere:
            self._places.add((linkpath, subpath))
        return True

    def _names_place(self, path: str, subpath: str) -> bool:
        """Whether a subpath names a place in a file; where it is a heading or id in its own words, one look tells."""
        target = self.index.notes.get(path)
        if target is None:
            return True
        target = target.for_once()
        said = subpath.removeprefix("#").strip()
        if said[:1] == "^":
            plain = f"\n{said[1:].lower()}" in self._named(target)
        else:
            plain = said[:1].isalnum() and "#" not in said and said in self._named(target)
        if plain:
            return True
        from vaultkit.vault.subpath import resolve_subpath

        return resolve_subpath(target, subpath) is not None


def _named(note: Note) -> frozenset[str]:
    linkage = note.linkage
    return frozenset([*linkage.headings, *(f"\n{id}" for id in linkage.ids)])


def _plain(index: VaultIndex) -> dict[str, tuple[str, ...]]:
    """Return where the names of notes lead that one file has, and the paths of all; those without a dot in the name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in index.notes:
        if not path.endswith(".md"):
            continue
        bare = path[:-3]
        name = bare.rpartition("/")[2]
        if name and "." not in name:
            found[bare] = (path,)
            if len(index.named(f"{name}.md")) == 1:
                found[name] = (path,)
    return found
