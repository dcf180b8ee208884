"""Windows and macOS, as far as doubles and injected faults can show them here."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest

import vaultkit
from vaultkit.edits import Write
from vaultkit.errors import ExternallyChanged, Refused
from vaultkit.shell import disk, places, swap
from vaultkit.shell.healing import heal, is_torn
from vaultkit.shell.journal import Journal

REPOSITORY = Path(vaultkit.__file__).parents[1]
OLD, NEW = "ancien texte\n" * 400, "nouveau texte, plus long\n" * 500


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "vault"
    root.mkdir()
    return root


@pytest.fixture
def journal(root):
    with Journal.open(root) as journal:
        journal.begin("test")
        yield journal


def rewrite(root, path, text, journal):
    return disk.apply(root, Write(path, text, disk.read(root, path).digest), journal)


def temporary_files(root):
    return [file.name for file in root.rglob("*") if file.name.startswith(".vk-")]


def windows_error(number, kind=PermissionError):
    error = kind(13, "Access is denied")
    error.winerror = number
    return error


@pytest.fixture
def held(monkeypatch):
    """Let every rename over a file fail as on Windows while another program holds it."""
    monkeypatch.setattr(swap, "_renamer", lambda: None)
    monkeypatch.setattr(swap, "PAUSES", (0, 0, 0))
    tries = []

    def replace(self, target):
        tries.append(target)
        raise windows_error(5 if len(tries) % 2 else 32)

    monkeypatch.setattr(Path, "replace", replace)
    return tries


# A file that another program holds


@pytest.mark.parametrize("text", [NEW, "court", ""])
def test_a_note_that_stays_in_use_is_written_in_place(root, journal, held, text):
    file = root / "a.md"
    file.write_bytes(OLD.encode())
    before = file.stat()
    applied = rewrite(root, "a.md", text, journal)
    assert applied.written
    assert len(held) == 4
    assert file.read_bytes() == text.encode()
    assert file.stat().st_ino == before.st_ino
    assert file.stat().st_mtime_ns >= before.st_mtime_ns + 1_000_000
    assert temporary_files(root) == []
    [entry] = journal.entries()
    assert (entry.before, entry.after, entry.pending) == (OLD.encode(), text.encode(), False)


def test_what_is_saved_while_we_try_is_not_written_over(root, journal, held, monkeypatch):
    file = root / "a.md"
    file.write_text("old")
    real = swap._write_into

    def write_into(target, data, check):
        file.write_text("typed meanwhile")
        real(target, data, check)

    monkeypatch.setattr(swap, "_write_into", write_into)
    with pytest.raises(ExternallyChanged):
        rewrite(root, "a.md", "ours", journal)
    assert file.read_text() == "typed meanwhile"
    assert temporary_files(root) == []
    assert journal.entries() == []


def test_a_file_that_lets_nobody_write_is_refused_with_what_to_do(root, journal, held, monkeypatch):
    file = root / "a.md"
    file.write_text("old")
    real = os.open

    def guarded(path, flags, *rest, **named):
        if Path(path) == file and flags & os.O_RDWR:
            raise windows_error(32)
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", guarded)
    monkeypatch.setattr(disk, "why", lambda error: places.why(error, "win32"))
    with pytest.raises(Refused, match="another program holds this file open: close it there"):
        rewrite(root, "a.md", "ours", journal)
    assert file.read_text() == "old"
    assert temporary_files(root) == []
    assert journal.entries() == []


def fails_at(monkeypatch, nth, times=1):
    """Let the nth write in place write half of what it should and then fail; and the next ones."""
    real, count = swap._fill, []

    def fill(fd, data):
        count.append(fd)
        if nth <= len(count) < nth + times:
            os.lseek(fd, 0, os.SEEK_SET)
            os.write(fd, bytes(data[: len(data) // 2]))
            raise OSError(errno.ENOSPC, "No space left on device")
        real(fd, data)

    monkeypatch.setattr(swap, "_fill", fill)


def test_a_fault_in_the_middle_gives_the_old_text_back(root, journal, held, monkeypatch):
    file = root / "a.md"
    file.write_text(OLD)
    fails_at(monkeypatch, 1)
    with pytest.raises(Refused, match="the disk is full"):
        rewrite(root, "a.md", NEW, journal)
    assert file.read_text() == OLD
    assert temporary_files(root) == []
    assert journal.entries() == []


def test_a_note_left_in_the_middle_is_told_stays_in_the_journal_and_heals(root, journal, held, monkeypatch):
    file = root / "a.md"
    file.write_text(OLD)
    with monkeypatch.context() as context:
        fails_at(context, 1, times=2)
        with pytest.raises(Refused, match="written only in part"):
            rewrite(root, "a.md", NEW, journal)
    assert file.read_text() not in (OLD, NEW)
    [entry] = journal.entries()
    assert (entry.pending, entry.before) == (True, OLD.encode())
    with monkeypatch.context() as context:
        fails_at(context, 1, times=2)
        [(path, message)] = heal(root, journal)
        assert (path, message.en) == ("a.md", "written only in part, and not mended yet: the disk is full")
    assert [path for path, _ in heal(root, journal)] == ["a.md"]
    assert file.read_text() == OLD
    assert temporary_files(root) == []
    assert journal.entries() == []


CRASH = """
import os, signal, sys
from pathlib import Path
from vaultkit.edits import Write
from vaultkit.shell import disk, swap
from vaultkit.shell.journal import Journal

root, place = Path(sys.argv[1]), int(sys.argv[2])
new = sys.stdin.buffer.read().decode()
swap._renamer, swap.PAUSES = (lambda: None), ()

def replace(self, target):
    error = PermissionError(13, "in use")
    error.winerror = 32
    raise error

def fill(fd, data):
    os.lseek(fd, 0, os.SEEK_SET)
    os.write(fd, bytes(data[:place]))
    os.kill(os.getpid(), signal.SIGKILL)

Path.replace, swap._fill = replace, fill
with Journal.open(root) as journal:
    journal.begin("crash")
    disk.apply(root, Write("é.md", new, disk.read(root, "é.md").digest), journal)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("place", [0, 1, 7, 3001, 5199, 5200, 9000, 10**6])
def test_after_a_crash_in_the_middle_the_note_is_old_or_new_again(root, place):
    file = root / "é.md"
    old, new = "été\n" * 1040, "Été à venir\n" * 800
    file.write_bytes(old.encode())
    done = subprocess.run([sys.executable, "-c", CRASH, root, str(place)], cwd=REPOSITORY, input=new.encode())
    assert done.returncode == -signal.SIGKILL
    is_whole = file.read_bytes() in (old.encode(), new.encode())
    with Journal.open(root) as journal:
        told = heal(root, journal)
        assert heal(root, journal) == []
        assert [path for path, _ in told] == ([] if is_whole else ["é.md"])
        assert file.read_bytes() in (old.encode(), new.encode())
        assert disk.clean(root, journal, older_than=-1) == []
    assert temporary_files(root) == []


def test_an_edit_by_hand_is_not_taken_for_a_crash(root, journal):
    file = root / "a.md"
    file.write_text("one A two b")  # what a write up to the middle would have left
    entry = journal.displaced(journal.batch, "a.md", b"one a two b", b"one A two B")
    assert heal(root, journal) == []
    (root / ".vk-000001").write_text("one A two B")
    file.write_text("one A two Q")
    assert heal(root, journal) == []
    file.write_text("one A two b")
    journal.done(entry)
    assert heal(root, journal) == []
    assert file.read_text() == "one A two b"


@pytest.mark.parametrize(
    ("data", "torn"),
    [
        (b"abc", False),
        (b"XYZ!", False),
        (b"Xbc", True),
        (b"XYc", True),
        (b"XYZ", True),
        (b"aYc", True),
        (b"XbZ", True),
        (b"", False),
        (b"aQc", False),
        (b"XYZ!!", False),
    ],
)
def test_half_written_is_old_or_new_at_each_place(data, torn):
    assert is_torn(data, b"abc", b"XYZ!") is torn


# What the system refuses, said so that a person knows what to do


def test_each_refusal_of_windows_and_macos_is_one_sentence_with_a_way_out():
    held = places.why(windows_error(32), "win32")
    guarded = places.why(windows_error(5), "win32")
    private = places.why(OSError(errno.EPERM, "Operation not permitted"), "darwin")
    assert "ouvert" in held.fr
    assert "Controlled folder access" in guarded.en
    assert "accès contrôlé aux dossiers" in guarded.fr
    assert "Files & Folders" in private.en
    assert "Confidentialité et sécurité" in private.fr
    for said in (held, guarded, private):
        for words in (said.fr, said.en):
            assert not words.endswith(".")
            assert "\n" not in words


def test_elsewhere_the_words_stay_short():
    for number in (errno.EPERM, errno.EACCES):
        assert places.why(OSError(number, ""), "linux").en == "permission denied"
    assert places.why(OSError(errno.EACCES, ""), "darwin").en == "permission denied"


def test_a_guarded_folder_of_windows_is_not_said_to_be_gone(root, journal, monkeypatch):
    (root / "a.md").write_text("old")
    real = os.open

    def guarded(path, flags, *rest, **named):
        if Path(path).name.startswith(".vk-"):
            raise FileNotFoundError(2, "No such file or directory")
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", guarded)
    monkeypatch.setattr(swap, "_WINDOWS", True)
    monkeypatch.setattr(disk, "why", lambda error: places.why(error, "win32"))
    for write in (Write("a.md", "new", disk.digest_of(b"old")), Write("sub/b.md", "new", None)):
        with pytest.raises(Refused, match="Controlled folder access"):
            disk.apply(root, write, journal)
    assert [file.name for file in root.rglob("*")] == ["a.md"]
    assert (root / "a.md").read_text() == "old"
    assert journal.entries() == []


def test_a_folder_that_macos_keeps_private_is_told_and_the_rest_is_read(root, monkeypatch):
    (root / "b.md").write_text("b")
    (root / "Privé").mkdir()
    (root / "c.md").write_text("c")
    real_list, real_open = os.scandir, os.open

    def scandir(path):
        if unicodedata.normalize("NFC", Path(path).name) == "Privé":
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return real_list(path)

    def opened(path, *rest, **named):
        if str(path).endswith("c.md"):
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return real_open(path, *rest, **named)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr("vaultkit.shell.walk.why", lambda error: places.why(error, "darwin"))
    scan = disk.scan(root)
    sources, unread = disk.read_all(root, scan.files)
    assert list(sources) == ["b.md"]
    for path, message in [*scan.problems, *unread]:
        assert path in ("Privé", "c.md")
        assert message.en.startswith("cannot be read: macOS refuses access: grant it")
    assert len(scan.problems) == len(unread) == 1


# Names


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\Coffre", r"\\?\C:\Coffre"),
        (r"\\serveur\partage\Coffre", r"\\?\UNC\serveur\partage\Coffre"),
        (r"\\?\C:\Coffre", r"\\?\C:\Coffre"),
        (r"\\.\C:\Coffre", r"\\.\C:\Coffre"),
    ],
)
def test_paths_of_windows_get_the_form_without_a_limit(path, expected):
    assert places.namespaced(path) == expected
    assert PureWindowsPath(expected, "Été", "a.md").relative_to(expected).as_posix() == "Été/a.md"


@pytest.mark.skipif(sys.platform == "win32", reason="there it has another form")
def test_elsewhere_the_root_stays_as_it_is(root):
    assert places.reachable(root) is root


def test_a_path_of_many_hundred_characters_is_read_and_written(root, journal):
    path = "/".join(["Dossier aux longs noms, numéro " + "x" * 60] * 8) + "/" + "Été " * 20 + ".md"
    assert len(path) > 800
    disk.apply(root, Write(path, "one", None), journal)
    rewrite(root, path, "two", journal)
    assert [entry.path for entry in disk.scan(root).files] == [path]
    assert disk.read(root, path).text == "two"
    moved = path.replace("Été", "Printemps")
    disk.move(root, path, moved, journal)
    assert disk.read(root, moved).text == "two"


def test_a_name_too_long_for_the_disk_is_refused_in_words(root, journal):
    with pytest.raises(Refused, match="the name is too long"):
        disk.apply(root, Write("é" * 300 + ".md", "x", None), journal)
    assert list(root.iterdir()) == []


class Folded:
    """A disk on which case and the encoding of accents do not count, as those of macOS: by a double."""

    def __init__(self, monkeypatch):
        self.real = os.path.lexists
        monkeypatch.setattr(os.path, "lexists", self.lexists)

    def spelt(self, path):
        folder, name = os.path.split(os.fspath(path))
        try:
            names = [each.name for each in Path(folder).iterdir()]
        except OSError:
            return path
        return Path(folder, next((n for n in names if fold(n) == fold(name)), name))

    def lexists(self, path):
        return self.real(path) or self.real(self.spelt(path))


def fold(name):
    return unicodedata.normalize("NFD", name).casefold()


def test_case_and_accents_of_a_name_are_changed_in_place(root, journal, monkeypatch):
    (root / "Été.md").write_text("text")
    Folded(monkeypatch)
    real = Path.samefile
    monkeypatch.setattr(Path, "samefile", lambda a, b: fold(a.name) == fold(Path(b).name) or real(a, b))
    disk.move(root, "Été.md", "été.md", journal)
    assert [each.name for each in root.iterdir()] == ["été.md"]
    assert (root / "été.md").read_text() == "text"


def test_a_decomposed_folder_and_note_are_written_where_they_stand(root, journal):
    folder = root / unicodedata.normalize("NFD", "Données")
    folder.mkdir()
    file = folder / unicodedata.normalize("NFD", "Été.md")
    file.write_text("old")
    rewrite(root, "Données/Été.md", "new", journal)
    disk.apply(root, Write("Données/Hiver é.md", "new", None), journal)
    assert file.read_text() == "new"
    assert len(list(root.iterdir())) == 1
    assert [entry.path for entry in disk.scan(root).files] == ["Données/Hiver é.md", "Données/Été.md"]
