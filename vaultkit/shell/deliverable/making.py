"""A report made from an opened vault: what it is made from is gathered, and the core composes it.

Only the note that is asked for and what it gathers is looked at: nothing is planned or checked beside.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.controls import controls_of
from vaultkit.audit.coverage import coverage_of
from vaultkit.audit.deliveries import numbered
from vaultkit.audit.evolution import evolution
from vaultkit.audit.internal import is_said_internal
from vaultkit.audit.kept_records import without_charts
from vaultkit.audit.mission import INTERVIEW, category_of, is_frozen
from vaultkit.audit.model import Mission
from vaultkit.audit.public import public
from vaultkit.errors import Refused, VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.compose import report_of
from vaultkit.render.deliverable.model import Material, Report, Selection
from vaultkit.shell.asking import Oracle
from vaultkit.shell.following import made_and_changed
from vaultkit.shell.session import Session
from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.shell.deliverable.earlier import Earlier


class Wanted(Struct, frozen=True):
    """What is asked for: the note, the day of the report, what is to be selected, since when changes are told.

    `language` is empty for that of the mission, `since` for no changes.
    """

    path: str
    today: date
    domain: str = ""
    owner: str = ""
    language: str = ""
    roles: bool = False
    since: str = ""


class Made(Struct, frozen=True):
    """A report with what it was made from; `before` is the earlier one that changes are tracked against.

    `remarks` are what to say beside those of the report.
    """

    report: Report
    mission: Mission | None
    material: Material
    selection: Selection
    before: Report | None = None
    remarks: tuple[Message, ...] = ()


def made(session: Session, wanted: Wanted) -> Made:
    """Return the report of a note. Raises VaultkitError (2) for a moment that is not there, Refused (3) for a note
    that is internal as a whole."""
    note = session.index.notes[wanted.path]
    _refuse_internal(note)
    mission = mission_of(session, note)
    language = wanted.language or (mission.language if mission else session.language)
    selection = Selection(language, wanted.domain, wanted.owner, wanted.roles)
    then = _earlier(session, mission, wanted)
    material = material_of(session, mission, wanted.today, then)
    report = composed(session, note, material, selection)
    before = _before(session, then, wanted, selection)
    return Made(report, mission, material, selection, before, then.remarks if then else ())


def _refuse_internal(note: Note) -> None:
    """Raise Refused for an interview and a note that says itself that it is internal: no client reads those."""
    if category_of(note) == INTERVIEW:
        raise Refused(
            Message(
                f"{note.path} est un entretien\u00a0: il reste à l’atelier, rien n’a été écrit",
                f"{note.path} is an interview: it stays in the workshop, nothing was written",
            )
        )
    if is_said_internal(note):
        raise Refused(
            Message(
                f"{note.path} se dit interne (vaultkit_interne, #interne)\u00a0: rien n’a été écrit",
                f"{note.path} says that it is internal (vaultkit_interne, #interne): nothing was written",
            )
        )


def mission_of(session: Session, note: Note) -> Mission | None:
    """Return the mission that a note gathers; None for any other note, and for a delivered one: it stands as it is."""
    gathered = session.gathering.gathered.get(note.path)
    return None if gathered is None or is_frozen(note) else gathered.mission


def material_of(
    session: Session, mission: Mission | None, today: date, then: Earlier | None = None
) -> Material:
    """Return what a report of a mission is made from; numbers are those of the last delivery."""
    if mission is None:
        return Material(None, today)
    record = numbered(public(mission, session.index), today, then.record if then else None)
    changed = evolution(then.record, record) if then else None
    covered = coverage_of(mission, session.index, controls_of(mission.controls))
    return Material(mission, today, record, changed, covered, session.settings.tracking_matrix)


def composed(session: Session, note: Note, material: Material, selection: Selection) -> Report:
    """Return the report of a note of a session; its queries are answered as they would be in the note."""
    vault = session.graph if "graph" in vars(session) else session.index
    oracle = Oracle(session.files, vault, partial(made_and_changed, session.entries), selection.language)
    return report_of(note, session.index, material, selection, oracle.markdown, oracle.inline)


def _earlier(session: Session, mission: Mission | None, wanted: Wanted) -> Earlier | None:
    if not wanted.since:
        return None
    if mission is None:
        raise VaultkitError(
            Message(
                f"--since demande une synthèse ouverte\u00a0: {wanted.path} n’en est pas une",
                f"--since needs an open synthesis: {wanted.path} is none",
            )
        )
    from vaultkit.shell.deliverable.earlier import earlier

    return earlier(session, mission, wanted.since)


def _before(session: Session, then: Earlier | None, wanted: Wanted, selection: Selection) -> Report | None:
    """Return the earlier report that changes are tracked against."""
    if then is None:
        return None
    day = then.day or wanted.today
    if then.session is None:
        note = then.note
        words = parse_note(note.path, without_charts(note.text), note.digest)
        delivered = composed(session, words, Material(None, day), selection)
        return replace(delivered, leaks=())  # it is out already
    material = replace(material_of(then.session, then.mission, day), record=then.record)
    return composed(then.session, then.note, material, selection)
