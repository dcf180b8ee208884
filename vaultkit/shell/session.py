"""A vault opened: read once, then asked and changed through one object."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultkit.audit.gathering import Gathering
from vaultkit.audit.mission import alone, is_frozen
from vaultkit.audit.model import Mission
from vaultkit.diagnostics import Diagnostic
from vaultkit.edits import Change, Changes, Write
from vaultkit.errors import VaultkitError
from vaultkit.markdown.marks import HOLDS_QUERY
from vaultkit.markdown.note import Note
from vaultkit.rules.choice import chosen
from vaultkit.schema.model import SchemaSet
from vaultkit.settings import LANGUAGES, Settings
from vaultkit.shell import opening, resources
from vaultkit.shell.cache.store import Store
from vaultkit.shell.configuration import vault_schemas
from vaultkit.shell.files import DiskFiles, Files
from vaultkit.shell.following import Problem, made_and_changed, problems_now, read_anew
from vaultkit.shell.obsidian import FOLDER, app_settings
from vaultkit.shell.opening import Opened, Reading
from vaultkit.shell.planning import (
    Done,
    Plan,
    Planned,
    broken,
    failed,
    in_conflict,
    unwritable,
    with_serialized,
)
from vaultkit.shell.walk import FileEntry, outside_paths, own_entries
from vaultkit.text import LineIndex, Message
from vaultkit.vault.app import AppSettings
from vaultkit.vault.index import VaultIndex, file_key

if TYPE_CHECKING:
    from vaultkit.render.refresh import Refreshed
    from vaultkit.render.scene import Scene
    from vaultkit.rules.hidden import Hidden
    from vaultkit.rules.rule import Look
    from vaultkit.shell.asking import Oracle
    from vaultkit.shell.checking import Ahead
    from vaultkit.shell.fresh import FreshPlans
    from vaultkit.shell.rendering import Rendering
    from vaultkit.vault.graph import LinkGraph


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
        #: Called before each write of a command that a person gave: it may have to wait a moment.
        self.courtesy: Callable[[Write], None] | None = None
        self.problems: list[Problem] = []
        self.timings: dict[str, float] = {}
        self.store = Store(None)
        self.seen = 0  # when the files were looked at, in nanoseconds since 1970
        self._planned: dict[str, Planned] = {}
        self._asked: set[str] = set()  # the notes into which the answer of a query went when last planned
        self._scanned: Sequence[Problem] = ()
        self._ahead: Ahead | None = None

    @classmethod
    def open(cls, root: Path, files: Files | None = None, how: Reading = Reading()) -> Session:  # noqa: B008 - frozen
        """Read the vault at `root`, as it stands on the disk or in another state of its files.

        Raises WrongSettings for settings that cannot be understood.
        """
        files = files or DiskFiles(root)
        return cls.of(root, files, opening.opened(root, files, how))

    @classmethod
    def of(cls, root: Path, files: Files, opened: Opened) -> Session:
        """Return the session of a vault that was read."""
        session = cls(root, files, opened.settings, opened.index, opened.entries, opened.app)
        session.problems = list(opened.problems)
        session.timings = opened.timings
        session._scanned = opened.scanned
        session.store, session.seen = opened.store, opened.seen
        return session

    # ------------------------------------------------------------------------------ asking

    @cached_property
    def gathering(self) -> Gathering:
        """Which note belongs where, made when first asked for."""
        return Gathering.of(self.index, self.settings.vault_language or None)

    @cached_property
    def missions(self) -> tuple[Mission, ...]:
        """The missions of the vault; templates and settings of vaultkit are no part of them."""
        return self.gathering.missions

    @cached_property
    def file_times(self) -> dict[str, tuple[int, int]]:
        """When each file was made and last changed, in milliseconds since 1970."""
        return made_and_changed(self.entries)

    @cached_property
    def graph(self) -> LinkGraph:
        """The links between the files of the vault, made when first asked for."""
        from vaultkit.vault.graph import LinkGraph

        return LinkGraph.of(self.index)

    def with_notes(self, notes: Iterable[Note]) -> Session:
        """Return a session in which these notes say what is planned, for planning the next step."""
        return self.with_index(self.index.with_notes(notes))

    def with_index(self, index: VaultIndex, moves: Mapping[str, str] | None = None) -> Session:
        """Return a session in which the vault is as planned, with files at other paths after `moves`."""
        to = moves or {}
        entries = [replace(e, path=to[e.path]) if e.path in to else e for e in self.entries]
        other = Session(self.root, self.files, self.settings, index, entries, self.app)
        other._rendering = self._rendering.follow(other._template_texts)
        return other

    def follow(
        self,
        files: Mapping[str, FileEntry | None],
        entries: Sequence[FileEntry],
        notes: Mapping[str, Note] | None = None,
        scan_problems: Sequence[Problem] | None = None,
    ) -> Session:
        """Return the session of the vault after these files came, changed or went (None).

        `entries` are all its files now, `notes` what some of them say. Only the others are read; what they
        have nothing to do with is taken over as it is. A note that cannot be read stays as it was last known.
        `scan_problems` are those of a look at all files, None if there was none since.
        """
        index, problems = read_anew(self.files, self.settings, self.index, files, (notes or {}).values())
        other = self._followed(index, files.keys(), entries)
        other.problems = [*problems_now(self.problems, self._scanned, scan_problems, files.keys()), *problems]
        other._scanned = self._scanned if scan_problems is None else scan_problems
        return other

    def forget_answers(self) -> Session:
        """Return a session like this one in which each query is asked anew, as on another day."""
        return self.follow({}, self.entries)

    def _followed(self, index: VaultIndex, changed: Collection[str], entries: Sequence[FileEntry]) -> Session:
        """Return a session of `index` that keeps what was worked out and is still true."""
        other = Session(self.root, self.files, self.settings, index, entries, self.app)
        other.timings = dict(self.timings)
        other.gathering = self.gathering.follow(index, changed)
        notes = index.notes
        asking = (path for path in changed if path in notes and notes[path].marks & HOLDS_QUERY)
        other._asking = (self._asking - frozenset(changed)) | frozenset(asking)
        other._asked = self._asked & notes.keys()
        gathered = other.gathering.gathered
        other._planned = {
            path: planned
            for path, planned in self._planned.items()
            if not planned.asked and path in gathered and gathered[path].mission is planned.mission
        }
        known = self.__dict__
        if "graph" in known:
            other.graph = self.graph.follow(index, changed)
        if "schemas" in known:
            other.schemas = self.schemas
        if "hidden" in known:
            other.hidden = self.hidden.follow(index, changed)
        other._rendering = self._rendering.follow(other._template_texts)
        if "_oracle" in known:
            other._oracle.follow(self._oracle, changed)
        return other

    def renewed(self, settings: Settings, entries: Sequence[FileEntry]) -> Session:
        """Return the session after the templates, the schemas or the settings of the vault have changed."""
        app, misread = app_settings(self.files)
        other = Session(self.root, self.files, settings, self.index, entries, app)
        left = (each for each in self.problems if not each[0].startswith(f"{FOLDER}/"))
        other.problems = [*left, *misread]
        other._scanned = self._scanned
        other._asked = set(self._asked)
        return other

    def plan(
        self,
        prune: bool = False,
        only: Container[str] | None = None,
        properties: bool = True,
        trust: bool = False,
    ) -> Plan:
        """Return what a rebuild would write: the regions and `backlinks` of every active synthesis.

        `only` are the paths of the notes to look at, all if None; `properties` says if they may change. With `trust`
        those are left out that are known to be up to date, as none of what they rest on has changed since.
        """
        began = time.perf_counter()
        writes: list[Write] = []
        summary: list[Change] = []
        refused: list[tuple[str, Message]] = []
        faults: list[tuple[str, Message]] = []
        results: dict[str, Refreshed] = {}
        fresh = self._fresh_plans.regions if trust and not prune else {}
        for mission in self._active(only, fresh):
            try:
                planned = self.planned(mission, prune)
                write = None if planned.refreshed.refused else planned.write(properties)
                changes = list(planned.changes(write)) if write else []
            except VaultkitError:
                raise
            except Exception as error:  # one note must not stop the others
                faults.append((mission.path, failed(error)))
                continue
            results[mission.path] = planned.refreshed
            if planned.refreshed.refused:
                refused.append((mission.path, broken(mission.synthesis, planned.refreshed.refused)))
            elif write and (blocked := self.blocked(mission.synthesis) or in_conflict(mission)):
                refused.append((mission.path, blocked))
            elif write:
                writes.append(write)
                summary += changes
        if not prune and only is None:
            self._fresh_plans.learn(self._planned[path] for path in results)
        self.timings["plan"] = time.perf_counter() - began
        changed = Changes(tuple(writes), tuple(summary), (*refused, *faults))
        return Plan(changed, results, tuple(faults), fresh)

    def _active(self, only: Container[str] | None, fresh: Container[str]) -> Iterator[Mission]:
        """Yield those of `refreshable` that a rebuild writes to, but for those that are known to be up to date."""
        for path, each in self.gathering.gathered.items():
            if each.active and path not in fresh and (only is None or path in only):
                yield each.mission
        yield from (alone for alone in self._alone if only is None or alone.path in only)

    def planned(self, mission: Mission, prune: bool = False) -> Planned:
        """Return what a rebuild makes of the synthesis of a mission; worked out once."""
        from vaultkit.render.backlinks import backlink_edits

        known = None if prune else self.known_plan(mission)
        if known is not None:
            return known
        self._rendering.asked = False
        refreshed = self.refresh(mission, prune)
        planned = Planned(mission, refreshed)
        if not refreshed.refused:
            serialized = self._rendering.serialized(mission.synthesis, lambda: self._oracle)
            planned = Planned(
                mission,
                with_serialized(refreshed, serialized),
                (*refreshed.edits, *serialized.edits),
                tuple(backlink_edits(self.index, mission)),
                bool(serialized.edits),
            )
        planned = replace(planned, asked=self._rendering.asked)
        if not prune:
            self._planned[mission.path] = planned
            (self._asked.add if planned.asked else self._asked.discard)(mission.path)
        return planned

    def known_plan(self, mission: Mission) -> Planned | None:
        """Return what `planned` has already worked out for a mission."""
        known = self._planned.get(mission.path)
        return known if known is not None and known.mission is mission else None

    def refresh(self, mission: Mission, prune: bool = False) -> Refreshed:
        """Return the synthesis of a mission with its regions rendered anew."""
        from vaultkit.render.refresh import refresh

        return refresh(mission.synthesis, self.scene(mission, prune), self._rendering.explain)

    def scene(self, mission: Mission, prune: bool = False) -> Scene:
        """Return what the regions of a synthesis are made from."""
        from vaultkit.render.scene import Scene

        draw = self._rendering
        ask = partial(draw.ask, lambda: self._oracle)
        return Scene(mission, self.index, draw.render, prune, ask, self.settings.tracking_matrix)

    @cached_property
    def _fresh_plans(self) -> FreshPlans:
        from vaultkit.shell.fresh import FreshPlans

        return FreshPlans(self.store, self.files, self.entries, self.seen, self.settings, self.gathering)

    @cached_property
    def schemas(self) -> SchemaSet:
        """The schemas of the vault, made when first asked for."""
        return vault_schemas(self.files, own_entries(self.entries), self.settings)

    @cached_property
    def hidden(self) -> Hidden:
        """The secrets of the vault, found when a message could say one."""
        from vaultkit.rules.hidden import Hidden

        return Hidden(self.index)

    def look(self, plan: Plan, hints: int = 0, asked: Collection[str] | None = None) -> Look:
        """Return what rules look at; `hints` says for how many unresolved links the nearest name is looked up.

        `asked` are the paths of the notes that will be asked about, all if None.
        """
        refreshed = dict(plan.refreshed)
        for path in plan.fresh:
            refreshed[path] = self.planned(self.gathering.gathered[path].mission).refreshed
        missions = self.missions if asked is None else self.gathering.concerned(asked)
        return self._look(missions, refreshed, hints, asked)

    def _look(
        self,
        missions: Sequence[Mission],
        refreshed: Mapping[str, Refreshed],
        hints: int = 0,
        asked: Collection[str] | None = None,
    ) -> Look:
        from vaultkit.rules.rule import Look

        every = None if asked is None else lambda: self.missions
        today, copies = datetime.now().astimezone().date(), self.gathering.copies
        stale = self.settings.tracking_stale_days
        around = (today, copies, every, asked, lambda: self.hidden, stale)
        return Look(self.index, missions, refreshed, [hints], self.app, self.schemas, *around)

    def check(self, plan: Plan, asked: Iterable[str] | None = None, hints: int = 0) -> list[Diagnostic]:
        """Return what is wrong in the files asked about, all if None, by path and place.

        `hints` is as in `look`. What is said once for the whole vault is said only where all is asked about.
        """
        from vaultkit.shell.checking import found_in, unreadable

        began = time.perf_counter()
        wanted = None if asked is None else frozenset(asked)
        found = found_in(self.look(plan, hints, wanted), wanted, self._ahead)
        found += unreadable((*self.problems, *plan.faults), wanted)
        self.timings["check"] = time.perf_counter() - began
        return list(chosen(found, self.settings, self.index.notes))

    def lines(self, path: str) -> LineIndex | None:
        """Return the text of a file that a diagnostic is about, by lines; None if it is not known."""
        known = self.index.notes.get(path) or self.index.canvases.get(path)
        if known is not None:
            return known.lines
        text = self.schemas.texts.get(path)
        return None if text is None else LineIndex(text)

    # ----------------------------------------------------------------------------- writing

    def apply(
        self,
        changes: Changes,
        command: str,
        clean: bool = True,
        stopping: Callable[[], bool] | None = None,
    ) -> Done:
        """Make the writes; one refused note does not stop the others. Each is in the journal first.

        `clean` removes what interrupted writes have left. `stopping` is asked before each write: where it says
        so, the rest is neither written nor refused. Raises VaultkitError where the journal cannot be used; once
        something is written, what is left is refused instead.
        """
        from vaultkit.shell.applying import apply_writes

        return apply_writes(self, changes, command, clean, stopping)

    def check_ahead(self) -> Ahead:
        """Begin to check what no plan can matter to, where there are processes to spare; it ends with the block."""
        from vaultkit.shell.checking import Ahead

        self._ahead = Ahead(self._look((), {}))
        return self._ahead

    def rebuild(self, prune: bool = False, expect: int | None = None) -> tuple[Done, Session, Plan]:
        """Write what `plan` says; a note that changed underneath is read and planned again.

        Returns what was done, the session that it was planned from last, and its plan. Raises Refused
        if not exactly `expect` notes would change.
        """
        from vaultkit.shell.rounds import rebuilt

        return rebuilt(self, prune, expect)

    def again(self) -> Session:
        """Return the vault as it stands on the disk now."""
        if self._ahead:
            self._ahead.stop()
        session = Session.open(self.root)
        session.courtesy = self.courtesy
        return session

    # ------------------------------------------------------------------------------ inside

    @property
    def refreshable(self) -> tuple[Mission, ...]:
        """The missions, and each note beside them that has a region of a kind that any note can have."""
        return (*self.missions, *self._alone)

    def target(self, path: str) -> Mission | None:
        """Return the mission of the note at `path` if it is one of `refreshable`."""
        if path in self.gathering.gathered:
            return self.gathering.gathered[path].mission
        return next((alone for alone in self._alone if alone.path == path), None)

    @property
    def asks(self) -> bool:
        """Whether the answer of a query stands in any note: then what each note says may matter anywhere."""
        return bool(self._asking or self._asked)

    def rests_on(self, target: str, path: str) -> bool:
        """Whether what the note `target` is to say may depend on the note at `path`."""
        gathered = self.gathering.gathered.get(target)
        planned = self._planned.get(target)
        asks = self.asks if planned is None else planned.asked
        return asks or gathered is None or path in gathered.notes

    def is_said(self, path: str, target: str) -> bool:
        """Whether the mission of the note `target` says the name of the file at `path`, or could."""
        gathered = self.gathering.gathered.get(target)
        return gathered is not None and file_key(path) in gathered.names

    @cached_property
    def _alone(self) -> tuple[Mission, ...]:
        """The notes that are no syntheses and have a region of a kind that any note can have."""
        known = self.gathering.gathered
        asking = (self.index.notes[path] for path in sorted(self._asking) if path not in known)
        return tuple(alone(note, self.language) for note in asking if not is_frozen(note))

    @cached_property
    def _asking(self) -> frozenset[str]:
        """The paths of the notes that hold a query to be answered."""
        return self.index.marked(HOLDS_QUERY)

    @property
    def language(self) -> str:
        """The language of what is generated: it depends on the vault alone, never on the machine."""
        return self.settings.vault_language or self.own_language or LANGUAGES[0]

    @property
    def own_language(self) -> str | None:
        """The language of the first synthesis, None where there is none."""
        return next((each.language for each in self.gathering.gathered.values()), None)

    @cached_property
    def _rendering(self) -> Rendering:
        from vaultkit.shell.rendering import Rendering

        return Rendering(self._template_texts)

    @property
    def _template_texts(self) -> Callable[[], Mapping[str, str]]:
        return partial(resources.region_templates, self.files, own_entries(self.entries), self.settings)

    @cached_property
    def _oracle(self) -> Oracle:
        from vaultkit.shell.asking import Oracle

        vault = self.graph if "graph" in vars(self) else self.index
        return Oracle(self.files, vault, partial(made_and_changed, self.entries), self.language)

    @cached_property
    def _outside(self) -> frozenset[str]:
        return outside_paths(self.entries)

    def blocked(self, note: Note) -> Message | None:
        """Return why a note must not be written, None if it may."""
        return unwritable(note, self._outside)
