"""`plugin`: the Obsidian plugin put into a vault, and taken out again."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from vaultkit import __version__
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import plugin_folder
from vaultkit.shell.commands.voices import voice_at
from vaultkit.shell.console import Voice
from vaultkit.shell.names import find_vault
from vaultkit.shell.plugin_folder import Place, Plugin
from vaultkit.shell.ports import SystemClock
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message


def status(arguments: Namespace) -> int:
    """Say what stands in the vault; nothing is changed."""
    return _spoken(arguments, _status)


def install(arguments: Namespace) -> int:
    """Copy the plugin's files into the vault, and say what remains to be done in the app."""
    return _spoken(arguments, _install)


def uninstall(arguments: Namespace) -> int:
    """Take the plugin's files out; its settings stay unless `--purge`."""
    return _spoken(arguments, _uninstall)


def _status(arguments: Namespace, root: Path, plugin: Plugin, voice: Voice) -> None:
    enabled = plugin_folder.is_enabled(plugin.config)
    if getattr(arguments, "json", False):
        from vaultkit.shell.report import as_document

        print(as_document(_document(root, plugin, enabled)))
        return
    voice.tell(_safe(_STATES[plugin.place], plugin))
    if enabled and plugin.place is Place.EMPTY:
        voice.say(
            "⚠ la liste d’Obsidian le nomme encore\u00a0: vaultkit plugin uninstall",
            "⚠ Obsidian's list still names it: vaultkit plugin uninstall",
        )
    elif enabled:
        voice.say("✔ activé dans ce coffre", "✔ switched on in this vault")
    elif plugin.place is not Place.EMPTY:
        voice.say("⚠ pas activé dans ce coffre", "⚠ not switched on in this vault")
        _tell_rest(voice)


def _document(root: Path, plugin: Plugin, enabled: bool) -> dict[str, object]:
    return {
        "schema_version": 1,
        "vault": os.path.realpath(root),
        "folder": plugin_folder.shown(plugin),
        "state": str(plugin.place),
        "installed": plugin.version,
        "version": __version__,
        "enabled": enabled,
    }


def _install(arguments: Namespace, root: Path, plugin: Plugin, voice: Voice) -> None:
    if plugin_folder.install(plugin, arguments.force):
        told = (
            Message("✔ plugin {version} installé dans {folder}", "✔ plugin {version} installed in {folder}")
            if plugin.place in (Place.EMPTY, Place.PARTIAL)
            else Message(
                "✔ plugin remplacé dans {folder}\u00a0: {installed} → {version}",
                "✔ plugin replaced in {folder}: {installed} → {version}",
            )
        )
    else:
        told = _STATES[Place.SAME]
    voice.tell(_safe(told, plugin))
    _tell_others(arguments, root, plugin, voice)
    if arguments.enable:
        _enable(root, plugin, voice)
    elif not plugin_folder.is_enabled(plugin.config):
        _tell_rest(voice)
    if _is_open(root):
        voice.say(
            "Obsidian est ouvert\u00a0: lancer sa commande «\u00a0Recharger l’application sans enregistrer\u00a0», "
            "ou le redémarrer, pour qu’il voie le plugin.",
            "Obsidian is open: run its command 'Reload app without saving', or restart it, so that it sees the plugin.",
        )
    voice.say("Annuler\u00a0: vaultkit plugin uninstall", "Undo: vaultkit plugin uninstall")


def _enable(root: Path, plugin: Plugin, voice: Voice) -> None:
    """Switch the plugin on in the app's list; raises Refused while the app runs, which would write over it."""
    if plugin_folder.is_enabled(plugin.config):
        return
    if _is_open(root):
        raise Refused(
            Message(
                "Obsidian est ouvert\u00a0: le plugin est installé, mais pas activé. L’activer dans Paramètres → "
                "Modules complémentaires, ou fermer Obsidian et relancer",
                "Obsidian is open: the plugin is installed, but not switched on. Switch it on in Settings → "
                "Community plugins, or close Obsidian and run this again",
            )
        )
    plugin_folder.switch(plugin.config, True)
    voice.say(
        "✔ activé\u00a0; à l’ouverture du coffre, Obsidian peut encore demander si l’on fait confiance à son auteur.",
        "✔ switched on; when the vault is opened, Obsidian may still ask whether its author is trusted.",
    )


def _tell_rest(voice: Voice) -> None:
    """Say what only the person can do: nobody else may switch a plugin on."""
    voice.say(
        "Dans Obsidian\u00a0: Paramètres → Modules complémentaires → Activer, "
        "puis activer «\u00a0vaultkit\u00a0» dans la liste.",
        "In Obsidian: Settings → Community plugins → Turn on, then switch 'vaultkit' on in the list.",
    )


def _tell_others(arguments: Namespace, root: Path, plugin: Plugin, voice: Voice) -> None:
    """Say that the vault has other configuration folders, each with plugins of its own."""
    if arguments.config_folder is None:
        for other in plugin_folder.config_folders(root):
            if other.name != plugin.config.name:
                name = harmless(other.name)
                voice.say(
                    f"Ce coffre a aussi {name}\u00a0: vaultkit plugin install --config-folder {name}",
                    f"This vault has {name} too: vaultkit plugin install --config-folder {name}",
                )


def _uninstall(arguments: Namespace, root: Path, plugin: Plugin, voice: Voice) -> None:
    gone = plugin_folder.uninstall(plugin, arguments.force, arguments.purge)
    if gone:
        voice.tell(_safe(Message("✔ plugin retiré de {folder}", "✔ plugin taken out of {folder}"), plugin))
    if plugin_folder.has_settings(plugin):
        voice.say(
            "Ses réglages (data.json) restent\u00a0; --purge pour les retirer aussi.",
            "Its settings (data.json) stay; --purge to take them out too.",
        )
    if not plugin_folder.is_enabled(plugin.config):
        if not gone:
            voice.say("le plugin n’est pas installé ici", "the plugin is not installed here")
    elif _is_open(root):
        voice.say(
            "Obsidian est ouvert et le tient encore en marche\u00a0: le redémarrer, puis relancer cette commande.",
            "Obsidian is open and keeps it running: restart it, then run this command again.",
        )
    elif plugin_folder.switch(plugin.config, False):
        voice.say("✔ désactivé dans ce coffre", "✔ switched off in this vault")


def _spoken(arguments: Namespace, act: Callable[[Namespace, Path, Plugin, Voice], None]) -> int:
    """Do it for the vault, in the language of its settings, else the locale's."""
    root = find_vault(getattr(arguments, "root", None) or arguments.vault)
    root = Path(os.path.abspath(root))  # noqa: PTH100 - Path.resolve would follow the last link
    voice = voice_at(root)
    try:
        config = plugin_folder.config_folder(root, getattr(arguments, "config_folder", None))
        act(arguments, root, plugin_folder.look(root, config), voice)
    except VaultkitError as fault:
        fr, en = (harmless(said, "\n") for said in (fault.message.fr, fault.message.en))
        voice.warn(Message(f"vaultkit: {fr}", f"vaultkit: {en}"))
        return fault.exit_code
    return 0


def _is_open(root: Path) -> bool:
    """Whether Obsidian runs, as far as that can be told."""
    from vaultkit.shell.workspace import ObsidianApp

    return ObsidianApp(root, SystemClock()).state().running


def _safe(told: Message, plugin: Plugin) -> Message:
    """Return what is told, with what it is about, as a terminal may have it."""
    words = {
        "folder": plugin_folder.shown(plugin),
        "installed": plugin.version or "?",
        "version": __version__,
    }
    return Message(harmless(told.fr.format(**words)), harmless(told.en.format(**words)))


_STATES = {
    Place.EMPTY: Message(
        "le plugin n’est pas installé\u00a0; pour l’installer\u00a0: vaultkit plugin install",
        "the plugin is not installed; to install it: vaultkit plugin install",
    ),
    Place.SAME: Message(
        "✔ plugin {version} en place dans {folder}", "✔ plugin {version} in place in {folder}"
    ),
    Place.OLDER: Message(
        "⚠ {folder}\u00a0: plugin {installed}, vaultkit {version} en a un autre\u00a0: vaultkit plugin install",
        "⚠ {folder}: plugin {installed}, vaultkit {version} has another: vaultkit plugin install",
    ),
    Place.NEWER: Message(
        "⚠ {folder}\u00a0: plugin {installed}, plus récent que vaultkit {version}\u00a0: mettre vaultkit à jour",
        "⚠ {folder}: plugin {installed}, newer than vaultkit {version}: update vaultkit",
    ),
    Place.PARTIAL: Message(
        "⚠ {folder} est incomplet\u00a0: vaultkit plugin install",
        "⚠ {folder} is incomplete: vaultkit plugin install",
    ),
    Place.EDITED: Message(
        "⚠ {folder} n’est pas tel que vaultkit l’a écrit\u00a0: modifié à la main, ou installé autrement",
        "⚠ {folder} is not as vaultkit wrote it: changed by hand, or installed in another way",
    ),
    Place.LINKED: Message(
        "{folder} est un lien, ou mène hors du coffre\u00a0: vaultkit n’y touche pas",
        "{folder} is a link, or leads out of the vault: vaultkit leaves it alone",
    ),
}
