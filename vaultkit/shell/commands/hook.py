"""`hook`: the pre-commit hook of the vault's repository."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell.commands.stale import GIT_PLUGIN
from vaultkit.shell.configuration import vault_settings
from vaultkit.shell.console import Voice, locale_language
from vaultkit.shell.files import DiskFiles
from vaultkit.shell.git import hooks, merge_setup
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.git.vaults import Marks
from vaultkit.shell.names import find_vault, is_folder
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message, nfc


def status(arguments: Namespace) -> int:
    """Say what stands in the repository; nothing is changed."""
    return _spoken(arguments, _status)


def install(arguments: Namespace) -> int:
    """Install the hook, and the merge driver if it is asked for."""
    return _spoken(arguments, _install)


def uninstall(arguments: Namespace) -> int:
    """Take out what `install` put in; the former hook is as it was."""
    return _spoken(arguments, _uninstall)


def _status(arguments: Namespace, root: Path, repository: Repository, voice: Voice) -> None:
    hook = hooks.find_hook(repository)
    tool = hooks.manager_of(repository)
    if hook.ours:
        options, path = f" ({hook.options})" if hook.options else "", hook.path
        voice.tell(_safe(f"✔ hook installé{options}\u00a0: {path}", f"✔ hook installed{options}: {path}"))
        _tell_faults(repository, hook, voice)
        if os.path.lexists(hook.former):
            voice.tell(_safe(f"  lance d’abord {hook.former}", f"  starts {hook.former} first"))
        if hooks.find_hook(repository, hooks.MERGE).ours:
            voice.say("✔ les fusions sans conflit sont vérifiées aussi", "✔ clean merges are checked too")
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


def _install(arguments: Namespace, root: Path, repository: Repository, voice: Voice) -> None:
    options = ["--stale", arguments.stale] if arguments.stale else []
    prefix = repository.prefix(root).removesuffix("/")
    marks = Marks(repository)
    if prefix and nfc(prefix) not in {nfc(folder) for folder in marks.staged}:
        options += ["--vault", prefix]
    _check_alone(hooks.find_hook(repository, aside=False), prefix, "--vault" in options, marks)
    fresh = hooks.install(repository, options)
    if not is_folder(root / GIT_PLUGIN):
        fresh |= hooks.install(repository, options, hooks.MERGE)
    elif hooks.find_hook(repository, hooks.MERGE).ours:
        fresh |= hooks.uninstall(repository, hooks.MERGE)
    hook = hooks.find_hook(repository, aside=False)
    if fresh:
        voice.tell(_safe(f"✔ hook installé\u00a0: {hook.path}", f"✔ hook installed: {hook.path}"))
    else:
        voice.tell(_safe(f"✔ hook déjà en place\u00a0: {hook.path}", f"✔ hook already in place: {hook.path}"))
    _tell_faults(repository, hook, voice)
    if os.path.lexists(hook.former):
        former = hook.former
        voice.tell(
            _safe(
                f"  l’ancien hook est lancé d’abord\u00a0: {former}",
                f"  the former hook is started first: {former}",
            )
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


def _uninstall(arguments: Namespace, root: Path, repository: Repository, voice: Voice) -> None:
    gone = [name for name in hooks.NAMES if hooks.uninstall(repository, name)]
    unregistered = merge_setup.unregister(repository)
    if gone:
        voice.say("✔ hook retiré", "✔ hook taken out")
    if unregistered:
        voice.say("✔ pilote de fusion retiré", "✔ merge driver taken out")
    if not gone and not unregistered:
        voice.say("aucun hook de vaultkit ici", "no hook of vaultkit here")


def _spoken(arguments: Namespace, act: Callable[[Namespace, Path, Repository, Voice], None]) -> int:
    """Do it for the vault and its repository, in the language of the vault's settings, else the locale's."""
    try:
        root = find_vault(arguments.vault).resolve()
    except (VaultkitError, PermissionError):
        if arguments.vault is not None:
            raise
        root = Repository.open(Path.cwd()).top
    try:
        said = vault_settings(DiskFiles(root), ()).vault_language
    except VaultkitError:  # what is wrong in the settings is no reason to keep a hook
        said = ""
    language = said or locale_language() or "fr"
    voice = Voice("fr" if language == "fr" else "en")
    try:
        act(arguments, root, Repository.of_vault(root), voice)
    except VaultkitError as fault:
        voice.warn(_safe(f"vaultkit: {fault.message.fr}", f"vaultkit: {fault.message.en}"))
        return fault.exit_code
    return 0


def _check_alone(hook: hooks.Hook, prefix: str, named: bool, marks: Marks) -> None:
    """Raise Refused where the hook would no longer judge another vault of the repository."""
    others = [hook.vault] if hook.vault else sorted(marks.staged) if named else []
    lost = [other or "." for other in others if nfc(other) != nfc(prefix)] if hook.ours else []
    if lost:
        raise Refused(
            Message(
                f"le hook de ce dépôt vérifie déjà un autre coffre ({lost[0]})\u00a0; rien n’a été écrit. Un hook "
                "trouve plusieurs coffres si chacun a dans git son vaultkit.toml (vaultkit init, git add), après "
                "vaultkit hook uninstall",
                f"the hook of this repository judges another vault already ({lost[0]}); nothing was written. One hook "
                "finds several vaults where git has the vaultkit.toml of each (vaultkit init, git add), after "
                "vaultkit hook uninstall",
            )
        )


def _tell_faults(repository: Repository, hook: hooks.Hook, voice: Voice) -> None:
    """Say why a hook that stands there checks nothing."""
    if hook.edited:
        voice.say("⚠ il a été modifié à la main", "⚠ it was edited by hand")
    if hooks.is_switched_off(repository):
        voice.say(f"⚠ {hooks.SWITCHED_OFF.fr}", f"⚠ {hooks.SWITCHED_OFF.en}")
    elif not hook.runs:
        voice.say(
            "⚠ il n’est pas exécutable, git ne le lance donc pas\u00a0: vaultkit hook install",
            "⚠ it is not executable, so git does not start it: vaultkit hook install",
        )
    elif not os.access(hook.python, os.X_OK):
        voice.tell(
            _safe(
                f"⚠ {hook.python} n’est plus là, rien n’est vérifié\u00a0: vaultkit hook install",
                f"⚠ {hook.python} is gone, nothing is checked: vaultkit hook install",
            )
        )
    elif not hook.finds_vaultkit:
        voice.tell(
            _safe(
                f"⚠ {hook.python} n’a plus vaultkit, rien n’est vérifié\u00a0: vaultkit hook install",
                f"⚠ {hook.python} no longer has vaultkit, nothing is checked: vaultkit hook install",
            )
        )


def _safe(fr: str, en: str) -> Message:
    """Return a message with names in it as a terminal may have it."""
    return Message(harmless(fr, "\n"), harmless(en, "\n"))


def _tell_plugin(root: Path, voice: Voice) -> None:
    """Say that Obsidian's git plugin is there, and what that means for its commits."""
    if is_folder(root / GIT_PLUGIN):
        voice.say(
            "Le plugin Git d’Obsidian est dans ce coffre\u00a0: une synthèse pas à jour avertit seulement, ses commits "
            "automatiques ne s’arrêtent pas (--stale block pour l’inverse).",
            "Obsidian's Git plugin is in this vault: a stale synthesis only warns, its automatic commits do not stop "
            "(--stale block for the opposite).",
        )
