"""`service`: the daemon started when a person logs in."""

from __future__ import annotations

import os
import platform
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.shell.commands.voices import voice_at
from vaultkit.shell.console import Voice
from vaultkit.shell.names import find_vault
from vaultkit.shell.service.unit import NotStarted, Place, Services, Unit, unit_of
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

#: Folders of a Mac that a program in the background may read only once the person allowed it.
_PRIVATE = ("Desktop", "Documents", "Downloads", "Library/Mobile Documents", "Library/CloudStorage")


def show(arguments: Namespace) -> int:
    """Print what would be written, and where; nothing is written."""
    return _spoken(arguments, _show)


def install(arguments: Namespace) -> int:
    """Write it, start it, and have it started at each log-in."""
    return _spoken(arguments, _install)


def uninstall(arguments: Namespace) -> int:
    """Stop it and take out what `install` wrote; the vault need not be there any more."""
    return _spoken(arguments, _uninstall, gone=True)


def _show(services: Services, unit: Unit, voice: Voice) -> None:
    made = services.definition(unit)
    where = harmless(made.where)
    voice.say(f"{where}\u00a0:", f"{where}:")
    print()
    print(harmless(made.text, "\n\t"))
    told = {
        Place.EMPTY: Message(
            "Rien n’a été écrit. Pour l’installer\u00a0: vaultkit service install",
            "Nothing was written. To install it: vaultkit service install",
        ),
        Place.SAME: Message(
            "✔ Installé ainsi. Pour le retirer\u00a0: vaultkit service uninstall",
            "✔ Installed as above. To take it out: vaultkit service uninstall",
        ),
        Place.OLDER: Message(
            "⚠ Ce qui est installé diffère. Pour le remplacer\u00a0: vaultkit service install",
            "⚠ What is installed differs. To replace it: vaultkit service install",
        ),
        Place.EDITED: Message(
            "⚠ Ce qui est installé a été modifié à la main. Rien n’a été écrit.",
            "⚠ What is installed was edited by hand. Nothing was written.",
        ),
        Place.FOREIGN: Message(
            "⚠ Ce qui est à cette place n’est pas de vaultkit. Rien n’a été écrit.",
            "⚠ What stands in that place is not vaultkit's. Nothing was written.",
        ),
    }
    voice.tell(told[made.place])


def _install(services: Services, unit: Unit, voice: Voice) -> None:
    try:
        before = services.install(unit)
    except NotStarted as fault:
        said, hint = fault.message, _where_to_look(unit)
        raise VaultkitError(Message(f"{said.fr}\n{hint.fr}", f"{said.en}\n{hint.en}")) from fault
    name = unit.title
    if before is Place.SAME:
        voice.say(
            f"✔ service déjà en place pour «\u00a0{name}\u00a0»", f"✔ service already in place for '{name}'"
        )
    elif before is Place.OLDER:
        voice.say(f"✔ service remplacé pour «\u00a0{name}\u00a0»", f"✔ service replaced for '{name}'")
    else:
        voice.say(
            f"✔ service installé\u00a0: «\u00a0{name}\u00a0» est surveillé, et le sera à chaque ouverture de session",
            f"✔ service installed: '{name}' is watched, and will be each time you log in",
        )
    if platform.system() == "Darwin" and _is_private(unit.vault):
        voice.say(
            "⚠ macOS peut demander si Python peut lire ce dossier\u00a0: accepter, sinon rien n’est surveillé "
            "(Réglages → Confidentialité et sécurité → Fichiers et dossiers)",
            "⚠ macOS may ask whether Python may read this folder: allow it, or nothing is watched "
            "(Settings → Privacy & Security → Files and Folders)",
        )
    voice.say(
        "Où il en est\u00a0: vaultkit status. Annuler\u00a0: vaultkit service uninstall",
        "How it stands: vaultkit status. Undo: vaultkit service uninstall",
    )


def _uninstall(services: Services, unit: Unit, voice: Voice) -> None:
    if services.uninstall(unit):
        voice.say("✔ service arrêté et retiré", "✔ service stopped and taken out")
    else:
        voice.say("aucun service de vaultkit pour ce coffre", "no service of vaultkit for this vault")


def _spoken(arguments: Namespace, act: Callable[[Services, Unit, Voice], None], gone: bool = False) -> int:
    """Do it for the vault, in the language of its settings, else the locale's."""
    said = getattr(arguments, "root", None) or arguments.vault
    root = Path(said) if gone and said else find_vault(said)
    voice = voice_at(root)
    try:
        act(_services(), unit_of(root), voice)
    except VaultkitError as fault:
        fr, en = (harmless(said, "\n") for said in (fault.message.fr, fault.message.en))
        voice.warn(Message(f"vaultkit: {fr}", f"vaultkit: {en}"))
        return fault.exit_code
    return 0


def _services() -> Services:
    """Return what starts programs on this system."""
    system = platform.system()
    if system == "Darwin":
        from vaultkit.shell.service.launchd import Launchd

        return Launchd()
    if system == "Windows":
        from vaultkit.shell.service.windows import Scheduler

        return Scheduler()
    from vaultkit.shell.service.systemd import Systemd

    return Systemd()


def _where_to_look(unit: Unit) -> Message:
    """Return where the daemon itself may have told what is wrong."""
    look = (
        f"journalctl --user -u {unit.name}"
        if platform.system() not in ("Darwin", "Windows")
        else os.fspath(unit.log)
    )
    return Message(
        f"Ce qu’en dit vaultkit\u00a0: {look}\u00a0; ou lancer «\u00a0vaultkit watch\u00a0» pour le voir",
        f"What vaultkit says of it: {look}; or start 'vaultkit watch' to see it",
    )


def _is_private(vault: Path) -> bool:
    return any(vault.is_relative_to(Path.home() / folder) for folder in _PRIVATE)
