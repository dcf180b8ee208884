"""Obsidian's own settings of a vault: read when the vault is opened, never written."""

from __future__ import annotations

import json
from pathlib import Path

from vaultkit.shell import swap
from vaultkit.shell.walk import cannot_read
from vaultkit.text import Message
from vaultkit.vault.app import FILES, AppSettings

FOLDER = ".obsidian"


def app_settings(root: Path) -> tuple[AppSettings, list[tuple[str, Message]]]:
    """Return what `.obsidian/` says, and why a file of it could not be read: then its defaults hold."""
    found: dict[str, object] = {}
    problems: list[tuple[str, Message]] = []
    for name in FILES:
        path = f"{FOLDER}/{name}"
        try:
            read = swap.slurp(root / path)
            if read is not None:
                found[name] = json.loads(read[0].decode("utf-8-sig"))
        except OSError as error:
            problems.append((path, cannot_read(error)))
        except (ValueError, RecursionError):
            problems.append((path, _NO_JSON))
    return AppSettings.of(found), problems


_NO_JSON = Message(
    "ce fichier n’est pas du JSON\u00a0: les réglages par défaut d’Obsidian valent",
    "this file is not JSON: Obsidian's defaults hold",
)
