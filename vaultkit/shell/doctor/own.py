"""The vault itself: vaultkit's own settings, schemas, templates and journal, and harm that is already done."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from vaultkit.diagnostics import Severity
from vaultkit.markdown.note import Note
from vaultkit.settings import NOTE_NAME, TOML_NAME
from vaultkit.shell.doctor.remark import Remark, broken, caution, listed, works
from vaultkit.shell.doctor.surroundings import Surroundings
from vaultkit.shell.names import is_folder, is_there
from vaultkit.shell.places import state_path
from vaultkit.text import LineIndex, Message
from vaultkit.vault.copies import conflict_copies
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

#: Community plugins that export notes through pandoc or to Word, by id
#: (obsidianmd/obsidian-releases `community-plugins.json`).
EXPORTERS = {
    "obsidian-pandoc": "Pandoc Plugin",
    "obsidian-enhancing-export": "Enhancing Export",
    "docx-exporter": "DOCX Exporter",
    "pandoc-gui": "Pandoc GUI",
    "pandoc-export-buttons": "Pandoc Export Buttons",
}
MOST = 3
_ESCAPED_LINK = re.compile(r"\\\[\\?\[([^\[\]\n|#]{1,200})(?:[|#][^\[\]\n]{0,200})?\]\\?\]")


def settings(around: Surroundings) -> Iterator[Remark]:
    """Settings that cannot be understood stop every command."""
    if around.session is None:
        said = around.fault.message if around.fault else Message("", "")
        path = TOML_NAME if is_there(around.root / TOML_NAME) else NOTE_NAME
        todo = Message("corriger cette ligne, ou supprimer le fichier", "mend this line, or delete the file")
        yield broken("settings", said, todo, path)
    elif (around.root / TOML_NAME).is_file():
        yield works("settings", Message("les réglages se lisent", "the settings can be read"), TOML_NAME)


def schemas(around: Surroundings) -> Iterator[Remark]:
    """A schema with a fault checks nothing."""
    if around.session is None:
        return
    found = around.session.schemas
    own = [fault for fault in found.faults if fault.path in found.texts]
    for fault in own[:MOST]:
        line = f"{fault.path}:{LineIndex(found.texts[fault.path]).place(fault.finding.span.start)[0]}"
        todo = fault.finding.hint or Message("corriger ce schéma", "mend this schema")
        yield broken("schema", fault.finding.message, todo, line)


def templates(around: Surroundings) -> Iterator[Remark]:
    """A template of the vault with a fault in its syntax stops the regions made from it."""
    session = around.session
    if session is None:
        return
    from vaultkit.shell.resources import own_templates

    own = dict(own_templates(session.files, session.entries, session.settings))
    if not own:
        return
    from vaultkit.render.template_environment import Environment, fault

    environment = Environment(own, {})
    for name, text in own.items():
        try:
            environment.compiled(text, name)
        except Exception as error:  # jinja2 and the sandbox raise their own, of many kinds
            wrong = fault(error, name)
            path = f"{session.settings.templates_folder.rstrip('/')}/{wrong.name}"
            todo = Message(
                "corriger ce modèle, ou le supprimer\u00a0: celui de vaultkit sert alors",
                "mend this template, or delete it: then vaultkit's own is used",
            )
            yield broken("template", wrong.message, todo, f"{path}:{wrong.line}" if wrong.line else path)


def journal(around: Surroundings) -> Iterator[Remark]:
    """Where the journal cannot be kept nothing is written: a write could not be undone."""
    folder = state_path(around.root)
    there = next((one for one in (folder, *folder.parents) if is_there(one)), folder)
    if not is_folder(there) or not os.access(there, os.W_OK | os.X_OK):
        yield broken(
            "journal",
            Message(
                f"le journal ne peut pas être tenu dans {folder}\u00a0: vaultkit n’écrira rien",
                f"the journal cannot be kept in {folder}: vaultkit will write nothing",
            ),
            Message("choisir un autre dossier avec XDG_STATE_HOME", "set XDG_STATE_HOME to another folder"),
        )
    elif there == folder and os.access(folder, os.R_OK):
        size = f"{sum(one.stat().st_size for one in folder.iterdir() if one.is_file()) / 1e6:.1f}"
        taille = size.replace(".", ",")
        yield works(
            "journal",
            Message(
                f"le journal est tenu ({taille} Mo)\u00a0: chaque écriture peut être annulée",
                f"the journal is kept ({size} MB): each write can be undone",
            ),
        )


def excluded(around: Surroundings) -> Iterator[Remark]:
    """A synthesis among Obsidian's excluded files is out of the graph, of counts and of what is checked."""
    session = around.session
    if session is None or not session.app.ignored:
        return
    ignores = session.app.ignores()
    found = [mission.path for mission in session.missions if ignores(mission.path)]
    if found:
        yield caution(
            "excluded-synthesis",
            Message(
                f"les fichiers exclus d’Obsidian couvrent une synthèse\u00a0: {listed(found, 'fr')}",
                f"Obsidian's excluded files cover a synthesis: {listed(found, 'en')}",
            ),
            Message(
                "Réglages → Fichiers et liens → Fichiers exclus\u00a0: ôter ce dossier",
                "Settings → Files and links → Excluded files: take this folder out",
            ),
            ".obsidian/app.json",
            "userIgnoreFilters",
        )


def bin_of_the_app(around: Surroundings) -> Iterator[Remark]:
    """With `trashOption: none` a deleted note is gone for good (obsidian-help, Manage notes)."""
    if around.app.get("trashOption") == "none":
        yield caution(
            "no-bin",
            Message(
                "Obsidian supprime les notes pour toujours, sans corbeille",
                "Obsidian deletes notes for good, without a bin",
            ),
            Message(
                "Réglages → Fichiers et liens → Fichiers supprimés\u00a0: corbeille",
                "Settings → Files and links → Deleted files: a bin",
            ),
            ".obsidian/app.json",
            "trashOption",
        )


def hidden_remarks(around: Surroundings) -> Iterator[Remark]:
    """`%%` comments of a synthesis: only Obsidian hides them, pandoc prints them into the client's document."""
    if around.session is None:
        return
    places = [
        f"{mission.path}:{line}"
        for mission in around.session.missions
        for line in _percent_lines(mission.synthesis)
    ]
    if not places:
        return
    exporters = [EXPORTERS[one] for one in sorted(around.enabled & EXPORTERS.keys())]
    through = f" ({', '.join(exporters)})" if exporters else ""
    yield caution(
        "percent-comments",
        Message(
            f"un commentaire %% d’une synthèse sort dans tout document fait par pandoc{through}",
            f"a %% comment of a synthesis comes out in any document made by pandoc{through}",
        ),
        Message(
            "l’écrire <!-- ainsi -->, ou l’ôter avant d’exporter",
            "write it <!-- so -->, or take it out first",
        ),
        ", ".join(places[:MOST]),
    )


def _percent_lines(note: Note) -> Iterator[int]:
    for span in note.comments:
        if note.text.startswith("%%", span.start):
            yield note.lines.place(span.start)[0]


def dead_links(around: Surroundings) -> Iterator[Remark]:
    """Wikilinks whose brackets are already escaped, and whose note is there: a formatter has been here."""
    if around.session is None:
        return
    index = around.session.index
    found = [note.path for note in around.notes if _has_dead_link(index, note)]
    if found:
        yield caution(
            "escaped-links",
            Message(
                f"des liens sont déjà morts, leurs crochets échappés (\\[[…]\\])\u00a0: {listed(found, 'fr')}",
                f"links are dead already, their brackets escaped (\\[[…]\\]): {listed(found, 'en')}",
            ),
            Message(
                "reprendre ces notes d’une sauvegarde ou de git, puis régler l’outil qui les a changées",
                "take these notes back from a backup or git, then mend the tool that changed them",
            ),
            found[0],
        )


def _has_dead_link(index: VaultIndex, note: Note) -> bool:
    """Whether an escaped link to a note stands outside code; links and code are in text order."""
    code = iter(note.code)
    stretch = next(code, None)
    for link in _ESCAPED_LINK.finditer(note.text):
        while stretch is not None and stretch.end <= link.start():
            stretch = next(code, None)
        in_code = stretch is not None and link.start() >= stretch.start
        if not in_code and resolve_linkpath(index, link[1].replace("\\", "").strip(), note.path):
            return True
    return False


def copies(around: Surroundings) -> Iterator[Remark]:
    """Copies that sync tools leave when two sides changed a note: one of them holds words of yours."""
    if around.session is None:
        return
    found = conflict_copies(around.session.index)
    if found:
        yield Remark(
            "conflict-copies",
            Severity.WARNING,
            Message(
                f"copies en conflit\u00a0: {len(found)} (elles ne servent jamais de source)",
                f"conflict copies: {len(found)} (never a source of anything)",
            ),
            next(iter(found)),
            "",
            tuple(
                Message(f"{copy} ↔ {original}", f"{copy} ↔ {original}")
                for copy, original in [*found.items()][:MOST]
            ),
            Message(
                "comparer chacune avec sa note, reprendre ce qui manque, puis la supprimer",
                "compare each with its note, take over what is missing, then delete it",
            ),
        )


def unread(around: Surroundings) -> Iterator[Remark]:
    """Settings files that could not be read: what they say is unknown; to be asked last."""
    for path, reason in around.unread:
        todo = Message("vérifier ce fichier", "look at this file")
        yield caution("unreadable-settings", reason, todo, path)


#: In the order in which they are told.
OWN_CHECKS = (
    settings, schemas, templates, journal, dead_links, copies, hidden_remarks, excluded, bin_of_the_app,
)  # fmt: skip
