"""Copies that a sync tool left beside a note when two devices had changed it: reported, never a source."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vaultkit.markdown.note import Note
from vaultkit.vault.index import VaultIndex

#: Names that only a conflict gives: Obsidian Sync (`specs/obsidian.md` §9.3 F), Dropbox, Nextcloud and
#: ownCloud (in the language of the device), Syncthing.
_SAID = re.compile(
    r"(?P<name>.+?)(?: \((?=[^()]*(?:conflict|conflit|konflikt))[^()]*\)|"
    r"\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]{7})?)$",
    re.IGNORECASE,
)
#: Names that a person may give as well: OneDrive adds the device, iCloud and Google Drive a number.
_HINTED = re.compile(r"(?P<name>.+?)(?:-[A-Z][A-Z0-9-]{3,14}(?:-\d)?| (?:[2-9]|\([1-9]\)))$")

#: Which share of the lines of the shorter text must stand in the other one.
_ALIKE_SAID, _ALIKE_HINTED = 0.3, 0.9
#: With fewer lines than these a hint in the name is not enough: two notes fresh from one template are no copies.
_LEAST_LINES = 12


def conflict_copies(index: VaultIndex) -> Mapping[str, str]:
    """Return the notes that are conflict copies, each with the path of its original.

    Only where the original stands in the same folder and says much the same: `Facturation_1` is none.
    """
    found: dict[str, str] = {}
    for path, note in index.notes.items():
        folder, _, name = path.removesuffix(".md").rpartition("/")
        for pattern, share, least in ((_SAID, _ALIKE_SAID, 0), (_HINTED, _ALIKE_HINTED, _LEAST_LINES)):
            named = pattern.fullmatch(name)
            original = named and index.notes.get(f"{folder}/{named['name']}.md".lstrip("/"))
            if original and _alike(note, original, share, least):
                found[path] = original.path
                break
    return found


def _alike(one: Note, other: Note, share: float, least: int) -> bool:
    a, b = _lines(one.text), _lines(other.text)
    shorter = min(len(a), len(b))
    return shorter >= least and (shorter == 0 or len(a & b) / shorter >= share)


def _lines(text: str) -> frozenset[str]:
    return frozenset(line for each in text.splitlines() if (line := each.strip()))
