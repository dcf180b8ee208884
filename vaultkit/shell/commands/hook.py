"""`hook`: the pre-commit hook of the vault's repository."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.settings import TOML_NAME
from vaultkit.shell import hooks, merge_setup
from vaultkit.shell.commands.stale import GIT_PLUGIN
from vaultkit.shell.configuration import vault_settings
from vaultkit.shell.console import Voice, locale_language
from vaultkit.shell.files import DiskFiles
from vaultkit.shell.git import Repository
from vaultkit.shell.names import find_vault
from vaultkit.shell.obsidian import FOLDER


def status(arguments: Namespace) -> int:
    """Say what stands in the repository; nothing is changed."""
    root, repository, voice = _here(arguments)
    hook = hooks.find_hook(repository)
    tool = hooks.manager_of(repository, hook)
    if hook.ours:
        options = f" ({hook.options})" if hook.options else ""
        voice.say(f"✔ hook installé{options}\u00a0: {hook.path}", f"✔ hook installed{options}: {hook.path}")
        if not os.access(hook.python, os.X_OK):
            voice.say(
                f"⚠ {hook.python} n’est plus là, rien n’est vérifié\u00a0: vaultkit hook install",
                f"⚠ {hook.python} is gone, nothing is checked: vaultkit hook install",
            )
        if os.path.lexists(hook.former):
            voice.say(f"  lance d’abord {hook.former}", f"  starts {hook.former} first")
    elif tool is not None:
        voice.say(f"{tool} tient les hooks de ce dépôt", f"{tool} keeps the hooks of this repository")
    else:
        voice.say(
            "aucun hook de vaultkit\u00a0; pour l’installer\u00a0: vaultkit hook install",
            "no hook of vaultkit; to install it: vaultkit hook install",
        )
    if merge_setup.is_registered(repository):
        voice.say("✔ pilote de fusion inscrit", "✔ merge driver registered")
    _tell_plugin(root, voice)
    return 0


def install(arguments: Namespace) -> int:
    """Install the hook, and the merge driver if it is asked for."""
    root, repository, voice = _here(arguments)
    options = ["--stale", arguments.stale] if arguments.stale else []
    if not _is_known(root) and repository.prefix(root):
        options += ["--vault", repository.prefix(root).removesuffix("/")]
    fresh = hooks.install(repository, options)
    hook = hooks.find_hook(repository)
    if fresh:
        voice.say(f"✔ hook installé\u00a0: {hook.path}", f"✔ hook installed: {hook.path}")
    else:
        voice.say(f"✔ hook déjà en place\u00a0: {hook.path}", f"✔ hook already in place: {hook.path}")
    if os.path.lexists(hook.former):
        voice.say(
            f"  l’ancien hook est lancé d’abord\u00a0: {hook.former}",
            f"  the former hook is started first: {hook.former}",
        )
    if arguments.merge_driver:
        merge_setup.register(repository, root)
        voice.say("✔ pilote de fusion inscrit", "✔ merge driver registered")
    if not arguments.stale:
        _tell_plugin(root, voice)
    voice.say(
        "Annuler\u00a0: vaultkit hook uninstall. Passer outre une fois\u00a0: git commit --no-verify",
        "Undo: vaultkit hook uninstall. Pass it by once: git commit --no-verify",
    )
    return 0


def uninstall(arguments: Namespace) -> int:
    """Take out what `install` put in; the former hook is as it was."""
    _, repository, voice = _here(arguments)
    gone = hooks.uninstall(repository)
    unregistered = merge_setup.unregister(repository)
    if gone:
        voice.say("✔ hook retiré", "✔ hook taken out")
    if unregistered:
        voice.say("✔ pilote de fusion retiré", "✔ merge driver taken out")
    if not gone and not unregistered:
        voice.say("aucun hook de vaultkit ici", "no hook of vaultkit here")
    return 0


def _here(arguments: Namespace) -> tuple[Path, Repository, Voice]:
    """Return the vault, its repository, and a voice in the language of the vault's settings, else the locale's."""
    try:
        root = find_vault(arguments.vault).resolve()
    except VaultkitError:
        if arguments.vault is not None:
            raise
        root = Repository.open(Path.cwd()).top
    try:
        said = vault_settings(DiskFiles(root), ()).vault_language
    except VaultkitError:  # what is wrong in the settings is no reason to keep a hook
        said = ""
    language = said or locale_language() or "fr"
    return root, Repository.open(root), Voice("fr" if language == "fr" else "en")


def _is_known(root: Path) -> bool:
    """Whether a folder shows by itself that it is a vault."""
    return (root / FOLDER).is_dir() or (root / TOML_NAME).is_file()


def _tell_plugin(root: Path, voice: Voice) -> None:
    """Say that Obsidian's git plugin is there, and what that means for its commits."""
    if (root / GIT_PLUGIN).is_dir():
        voice.say(
            "Le plugin Git d’Obsidian est dans ce coffre\u00a0: une synthèse pas à jour avertit seulement, ses commits "
            "automatiques ne s’arrêtent pas (--stale block pour l’inverse).",
            "Obsidian's Git plugin is in this vault: a stale synthesis only warns, its automatic commits do not stop "
            "(--stale block for the opposite).",
        )
