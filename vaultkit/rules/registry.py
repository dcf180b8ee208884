"""Every rule, in the order of the codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from vaultkit.audit.mission import category_of
from vaultkit.diagnostics import Diagnostic
from vaultkit.markdown.lost_block import lost_block
from vaultkit.markdown.note import Note
from vaultkit.rules import (
    audit,
    conflicts,
    coverage,
    links,
    membership,
    names,
    notes,
    queries,
    schemas,
    secrets,
    traceability,
    tracking,
)
from vaultkit.rules.conflicts import conflict_markers
from vaultkit.rules.kinds import CONFLICT_MARKERS, UNRESOLVED, UNRESOLVED_LINK
from vaultkit.rules.links import nobody
from vaultkit.rules.rule import Family, Look, Rule, VaultRule
from vaultkit.rules.traits import BLOCK, MERGE, SOUND_HEAD, traits
from vaultkit.vault.index import VaultIndex

if TYPE_CHECKING:
    from vaultkit.markdown.canvas import Canvas

_ROOMS = (
    *(notes, conflicts, secrets, schemas, membership, links, names, queries, audit, traceability),
    *(tracking, coverage),
)
FAMILIES: tuple[Family, ...] = tuple(family for room in _ROOMS for family in room.FAMILIES)
RULES: tuple[Rule, ...] = tuple(
    sorted((rule for family in FAMILIES for rule in family.rules), key=lambda rule: rule.kind.code)
)
_OF_TRAITS = tuple(family for family in FAMILIES if family.traits)
_TRAITS = reduce(or_, (family.traits for family in _OF_TRAITS))
#: What is said once for the whole vault.
VAULT_RULES: tuple[VaultRule, ...] = schemas.VAULT_RULES


def check_canvas(look: Look, canvas: Canvas) -> Iterator[Diagnostic]:
    """Yield what is wrong in a canvas: cards that show a file which is not there."""
    if look.ignores(canvas.path):
        return
    for card in canvas.files:
        if card.linkpath not in look.index:
            yield Diagnostic(UNRESOLVED_LINK, canvas.path, nobody(card.linkpath, card.span, look))


def check_vault(look: Look) -> Iterator[Diagnostic]:
    """Yield what is said once for the whole vault."""
    for rule in VAULT_RULES:
        for path, finding in rule.check(look):
            yield Diagnostic(rule.kind, path, finding)


def traits_in(note: Note) -> int:
    """Return the traits of a note that a rule does speak of: what to keep beside a note whose text was at hand once.

    Rules about traits look at nothing but the note, so what they say changes only with it.
    """
    held = traits(note.text)
    front = note.front().frontmatter
    if held & BLOCK and (front is not None or lost_block(note.text) is None):
        held &= ~BLOCK
    if held & _TRAITS:
        alone = Look(VaultIndex.of(()), ())
        alone.know(note, held)
        for family in _OF_TRAITS:
            if held & family.traits:
                said = (finding for rule in family.rules for finding in rule.check(note, alone))
                if next(said, None) is None:
                    held &= ~family.traits
    if front is not None and not (front.error or front.remarks or note.readonly):
        held |= SOUND_HEAD
    return held


class Checking:
    """The rules on their way through a vault: each note is asked by those only that may have something to say of it.

    Who shares the notes between processes makes it, and has the `Look` prepare itself, before they part.
    """

    def __init__(self, look: Look) -> None:
        self.look = look
        self._by_traits: dict[int, tuple[Rule, ...]] = {}
        self._by_path: dict[str, tuple[Rule, ...]] = {}
        for family in FAMILIES:
            for path in family.paths(look) if family.paths else ():
                self._by_path[path] = (*self._by_path.get(path, ()), *family.rules)
        self._by_category: dict[str, tuple[Rule, ...]] = {}
        for family in FAMILIES:
            for category in family.categories:
                self._by_category[category] = (*self._by_category.get(category, ()), *family.rules)
        self._by_test = [(family.is_about, family.rules) for family in FAMILIES if family.is_about]

    def found_in(self, note: Note) -> list[Diagnostic]:
        """Return what is wrong in a note, secrets not yet masked.

        Where a merge left two versions in it, nothing else is worth a word.
        """
        look, path = self.look, note.path
        held = look.traits(note)
        if held & MERGE and (conflicts := list(conflict_markers(note, look))):
            return [Diagnostic(CONFLICT_MARKERS, path, finding) for finding in conflicts]
        rules = list(self._of_traits(held))
        rules += self._by_path.get(path, ())
        rules += self._by_category.get(category_of(note), ())
        for is_about, family in self._by_test:
            if is_about(note, look):
                rules += family
        found = [Diagnostic(rule.kind, path, finding) for rule in rules for finding in rule.check(note, look)]
        if len(found) > 1:
            found.sort(key=lambda diagnostic: (diagnostic.finding.span, diagnostic.kind.code))
        return found

    def _of_traits(self, held: int) -> tuple[Rule, ...]:
        known = self._by_traits.get(held)
        if known is None:
            known = tuple(rule for family in FAMILIES if family.traits & held for rule in family.rules)
            self._by_traits[held] = known
        return known

    def hinted(
        self, found: Iterable[tuple[Note, list[Diagnostic]]]
    ) -> Iterator[tuple[Note, list[Diagnostic]]]:
        """Yield what others found in the notes, in their order, without a budget for likenesses of names.

        The budget is spent here: the first notes that ask for it are looked at again.
        """
        for note, said in found:
            asks = self.look.hints[0] > 0 and any(one.kind in UNRESOLVED for one in said)
            yield note, self.found_in(note.for_once()) if asks else said
