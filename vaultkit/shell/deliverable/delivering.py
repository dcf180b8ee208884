"""`report --livrer`: a dated, frozen copy of what was delivered, kept in the vault."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from vaultkit.audit.entries import Record
from vaultkit.audit.kept_records import CHART, kept_record, printed, without_record
from vaultkit.audit.model import Mission
from vaultkit.edits import Changes, Write
from vaultkit.markdown.note import Note
from vaultkit.markdown.properties import scalar
from vaultkit.render.deliverable.model import Report
from vaultkit.shell.planning import Done
from vaultkit.shell.session import Session
from vaultkit.text import Message, pattern

#: The heading above the record: what says « (interne) » goes into no report.
_HEADING = {
    "fr": "Données de cette livraison (interne)",
    "en": "Data of this delivery (internal)",
    "de": "Daten dieser Lieferung (intern)",
}
_ABOUT = {
    "fr": "vaultkit y lit l’état de chaque élément à cette date, pour dire plus tard ce qui a changé. Ne pas modifier.",
    "en": "vaultkit reads from it how each item stood on that day, to say later what has changed. Leave it as it is.",
    "de": "vaultkit liest daraus den Stand jedes Punktes an diesem Tag, um später zu sagen, was sich geändert hat. "
    "Bitte nicht ändern.",
}
#: How long the name of a note is at most, in bytes: names of files take 255, sync tools add theirs.
_MOST_BYTES = 200

_FENCED = pattern(r"^[ >]*(?:`{3,}|~{3,})")
_ANCHOR = pattern(r"[ \t]*\{#[^}\s]+\}[ \t]*$")
_TO_ANCHOR = pattern(r"(?<!!)\[(?P<words>(?:[^\[\]\\]|\\.)*)\]\(#[^)\s]*\)")
_PICTURE = pattern(
    r"^(?P<lead>[ >]*)!\[(?P<alt>(?:[^\[\]\\]|\\.)*)\]\((?P<name>[^)\s]+)\)(?:\{[^}]*\})?[ \t]*$"
)
_LAYOUT = pattern(r"[\s|:\-_*\\]+")


class Delivered(Struct, frozen=True):
    """What `deliver` did: the path of the copy, and whether it was there already, word for word.

    `done` is what was written or refused, as of any command that writes.
    """

    path: str
    done: Done
    known: bool = False

    @property
    def words(self) -> Message:
        """What a person is told."""
        if self.known:
            return Message(
                f"Déjà livré tel quel aujourd’hui\u00a0: {self.path}",
                f"Delivered as it is today already: {self.path}",
            )
        return Message(f"Copie figée\u00a0: {self.path}", f"Frozen copy: {self.path}")


def deliver(session: Session, mission: Mission, report: Report, record: Record, today: date) -> Delivered:
    """Keep a frozen copy of a report in the vault, beside its synthesis, with the record that it was made from.

    What was delivered on the same day stays: the copy is « (2) » then, and nothing at all is written where it says the
    same. `report` must be without leaks. The write is in the journal, `vaultkit undo` takes it back.
    """
    folder = f"{mission.path.rpartition('/')[0]}/{session.settings.report_deliveries}".strip("/")
    name = f"{_cut(mission.synthesis.name)} ({today.isoformat()})"
    for number in range(1, len(session.index.files) + 3):
        path = f"{folder}/{name}{f' ({number})' if number > 1 else ''}.md".lstrip("/")
        text = copy_of(report, record, mission.scope, today, number)
        known = session.index.notes.get(path)
        if known is not None and _says_the_same(known, text, record):
            return Delivered(path, Done(), known=True)
        if known is None and not (session.root / path).exists():
            break
    return Delivered(path, session.apply(Changes((Write(path, text, None, (), "report"),)), "report"))


def copy_of(report: Report, record: Record, scope: str, today: date, number: int = 1) -> str:
    """Return the text of the frozen copy; of several of one day `number` says which it is."""
    language = report.language if report.language in _HEADING else "en"
    head = {
        "category": "synthese_globale",
        "scope": scalar(scope) if scope else "",
        "consultant": scalar(report.cover.consultant) if report.cover.consultant else "",
        "date": today.isoformat(),
        "livraison": today.isoformat(),
        "livraison_numero": str(number) if number > 1 else "",
        "vaultkit_frozen": "true",
    }
    lines = [
        "---",
        *(f"{key}: {value}" for key, value in head.items() if value),
        "---",
        "",
        f"# {report.cover.title}",
        "",
        for_vault(report).strip("\n"),
        "",
        f"## {_HEADING[language]}",
        "",
        _ABOUT[language],
        "",
    ]
    return "\n".join(lines) + "\n" + printed(record)


def for_vault(report: Report) -> str:
    """Return the text of a report as a note of the vault: no anchors, charts in words, pictures as embeds."""
    paths = {picture.name: picture.path for picture in report.pictures}
    lines: list[str] = []
    fence = ""
    for line in report.body.splitlines():
        mark = _FENCED.match(line)
        if mark and (not fence or mark[0].strip(" >") == fence):
            fence = "" if fence else mark[0].strip(" >")
        elif not fence:
            line = _TO_ANCHOR.sub(r"\g<words>", _ANCHOR.sub("", line))
            if found := _PICTURE.match(line):
                path, alt = paths.get(found["name"], ""), found["alt"].strip()
                said = f"![[{path}]]" if path else f"*{alt}* {CHART}" if alt else ""
                line = f"{found['lead']}{said}".rstrip()
        lines.append(line)
    return "\n".join(lines) + "\n"


def _says_the_same(note: Note, text: str, record: Record) -> bool:
    """Whether a copy has the same words and items; what a formatter did to it does not count."""
    kept = kept_record(note)
    return (
        kept is not None and kept.record.entries == record.entries and _squeezed(note.text) == _squeezed(text)
    )


def _squeezed(text: str) -> str:
    return _LAYOUT.sub(" ", without_record(text)).strip()


def _cut(name: str) -> str:
    return name.encode()[:_MOST_BYTES].decode(errors="ignore").rstrip()
