"""A référentiel put into a vault: which of its notes are written where, and which are there already."""

from __future__ import annotations

from msgspec import Struct

from vaultkit.audit.controls import controls_of
from vaultkit.edits import Write
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.shell import resources
from vaultkit.shell.report import nombre, number
from vaultkit.shell.session import Session
from vaultkit.text import Message, fold, note_name
from vaultkit.vault.index import VaultIndex, name_key

#: The folder of the vault that référentiels stand in, and the folded category of the note that introduces one.
FOLDER, INTRODUCTION = "Référentiels", "referentiel"
#: How many notes are named before the others are only counted.
_NAMED = 5


class Plan(Struct, frozen=True):
    """What is written of a référentiel into `folder`; `there` are the notes of the vault that stay as they are.

    `example` is the name of a control, for the advice on how one is cited.
    """

    folder: str
    writes: tuple[Write, ...]
    there: tuple[str, ...]
    example: str

    def count(self, notes: int) -> Message:
        """Return how many notes were written."""
        return Message(nombre(notes, "note"), number(notes, "note"))

    @property
    def told(self) -> tuple[Message, ...]:
        """What there is to say about the notes that are there already."""
        if not self.there:
            return ()
        if not self.writes:
            return (
                Message(
                    "Ce référentiel est déjà là, rien n’a été écrit.",
                    "This référentiel is there already, nothing was written.",
                ),
            )
        names, more = ", ".join(map(note_name, self.there[:_NAMED])), len(self.there) - _NAMED
        count = len(self.there)
        fr = nombre(count, "note était déjà là", "notes étaient déjà là")
        en = number(count, "note was there already", "notes were there already")
        autres = f" et {nombre(more, 'autre')}" if more > 0 else ""
        others = f" and {number(more, 'other')}" if more > 0 else ""
        return (
            Message(
                f"{fr}, rien n’y a été touché\u00a0: {names}{autres}",
                f"{en} and not touched: {names}{others}",
            ),
        )

    @property
    def advice(self) -> Message:
        """How the controls are used from here on."""
        return Message(
            f"Les citer dans un constat ou une action\u00a0: [controle:: [[{self.example}]]]. "
            "Les retenir pour une mission\u00a0: propriété controles de la synthèse.",
            f"Cite them in a finding or an action: [controle:: [[{self.example}]]]. "
            "Retain them for a mission: property controles of the synthesis.",
        )


def planned(session: Session, said: str) -> Plan:
    """Return what the référentiel that a person means puts into the vault; nothing there is overwritten.

    A note that was moved since counts as there, and what is missing joins it. Raises VaultkitError (2) for a name
    that is none, with those that there are.
    """
    known = resources.referentiels(session.files, session.entries, session.settings)
    titles = {name: _title(name, notes) for name, notes in known.items()}
    wanted = fold(said.removesuffix(".md"))
    name = next((name for name, title in titles.items() if wanted in (fold(name), fold(title))), None)
    if name is None:
        raise _unknown(said, titles)
    new = [parse_note(path, text) for path, text in known[name].items()]
    stand_ins = {note.path: _there(session.index, note) for note in new}
    folder = f"{FOLDER}/{titles[name]}"
    for note in new:
        if _category(note) == INTRODUCTION and (moved := stand_ins[note.path]):
            folder = moved.rpartition("/")[0]
    writes, there = [], []
    for note in new:
        path = f"{folder}/{note.path}" if folder else note.path
        if (old := stand_ins[note.path] or _taken(session.index, path)) is not None:
            there.append(old)
        else:
            writes.append(Write(path, note.text, None, (), "new"))
    controls = controls_of(new)
    return Plan(
        folder,
        tuple(writes),
        tuple(there),
        note_name(next(iter(controls), new[0].path)),
    )


def _title(name: str, notes: dict[str, str]) -> str:
    """Return what the folder of a référentiel is called: as the note that introduces it, else as it is asked for."""
    for path, text in notes.items():
        if "/" not in path and _category(parse_note(path, text)) == INTRODUCTION:
            return note_name(path)
    return name


def _category(note: Note) -> str:
    return fold(note.category)


def _there(index: VaultIndex, new: Note) -> str | None:
    """Return the path of the note of the vault that is this very note, wherever it stands and whatever it says now."""
    for path in index.named(new.path.rpartition("/")[2]):
        old = index.notes.get(path)
        if old is not None and _identity(old) == _identity(new):
            return path
    return None


def _identity(note: Note) -> tuple[str, object, object]:
    return _category(note), note.properties.get("referentiel"), note.properties.get("id")


def _taken(index: VaultIndex, path: str) -> str | None:
    """Return the file that stands at a path already, case and composition aside."""
    return next((p for p in index.named(path.rpartition("/")[2]) if name_key(p) == name_key(path)), None)


def _unknown(said: str, titles: dict[str, str]) -> VaultkitError:
    listed = ", ".join(sorted(titles))
    return VaultkitError(
        Message(
            f"aucun référentiel «\u00a0{said}\u00a0»\u00a0; il y a\u00a0: {listed}",
            f"no référentiel '{said}'; there is: {listed}",
        )
    )
