"""What a vault says about vaultkit: its settings and its schemas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vaultkit.errors import VaultkitError
from vaultkit.markdown.parse import parse_note
from vaultkit.schema.model import SchemaSet
from vaultkit.settings import NOTE_NAME, TOML_NAME, Settings, read_mapping, read_toml
from vaultkit.shell import disk, resources
from vaultkit.shell.files import Files
from vaultkit.shell.walk import FileEntry
from vaultkit.text import Message


def vault_settings(files: Files, entries: Iterable[FileEntry]) -> Settings:
    """Return the settings of a vault: of `vaultkit.toml`, else of the note `vaultkit.md`.

    Raises WrongSettings for what cannot be understood, VaultkitError (2) for a file that cannot be read.
    """
    try:
        toml = files.slurp(TOML_NAME)
        if toml is not None:
            return read_toml(toml.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise VaultkitError(
            Message(f"{TOML_NAME} ne peut pas être lu\u00a0: {fault}", f"{TOML_NAME} cannot be read: {fault}")
        ) from fault
    if any(entry.path == NOTE_NAME for entry in entries) and (note := files.slurp(NOTE_NAME)) is not None:
        return read_mapping(parse_note(NOTE_NAME, disk.source_of(note).text).properties, NOTE_NAME)
    return Settings()


def vault_schemas(files: Files, entries: Sequence[FileEntry], settings: Settings) -> SchemaSet:
    """Return the schemas of a vault: those of the preset, and its own, which come first."""
    from vaultkit.schema.read import read_schemas

    return read_schemas(resources.preset_schemas(), resources.own_schemas(files, entries, settings))
