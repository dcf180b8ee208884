"""Which vault an editor means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from vaultkit.settings import TOML_NAME
from vaultkit.shell.language.workspace import file_of
from vaultkit.shell.obsidian import FOLDER


def vault_around(path: Path) -> Path | None:
    """Return the nearest folder upwards that is a vault: one with `vaultkit.toml` or `.obsidian`."""
    for folder in (path, *path.parents):
        try:
            if (folder / TOML_NAME).is_file() or (folder / FOLDER).is_dir():
                return folder
        except OSError:
            continue
    return None


def vault_of_folders(params: types.InitializeParams) -> Path | None:
    """Return the first vault among the folders that an editor has open, or around one of them."""
    for uri in _folders(params):
        file = file_of(uri)
        root = None if file is None else vault_around(Path(file))
        if root is not None:
            return root
    return None


def vault_of_file(uri: str) -> Path | None:
    """Return the vault that a file lies in."""
    file = file_of(uri)
    return None if file is None else vault_around(Path(file).parent)


def _folders(params: types.InitializeParams) -> Iterator[str]:
    yield from (folder.uri for folder in params.workspace_folders or ())
    if params.root_uri is not None:
        yield params.root_uri
    elif params.root_path is not None:
        yield Path(params.root_path).absolute().as_uri()
