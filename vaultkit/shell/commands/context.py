"""What every command starts from: the vault opened, and the language to speak."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.audit.model import Mission
from vaultkit.edits import Changes
from vaultkit.errors import Refused
from vaultkit.shell import console, report
from vaultkit.shell.files import Files
from vaultkit.shell.names import find_note, find_vault
from vaultkit.shell.opening import Reading
from vaultkit.shell.planning import Done
from vaultkit.shell.session import Session
from vaultkit.shell.speech import language_of as language_of
from vaultkit.text import Message

if TYPE_CHECKING:
    from argparse import Namespace


class Context(Struct, frozen=True):
    """An opened vault and a voice."""

    session: Session
    voice: console.Voice

    @property
    def language(self) -> str:
        """The language of messages."""
        return self.voice.language

    def mission(self, said: str) -> Mission:
        """Return the mission of the synthesis that a person means; raises VaultkitError (2) if it is none."""
        from vaultkit.shell.acts.stage import mission_of

        return mission_of(self.session, find_note(self.session.index, self.session.root, said))


def open_context(
    arguments: Namespace,
    said: str | None = None,
    files: Files | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Context:
    """Open the vault that the arguments mean, as `files` has it if they are given, and choose the language.

    `meanwhile` is called where there is time while others read the notes.
    """
    from vaultkit.shell.courtesy import Courtesy
    from vaultkit.shell.progress import READING, Progress

    root = find_vault(said or arguments.vault)
    with Progress(READING, console.locale_language() or "fr") as progress:
        session = Session.open(root, files, how=Reading(progress=progress.told, meanwhile=meanwhile))
    voice = console.Voice(partial(language_of, session))
    session.courtesy = Courtesy(session.root, voice.warn)
    return Context(session, voice)


def show_diff(context: Context, changes: Changes) -> int:
    """Print what would be written as a diff; nothing is written."""
    for line in report.diff(changes.writes, context.session.index):
        print(line, end="")
    return tell_refused(context, changes.refused)


def tell_refused(context: Context, refused: object) -> int:
    """Say which notes were refused and why; return the exit code."""
    code = 0
    for path, message in refused if isinstance(refused, tuple | list) else ():
        context.voice.warn(
            Message(
                f"✖ {path}\u00a0: {message.fr}\u00a0; rien n’y a été écrit",
                f"✖ {path}: {message.en}; nothing was written there",
            )
        )
        code = Refused.exit_code
    return code


def tell_undo(context: Context, done: Done) -> None:
    """Say how to take back what was written, and what else there is to know."""
    for notice in done.notices:
        context.voice.warn(notice)
    if done.written:
        context.voice.say(
            "Rien d’autre n’a été touché. Annuler\u00a0: vaultkit undo",
            "Nothing else was touched. Undo: vaultkit undo",
        )
