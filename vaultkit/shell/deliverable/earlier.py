"""The mission as it was: at a delivery that is kept in the vault, or at a commit of its repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.deliveries import Delivery, deliveries_of, delivery_up_to, last_delivery, numbered
from vaultkit.audit.entries import Record
from vaultkit.audit.mission import is_frozen, scope_of
from vaultkit.audit.model import Mission
from vaultkit.audit.public import public
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.shell.git.repository import GitFault, Repository, Staged
from vaultkit.shell.git.staged import StagedFiles
from vaultkit.shell.session import Session
from vaultkit.text import Message, fold, nfc, pattern
from vaultkit.values import parse_date, printed_date

#: What people type for the last delivery.
_LAST = frozenset(
    (
        "livraison",
        "derniere livraison",
        "derniere",
        "delivery",
        "last delivery",
        "last",
        "lieferung",
        "letzte lieferung",
    )
)
#: A day, and nothing else: the name of a tag may hold one as well.
_DAY = pattern(r"[\d./\-]+(?:[ T][\d:.+Z]*)?|.*\s.*")
_OID = pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LIKE_OID = pattern(r"[0-9a-fA-F]{7,64}")
#: How many deliveries and tags a message names.
_SOME = 8


class Earlier(Struct, frozen=True):
    """The mission as it was; `day` is that of the delivery, or of the commit where its author was.

    `words` name it (« la livraison du 25.08.2025 », « v1 (12.03.2025) »). `note` is its synthesis: the delivered copy,
    of which `session` and `mission` are None, or that of the commit, of which they are the vault and the mission then.
    `remarks` are what the person who asked should know.
    """

    record: Record
    day: date | None
    words: Message
    note: Note
    session: Session | None = None
    mission: Mission | None = None
    remarks: tuple[Message, ...] = ()


def earlier(session: Session, mission: Mission, said: str) -> Earlier:
    """Return the mission as it was at what `--since` says: `livraison`, a date, a tag or a commit.

    A tag of that very name comes first. A date means the last delivery up to that day, else the last commit of the
    line that HEAD is on. Raises VaultkitError (2) that says what there is: no such thing, a clone that lacks its
    history, no git, a commit that has no such synthesis.
    """
    asked = _Asked(session, mission, said.strip())
    if fold(asked.said) in _LAST:
        return asked.last()
    if named := next((one for one in asked.deliveries if one.note.name == asked.said), None):
        return _delivered(named)
    if oid := asked.resolved(f"refs/tags/{asked.said}"):
        return asked.at(oid)
    day = parse_date(asked.said) if _DAY.fullmatch(asked.said) else None
    if day is not None:
        delivery = delivery_up_to(mission, day)
        return _delivered(delivery) if delivery else asked.at(asked.commit_up_to(day), of_day=day)
    if oid := asked.resolved(asked.said):
        return asked.at(oid)
    raise asked.unknown()


def _delivered(one: Delivery) -> Earlier:
    lost = one.kept.lost
    remarks = (
        Message(
            f"{one.note.path}\u00a0: {lost} ligne{'s' * (lost > 1)} de ses données {'sont' if lost > 1 else 'est'} "
            "illisible" + "s" * (lost > 1) + ", le reste est comparé",
            f"{one.note.path}: {lost} line{'s' * (lost > 1)} of its data cannot be read, the rest is compared",
        ),
    )
    fr, en = _days(one.day)
    words = Message(f"la livraison du {fr}", f"the delivery of {en}")
    return Earlier(one.record, one.day, words, one.note, remarks=remarks if lost else ())


def _days(day: date | None) -> tuple[str, str]:
    return (printed_date(day, "fr"), printed_date(day, "en")) if day else ("?", "?")


class _Asked:
    """What a person typed after `--since`, and where it is looked for."""

    def __init__(self, session: Session, mission: Mission, said: str) -> None:
        self.session, self.mission, self.said = session, public(mission, session.index), said
        self.deliveries = deliveries_of(mission)
        self.repository: Repository | None = None
        self.fault: GitFault | None = None
        try:
            self.repository = Repository.open(session.root)
        except GitFault as fault:
            self.fault = fault

    def last(self) -> Earlier:
        """Return the last delivery since which anything has changed, else the last."""
        if not self.deliveries:
            raise self.unknown()
        return _delivered(last_delivery(self.mission, numbered(self.mission)) or self.deliveries[-1])

    # -------------------------------------------------------------------------------- git

    def resolved(self, name: str) -> str | None:
        """Return the id of the commit that a name means, None if it means none.

        A name that begins with a sign is none: git would take it for an option, or for all but that commit.
        """
        if self.repository is None or not name[:1].isalnum() or not name.isprintable():
            return None
        found = self.repository.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return found if found and _OID.fullmatch(found) else None

    def commit_up_to(self, day: date) -> str:
        """Return the last commit of the first line of HEAD whose author's day is not after this one; raises."""
        if self.repository is None or self.repository.head is None:
            raise self.unknown()
        oldest = None
        for oid, authored in self._line(self.repository):
            oldest = authored
            if authored <= day:
                return oid
        since_fr, since_en = _days(oldest)
        raise self.unknown(
            Message(
                f"le premier commit connu est du {since_fr}",
                f"the first commit that is known is of {since_en}",
            )
        )

    def _line(self, repository: Repository) -> Iterator[tuple[str, date]]:
        """Yield the commits from HEAD back, first parents only, with the day on which each author made it.

        `rev-list`, as `log` could start the program that checks signatures.
        """
        said = repository.run("rev-list", "--first-parent", "--format=%ad", "--date=short", "HEAD").decode(
            "ascii", "replace"
        )
        lines = said.splitlines()
        for commit, authored in zip(lines[::2], lines[1::2], strict=False):
            if (day := parse_date(authored)) is not None:
                yield commit.removeprefix("commit "), day

    @property
    def is_shallow(self) -> bool:
        """Whether the clone has the last commits alone."""
        return (
            self.repository is not None
            and self.repository.ask("rev-parse", "--is-shallow-repository") == "true"
        )

    def at(self, oid: str, of_day: date | None = None) -> Earlier:
        """Return the mission at a commit; raises where that has no synthesis for it."""
        repository = self.repository
        assert repository is not None
        authored = repository.run("rev-list", "-1", "--format=%ad", "--date=short", oid).decode(
            "ascii", "replace"
        )
        day = parse_date(authored.splitlines()[-1])
        fr, en = _days(day)
        name = oid[:8] if of_day or _LIKE_OID.fullmatch(self.said) else self.said
        words = Message(f"{name} ({fr})", f"{name} ({en})")
        try:
            files = StagedFiles(repository, self.session.root, self._files(repository, oid))
            then = Session.open(self.session.root, files)
            mission = _same(self.mission, then)
        except GitFault as fault:
            raise self.unknown(fault.message) from fault
        if mission is None:
            raise self._no_synthesis(words)
        return Earlier(
            numbered(public(mission, then.index), day),
            day,
            words,
            mission.synthesis,
            then,
            mission,
            tuple(_unread(files, words)),
        )

    def _files(self, repository: Repository, oid: str) -> Sequence[Staged]:
        """Return the files of a commit; where the vault stood in another folder, as if it had stood in this one."""
        entries = repository.tree(oid)
        prefix = nfc(repository.prefix(self.session.root))
        paths = [nfc(entry.path.decode("utf-8", "surrogateescape")) for entry in entries]
        if any(path.startswith(prefix) and path.endswith(".md") for path in paths):
            return entries
        own = f"/{self.mission.path}"
        leads = {f"/{path}"[: -len(own) + 1] for path in paths if f"/{path}".endswith(own)}
        if len(leads) != 1:
            return entries
        lead = leads.pop()
        return [
            replace(entry, path=f"{prefix}{path[len(lead) - 1 :]}".encode("utf-8", "surrogateescape"))
            for entry, path in zip(entries, paths, strict=True)
            if f"/{path}".startswith(lead)
        ]

    # ----------------------------------------------------------------------------- messages

    def _no_synthesis(self, words: Message) -> VaultkitError:
        scope = self.mission.scope or self.mission.synthesis.name
        more = self._there_is()
        return VaultkitError(
            Message(
                f"à {words.fr}, ce coffre n’avait pas encore de synthèse pour «\u00a0{scope}\u00a0». {more.fr}",
                f"at {words.en}, this vault had no synthesis for '{scope}' yet. {more.en}",
            )
        )

    def unknown(self, why: Message | None = None) -> VaultkitError:
        """Return why nothing was found, with what there is to type."""
        more, why = self._there_is(), why or self._why()
        said = "".join(char if char.isprintable() else "?" for char in self.said)
        return VaultkitError(
            Message(
                f"--since {said}\u00a0: rien à quoi comparer, {why.fr}. {more.fr}",
                f"--since {said}: nothing to compare with, {why.en}. {more.en}",
            )
        )

    def _why(self) -> Message:
        if self.fault is not None:
            return self.fault.message
        if fold(self.said) in _LAST:
            return Message("rien n’a encore été livré", "nothing was delivered yet")
        if self.repository is not None and self.repository.head is None:
            return Message("ce dépôt git n’a pas encore de commit", "this git repository has no commit yet")
        if _LIKE_OID.fullmatch(self.said):
            return Message(
                "ce commit n’est pas, ou plus, dans ce dépôt (historique réécrit, ou début commun à plusieurs)",
                "this commit is not, or no longer, in this repository (history rewritten, or several begin so)",
            )
        return Message(
            "ce n’est ni une date (25.08.2025), ni le nom d’un tag ou d’un commit",
            "it is neither a date (2025-08-25) nor the name of a tag or commit",
        )

    def _there_is(self) -> Message:
        """Return the deliveries and tags that can be typed, and what fetches the rest."""
        days = [day.isoformat() for day in dict.fromkeys(one.day for one in self.deliveries) if day]
        pieces = []
        if days:
            pieces.append(Message(f"Livraisons\u00a0: {_some(days)}", f"Deliveries: {_some(days)}"))
        if tags := self._tags():
            pieces.append(Message(f"Tags\u00a0: {_some(tags)}", f"Tags: {_some(tags)}"))
        if self.is_shallow:
            pieces.append(
                Message(
                    "Ce clone n’a que les derniers commits\u00a0; git fetch --unshallow --tags va chercher les autres",
                    "This clone has the last commits alone; git fetch --unshallow --tags gets the others",
                )
            )
        if not pieces:
            pieces.append(
                Message(
                    "Aucune livraison ni tag\u00a0; vaultkit report NOTE --livrer en garde une pour la prochaine fois",
                    "No delivery and no tag; vaultkit report NOTE --deliver keeps one for the next time",
                )
            )
        return Message(". ".join(piece.fr for piece in pieces), ". ".join(piece.en for piece in pieces))

    def _tags(self) -> list[str]:
        if self.repository is None:
            return []
        try:
            out = self.repository.run(
                "for-each-ref", "--sort=creatordate", "--format=%(refname:strip=2)", "refs/tags"
            )
        except GitFault:
            return []
        return out.decode(errors="replace").splitlines()


def _some(names: Sequence[str]) -> str:
    """Return the last of some names, newest last."""
    return f"{'… ' if len(names) > _SOME else ''}{', '.join(names[-_SOME:])}"


def _same(mission: Mission, then: Session) -> Mission | None:
    """Return the mission that was this one: of the same scope, else of the note at this path or of this name.

    Of several of a scope that which was worked on comes first, and a delivered one never.
    """
    scope, note = scope_of(mission.synthesis), mission.synthesis
    gathered = [
        each for each in then.gathering.gathered.values() if not is_frozen(then.index.notes[each.path])
    ]
    of_scope = [each for each in gathered if scope and each.scope == scope]
    of_path = [each for each in gathered if each.path == note.path]
    of_name = [each for each in gathered if fold(then.index.notes[each.path].name) == fold(note.name)]
    for likely in (of_scope, of_path, of_name):
        if likely:
            return min(likely, key=lambda each: (not each.active, each.path != note.path, each.path)).mission
    return None


def _unread(files: StagedFiles, words: Message) -> Iterator[Message]:
    count = len(files.missing)
    if count:
        yield Message(
            f"{words.fr}\u00a0: {count} note{'s' * (count > 1)} que ce dépôt n’a pas, la comparaison est incomplète",
            f"{words.en}: {count} note{'s' * (count > 1)} that this repository lacks, the comparison is incomplete",
        )
