"""All that the doctor looks at, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vaultkit.shell.doctor.formatters import FORMATTER_CHECKS
from vaultkit.shell.doctor.own import OWN_CHECKS, unread
from vaultkit.shell.doctor.place import PLACE_CHECKS
from vaultkit.shell.doctor.plugins import PLUGIN_CHECKS
from vaultkit.shell.doctor.remark import Remark
from vaultkit.shell.doctor.repository import REPOSITORY_CHECKS
from vaultkit.shell.doctor.surroundings import Surroundings

#: `unread` comes last: it tells which files the others could not read.
CHECKS: tuple[Callable[[Surroundings], Iterator[Remark]], ...] = (
    *OWN_CHECKS,
    *FORMATTER_CHECKS,
    *PLUGIN_CHECKS,
    *REPOSITORY_CHECKS,
    *PLACE_CHECKS,
    unread,
)


def checkup(around: Surroundings) -> list[Remark]:
    """Return what all checks say, in their order."""
    return [remark for check in CHECKS for remark in check(around)]
