"""`explain`: what a code means, or what vaultkit sees of a note."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.settings import NOTE_NAME, Settings
from vaultkit.shell import console
from vaultkit.shell.acts.explaining import SETTINGS_NOTE, Line, explain_note, explained, nearest, unknown
from vaultkit.shell.names import find_note, find_vault, vault_path

if TYPE_CHECKING:
    from vaultkit.shell.commands.context import Context

#: How many columns a sentence takes.
WIDTH = 96


def explain(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    said: str = arguments.what.strip()
    settings = _settings(arguments.vault)
    lines = explained(said, settings)
    if lines is None:
        _explain_file(arguments, said)
    else:
        _print(lines, settings.vault_language or console.locale_language() or "fr")
    return 0


def _print(lines: Sequence[Line], language: str) -> None:
    for line in lines:
        said = line.said.of(language)
        if line.is_prose:
            said = fill(said, WIDTH, break_long_words=False, break_on_hyphens=False)
        elif line.is_file:
            said = f"  {console.paint(said.strip(), '1')}"
        print(said)


def _explain_file(arguments: Namespace, said: str) -> None:
    """Say what vaultkit sees of a note, the settings note too; raises VaultkitError (2) for what is no note."""
    from vaultkit.shell.commands.context import open_context

    context = open_context(arguments)
    if _is_settings_note(context, said):
        for line in SETTINGS_NOTE:
            context.voice.tell(line)
        return
    try:
        path = find_note(context.session.index, context.session.root, said)
    except VaultkitError:
        if nearest(said) and not re.search(r"[/.\s]", said):
            raise unknown(said) from None
        raise
    for line in explain_note(context.session, path):
        context.voice.tell(line)


def _is_settings_note(context: Context, said: str) -> bool:
    """Whether a person means the settings note, which is in no index."""
    root = context.session.root
    there = any(entry.path == NOTE_NAME for entry in context.session.entries)
    return there and any(
        vault_path(root, base / name) == NOTE_NAME
        for base in (Path.cwd(), root)
        for name in (said, f"{said}.md")
    )


def _settings(vault: str | None) -> Settings:
    """Return the settings of the vault around here, the defaults where there is none."""
    from vaultkit.shell.configuration import vault_settings
    from vaultkit.shell.files import DiskFiles

    try:
        return vault_settings(DiskFiles(find_vault(vault)), ())
    except VaultkitError:
        return Settings()
