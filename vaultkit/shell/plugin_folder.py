"""The plugin's own folder in a vault: what stands there, put in and taken out; nothing else there is touched.

What `install` writes ends in a seal with a digest of each file, so that a copy of another version is told
from one that a person changed, on whatever machine a sync has carried it to.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from functools import partial
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from vaultkit import __version__
from vaultkit.errors import ExternallyChanged, Refused, VaultkitError
from vaultkit.shell import swap
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.places import reachable, why
from vaultkit.shell.walk import within
from vaultkit.text import Message

ID = "vaultkit"
#: In the order in which they are written: the one with the seal comes last.
NAMES = ("styles.css", "manifest.json", "main.js")
#: What the plugin writes itself.
SETTINGS = "data.json"

_SEALED = NAMES[-1]
_SWITCHES = "community-plugins.json"
#: What only a configuration folder of Obsidian holds.
_MARKS = ("app.json", "core-plugins.json", "workspace.json", _SWITCHES)
_SEAL = re.compile(rb"/\* Written by `vaultkit plugin install`: ([\w. ]+) \*/\r?\n?\Z")


class Place(StrEnum):
    """What stands where the plugin belongs."""

    EMPTY = "not installed"
    SAME = "installed"
    OLDER = "older"
    NEWER = "newer"
    PARTIAL = "incomplete"
    EDITED = "changed by hand"
    LINKED = "linked"  # a developer's own set-up


class Plugin(Struct, frozen=True):
    """The plugin in a vault: its folder, what stands there, of which version, and the bytes that were seen."""

    folder: Path
    place: Place
    version: str | None = None
    found: Mapping[str, bytes] = {}

    @property
    def config(self) -> Path:
        """The configuration folder that it stands in."""
        return self.folder.parent.parent


# ------------------------------------------------------------------------------------ where


def config_folders(root: Path) -> list[Path]:
    """Return the configuration folders of a vault, Obsidian's usual one first: a person may give it other names."""
    with _told(root):
        found = [entry.name for entry in os.scandir(root) if entry.name.startswith(".") and entry.is_dir()]
    names = [
        name
        for name in sorted(found)
        if name == FOLDER or any(os.path.isfile(root / name / mark) for mark in _MARKS)  # noqa: PTH113 - never raises
    ]
    return [root / name for name in sorted(names, key=lambda name: name != FOLDER)]


def config_folder(root: Path, said: str | None = None) -> Path:
    """Return the configuration folder that is meant; raises VaultkitError (2) if there is none, or several."""
    found = config_folders(root)
    if said is not None:
        meant = [folder for folder in found if folder.name == said]
        if meant:
            return meant[0]
        raise VaultkitError(
            Message(
                f"ce coffre n’a pas de dossier de configuration «\u00a0{said}\u00a0»",
                f"this vault has no configuration folder '{said}'",
            )
        )
    if not found:
        raise VaultkitError(
            Message(
                f"il n’y a pas de dossier {FOLDER} ici\u00a0: ouvrir une fois ce dossier comme coffre dans Obsidian, "
                "puis relancer",
                f"there is no folder {FOLDER} here: open this folder as a vault in Obsidian once, then run this again",
            )
        )
    if len(found) > 1 and found[0].name != FOLDER:
        names = ", ".join(folder.name for folder in found)
        raise VaultkitError(
            Message(
                f"plusieurs dossiers de configuration\u00a0: {names}\u00a0; dire lequel avec --config-folder",
                f"several configuration folders: {names}; say which with --config-folder",
            )
        )
    return found[0]


def look(root: Path, config: Path) -> Plugin:
    """Return what stands where the plugin belongs; raises VaultkitError (2) for what cannot be read."""
    folder = reachable(config) / "plugins" / ID
    if _is_linked(root, folder):
        return Plugin(folder, Place.LINKED)
    found: dict[str, bytes] = {}
    with _told(folder):
        for name in NAMES:
            read = swap.slurp(folder / name)
            if read is not None:
                found[name] = read[0]
    return Plugin(folder, _place_of(found), _version(found.get("manifest.json")), found)


def _is_linked(root: Path, folder: Path) -> bool:
    """Whether the folder, or a file of it, is a link, or leads out of the vault."""
    inside = within(os.path.realpath(root), os.path.realpath(folder))
    return not inside or any((folder / name).is_symlink() for name in ("", *NAMES))


# ------------------------------------------------------------------------------------ whose


def shipped() -> dict[str, bytes]:
    """Return the plugin's files as they come with vaultkit."""
    home = files("vaultkit") / "plugin"
    return {name: (home / name).read_bytes() for name in NAMES}


def sealed(ours: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files as they are written: the last one ends in a comment with the digests of all."""
    digests = " ".join(f"{name} {_digest(data)}" for name, data in ours.items())
    seal = f"/* Written by `vaultkit plugin install`: {digests} */\n".encode()
    whole = ours[_SEALED] if ours[_SEALED].endswith(b"\n") else ours[_SEALED] + b"\n"
    return {**ours, _SEALED: whole + seal}


def _place_of(found: Mapping[str, bytes]) -> Place:
    """Return whose files they are that were found."""
    if not found:
        return Place.EMPTY
    current = {name: _digest(data) for name, data in shipped().items()}
    digests = {name: _digest(data) for name, data in found.items()}
    said = _seal_of(found.get(_SEALED, b""))
    if any(digest not in (current[name], said.get(name)) for name, digest in digests.items()):
        return Place.EDITED
    if len(found) < len(NAMES):
        return Place.PARTIAL
    if digests == current:
        return Place.SAME
    if _numbers(_version(found["manifest.json"])) > _numbers(__version__):
        return Place.NEWER
    return Place.OLDER


def _seal_of(data: bytes) -> dict[str, str]:
    """Return the digests that a file was sealed with, by name."""
    seal = _SEAL.search(data)
    words = seal[1].decode().split() if seal else []
    return dict(zip(words[::2], words[1::2], strict=False))


def _digest(data: bytes) -> str:
    """Return the digest of a file without its seal; git may have turned the ends of its lines."""
    return hashlib.sha256(_SEAL.sub(b"", data.replace(b"\r\n", b"\n"))).hexdigest()[:16]


def _version(manifest: bytes | None) -> str | None:
    with suppress(ValueError, RecursionError):
        said = json.loads((manifest or b"").decode("utf-8-sig"))
        version = said.get("version") if isinstance(said, dict) else None
        return version if isinstance(version, str) else None
    return None


def _numbers(version: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]{1,9}", version or ""))


# ------------------------------------------------------------------------------------ in, out


def install(plugin: Plugin, force: bool = False) -> bool:
    """Put the files that come with vaultkit in place, all or none; return whether anything was written.

    Raises Refused over what a person changed, and over a newer plugin, unless forced.
    """
    _check_ours(plugin, force, newer=True)
    wanted = sealed(shipped())
    if plugin.place is Place.SAME:
        return False
    with _told(plugin.folder), _made(plugin.folder), ExitStack() as stack:
        new = {name: stack.enter_context(swap.new_file(plugin.folder, data)) for name, data in wanted.items()}
        for name, temporary in new.items():
            swap.overwrite(temporary, plugin.folder / name, partial(_expect, plugin, name))
        swap.sync(plugin.folder)
    return True


def uninstall(plugin: Plugin, force: bool = False, purge: bool = False) -> bool:
    """Take our files out, with `purge` its settings too, and the folder if nothing else is in it.

    Returns whether anything was taken out. Raises Refused for what a person changed, unless forced.
    """
    _check_ours(plugin, force)
    names = [*plugin.found, *([SETTINGS] if purge and has_settings(plugin) else [])]
    with _told(plugin.folder):
        for name in names:
            if name in NAMES:
                _expect(plugin, name)
            (plugin.folder / name).unlink(missing_ok=True)
    with suppress(OSError):  # somebody else's file is in it, or it is not there
        plugin.folder.rmdir()
    return bool(names)


def has_settings(plugin: Plugin) -> bool:
    """Whether settings of the plugin stand in its folder."""
    return os.path.lexists(plugin.folder / SETTINGS)


def _check_ours(plugin: Plugin, force: bool, newer: bool = False) -> None:
    where = shown(plugin)
    if plugin.place is Place.LINKED:
        raise Refused(
            Message(
                f"{where} est un lien, ou mène hors du coffre\u00a0: rien n’a été changé",
                f"{where} is a link, or leads out of the vault: nothing was changed",
            )
        )
    if plugin.place is Place.EDITED and not force:
        raise Refused(
            Message(
                f"{where} n’est pas tel que vaultkit l’a écrit (modifié à la main, ou installé autrement)\u00a0: "
                "rien n’a été changé\u00a0; --force pour passer outre",
                f"{where} is not as vaultkit wrote it (changed by hand, or installed in another way): "
                "nothing was changed; --force to do it all the same",
            )
        )
    if plugin.place is Place.NEWER and newer and not force:
        raise Refused(
            Message(
                f"le plugin installé ({plugin.version}) est plus récent que vaultkit ({__version__})\u00a0: mettre "
                "vaultkit à jour sur cet ordinateur, ou --force pour remplacer le plugin",
                f"the plugin that is installed ({plugin.version}) is newer than vaultkit ({__version__}): update "
                "vaultkit on this machine, or --force to replace the plugin",
            )
        )


def shown(plugin: Plugin) -> str:
    """Return the plugin's folder as it is shown: relative to the vault, with `/`."""
    return "/".join(plugin.folder.parts[-3:])


def _expect(plugin: Plugin, name: str) -> None:
    """Raise ExternallyChanged if a file no longer says what was seen."""
    read = swap.slurp(plugin.folder / name)
    if (None if read is None else read[0]) != plugin.found.get(name):
        raise _changed(f"{shown(plugin)}/{name}")


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Give the folder, made if need be and taken away again on failure."""
    made = [each for each in (folder.parent, folder) if not os.path.lexists(each)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for each in reversed(made):
            with suppress(OSError):
                each.rmdir()
        raise


# ------------------------------------------------------------------------------------ the switch


def is_enabled(config: Path) -> bool:
    """Whether the app is told to start the plugin; what cannot be read says no."""
    with suppress(OSError, VaultkitError):
        return ID in (_switches(config)[1] or ())
    return False


def switch(config: Path, on: bool) -> bool:
    """Write into the app's list that the plugin is on or off; return whether the list changed.

    Only while Obsidian does not run: it keeps the list in memory, and writes it whole.
    """
    path = config / _SWITCHES
    with _told(path):
        before, listed = _switches(config)
        if (ID in (listed or ())) is on:
            return False
        kept = [one for one in listed or () if one != ID]
        data = json.dumps([*kept, ID] if on else kept, ensure_ascii=False, indent=2).encode()
        read = swap.slurp(path)
        with swap.new_file(config, data, (path, read[1]) if read else None) as new:
            swap.overwrite(new, path, lambda: _expect_switches(config, before))
        swap.sync(config)
    return True


def _switches(config: Path) -> tuple[bytes | None, list[object] | None]:
    """Return the bytes of the app's list, and what it lists; raises VaultkitError (2) for what is no list."""
    read = swap.slurp(config / _SWITCHES)
    if read is None:
        return None, None
    said: object = None
    with suppress(ValueError, RecursionError):
        said = json.loads(read[0].decode("utf-8-sig"))
    if not isinstance(said, list):
        name = f"{config.name}/{_SWITCHES}"
        raise VaultkitError(
            Message(
                f"{name} n’est pas une liste\u00a0: il reste comme il est",
                f"{name} is no list: it stays as it is",
            )
        )
    return read[0], said


def _expect_switches(config: Path, before: bytes | None) -> None:
    read = swap.slurp(config / _SWITCHES)
    if (None if read is None else read[0]) != before:
        raise _changed(f"{config.name}/{_SWITCHES}")


def _changed(path: str) -> ExternallyChanged:
    return ExternallyChanged(
        Message(
            f"{path} a changé sur le disque entre-temps\u00a0: relancer la commande",
            f"{path} changed on disk meanwhile: run the command again",
        )
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the disk complains of into one sentence with the path that it is about."""
    try:
        yield
    except OSError as error:
        reason = why(error)
        raise VaultkitError(Message(f"{path}\u00a0: {reason.fr}", f"{path}: {reason.en}")) from error
