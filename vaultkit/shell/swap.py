"""Putting one file in the place of another, on every system: knows nothing of vaults and notes."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

#: How the name of a temporary file begins: hidden from Obsidian by its dot.
TEMPORARY = ".vk-"
#: The error number of a file whose bytes are still in a cloud: macOS has it for that.
NOT_HERE = errno.EDEADLK
#: How long to wait, in seconds, each time that another program holds a file.
PAUSES = (0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 1.0)

_WRITERS_PAUSES = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.25)
_MILLISECOND = 1_000_000
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _FLAGS
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.ENOTTY}
_SWAP, _NEW = "swap", "new"
#: What Windows says of a file that another program holds: access denied, sharing and lock violations.
IN_USE = (5, 32, 33)
_WINDOWS = sys.platform == "win32"
_HAS_CLOUDS = sys.platform in ("win32", "darwin")
_DATALESS = 0x4000_0000  # macOS: SF_DATALESS
_RECALLED = 0x1000 | 0x4_0000 | 0x40_0000  # Windows: OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS


class Torn(OSError):
    """A file that has new bytes only in part, and could not be given its old ones back."""


def is_placeholder(status: os.stat_result) -> bool:
    """Whether the bytes of a file are still in a cloud: to read it would fetch them, or wait for ever."""
    flags, attributes = getattr(status, "st_flags", 0), getattr(status, "st_file_attributes", 0)
    return bool(flags & _DATALESS or attributes & _RECALLED)


def slurp(path: str | Path) -> tuple[bytes, os.stat_result] | None:
    """Return the bytes of a regular file and its state just before, or None if there is none.

    Raises OSError, too, for one whose bytes are still in a cloud: it is not even opened.
    """
    try:
        if _HAS_CLOUDS and is_placeholder(os.stat(path)):  # noqa: PTH116 - ten thousand of them
            raise OSError(NOT_HERE, os.strerror(NOT_HERE), str(path))
        fd = os.open(path, _READ)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        data = os.read(fd, status.st_size + 1)
        if len(data) != status.st_size:
            while chunk := os.read(fd, 1 << 20):
                data += chunk
        return data, status
    finally:
        os.close(fd)


def hidden(folder: Path) -> Path:
    """Return a short name in `folder` for a temporary file."""
    return folder / f"{TEMPORARY}{os.urandom(3).hex()}"


def temporary(folder: Path, data: bytes, like: tuple[Path, os.stat_result] | None = None) -> Path:
    """Return a new hidden file in `folder` that holds `data` durably, dressed as the file `like`."""
    while True:
        path = hidden(folder)
        try:
            fd = os.open(path, _CREATE, 0o666 if like is None else 0o600)
            break
        except FileExistsError:
            continue
        except FileNotFoundError as error:  # so Windows says that it guards a folder
            if _WINDOWS and folder.is_dir():
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder)) from error
            raise
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(fd, rest) :]
            if like is not None:
                _dress(path, *like)
            os.fsync(fd)
        finally:
            os.close(fd)
        if like is not None:
            _forward(path, like[1].st_mtime_ns)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    return path


@contextmanager
def new_file(folder: Path, data: bytes, like: tuple[Path, os.stat_result] | None = None) -> Iterator[Path]:
    """Give a new file with `data`, to be renamed; what is not renamed goes away again."""
    path = temporary(folder, data, like)
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _dress(path: Path, model: Path, status: os.stat_result) -> None:
    """Give a file the owner, attributes and mode of another; only the mode is sure."""
    if sys.platform != "win32":
        for owner in ((status.st_uid, status.st_gid), (-1, status.st_gid)):
            with suppress(OSError):
                os.chown(path, *owner)
                break
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(model):
                os.setxattr(path, name, os.getxattr(model, name))
    path.chmod(stat.S_IMODE(status.st_mode))


def _forward(path: Path, old_ns: int) -> None:
    """Make the file at least a millisecond younger than `old_ns`: Obsidian sees a change by its time."""
    for mtime in (old_ns + _MILLISECOND, old_ns + 2000 * _MILLISECOND):  # some disks count in 2 seconds
        if path.stat().st_mtime_ns >= old_ns + _MILLISECOND:
            return
        with suppress(OSError, OverflowError):
            os.utime(path, ns=(mtime, mtime))


def exchange(one: Path, other: Path) -> bool:
    """Let two files change places in one step; False where the system or the disk cannot do that."""
    return _rename(one, other, _SWAP)


def place(source: Path, target: Path) -> None:
    """Move a file to a name that must be free: FileExistsError if it is not, and nothing is overwritten."""
    if sys.platform == "win32":
        source.rename(target)
    elif _rename(source, target, _NEW):
        return
    elif source.is_dir():  # a folder has no second name: look first
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        source.rename(target)
    else:
        try:
            target.hardlink_to(source)
        except FileExistsError:
            raise
        except OSError:  # no hard links on this disk: take the name first
            os.close(os.open(target, _CREATE, 0o600))
            try:
                source.replace(target)
            except OSError:
                target.unlink()
                raise
        else:
            source.unlink()


def overwrite(source: Path, target: Path, check: Callable[[], None]) -> None:
    """Rename over `target`, with `check` just before; tried again while Windows says it is in use.

    If it stays in use, what `source` says is written into the file itself, and `source` stays until that
    is done: with it a file that a crash left in the middle can be told from one that a person edited.
    """
    for pause in (*PAUSES, None):
        try:
            check()
            source.replace(target)
            return
        except PermissionError as error:
            if getattr(error, "winerror", None) not in IN_USE:
                raise
            if pause is not None:
                time.sleep(pause)
    found = slurp(source)
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(source))
    _write_into(target, found[0], check)
    with suppress(OSError):
        source.unlink()


def _write_into(target: Path, data: bytes, check: Callable[[], None]) -> None:
    """Give an open file new bytes, with `check` just before; its old ones again if that fails, or raise Torn."""
    fd = os.open(target, os.O_RDWR | _FLAGS)
    try:
        status = os.fstat(fd)
        before = bytearray()
        while chunk := os.read(fd, 1 << 20):
            before += chunk
        check()
        try:
            _fill(fd, data)
        except BaseException as error:
            try:
                _fill(fd, before)
            except OSError as worse:
                raise Torn(worse.errno, worse.strerror, str(target)) from error
            raise
    finally:
        os.close(fd)
    _forward(target, status.st_mtime_ns)


def _fill(fd: int, data: bytes | bytearray) -> None:
    os.lseek(fd, 0, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
    os.ftruncate(fd, len(data))
    os.fsync(fd)


def await_writers(path: Path) -> None:
    """Give a program that has the file open for writing a moment to finish; only Linux can tell."""
    if sys.platform != "linux":
        return
    import fcntl
    import signal

    with suppress(OSError):
        fd = os.open(path, _READ)
        try:
            fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)  # the default signal would end us
            for pause in _WRITERS_PAUSES:
                try:
                    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
                    return
                except BlockingIOError:
                    time.sleep(pause)
        finally:
            os.close(fd)


@contextmanager
def alone(file: Path, patience: float = 15.0) -> Iterator[None]:
    """Hold a lock file, which one process at a time can; TimeoutError after `patience` seconds."""
    fd = os.open(file, os.O_RDWR | os.O_CREAT | _FLAGS, 0o600)
    try:
        end = time.monotonic() + patience
        while not _locked(fd):
            if time.monotonic() > end:
                raise TimeoutError(errno.ETIMEDOUT, "another vaultkit is writing")
            time.sleep(0.005)
        yield
    finally:
        os.close(fd)  # gives the lock up, as the end of the process does


def _locked(fd: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def sync(folder: Path) -> None:
    """Make the names in `folder` durable, where the system has that."""
    if sys.platform != "win32":
        with suppress(OSError):
            fd = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)


def _rename(source: Path, target: Path, how: str) -> bool:
    call = _renamer()
    if call is None:
        return False
    failure = call(os.fsencode(source), os.fsencode(target), how)
    if failure in _CANNOT:
        return False
    if failure:
        raise OSError(failure, os.strerror(failure), str(source), None, str(target))
    return True


@cache
def _renamer() -> Callable[[bytes, bytes, str], int] | None:
    """Return the system's rename with flags, which gives 0 or an error number, if it has one."""
    if sys.platform not in ("linux", "darwin"):
        return None
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    name = "renameat2" if sys.platform == "linux" else "renamex_np"
    function = getattr(libc, name, None)
    if function is None:
        return None
    text, number = ctypes.c_char_p, ctypes.c_int
    if sys.platform == "linux":
        here, flags = -100, {_NEW: 1, _SWAP: 2}
        function.argtypes = (number, text, number, text, ctypes.c_uint)

        def call(source: bytes, target: bytes, how: str) -> int:
            return ctypes.get_errno() if function(here, source, here, target, flags[how]) else 0
    else:
        flags = {_NEW: 4, _SWAP: 2}
        function.argtypes = (text, text, ctypes.c_uint)

        def call(source: bytes, target: bytes, how: str) -> int:
            return ctypes.get_errno() if function(source, target, flags[how]) else 0

    return call
