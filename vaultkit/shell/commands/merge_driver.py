"""`merge-driver`: three versions of a note merged for git (`%O %A %B %P`, see gitattributes).

git gives three files and takes the merged note from the second one. Exit code 0 says that all is merged,
10 that conflicts stand in it, 129 that nothing is merged and the second file is as it was. The command that
`hook install --merge-driver` registers tells git 1 for 10, and merges the lines as git does for any other.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.shell import console
from vaultkit.shell.git.merge_setup import CONFLICT
from vaultkit.shell.git.repository import SAFE_OPTIONS, find_git

#: How git calls the three versions in its conflict markers.
LABELS = ("-L", "ours", "-L", "base", "-L", "theirs")

#: From this code on, `git merge-file` has failed; of ours it says that nothing is merged.
FAILED = 128


def merge_driver(arguments: Namespace) -> int:
    """Run the command; return its exit code: never one that git takes for a conflict where nothing is merged."""
    try:
        return _merge(arguments)
    except Exception as error:  # whatever it is, the second file is as it was
        said = (
            error.message.of(console.locale_language() or "fr") if isinstance(error, VaultkitError) else error
        )
        print(f"vaultkit merge-driver: {arguments.path}: {said}", file=sys.stderr)
        return _as_git(arguments)


def _as_git(arguments: Namespace) -> int:
    """Merge the lines of the files as git does it alone; return the exit code of the command."""
    files = (arguments.ours, arguments.base, arguments.theirs)
    try:
        command = _command(max(1, arguments.marker_size), "--", *files)
        code = subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode
    except (VaultkitError, OSError):
        return FAILED + 1
    return FAILED + 1 if code >= FAILED or code < 0 else CONFLICT if code else 0


def _merge(arguments: Namespace) -> int:
    files = [Path(arguments.base), Path(arguments.ours), Path(arguments.theirs)]
    base, ours, theirs = (file.read_bytes() for file in files)
    merged, conflicts = merge_versions(base, ours, theirs, max(1, arguments.marker_size), arguments.path)
    if merged != ours:
        _replace(files[1], merged)
    return CONFLICT if conflicts else 0


def _replace(file: Path, data: bytes) -> None:
    """Write the merged note in one step, so that a failure leaves the version that was there."""
    new = file.with_name(f".{file.name[-20:]}.vk")
    try:
        new.write_bytes(data)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def merge_versions(
    base: bytes, ours: bytes, theirs: bytes, size: int = 7, path: str = ""
) -> tuple[bytes, int]:
    """Return what three versions of a note make, and the number of conflicts that stand in it.

    What is no text, and what vaultkit stumbles over, is merged as git does it alone; where git cannot
    either (there are bytes in it that no text has), ours stays, as a conflict.
    """
    if ours == theirs or theirs == base:
        return ours, 0
    if ours == base:
        return theirs, 0
    with tempfile.TemporaryDirectory(prefix="vaultkit-") as folder:
        try:
            return _merged(base, ours, theirs, size, Path(folder))
        except (UnicodeDecodeError, _Refused):
            pass
        except Exception as error:  # a fault of ours must not cost a merge: git's own way is always there
            print(f"vaultkit merge-driver: {path}: {error!r}", file=sys.stderr)
        code, merged = _merge_file(Path(folder), (base, ours, theirs), size)
        if code < FAILED:
            return merged, code
        if any(b"\0" in version for version in (base, ours, theirs)):
            return ours, 1
        raise _Refused


class _Refused(Exception):
    """git does not merge these lines."""

    def __str__(self) -> str:
        return "git merge-file"


def _merged(base: bytes, ours: bytes, theirs: bytes, size: int, folder: Path) -> tuple[bytes, int]:
    """Merge three texts; raises UnicodeDecodeError and _Refused where only git's own way is left."""
    from vaultkit.render.merge_driver import merge_notes

    def merge_lines(one: str, two: str, three: str, marker_size: int) -> tuple[str, int]:
        code, out = _merge_file(folder, (one.encode(), two.encode(), three.encode()), marker_size)
        if code >= FAILED:
            raise _Refused
        return out.decode(), code

    merged = merge_notes(base.decode(), ours.decode(), theirs.decode(), merge_lines, size)
    return merged.text.encode(), merged.conflicts


def _merge_file(folder: Path, versions: tuple[bytes, bytes, bytes], size: int) -> tuple[int, bytes]:
    """Run `git merge-file` in the repository that git has called us in: its settings say how conflicts look."""
    files = [folder / name for name in ("base", "ours", "theirs")]
    for file, data in zip(files, versions, strict=True):
        file.write_bytes(data)
    base, ours, theirs = map(str, files)
    command = _command(size, "-p", "--", ours, base, theirs)
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


def _command(size: int, *rest: str) -> list[str]:
    """Return how git is told to merge the lines of three files."""
    return [find_git(), *SAFE_OPTIONS, "merge-file", "-q", f"--marker-size={size}", *LABELS, *rest]
