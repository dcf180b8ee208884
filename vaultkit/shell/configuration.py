"""What a vault says about vaultkit: its settings and its schemas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vaultkit.errors import VaultkitError
from vaultkit.schema.model import SchemaSet
from vaultkit.settings import NOTE_NAME, TOML_NAME, Settings, WrongSettings, read_mapping, read_toml
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
            return _known(read_toml(toml.decode("utf-8")), TOML_NAME)
    except (OSError, UnicodeDecodeError) as fault:
        raise VaultkitError(
            Message(f"{TOML_NAME} ne peut pas être lu\u00a0: {fault}", f"{TOML_NAME} cannot be read: {fault}")
        ) from fault
    if any(entry.path == NOTE_NAME for entry in entries) and (note := files.slurp(NOTE_NAME)) is not None:
        return _known(_read_note(disk.source_of(note).text), NOTE_NAME)
    return Settings()


def _read_note(text: str) -> Settings:
    """Return what the settings note says; raises WrongSettings where its properties cannot be read."""
    from vaultkit.markdown.lost_block import lost_block
    from vaultkit.markdown.parse import parse_note

    note = parse_note(NOTE_NAME, text)
    fault = note.frontmatter.error if note.frontmatter else lost_block(text)
    if fault is not None:
        said = fault.message
        raise WrongSettings(Message(f"{NOTE_NAME}\u00a0: {said.fr}", f"{NOTE_NAME}: {said.en}"))
    return read_mapping(note.properties, NOTE_NAME)


def _known(settings: Settings, where: str) -> Settings:
    """Return the settings; raises WrongSettings for a name of no check, and for a check with two severities.

    A name that several kinds have may stand beside the code of one of them: the code counts then.
    """
    kinds = [
        (f"check.{key}", getattr(settings, f"check_{key}")) for key in ("ignore", "error", "warning", "info")
    ]
    if not any(names for _, names in kinds):
        return settings
    from vaultkit.rules.kinds import KINDS, kinds_named

    first: dict[tuple[str, bool], str] = {}
    for key, names in kinds:
        for name in names:
            meant = kinds_named(name)
            if not meant:
                raise _unknown(where, key, name, [word for kind in KINDS for word in (kind.code, kind.name)])
            for kind in meant:
                other = first.setdefault((kind.code, len(meant) > 1), key)
                if other != key:
                    raise WrongSettings(
                        Message(
                            f"{where}\u00a0: {kind.code} {kind.name} est à la fois dans {other} et dans {key}",
                            f"{where}: {kind.code} {kind.name} is in {other} and in {key}",
                        )
                    )
    return settings


def _unknown(where: str, key: str, name: str, known: Sequence[str]) -> WrongSettings:
    from vaultkit.schema.words import nearest, shown

    near, said = nearest(name, known), shown(name)
    fr, en = (f" (peut-être {near}\u00a0?)", f" (did you mean {near}?)") if near else ("", "")
    return WrongSettings(
        Message(
            f"{where}\u00a0: {key}\u00a0: aucune remarque ne s’appelle «\u00a0{said}\u00a0»{fr}",
            f"{where}: {key}: no remark is called '{said}'{en}",
        )
    )


def vault_schemas(files: Files, entries: Sequence[FileEntry], settings: Settings) -> SchemaSet:
    """Return the schemas of a vault: those of the preset, and its own, which come first."""
    from vaultkit.schema.read import read_schemas

    own = resources.own_schemas(files, entries, settings)
    return read_schemas(
        resources.preset_schemas(),
        ((path, source.text) for path, source in own.items() if not source.readonly),
        {path: source.data for path, source in own.items() if source.readonly},
        resources.no_schemas(entries, settings),
    )
