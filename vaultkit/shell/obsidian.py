"""Obsidian's own settings of a vault: read when the vault is opened, never written."""

from __future__ import annotations

from msgspec import DecodeError, json

from vaultkit.shell.files import Files
from vaultkit.shell.walk import cannot_read
from vaultkit.text import Message
from vaultkit.vault.app import FILES, AppSettings

FOLDER = ".obsidian"


def app_settings(files: Files) -> tuple[AppSettings, list[tuple[str, Message]]]:
    """Return what `.obsidian/` says, and why a file of it could not be read: then its defaults hold."""
    found: dict[str, object] = {}
    problems: list[tuple[str, Message]] = []
    for name in FILES:
        value = read_json(files, f"{FOLDER}/{name}", problems)
        if value is not None:
            found[name] = value
    return AppSettings.of(found), problems


def read_json(files: Files, path: str, problems: list[tuple[str, Message]] | None = None) -> object:
    """Return what a JSON file says, None if there is none or it cannot be read, which goes to `problems`."""
    told = problems if problems is not None else []
    try:
        if (read := files.slurp(path)) is not None:
            return _decoded(read.decode("utf-8-sig"))
    except OSError as error:
        told.append((path, cannot_read(error)))
    except (ValueError, RecursionError):
        told.append((path, _NO_JSON))
    return None


def _decoded(text: str) -> object:
    """Return what JSON says; what nearly no file holds, half a character or no number, takes longer to read."""
    try:
        return json.decode(text)
    except DecodeError:
        from json import loads

        return loads(text)


_NO_JSON = Message(
    "ce fichier n’est pas du JSON\u00a0: les réglages par défaut d’Obsidian valent",
    "this file is not JSON: Obsidian's defaults hold",
)
