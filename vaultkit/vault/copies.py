"""Copies that a sync tool left beside a note when two devices had changed it: reported, never a source."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.markdown.waivers import waivers
from vaultkit.text import fold, pattern
from vaultkit.vault.index import VaultIndex

#: Names that only a conflict gives, always with its day: Obsidian Sync (`specs/obsidian.md` §9.3 F), Dropbox,
#: Nextcloud and ownCloud (in the language of the device), Syncthing.
_SAID = pattern(
    r"(?P<name>.+?)(?: \((?=[^()]*(?:conflict|conflit|konflikt))(?=[^()]*\d{4}-?\d\d-?\d\d)[^()]*\)|"
    r"[._](?:sync-)?conflict-\d{8}-\d{6}(?:-[A-Z0-9]{7})?)$",
    re.IGNORECASE,
)
#: Names that a person may give as well: OneDrive adds the device, iCloud and Google Drive a number.
_HINTED = pattern(r"(?P<name>.+?)(?:-[A-Z][A-Z0-9-]{3,14}(?:-\d)?| (?:[2-9]|\([1-9]\)))$")

#: Which share of the lines of the shorter text must stand in the other one.
_ALIKE_SAID, _ALIKE_HINTED = 0.3, 0.9
#: With fewer lines than these a hint in the name is not enough: two notes fresh from one template are no copies.
_LEAST_LINES = 12
#: What names a note: where two notes differ in it, none is a copy of the other.
_NAMES = ("title", "domaine", "domaine_court", "category", "scope", "synthese")
#: A note that waives the remark says that it is a note of its own.
_CODES = frozenset(("vk104", "conflict copy"))


class ConflictCopies(Struct, frozen=True):
    """The notes that are conflict copies, each with the path of its original.

    Only where the original stands in the same folder, has the same title and says much the same:
    `Facturation_1` is none. Where the name proves nothing, all properties have to be the same too.
    `named` are the notes whose name is that of a copy, each with what it could be a copy of.
    """

    found: Mapping[str, str]
    named: Mapping[str, tuple[_Original, ...]]

    @classmethod
    def of(cls, index: VaultIndex) -> ConflictCopies:
        """Return the copies among all notes."""
        named = {path: originals for path in index.notes if (originals := _could_be_of(path))}
        found = {path: original for path in named if (original := _original_of(index, path))}
        return cls(found, named)

    @classmethod
    def kept(cls, found: Mapping[str, str], named: Iterable[str]) -> ConflictCopies:
        """Return what was kept of it: the copies, and the notes whose name is that of one."""
        return cls(found, {path: _could_be_of(path) for path in named})

    def follow(self, index: VaultIndex, changed: Collection[str]) -> ConflictCopies:
        """Return the copies of an index that differs in the files at the paths `changed` alone."""
        touched = {path for path in changed if path in self.named or _could_be_of(path)}
        touched |= {path for path, of in self.named.items() if any(each.path in changed for each in of)}
        if not touched:
            return self
        named = {path: originals for path, originals in self.named.items() if path in index.notes}
        named |= {path: _could_be_of(path) for path in touched if path in index.notes}
        found = {path: original for path, original in self.found.items() if path not in touched}
        found |= {p: original for p in touched if p in named and (original := _original_of(index, p))}
        return ConflictCopies(found, named)


def conflict_copies(index: VaultIndex) -> Mapping[str, str]:
    """Return the notes that are conflict copies, each with the path of its original."""
    return ConflictCopies.of(index).found


class _Original(Struct, frozen=True):
    """What a note could be a copy of, and how much of it it would have to say."""

    path: str
    share: float
    least: int


def _original_of(index: VaultIndex, path: str) -> str | None:
    note = index.notes[path]
    for one in _could_be_of(path):
        original = index.notes.get(one.path)
        if original and _is_copy(note, original, one.share, one.least):
            return one.path
    return None


def _could_be_of(path: str) -> tuple[_Original, ...]:
    folder, _, name = path.removesuffix(".md").rpartition("/")
    last = name[-1:]
    if not (last.isupper() or last.isdigit() or last in "-)") and "onfl" not in name.lower():
        return ()  # nearly all: neither what a person or a device adds, nor a word for a conflict
    forms = ((_SAID, _ALIKE_SAID, 0), (_HINTED, _ALIKE_HINTED, _LEAST_LINES))
    return tuple(
        _Original(f"{folder}/{named['name']}.md".lstrip("/"), share, least)
        for pattern, share, least in forms
        if (named := pattern.fullmatch(name))
    )


def _is_copy(one: Note, other: Note, share: float, least: int) -> bool:
    if _names(one) != _names(other) or (least and one.properties != other.properties) or _is_own(one):
        return False
    a, b = _lines(one), _lines(other)
    shorter = min(len(a), len(b))
    return shorter >= least and (shorter == 0 or len(a & b) / shorter >= share)


def _names(note: Note) -> list[PropertyValue]:
    title = next((heading.text for heading in note.headings if heading.level == 1), None)
    return [title, *(note.properties.get(key) for key in _NAMES)]


def _is_own(note: Note) -> bool:
    return any(fold(entry) in _CODES for entry in waivers(note))


def _lines(note: Note) -> frozenset[str]:
    """Return what a note says, line by line, without its properties and headings."""
    lines = (line.strip() for line in note.text[note.body_start :].splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))
