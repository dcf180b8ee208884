"""A vault opened: read once, then asked and changed through one object."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vaultkit.audit.mission import alone, backlink_names, is_frozen, missions
from vaultkit.audit.model import Mission
from vaultkit.diagnostics import Diagnostic, Finding
from vaultkit.edits import Change, Changes, Write, apply_edits
from vaultkit.errors import Refused
from vaultkit.markdown.canvas import parse_canvas
from vaultkit.markdown.conflicts import has_merge_markers
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region
from vaultkit.render.backlinks import backlink_edits
from vaultkit.render.kinds import Scene
from vaultkit.render.refresh import Outcome, Refreshed, refresh
from vaultkit.render.serialized import Serialized, refresh_serialized
from vaultkit.rules.choice import chosen
from vaultkit.rules.kinds import STALE_REGION, UNREADABLE
from vaultkit.rules.registry import check, check_canvas, check_vault
from vaultkit.rules.rule import Look
from vaultkit.schema.model import SchemaSet
from vaultkit.settings import LANGUAGES, Settings
from vaultkit.shell import disk, resources
from vaultkit.shell.collector import without_collector
from vaultkit.shell.configuration import vault_schemas, vault_settings
from vaultkit.shell.files import DiskFiles, Files
from vaultkit.shell.journal import Journal
from vaultkit.shell.obsidian import app_settings
from vaultkit.shell.walk import FileEntry
from vaultkit.text import LineIndex, Message, Span
from vaultkit.vault.app import AppSettings
from vaultkit.vault.graph import LinkGraph
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.sources import SERIALIZED

if TYPE_CHECKING:
    from vaultkit.render.templates import Templates
    from vaultkit.shell.asking import Oracle

#: How often a plan is made anew when notes change underneath, before the note is refused.
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rebuild would do: the changes, and what became of the regions of each synthesis."""

    changes: Changes
    refreshed: Mapping[str, Refreshed] = field(default_factory=dict)


@dataclass(slots=True)
class Done:
    """What was done: the notes written (with their regions), what was refused, what to be told beside."""

    written: list[Write] = field(default_factory=list)
    refused: list[tuple[str, Message]] = field(default_factory=list)
    summary: list[Change] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)


class Session:
    """The one object that changes: an index of the vault at `root`, and the way to write to it."""

    def __init__(
        self,
        root: Path,
        files: Files,
        settings: Settings,
        index: VaultIndex,
        entries: Sequence[FileEntry],
        app: AppSettings,
    ) -> None:
        self.root = root
        self.files = files
        self.settings = settings
        self.index = index
        self.entries = entries
        self.app = app
        self.problems: list[tuple[str, Message]] = []
        self.timings: dict[str, float] = {}
        self._outside = frozenset(entry.path for entry in entries if entry.outside)

    @classmethod
    def open(cls, root: Path, files: Files | None = None) -> Session:
        """Read the vault at `root`, as it stands on the disk or in another state of its files.

        Raises WrongSettings for settings that cannot be understood.
        """
        began = time.perf_counter()
        files = files or DiskFiles(root)
        found = files.scan()
        settings = vault_settings(files, found.files)
        with without_collector():
            sources, problems = files.read_all(
                [f for f in found.files if f.is_note and not settings.is_internal(f.path)]
            )
            read = time.perf_counter()
            notes = [parse_note(path, s.text, s.digest, s.readonly) for path, s in sources.items()]
            boards, unread = files.read_all([f for f in found.files if _is_canvas(f.path)])
            canvases = [parse_canvas(path, s.text, s.digest) for path, s in boards.items()]
            others = (f.path for f in found.files if f.path not in sources and f.path not in boards)
            app, misread = app_settings(files)
            index = VaultIndex.of(notes, others, canvases)
            session = cls(root, files, settings, index, found.files, app)
        session.problems = [*found.problems, *problems, *unread, *misread]
        session.timings = {"read": read - began, "parse": time.perf_counter() - read}
        return session

    # ------------------------------------------------------------------------------ asking

    @cached_property
    def missions(self) -> tuple[Mission, ...]:
        """The missions of the vault; templates and settings of vaultkit are no part of them."""
        return missions(self.index, self.settings.vault_language or None)

    @cached_property
    def file_times(self) -> dict[str, tuple[int, int]]:
        """When each file was made and last changed, in milliseconds since 1970."""
        return {e.path: (e.ctime_ns // 1_000_000, e.mtime_ns // 1_000_000) for e in self.entries}

    @cached_property
    def graph(self) -> LinkGraph:
        """The links between the files of the vault, made when first asked for."""
        return LinkGraph.of(self.index)

    def with_notes(self, notes: Iterable[Note]) -> Session:
        """Return a session in which these notes say what is planned, for planning the next step."""
        return self.with_index(self.index.with_notes(notes))

    def with_index(self, index: VaultIndex, moves: Mapping[str, str] | None = None) -> Session:
        """Return a session in which the vault is as planned, with files at other paths after `moves`."""
        entries = self.entries
        if moves:
            entries = [replace(entry, path=moves.get(entry.path, entry.path)) for entry in entries]
        other = Session(self.root, self.files, self.settings, index, entries, self.app)
        other._outside = self._outside
        other._templates = self._templates
        return other

    def plan(self, prune: bool = False, only: Container[str] | None = None) -> Plan:
        """Return what a rebuild would write: the regions and `backlinks` of every active synthesis.

        `only` are the paths of the notes to look at, all if None.
        """
        began = time.perf_counter()
        writes: list[Write] = []
        summary: list[Change] = []
        refused: list[tuple[str, Message]] = []
        results: dict[str, Refreshed] = {}
        for mission in self.refreshable:
            if not mission.active or (only is not None and mission.path not in only):
                continue
            refreshed = self.refresh(mission, prune)
            results[mission.path] = refreshed
            if refreshed.refused:
                refused.append((mission.path, self._broken(mission.synthesis, refreshed.refused)))
                continue
            note = mission.synthesis
            backlinks = backlink_edits(self.index, mission)
            serialized = self._serialized(note)
            results[mission.path] = with_serialized(refreshed, serialized)
            text = apply_edits(note.text, [*refreshed.edits, *backlinks, *serialized.edits])
            if text == note.text:
                continue
            if blocked := self.blocked(note):
                refused.append((note.path, blocked))
                continue
            names = [outcome.region.key for outcome in refreshed.outcomes if outcome.stale]
            names += ["backlinks"] if backlinks else []
            names += ["dataview-serializer"] if serialized.edits else []
            writes.append(Write(note.path, text, note.digest, tuple(names), "rebuild"))
            summary += changes_of(note, refreshed.outcomes)
            summary += backlink_changes(note, text) if backlinks else ()
        self.timings["plan"] = time.perf_counter() - began
        return Plan(Changes(tuple(writes), tuple(summary), tuple(refused)), results)

    def refresh(self, mission: Mission, prune: bool = False) -> Refreshed:
        """Return the synthesis of a mission with its regions rendered anew."""
        scene = Scene(mission, self.index, self._render, prune, self._ask)
        return refresh(mission.synthesis, scene, self._explain)

    @cached_property
    def schemas(self) -> SchemaSet:
        """The schemas of the vault, made when first asked for."""
        return vault_schemas(self.files, self.entries, self.settings)

    def look(self, plan: Plan, hints: int = 0) -> Look:
        """Return what rules look at; `hints` says for how many unresolved links the nearest name is looked up."""
        today = datetime.now().astimezone().date()
        return Look(self.index, self.missions, plan.refreshed, [hints], self.app, self.schemas, today)

    def check(self, plan: Plan, asked: Iterable[str] | None = None, hints: int = 0) -> list[Diagnostic]:
        """Return what is wrong in the files asked about, all if None, by path and place.

        `hints` is as in `look`. What is said once for the whole vault is said only where all is asked about.
        """
        began = time.perf_counter()
        look = self.look(plan, hints)
        wanted = None if asked is None else frozenset(asked)
        notes = [note for note in self.index if wanted is None or note.path in wanted]
        found = list(check(look, notes))
        for path, canvas in sorted(self.index.canvases.items()):
            if wanted is None or path in wanted:
                found += check_canvas(look, canvas)
        if wanted is None:
            found += check_vault(look)
        found += [
            Diagnostic(UNREADABLE, path, Finding(Span(0, 0), message))
            for path, message in self.problems
            if wanted is None or path in wanted
        ]
        self.timings["check"] = time.perf_counter() - began
        return list(chosen(found, self.settings, self.index.notes))

    def lines(self, path: str) -> LineIndex | None:
        """Return the text of a file that a diagnostic is about, by lines; None if it is not known."""
        known = self.index.notes.get(path) or self.index.canvases.get(path)
        if known is not None:
            return known.lines
        text = self.schemas.texts.get(path)
        return None if text is None else LineIndex(text)

    def stale(self, plan: Plan) -> list[Diagnostic]:
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

    # ----------------------------------------------------------------------------- writing

    def apply(self, changes: Changes, command: str) -> Done:
        """Make the writes; one refused note does not stop the others. Each is in the journal first."""
        done = Done(refused=list(changes.refused))
        if not changes.writes:
            return done
        with Journal.open(self.root) as journal:
            journal.begin(command)
            for write in changes.writes:
                note = self.index.notes.get(write.path)
                if note and (blocked := self.blocked(note)):
                    done.refused.append((write.path, blocked))
                    continue
                try:
                    if disk.apply(self.root, write, journal).written:
                        done.written.append(write)
                        done.summary += [c for c in changes.summary if c.path == write.path]
                except Refused as error:
                    done.refused.append((write.path, error.message))
            done.notices += [
                Message(f"{path}\u00a0: {m.fr}", f"{path}: {m.en}")
                for path, m in disk.clean(self.root, journal)
            ]
            done.notices += [journal.notice] if journal.notice else []
        return done

    def rebuild(self, prune: bool = False, expect: int | None = None) -> tuple[Done, Session, Plan]:
        """Write what `plan` says; a note that changed underneath is read and planned again.

        Returns what was done, the session that it was planned from last, and its plan. Raises Refused
        if not exactly `expect` notes would change.
        """
        session, total = self, Done()
        for number in range(ROUNDS):
            plan = session.plan(prune)
            if expect is not None and number == 0 and len(plan.changes.writes) != expect:
                raise unexpected(expect, len(plan.changes.writes))
            done = session.apply(plan.changes, "rebuild")
            total.written += done.written
            total.summary += done.summary
            total.notices += done.notices
            total.refused = done.refused
            changed = {path for path, _ in done.refused} - {path for path, _ in plan.changes.refused}
            if not changed:
                break
            session = Session.open(self.root)
        return total, session, plan

    # ------------------------------------------------------------------------------ inside

    @property
    def refreshable(self) -> tuple[Mission, ...]:
        """The missions, and each note beside them that has a region of a kind that any note can have."""
        return (*self.missions, *self._alone)

    @cached_property
    def _alone(self) -> tuple[Mission, ...]:
        """The notes that are no syntheses and have a region of a kind that any note can have."""
        known = {mission.path for mission in self.missions}
        return tuple(
            alone(note, self.language)
            for note in self.index
            if ("vaultkit:begin query" in note.text or SERIALIZED.search(note.text))
            and note.path not in known
            and not is_frozen(note)
        )

    @property
    def language(self) -> str:
        """The language of what is generated: it depends on the vault alone, never on the machine."""
        own = next((mission.language for mission in self.missions), LANGUAGES[0])
        return self.settings.vault_language or own

    @cached_property
    def _oracle(self) -> Oracle:
        from vaultkit.shell.asking import Oracle, file_times

        return Oracle(self.files, self.graph, file_times(self.file_times), self.language)

    def _ask(self, text: str, origin: str) -> str:
        return self._oracle.markdown(text, origin)

    def _serialized(self, note: Note) -> Serialized:
        """Return what becomes of the results of Dataview Serializer in a note."""
        if not SERIALIZED.search(note.text):
            return Serialized()
        oracle = self._oracle
        return refresh_serialized(note, oracle.markdown, oracle.inline, unique=oracle.is_unique)

    @cached_property
    def _templates(self) -> Templates:
        from vaultkit.render.templates import Templates

        return Templates(resources.region_templates(self.files, self.entries, self.settings))

    def _render(self, name: str, context: Mapping[str, object]) -> str:
        return self._templates.render(name, context)

    def _explain(self, error: Exception, region: Region) -> Finding | None:
        """Return what a template's or a query's fault says, at the region that it was for."""
        from vaultkit.render.templates import TemplateFault

        if not isinstance(error, TemplateFault):
            from vaultkit.shell.asking import query_fault

            return query_fault(error, region)
        place = f"{error.name}:{error.line}" if error.line else error.name
        return Finding(
            region.begin,
            Message(
                f"le modèle {place} de la zone «\u00a0{region.key}\u00a0»\u00a0: {error.message.fr}",
                f"the template {place} of the region '{region.key}': {error.message.en}",
            ),
            Message("la zone reste telle quelle", "the region stands as it stood"),
        )

    def blocked(self, note: Note) -> Message | None:
        """Return why a note must not be written, None if it may."""
        if note.readonly:
            return Message("cette note n’est pas en UTF-8", "this note is not UTF-8")
        if note.path in self._outside:
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

    @staticmethod
    def _broken(note: Note, findings: Sequence[Finding]) -> Message:
        line = note.lines.line(findings[0].span.start) + 1
        said = findings[0].message
        return Message(f"ligne {line}\u00a0: {said.fr}", f"line {line}: {said.en}")


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


def unexpected(expected: int, found: int) -> Refused:
    """Return the refusal of a plan that would change another number of notes than was expected."""
    return Refused(
        Message(
            f"notes à écrire\u00a0: {found} au lieu de {expected}\u00a0; rien n’a été écrit",
            f"notes that would change: {found}, not {expected}; nothing was written",
        )
    )


def _is_canvas(path: str) -> bool:
    return path.lower().endswith(".canvas")
