"""What a rebuild would do, as values: the plan of one note, that of the vault, and what was done."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

import vaultkit
from vaultkit.audit.mission import backlink_names
from vaultkit.audit.model import Mission
from vaultkit.diagnostics import Diagnostic, Finding
from vaultkit.edits import Change, Changes, Edit, Write, apply_edits
from vaultkit.errors import Refused
from vaultkit.markdown.conflicts import has_merge_markers
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.kinds import STALE_REGION
from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.render.refresh import Outcome, Refreshed
    from vaultkit.render.serialized import Serialized


class Planned(Struct, frozen=True):
    """What a rebuild makes of one note: its regions, what Dataview Serializer wrote, its `backlinks`.

    `asked` says that the answer of a query went into it: any change of the vault may change that.
    """

    mission: Mission
    refreshed: Refreshed
    edits: tuple[Edit, ...] = ()
    backlinks: tuple[Edit, ...] = ()
    serialized: bool = False
    asked: bool = False

    def write(self, properties: bool = True) -> Write | None:
        """Return the write that it takes, None if the note says it all; `properties` says if they may change."""
        note = self.mission.synthesis
        backlinks = self.backlinks if properties else ()
        text = apply_edits(note.text, [*self.edits, *backlinks])
        if text == note.text:
            return None
        names = [outcome.region.key for outcome in self.refreshed.outcomes if outcome.stale]
        names += ["backlinks"] if backlinks else []
        names += ["dataview-serializer"] if self.serialized else []
        return Write(note.path, text, note.digest, tuple(names), "rebuild")

    def changes(self, write: Write) -> Iterator[Change]:
        """Yield what a write changes, for the summary."""
        note = self.mission.synthesis
        yield from changes_of(note, self.refreshed.outcomes)
        if "backlinks" in write.regions:
            yield from backlink_changes(note, write.text)


class Plan(Struct, frozen=True):
    """What a rebuild would do: the changes, and what became of the regions of each synthesis.

    `faults` are the notes among those refused with which vaultkit itself went wrong. `fresh` are the syntheses that
    are known to be up to date, and so were not looked at, each with the number of its regions.
    """

    changes: Changes
    refreshed: Mapping[str, Refreshed] = field(default_factory=dict)
    faults: tuple[tuple[str, Message], ...] = ()
    fresh: Mapping[str, int] = field(default_factory=dict)

    @property
    def has_regions(self) -> bool:
        """Whether any synthesis has a region."""
        return any(self.fresh.values()) or any(one.outcomes for one in self.refreshed.values())


class Done(Struct):
    """What was done: the notes written (with their regions), what was refused, what to be told beside.

    `broken` says that the journal failed underway, so that nothing more could be written.
    """

    written: list[Write] = field(default_factory=list)
    refused: list[tuple[str, Message]] = field(default_factory=list)
    summary: list[Change] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    broken: bool = False


def with_serialized(refreshed: Refreshed, serialized: Serialized) -> Refreshed:
    """Return what is to be said of a note, with what is wrong with its serialized queries."""
    if not serialized.faults and not serialized.findings:
        return refreshed
    from vaultkit.shell.asking import serialized_fault

    faults = [serialized_fault(span, error) for span, error in serialized.faults]
    return replace(refreshed, faults=(*refreshed.faults, *faults, *serialized.findings))


def changes_of(note: Note, outcomes: Sequence[Outcome]) -> Iterator[Change]:
    """Yield what the units of a note said and say."""
    for outcome in outcomes:
        fresh = not outcome.region.body.of(note.text).strip()
        for fate in (*outcome.changed, *outcome.pruned):
            yield Change(note.path, outcome.region.key, fate.place, fate.before, fate.after, fresh)


def backlink_changes(note: Note, text: str) -> Iterator[Change]:
    """Yield the entries that `backlinks` of a synthesis gains and loses."""
    before, after = backlink_names(note), backlink_names(rewritten(note, text))
    for entry in (*before, *after):
        if (entry in before) != (entry in after):
            was, now = (entry, "") if entry in before else ("", entry)
            yield Change(note.path, "backlinks", "backlinks", was, now)


def rewritten(note: Note, text: str) -> Note:
    """Return the note as it would be with another text; the digest stays that of the disk."""
    return parse_note(note.path, text, note.digest, note.readonly)


def write_of(old: Note | None, new: Note, reason: str, regions: Iterable[str] = ()) -> Write:
    """Return the write that makes a note say what its planned form says."""
    return Write(new.path, new.text, old.digest if old else None, tuple(regions), reason)


def stale_regions(plan: Plan) -> list[Diagnostic]:
    """Return a diagnostic for each region that is not what a rebuild would make it."""
    return [
        Diagnostic(
            STALE_REGION,
            path,
            Finding(
                outcome.region.begin,
                Message(
                    f"zone «\u00a0{outcome.region.key}\u00a0» pas à jour",
                    f"region '{outcome.region.key}' is stale",
                ),
                Message("vaultkit rebuild la met à jour", "vaultkit rebuild brings it up to date"),
            ),
        )
        for path, refreshed in plan.refreshed.items()
        for outcome in refreshed.outcomes
        if outcome.stale
    ]


def broken(note: Note, findings: Sequence[Finding]) -> Message:
    """Return the refusal of a note whose markers are broken: the first thing that is wrong, and its line."""
    line = note.lines.line(findings[0].span.start) + 1
    said = findings[0].message
    return Message(f"ligne {line}\u00a0: {said.fr}", f"line {line}: {said.en}")


def unwritable(note: Note, outside: Container[str]) -> Message | None:
    """Return why a note must not be written, None if it may; `outside` are the paths behind a link out of the vault."""
    if note.readonly:
        return Message("cette note n’est pas en UTF-8", "this note is not UTF-8")
    if note.path in outside:
        return Message(
            "cette note est derrière un lien qui sort du coffre",
            "this note lies behind a link out of the vault",
        )
    if has_merge_markers(note.text):
        return Message(
            "cette note contient des marques de conflit de fusion",
            "this note holds merge conflict markers",
        )
    return None


def in_conflict(mission: Mission) -> Message | None:
    """Return why a synthesis is not written from its notes: one of them says two things at once."""
    for note in mission.children:
        if has_merge_markers(note.text):
            return Message(
                f"sa note «\u00a0{note.name}\u00a0» contient des marques de conflit de fusion",
                f"its note '{note.name}' holds merge conflict markers",
            )
    return None


def failed(error: Exception) -> Message:
    """Return the refusal of a note that vaultkit fails at: what and where, and nothing of the note."""
    said = where_failed(error)
    return Message(
        f"une erreur de vaultkit empêche de la calculer ({said})\u00a0; les autres notes n’en souffrent pas",
        f"a fault of vaultkit keeps it from being worked out ({said}); the other notes do not suffer from it",
    )


def where_failed(error: Exception) -> str:
    """Return the type of an error and the last place of ours that it came through, without the words of any note."""
    at, place = error.__traceback__, "?"
    home = Path(vaultkit.__file__).parent
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        if file.is_relative_to(home):
            place = f"{file.relative_to(home).as_posix()}:{at.tb_lineno}"
        at = at.tb_next
    return f"{type(error).__name__}, {place}"


def unknown_notes(paths: Sequence[str]) -> Refused:
    """Return the refusal to drop what has no source while nobody knows what these notes or folders say."""
    count, first = len(paths), paths[0]
    return Refused(
        Message(
            f"notes qu’on ne peut pas lire sur cette machine\u00a0: {count} ({first}…)\u00a0; ce qui semble sans note "
            "source en a peut-être une\u00a0: les télécharger ou en rétablir l’accès d’abord",
            f"notes that cannot be read on this machine: {count} ({first}…); what seems to have no source note may "
            "have one: download them or restore the access to them first",
        )
    )


def unexpected(expected: int, found: int) -> Refused:
    """Return the refusal of a plan that would change another number of notes than was expected."""
    return Refused(
        Message(
            f"notes à écrire\u00a0: {found} au lieu de {expected}\u00a0; rien n’a été écrit",
            f"notes that would change: {found}, not {expected}; nothing was written",
        )
    )
