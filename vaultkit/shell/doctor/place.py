"""Where the vault lies: disks that tell of no changes, cloud folders, limits of the machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from vaultkit.shell.daemon.filesystems import file_system_of, is_shared
from vaultkit.shell.doctor.remark import Remark, caution, listed
from vaultkit.shell.doctor.surroundings import Surroundings
from vaultkit.text import Message

#: How folders are called that a cloud keeps in step, and its name.
CLOUDS = (
    (re.compile(r"OneDrive(?: ?- .+)?"), "OneDrive"),
    (re.compile(r"Dropbox(?: \(.+\))?"), "Dropbox"),
    (re.compile(r"Google ?Drive(?:-.+)?|My Drive|Mon Drive"), "Google Drive"),
    (re.compile(r"Mobile Documents|iCloudDrive|iCloud Drive"), "iCloud"),
    (re.compile(r"pCloud ?Drive|kDrive|Nextcloud"), "cloud"),
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def blind_disk(around: Surroundings) -> Iterator[Remark]:
    """On a network drive, or on Windows' disks seen from WSL, changes made elsewhere are not announced."""
    kind = _file_system(around)
    if not is_shared(kind):
        return
    yield caution(
        "blind-disk",
        Message(
            f"le coffre est sur un disque «\u00a0{kind}\u00a0»\u00a0: ce qui y change ailleurs n’est pas annoncé",
            f"the vault is on a '{kind}' disk: what changes there from elsewhere is not announced",
        ),
        Message(
            "garder le coffre sur un disque de cette machine, ou lancer vaultkit rebuild à la main",
            "keep the vault on a disk of this machine, or run vaultkit rebuild by hand",
        ),
    )


def _file_system(around: Surroundings) -> str:
    """Return the kind of file system that the vault lies on, from `/proc/mounts`; empty where that is unknown."""
    if os.fspath(around.real).startswith("\\\\"):
        return "smbfs"
    lines = (line.split(" ") for line in around.system_text("proc/mounts").splitlines())
    mounts = [(_OCTAL.sub(lambda code: chr(int(code[1], 8)), w[1]), w[2]) for w in lines if len(w) > 2]
    return file_system_of(os.fspath(around.real), mounts)


def cloud(around: Surroundings) -> Iterator[Remark]:
    """A repository inside a cloud folder breaks when half of it is in step; notes may not be on this machine."""
    name = next((name for part in around.real.parts for shape, name in CLOUDS if shape.fullmatch(part)), None)
    if name is None:
        return
    if around.repository is not None and (around.repository / ".git").is_dir():
        yield caution(
            "git-in-cloud",
            Message(
                f"le dépôt git est dans un dossier {name}, qui en copie les fichiers un à un et peut le casser",
                f"the git repository is in a {name} folder, which copies its files one by one and can break it",
            ),
            Message(
                "ne garder que l’un des deux\u00a0: le cloud, ou git avec un dépôt distant",
                "keep only one of the two: the cloud, or git with a remote",
            ),
            around.shown(around.repository / ".git"),
        )
    if name == "iCloud" and (missing := _not_downloaded(around)):
        yield caution(
            "not-downloaded",
            Message(
                f"{len(missing)} note(s) ne sont pas sur cette machine\u00a0: {listed(missing, 'fr')}",
                f"{len(missing)} note(s) are not on this machine: {listed(missing, 'en')}",
            ),
            Message(
                "dans le Finder, clic droit sur le coffre → Toujours conserver sur cet appareil",
                "in the Finder, right click on the vault → Keep Downloaded",
            ),
            missing[0],
        )


def _not_downloaded(around: Surroundings) -> list[str]:
    """Return the notes of which only the name is on this machine."""
    away = (entry.path for entry in around.scan.files if entry.placeholder)
    return sorted(path for path in away if path.lower().endswith(".md"))


def watches(around: Surroundings) -> Iterator[Remark]:
    """Linux watches folders one by one, up to a limit that all programs of a person share (inotify(7))."""
    said = around.system_text("proc/sys/fs/inotify/max_user_watches").strip()
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        return
    folders = {entry.path.rpartition("/")[0] for entry in around.scan.files}
    if len(folders) * 2 > int(said):
        yield caution(
            "watch-limit",
            Message(
                f"{len(folders)} dossiers à surveiller, et Linux n’en permet que {said} à tous les programmes",
                f"{len(folders)} folders to watch, and Linux allows all programs only {said}",
            ),
            Message(
                "sudo sysctl fs.inotify.max_user_watches=524288",
                "sudo sysctl fs.inotify.max_user_watches=524288",
            ),
        )


#: In the order in which they are told.
PLACE_CHECKS = (blind_disk, cloud, watches)
