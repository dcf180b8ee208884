"""A user unit of systemd; see systemd.service(5), systemd.exec(5), systemd.syntax(7)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from vaultkit.errors import VaultkitError
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

#: Words that need no quotes.
_PLAIN = re.compile(r"[\w./:=@+-]+", re.ASCII)
#: What systemd does not allow, or does not expand, in the path of a program, whatever the quotes.
_NO_PROGRAM = re.compile(r"[$\"'\\\x00-\x1f\x7f\ud800-\udfff]")
#: The bytes of a name that is not UTF-8: systemd takes them in a program's words, and nowhere else.
_BYTES = re.compile("[\ud800-\udfff]")
#: How long a start may take: the vault is read first.
_START = 15 * 60
#: How long we wait for it ourselves, in seconds.
_PATIENCE = 120.0

# Nothing here asks for a mount namespace (ProtectSystem and the like): a user's own manager cannot make one
# everywhere, and the notes lie in $HOME. What stays needs no right at all, and nothing leaves the machine.
_TEMPLATE = """\
# {seal}, taken out by vaultkit service uninstall.
# Changes made here stop both: put them into a drop-in (systemctl --user edit {name}).
[Unit]
Description=vaultkit ({title})
StartLimitIntervalSec=600
StartLimitBurst=10

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
{environment}TimeoutStartSec={start}
KillMode=mixed
Restart=on-failure
RestartSec=10
RestartPreventExitStatus=3
Nice=10
IOSchedulingClass=best-effort
IOSchedulingPriority=7
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX

[Install]
WantedBy=default.target
"""


class Systemd:
    """The manager of the user's own units."""

    def definition(self, unit: Unit) -> Definition:
        """Return the unit file; raises VaultkitError (2) for an environment that none can hold."""
        for key, value in unit.environment.items():
            if _BYTES.search(value):
                raise VaultkitError(
                    Message(
                        f"systemd ne peut pas noter la variable {key}",
                        f"systemd cannot note the variable {key}",
                    )
                )
        text = sealed(
            _TEMPLATE.format(
                seal=SEAL,
                name=unit.name,
                title=unit.title.replace("%", "%%"),
                command=_command(unit.program),
                environment="".join(
                    f"Environment={_quoted(f'{key}={value}')}\n" for key, value in unit.environment.items()
                ),
                start=_START,
            )
        )
        path = _path(unit)
        return Definition(str(path), text, place_of(read_definition(path), text))

    def install(self, unit: Unit) -> Place:
        """Write the unit, enable and start it; what cannot be loaded is not left behind."""
        tool = Tool.find("systemctl", "systemd")
        made, path, file = self.definition(unit), _path(unit), f"{unit.name}.service"
        check_ours(made.place, made.where)
        if made.place is not Place.SAME:
            before = read_definition(path)
            write_definition(path, made.text)
            try:
                tool.tell("--user", "daemon-reload")
            except NotStarted:
                if before is None:
                    remove_definition(path)
                else:
                    write_definition(path, before)
                raise
        if made.place is not Place.EMPTY:
            tool.ask("--user", "reset-failed", file)
        tool.tell("--user", "enable", "--now", file, patience=_PATIENCE)
        if made.place is Place.OLDER:
            tool.tell("--user", "restart", file, patience=_PATIENCE)
        return made.place

    def uninstall(self, unit: Unit) -> bool:
        """Stop and disable the unit, and take its file out."""
        made, file = self.definition(unit), f"{unit.name}.service"
        if made.place is Place.EMPTY:
            return False
        check_ours(made.place, made.where)
        tool = Tool.find("systemctl", "systemd")
        stopped = tool.ask("--user", "disable", "--now", file, patience=_PATIENCE)
        if stopped.code:
            raise NotStarted(("--user", "disable", "--now", file), "systemctl", stopped.words)
        remove_definition(_path(unit))
        tool.ask("--user", "daemon-reload")
        return True


def _path(unit: Unit) -> Path:
    said = os.environ.get("XDG_CONFIG_HOME", "")
    config = Path(said) if os.path.isabs(said) else Path.home() / ".config"  # noqa: PTH117 - "" is no path
    return config / "systemd" / "user" / f"{unit.name}.service"


def _command(program: tuple[str, ...]) -> str:
    """Return the value of `ExecStart=`: quoted words, the program through a shell where systemd would not take it."""
    words = [_quoted(word).replace("$", "$$") for word in program]
    if _NO_PROGRAM.search(program[0]):
        words = ["/bin/sh", "-c", '"exec \\"$$0\\" \\"$$@\\""', *words]
    return " ".join(words)


def _quoted(word: str) -> str:
    """Return a word as systemd reads it back: in quotes, escapes as in C, `%` doubled."""
    if _PLAIN.fullmatch(word):
        return word
    return f'"{"".join(map(_escaped, word))}"'


def _escaped(char: str) -> str:
    code = ord(char)
    if char in '"\\':
        return f"\\{char}"
    if char == "%":
        return "%%"
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x20 or code == 0x7F else char
