"""What the next commit touches and breaks: the index of git beside what the commit comes after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vaultkit.audit.extract import property_key
from vaultkit.audit.gathering import is_ours
from vaultkit.audit.mission import scope_of
from vaultkit.diagnostics import Diagnostic
from vaultkit.edits import Changes
from vaultkit.markdown.marks import HOLDS_QUERY, HOLDS_TEMPLATE
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.tags import all_tags
from vaultkit.rules.audit import spelled_twice
from vaultkit.rules.choice import chosen
from vaultkit.rules.kinds import STALE_REGION
from vaultkit.rules.name_words import lost_words
from vaultkit.settings import TOML_NAME
from vaultkit.shell.disk import source_of
from vaultkit.shell.git.difference import APP, is_seen
from vaultkit.shell.git.kept_schemas import unpacked
from vaultkit.shell.git.memory import Changed, Recollection, recall, remember
from vaultkit.shell.git.repository import Delta, GitFault, Repository
from vaultkit.shell.git.staged import StagedFiles
from vaultkit.shell.git.staleness import Stale as Stale
from vaultkit.shell.git.unseen import is_unseen
from vaultkit.shell.git.upheld import are_upheld, learn
from vaultkit.shell.loading import Loader
from vaultkit.shell.planning import Plan
from vaultkit.shell.session import Session
from vaultkit.text import Message, nfc
from vaultkit.vault.index import VaultIndex, file_key

if TYPE_CHECKING:
    from vaultkit.markdown.canvas import Canvas

#: For how many unresolved links a hook looks up the nearest name: each costs a pass over all names.
HINTS = 5
#: What can hold an answer about any note of the vault.
_ASKS = HOLDS_QUERY | HOLDS_TEMPLATE


class Commit:
    """The vault as git has staged it, and how it differs from what it comes after.

    `deltas` are as of `difference.changed_paths`; `changed` are the paths that differ from HEAD, gone ones too, and
    `touched` those that differ from all parents: what a merge brings as it was judged before is not judged again.
    With what is `known` of the vault it need not be read in full.
    """

    def __init__(
        self,
        repository: Repository,
        root: Path,
        deltas: Mapping[str | None, Mapping[str, Delta]],
        known: Recollection | None = None,
    ) -> None:
        self.repository = repository
        self.root = root
        self.deltas = deltas
        self._known = known
        self._upheld: list[str] = []
        self.files, self.session = self._recalled(known) or self._read()
        self.changed = frozenset(next(iter(deltas.values())))
        of_all = frozenset[str].intersection(*(frozenset(one) for one in deltas.values()))
        self.touched = of_all

    def ask_for(self, paths: Iterable[str]) -> None:
        """Take in paths to judge in full although the commit does not change them; before anything is asked."""
        self.touched = self.touched.union(paths)

    @property
    def is_first(self) -> bool:
        """Whether the repository has no commit yet."""
        return None in self.deltas

    def found(self, hints: int = HINTS) -> list[Diagnostic]:
        """Return what is wrong in the notes that the commit touches, and what it breaks elsewhere.

        `hints` is as of `Session.look`.
        """
        session = self.session
        if self.is_first:
            return session.check(self._plan, None, hints)
        if self._is_quiet:
            return session.check(Plan(Changes(())), self.touched, hints)
        found = session.check(self._plan, {*self.touched, *self._lost}, hints)
        known = session.check(self._plan, None if self._reconfigured else self._affected)
        new = self._new(
            diagnostic for diagnostic in known if diagnostic.path not in {*self.touched, *self._lost}
        )
        broken = {path for _, path, _ in new} & {*session.index.notes, *session.index.canvases}
        elsewhere = [diagnostic for diagnostic in known if diagnostic.path not in broken]
        for diagnostic in [*elsewhere, *(session.check(self._plan, broken, hints) if broken else ())]:
            if new[_key(diagnostic)]:
                new[_key(diagnostic)] -= 1
                found.append(diagnostic)
        return sorted(found, key=lambda diagnostic: (diagnostic.path, diagnostic.finding.span))

    def stale(self) -> list[Stale]:
        """Return the syntheses whose regions the commit leaves as something else than its notes give.

        Those that it touches, or whose children it touches, and of all others those that were true before.
        """
        from vaultkit.shell.git.staleness import stale_in

        if self._is_quiet:
            return []
        self._learn()
        found = {one.path: one for one in stale_in(self.session, self._plan)}
        doubtful = set(found) - self._direct
        for before in self._befores if doubtful else ():
            was = {one.path: one for one in stale_in(before, before.plan(only=doubtful))}
            for path in list(doubtful):
                if path in was:
                    found.pop(path, None)
                    doubtful.discard(path)
        return list(found.values())

    def diagnostic(self, stale: Stale, remedy: Message) -> Diagnostic | None:
        """Return what says that a synthesis is stale; None where the vault's settings or the note waive it."""
        from vaultkit.shell.git.staleness import finding_of

        said = Diagnostic(STALE_REGION, stale.path, finding_of(stale, remedy))
        return next(chosen([said], self.session.settings, self.session.index.notes), None)

    def parts_of(self, stale: Stale) -> list[str]:
        """Return the notes of the commit that a synthesis is made from, or was."""
        gone = {note.path for note in self._old_notes if stale.scope and scope_of(note) == stale.scope}
        return sorted((gone | set(stale.sources)) & self.changed - {stale.path})

    # ------------------------------------------------------------------------------ inside

    def _recalled(self, known: Recollection | None) -> tuple[StagedFiles, Session] | None:
        """Return the vault from what is known of it; None where it is to be read in full."""
        files = StagedFiles(self.repository, self.root, (), "index")
        found = recall(known, files) if known is not None else None
        if found is None:
            self._known = None
            return None
        opened, gathering = found
        session = Session.of(self.root, files, opened)
        session.gathering = gathering
        if known is not None and (schemas := unpacked(known.memory.schemas, known.store)) is not None:
            session.schemas = schemas
        return files, session

    def _read(self) -> tuple[StagedFiles, Session]:
        """Read the vault in full, and keep what it is made of."""
        from vaultkit.shell.opening import Reading

        stamp = None if self.is_first or len(self.deltas) > 1 else self.repository.index_stamp()
        files = StagedFiles(self.repository, self.root, self.repository.entries, "index")

        def then(loader: Loader) -> None:
            with suppress(GitFault):
                if stamp is not None and self.repository.index_stamp() == stamp:
                    session = self.session
                    made = remember(
                        self.repository, files, session.settings, session.gathering, session.schemas, loader
                    )
                    if made is not None:
                        learn(loader.store, made, self._unchanged, self._upheld)

        return files, Session.open(self.root, files, Reading(then=then))

    @cached_property
    def _is_quiet(self) -> bool:
        """Whether nothing can be said but of the notes that the commit changes, and no synthesis can be stale.

        So it is where no other note reads of them but what it read before, and all syntheses that they are of are
        known to be up to date.
        """
        known = self._known
        if known is None or not self._is_inert:
            return False
        return are_upheld(self._active, known.store, known.memory, known.changed, self._is_alike)

    @cached_property
    def _active(self) -> frozenset[str]:
        gathered = self.session.gathering.gathered
        return frozenset(path for path in self._direct if path in gathered and gathered[path].active)

    @cached_property
    def _is_inert(self) -> bool:
        """Whether nothing that the commit changes can matter elsewhere: no query asks about any note either."""
        session = self.session
        return (
            self.touched == self.changed
            and self._is_unseen
            and not any(schema.unique or schema.known_tags for schema in session.schemas.schemas)
            and not session.index.marked(_ASKS)
            and self._spelled_as_before
        )

    @cached_property
    def _is_unseen(self) -> bool:
        """Whether the commit changes only notes that were there, and of these only what no other note reads."""
        if self.is_first or len(self.deltas) > 1 or self.files.missing or self._reconfigured:
            return False
        gathering, before, now = (
            self.session.gathering,
            self._before_indexes[0].notes,
            self.session.index.notes,
        )
        return (
            all(
                path in now and path in before and is_unseen(before[path], now[path]) for path in self.changed
            )
            and gathering.kept_copies.follow(self.session.index, self.changed) is gathering.kept_copies
        )

    @property
    def _spelled_as_before(self) -> bool:
        """Whether no mission spells a name in more ways than it did."""
        before, now = self._before_indexes[0].notes, self.session.index.notes
        lost = [lost_words(before[path].text, now[path].text) for path in self.changed if is_ours(now[path])]
        return all(words is not None and (not words or words.isdisjoint(self._doubtful)) for words in lost)

    @cached_property
    def _doubtful(self) -> frozenset[str]:
        """The names that the missions of the changed notes spell in several ways, unless they are common words."""
        missions = self.session.gathering.concerned(self.changed)
        return frozenset[str]().union(*map(spelled_twice, missions))

    def _is_alike(self, path: str, oid: str) -> bool:
        """Whether others read the same of a note as of what git knows by this name."""
        now, delta = self.session.index.notes.get(path), self._delta(path)
        if now is None or not oid:
            return False
        if delta is not None and delta.before is not None and delta.before.oid == oid:
            return is_unseen(self._before_indexes[0].notes[path], now)
        data = self.repository.blobs([oid])[oid]
        if data is None:
            return False
        source = source_of(data)
        return is_unseen(parse_note(path, source.text, source.digest, source.readonly), now)

    def _delta(self, path: str) -> Delta | None:
        return next(iter(self.deltas.values())).get(path)

    def _learn(self) -> None:
        """Keep which of the syntheses that were worked out are up to date; not where the answer of a query stands."""
        session = self.session
        for path, refreshed in self._plan.refreshed.items():
            each = session.gathering.gathered.get(path)
            planned = session.known_plan(each.mission) if each else None
            if planned is None or planned.asked or planned.mission.synthesis.marks & _ASKS:
                continue
            if not refreshed.refused and not refreshed.faults and planned.write() is None:
                self._upheld.append(path)
        if self._known is not None and self._upheld:
            known = self._known
            learn(known.store, known.memory.made, known.changed | self._unchanged, self._upheld)

    @property
    def _unchanged(self) -> Changed:
        """What HEAD has where the commit changes nothing that others read: what is up to date now was so then."""
        if not self._is_unseen:
            return {}
        deltas = {path: delta.before for path in self.changed if (delta := self._delta(path))}
        return {path: before.oid for path, before in deltas.items() if before}

    @cached_property
    def _plan(self) -> Plan:
        """What a rebuild would do to the syntheses that the commit can have made stale."""
        everything = self.is_first or self._reconfigured
        return self.session.plan(only=None if everything else {*self._direct, *self._indirect})

    @cached_property
    def _direct(self) -> frozenset[str]:
        """The syntheses that the commit touches, or one of whose children, also one that is gone."""
        if self.is_first:
            return frozenset(mission.path for mission in self.session.refreshable)
        scopes = {scope_of(note) for note in self._old_notes} - {""}
        gathered, near = self.session.gathering.gathered, self.changed | self.touched
        missions = {path for path, each in gathered.items() if path in near or each.scope in scopes}
        return frozenset(missions | self._of_notes | {path for path in near if self._asks(path)})

    @cached_property
    def _of_notes(self) -> frozenset[str]:
        """The syntheses that the commit changes, or one of whose children; of the other missions none is made."""
        return frozenset(mission.path for mission in self.session.gathering.concerned(self.changed))

    def _asks(self, path: str) -> bool:
        """Whether a note holds a region that can hold an answer about any note."""
        note = self.session.index.notes.get(path)
        return note is not None and bool(note.marks & _ASKS)

    @cached_property
    def _indirect(self) -> frozenset[str]:
        """The other notes with regions that can hold an answer about any note, or about a link that moved."""
        gathered, index = self.session.gathering.gathered, self.session.index
        ours = (self._affected | index.marked(HOLDS_TEMPLATE)) & gathered.keys()
        return index.marked(HOLDS_QUERY) | ours

    @cached_property
    def _reconfigured(self) -> bool:
        """Whether the commit changes what vaultkit or the app is told about the whole vault."""
        settings = self.session.settings
        return any(settings.is_internal(path) or path == TOML_NAME or path in APP for path in self.changed)

    @cached_property
    def _old_notes(self) -> list[Note]:
        """The notes that the commit changes or takes away, as they were."""
        return [
            before.notes[path]
            for before in self._before_indexes[:1]
            for path in self.changed
            if path in before.notes
        ]

    @cached_property
    def _new_notes(self) -> list[Note]:
        """The notes that the commit changes or brings, as they are."""
        notes = self.session.index.notes
        return [notes[path] for path in self.changed if path in notes]

    @cached_property
    def _scopes(self) -> frozenset[str]:
        """The missions that a changed note is of, or was."""
        return frozenset(filter(None, (scope_of(note) for note in (*self._old_notes, *self._new_notes))))

    @cached_property
    def _lost(self) -> frozenset[str]:
        """The notes that git cannot read and that can be of a mission with a change.

        Of which mission one was nobody can say: those that a note of the mission links to, or stands beside.
        """
        if not self.files.missing or self.is_first:
            return frozenset()
        from vaultkit.shell.git.naming import leads

        members = [note for note in self.session.index if scope_of(note) in self._scopes]
        members += [m for m in self._old_notes if scope_of(m)]
        folders = {note.path.rpartition("/")[0] for note in members}
        return frozenset(
            path
            for path in self.files.missing
            if path.rpartition("/")[0] in folders
            or any(leads(note, {file_key(path), _bare(file_key(path))}) for note in members)
        )

    @cached_property
    def _alike(self) -> frozenset[str]:
        """The notes that share a tag or value with a changed one, where a schema asks whether others have it."""
        schemas = self.session.schemas.schemas
        keys = {key.lower() for schema in schemas for key in schema.unique}
        if not keys and not any(schema.known_tags for schema in schemas):
            return frozenset()
        words = {word for note in (*self._old_notes, *self._new_notes) for word in _words(note, keys)}
        return frozenset(note.path for note in self.session.index if not words.isdisjoint(_words(note, keys)))

    @cached_property
    def _affected(self) -> frozenset[str]:
        """The untouched files that the commit can break: linked to, named like, or of one mission with a change."""
        from vaultkit.shell.git.naming import naming

        index, gathering = self.session.index, self.session.gathering
        keys = {key for path in self._other for key in (file_key(path), _bare(file_key(path)))}
        found = naming(self._known, index, keys)
        found |= self._alike
        found |= {
            path
            for path, canvas in index.canvases.items()
            if any(file_key(card.linkpath) in keys for card in canvas.files)
        }
        if self._scopes:
            found |= gathering.of_scopes(self._scopes)
        for path in self._of_notes:
            found |= {path, *(child.path for child in gathering.gathered[path].mission.children)}
        alike = {path for key in keys for path in index.files.get(key, ())}
        return frozenset((found | alike) - self.touched)

    @cached_property
    def _other(self) -> frozenset[str]:
        """The paths that came, went, or say something else where a link can lead to it: most changes are none."""
        now = self.session.index.notes
        return frozenset(
            path
            for path in self.changed
            if any(
                path not in before.notes or path not in now or _shown(before.notes[path]) != _shown(now[path])
                for before in self._before_indexes
            )
        )

    @cached_property
    def _before_indexes(self) -> list[VaultIndex]:
        return [self._reverted(deltas) for parent, deltas in self.deltas.items() if parent]

    @cached_property
    def _befores(self) -> list[Session]:
        """The vault as each parent has it: the index with the changes taken back; read anew where settings differ."""
        session = self.session
        if self._reconfigured:
            return [
                Session.open(self.root, StagedFiles(self.repository, self.root, self.repository.tree(parent)))
                for parent in self.deltas
                if parent
            ]
        befores = []
        changed = [deltas.keys() for parent, deltas in self.deltas.items() if parent]
        for index, paths in zip(self._before_indexes, changed, strict=True):
            before = Session(self.root, session.files, session.settings, index, session.entries, session.app)
            before.gathering = session.gathering.follow(index, paths)
            before.schemas = session.schemas
            befores.append(before)
        return befores

    def _reverted(self, deltas: Mapping[str, Delta]) -> VaultIndex:
        """Return the index of the vault with changes taken back."""
        old = {path: delta.before for path, delta in deltas.items() if delta.before and is_seen(path)}
        internal = self.session.settings.is_internal
        texts = {path: one.oid for path, one in old.items() if path.lower().endswith((".md", ".canvas"))}
        blobs = self.repository.blobs(texts.values())
        notes: list[Note] = []
        canvases: dict[str, Canvas] = dict(self.session.index.canvases)
        for path, oid in texts.items():
            data = blobs[oid]
            if data is None or (internal(path) and path.lower().endswith(".md")):
                continue
            source = source_of(data)
            if path.lower().endswith(".canvas"):
                from vaultkit.markdown.canvas import parse_canvas

                canvases[path] = parse_canvas(path, source.text, source.digest)
            else:
                notes.append(parse_note(path, source.text, source.digest, source.readonly))
        gone = [path for path in deltas if path not in old]
        for path in gone:
            canvases.pop(path, None)
        index = self.session.index.without(gone).with_notes(notes)
        return index.with_files(old).with_canvases(canvases)

    def _new(self, found: Iterable[Diagnostic]) -> Counter[tuple[str, str, str]]:
        """Return how often each diagnostic is said that no parent of the commit has."""
        now = Counter(_key(diagnostic) for diagnostic in found)
        paths = {key[1] for key in now}
        for before in self._befores if paths else ():
            plan = before.plan(only=paths & set(self._plan.refreshed))
            known = before.check(plan, None if self._reconfigured else paths)
            now -= Counter(_key(diagnostic) for diagnostic in known)
        return now


def _key(diagnostic: Diagnostic) -> tuple[str, str, str]:
    """Return by what a diagnostic is known again after the lines around it have moved."""
    return diagnostic.kind.code, diagnostic.path, diagnostic.finding.message.en


def _shown(note: Note) -> tuple[object, ...]:
    """Return what others see of a note: its properties, and the places that a link can lead to."""
    headings = [(heading.level, heading.text) for heading in note.headings]
    return note.readonly, note.properties, headings, note.blocks_by_id.keys(), note.footnotes_by_id.keys()


def _words(note: Note, keys: Iterable[str]) -> set[tuple[str, str]]:
    """Return the first words of the tags of a note, and what it says for some properties, as they compare."""
    said = {("", tag.lower().removeprefix("#").partition("/")[0]) for tag in all_tags(note)}
    for key in keys:
        value = note.properties.get(property_key(note, key))
        for one in value if isinstance(value, list) else [value] if value is not None else ():
            said.add((key, " ".join(nfc(str(one)).split()).casefold()))
    return said


def _bare(key: str) -> str:
    return key.removesuffix(".md")
