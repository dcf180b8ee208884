"""An agent of launchd; see launchd.plist(5), launchctl(1)."""

from __future__ import annotations

import os
import plistlib
import time
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.shell.places import state_dir
from vaultkit.shell.service.unit import (
    SEAL,
    Definition,
    NotStarted,
    Place,
    Tool,
    Unit,
    check_ours,
    place_of,
    read_definition,
    remove_definition,
    sealed,
    write_definition,
)
from vaultkit.text import Message

#: How long to wait, in seconds, each time that launchd still holds the agent it was told to let go.
_PAUSES = (0.2, 0.5, 1.0, 2.0)


class Launchd:
    """The manager of the user's own agents."""

    def definition(self, unit: Unit) -> Definition:
        """Return the property list; raises VaultkitError (2) for a path that none can hold."""
        path = _path(unit)
        text = sealed(_property_list(unit))
        return Definition(str(path), text, place_of(read_definition(path), text))

    def install(self, unit: Unit) -> Place:
        """Write the agent and load it; one that is loaded already is left alone if nothing changed."""
        tool = Tool.find("launchctl", "launchd")
        made, domain = self.definition(unit), f"gui/{os.getuid()}"
        check_ours(made.place, made.where)
        loaded = tool.ask("print", f"{domain}/{unit.name}").code == 0
        if made.place is Place.SAME and loaded:
            return made.place
        state_dir(unit.vault)
        if made.place is not Place.SAME:
            write_definition(_path(unit), made.text)
        if loaded:
            tool.ask("bootout", f"{domain}/{unit.name}")
        tool.ask("enable", f"{domain}/{unit.name}")
        _load(tool, ("bootstrap", domain, made.where), _PAUSES if loaded else ())
        return made.place

    def uninstall(self, unit: Unit) -> bool:
        """Unload the agent, and take its file out."""
        made, target = self.definition(unit), f"gui/{os.getuid()}/{unit.name}"
        if made.place is Place.EMPTY:
            return False
        check_ours(made.place, made.where)
        tool = Tool.find("launchctl", "launchd")
        gone = tool.ask("bootout", target)
        if gone.code and tool.ask("print", target).code == 0:
            raise NotStarted(("bootout", target), "launchctl", gone.words)
        remove_definition(_path(unit))
        return True


def _load(tool: Tool, words: tuple[str, ...], pauses: tuple[float, ...]) -> None:
    for pause in pauses:
        if tool.ask(*words).code == 0:
            return
        time.sleep(pause)
    tool.tell(*words)


def _path(unit: Unit) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{unit.name}.plist"


def _property_list(unit: Unit) -> str:
    wanted = {
        "Label": unit.name,
        "ProgramArguments": list(unit.logged),
        "EnvironmentVariables": dict(unit.environment),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 60,
        "ExitTimeOut": 30,
        "Nice": 10,
        "StandardErrorPath": str(unit.state / "watch.err"),
    }
    try:
        data = plistlib.dumps(wanted, sort_keys=False)
        kept = plistlib.loads(data) == wanted
    except ValueError:  # control characters, halves of characters
        kept = False
    if not kept:
        raise VaultkitError(
            Message(
                f"launchd ne peut pas noter ce chemin ({unit.title})\u00a0: il contient un caractère de commande",
                f"launchd cannot note this path ({unit.title}): it holds a control character",
            )
        )
    head, _, rest = data.decode().partition("\n")
    return f"{head}\n<!-- {SEAL} -->\n{rest}"
