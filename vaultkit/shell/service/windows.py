"""A task of the Windows Task Scheduler; see schtasks, and the Task Scheduler Schema."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from getpass import getuser
from pathlib import Path
from subprocess import list2cmdline
from xml.etree import ElementTree

from vaultkit.errors import VaultkitError
from vaultkit.shell import swap
from vaultkit.shell.places import state_dir
from vaultkit.shell.service.unit import (
    SEAL,
    Definition,
    NotStarted,
    Place,
    Tool,
    Unit,
    check_ours,
    seal_of,
    sealed,
    told,
)
from vaultkit.text import Message

_SCHEMA = "http://schemas.microsoft.com/windows/2004/02/mit/task"
#: What the scheduler puts values in the place of, and knows no escape for.
_EXPANDED = re.compile(r"%|\$\(")
#: What no XML can hold.
_NO_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "AllowHardTerminate": "true",
    "StartWhenAvailable": "true",
    "RunOnlyIfNetworkAvailable": "false",
    "AllowStartOnDemand": "true",
    "Enabled": "true",
    "Hidden": "false",
    "RunOnlyIfIdle": "false",
    "WakeToRun": "false",
    "ExecutionTimeLimit": "PT0S",
    "Priority": "7",
}


class Scheduler:
    """The tasks of the user."""

    def definition(self, unit: Unit) -> Definition:
        """Return the task; raises VaultkitError (2) for a path that none can hold."""
        text = sealed(_task(unit))
        try:
            place = _place(Tool.find("schtasks", "Task Scheduler", _encoding()), unit, text)
        except VaultkitError:  # to show what would be written needs no scheduler
            place = Place.EMPTY
        return Definition(f"schtasks /Create /TN {unit.name}", text, place)

    def install(self, unit: Unit) -> Place:
        """Create the task and start it."""
        tool = Tool.find("schtasks", "Task Scheduler", _encoding())
        made = self.definition(unit)
        check_ours(made.place, unit.name)
        if made.place is not Place.SAME:
            if made.place is Place.OLDER:
                tool.ask("/End", "/TN", unit.name)
            _create(tool, unit, made.text)
        tool.tell("/Run", "/TN", unit.name)
        return made.place

    def uninstall(self, unit: Unit) -> bool:
        """Stop the task and delete it."""
        tool = Tool.find("schtasks", "Task Scheduler", _encoding())
        place = _place(tool, unit, "")
        if place is Place.EMPTY:
            return False
        check_ours(place, unit.name)
        tool.ask("/End", "/TN", unit.name)
        tool.tell("/Delete", "/TN", unit.name, "/F")
        return True


def _encoding() -> str:
    """Return what the tools of a console write."""
    return "oem" if sys.platform == "win32" else "utf-8"


def _place(tool: Tool, unit: Unit, wanted: str) -> Place:
    """Return whose task it is. The scheduler rewrites what it keeps, so the seal alone is compared."""
    found = tool.ask("/Query", "/TN", unit.name, "/XML")
    if found.code:
        return Place.EMPTY
    seal = seal_of(found.out.replace("\x00", ""))
    if seal is None:
        return Place.FOREIGN
    return Place.SAME if seal == seal_of(wanted) else Place.OLDER


def _create(tool: Tool, unit: Unit, text: str) -> None:
    """Hand the task over in a file, in UTF-16 as the scheduler wants it, that goes away again."""
    folder = state_dir(unit.vault)
    with told(folder):
        file = swap.temporary(folder, text.encode("utf-16"))
    try:
        words = ("/Create", "/TN", unit.name, "/XML", str(file), "/F")
        answer = tool.ask(*words)
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)
    if answer.code:
        raise NotStarted(words, "schtasks", answer.words)


def _task(unit: Unit) -> str:
    person = _person()
    task = ElementTree.Element("Task", version="1.2", xmlns=_SCHEMA)
    about = ElementTree.SubElement(task, "RegistrationInfo")
    _put(about, {"Author": person, "Description": f"vaultkit ({unit.title}). {SEAL}"})
    trigger = ElementTree.SubElement(ElementTree.SubElement(task, "Triggers"), "LogonTrigger")
    _put(trigger, {"Enabled": "true", "UserId": person})
    principal = ElementTree.SubElement(ElementTree.SubElement(task, "Principals"), "Principal", id="Author")
    _put(principal, {"UserId": person, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"})
    settings = ElementTree.SubElement(task, "Settings")
    _put(settings, _SETTINGS)
    idle = ElementTree.SubElement(settings, "IdleSettings")
    _put(idle, {"StopOnIdleEnd": "false", "RestartOnIdle": "false"})
    _put(ElementTree.SubElement(settings, "RestartOnFailure"), {"Interval": "PT1M", "Count": "10"})
    action = ElementTree.SubElement(ElementTree.SubElement(task, "Actions", Context="Author"), "Exec")
    program, *arguments = _windowless(unit.logged)
    _put(action, {"Command": program, "Arguments": list2cmdline(_unexpanded(arguments))})
    for value in task.itertext():
        if _NO_XML.search(value):
            raise VaultkitError(
                Message(
                    f"le Planificateur de tâches ne peut pas noter ce chemin ({unit.title})",
                    f"the Task Scheduler cannot note this path ({unit.title})",
                )
            )
    ElementTree.indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{ElementTree.tostring(task, encoding="unicode")}\n'


def _put(parent: ElementTree.Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        ElementTree.SubElement(parent, name).text = value


def _person() -> str:
    """Return the person as the scheduler names them: `DOMAIN\\name`."""
    domain = os.environ.get("USERDOMAIN", "")
    return f"{domain}\\{getuser()}" if domain else getuser()


def _windowless(program: tuple[str, ...]) -> tuple[str, ...]:
    """Return the program with the interpreter that opens no window, where there is one."""
    python = Path(program[0])
    silent = python.with_name("pythonw.exe")
    if python.name.lower() == "python.exe" and silent.is_file():
        return str(silent), *program[1:]
    return program


def _unexpanded(arguments: list[str]) -> list[str]:
    """Return arguments in which the scheduler finds nothing to put a value in the place of."""
    at = arguments.index("-m")
    if not any(map(_EXPANDED.search, arguments)):
        return arguments
    words = ascii(arguments[at + 2 :]).replace("%", r"\x25").replace("$", r"\x24")
    program = f"import sys; sys.argv[1:] = {words}; from vaultkit.__main__ import main; main()"
    return [*arguments[:at], "-c", program]
