"""The disk: real files, real links, real crashes."""

import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
import unicodedata
from functools import partial
from pathlib import Path

import pytest

import vaultkit
from vaultkit.edits import Write
from vaultkit.errors import ExternallyChanged, Refused
from vaultkit.shell import disk, swap
from vaultkit.shell.journal import Journal

REPOSITORY = Path(vaultkit.__file__).parents[1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="links, modes and byte names of POSIX")


@pytest.fixture
def vault(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "vault"
    root.mkdir()
    return root


@pytest.fixture
def journal(vault):
    with Journal.open(vault) as journal:
        journal.begin("test")
        yield journal


def put(root, path, content="text\n"):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def rewrite(root, path, text, journal):
    return disk.apply(root, Write(path, text, disk.read(root, path).digest), journal)


def paths(root):
    return [entry.path for entry in disk.scan(root).files]


def temporary_files(root):
    return [file for file in root.rglob("*") if file.name.startswith(".vk-")]


# Which files a vault has


def test_files_come_depth_first_and_by_code_point(vault):
    for path in ("b.md", "a/z.md", "a/É.md", "a/B/x.md", "a.md", "A.md", "é.md", "💰 Facturation.md"):
        put(vault, path)
    assert paths(vault) == [
        "A.md", "a/B/x.md", "a/z.md", "a/É.md", "a.md", "b.md", "é.md", "💰 Facturation.md",
    ]  # fmt: skip


def test_names_that_begin_with_a_dot_are_not_part_of_the_vault(vault):
    for path in (".hidden/x.md", "a/.b.md", ".obsidian/app.json", ".trash/y.md", "seen.md"):
        put(vault, path)
    assert paths(vault) == ["seen.md"]


def test_only_md_in_any_case_is_a_note(vault):
    for name in ("x.md", "y.MD", "z.markdown", "t.txt", "c.canvas"):
        put(vault, name)
    assert [entry.path for entry in disk.scan(vault).files if entry.is_note] == ["x.md", "y.MD"]


@posix
def test_a_linked_folder_is_followed_once_and_lies_outside(vault, tmp_path):
    put(tmp_path, "shared/deep/s.md")
    (vault / "one").symlink_to(tmp_path / "shared")
    (vault / "two").symlink_to(tmp_path / "shared" / "deep")
    put(vault, "own.md")
    assert [(entry.path, entry.outside) for entry in disk.scan(vault).files] == [
        ("one/deep/s.md", True),
        ("own.md", False),
    ]


@posix
def test_links_to_a_parent_back_into_the_vault_and_to_nothing_are_ignored(vault, tmp_path):
    put(vault, "a/x.md")
    (vault / "up").symlink_to(tmp_path)
    (vault / "self").symlink_to(vault)
    (vault / "a" / "back").symlink_to(vault / "a")
    (vault / "loop").symlink_to("loop")
    (vault / "gone.md").symlink_to("nowhere.md")
    scan = disk.scan(vault)
    assert [entry.path for entry in scan.files] == ["a/x.md"]
    assert scan.problems == ()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep names in Unicode")
def test_a_name_that_is_not_utf8_is_left_out_and_reported(vault):
    put(vault, "a.md")
    Path(os.fsdecode(os.fsencode(vault) + b"/caf\xe9.md")).write_text("x")
    scan = disk.scan(vault)
    assert [entry.path for entry in scan.files] == ["a.md"]
    assert [path for path, _ in scan.problems] == ["caf\\xe9.md"]


def test_a_folder_that_cannot_be_listed_is_reported_and_the_rest_is_read(vault, monkeypatch):
    put(vault, "a/x.md")
    put(vault, "b.md")
    real = os.scandir

    def scandir(path):
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    scan = disk.scan(vault)
    assert [entry.path for entry in scan.files] == ["b.md"]
    [(path, message)] = scan.problems
    assert path == "a"
    assert message.en == "cannot be read: permission denied"
    assert message.fr == "lecture impossible\u00a0: accès refusé"


def test_a_vault_that_is_not_there_is_reported(vault):
    scan = disk.scan(vault / "nowhere")
    assert scan.files == ()
    assert [path for path, _ in scan.problems] == [""]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one spelling of a name")
def test_of_two_spellings_of_a_name_one_is_read_and_the_other_reported(vault):
    put(vault, "\u00e9.md", "composed")
    put(vault, "e\u0301.md", "decomposed")
    scan = disk.scan(vault)
    assert disk.read(vault, scan.files[0]).text == "composed"
    assert [entry.path for entry in scan.files] == [path for path, _ in scan.problems] == ["\u00e9.md"]


# What a note says


def test_bom_and_newlines_are_read_as_they_are(vault):
    put(vault, "a.md", b"\xef\xbb\xbfa\r\nb\n")
    source = disk.read(vault, "a.md")
    assert source.text == "\ufeffa\r\nb\n"
    assert source.digest == disk.digest_of(source.data)
    assert not source.readonly


@pytest.mark.parametrize("content", [b"caf\xe9", b"a\0b"])
def test_what_is_not_text_is_read_with_replacements_and_never_written(vault, journal, content):
    put(vault, "a.md", content)
    source = disk.read(vault, "a.md")
    assert source.readonly
    assert "\ufffd" in source.text
    with pytest.raises(Refused, match="not UTF-8"):
        disk.apply(vault, Write("a.md", "new", source.digest), journal)
    assert (vault / "a.md").read_bytes() == content


def test_a_file_with_a_decomposed_name_is_found_by_its_composed_path(vault, journal):
    name = unicodedata.normalize("NFD", "Données/Été.md")
    put(vault, name, "old")
    [entry] = disk.scan(vault).files
    assert entry.path == "Données/Été.md"
    assert disk.read(vault, entry).text == disk.read(vault, entry.path).text == "old"
    rewrite(vault, entry.path, "new", journal)
    assert (vault / name).read_text() == "new"
    with pytest.raises(ExternallyChanged):
        disk.apply(vault, Write(entry.path, "second file", None), journal)
    assert len(disk.scan(vault).files) == 1


def test_a_vanished_note_is_none_and_an_unreadable_one_is_a_problem(vault, monkeypatch):
    put(vault, "a.md")
    put(vault, "b.md")
    entries = disk.scan(vault).files
    (vault / "a.md").unlink()
    assert disk.read(vault, entries[0]) is None
    real = os.open

    def denied(path, *rest, **named):
        if str(path).endswith("b.md"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **named)

    monkeypatch.setattr(os, "open", denied)
    assert disk.read_all(vault, entries)[0] == {}
    [(path, _)] = disk.read_all(vault, entries)[1]
    assert path == "b.md"


@posix
def test_a_pipe_named_like_a_note_holds_nobody_up(vault):
    os.mkfifo(vault / "pipe.md")
    assert paths(vault) == []
    with pytest.raises(disk.Unreadable):
        disk.read(vault, "pipe.md")


# Writing


def test_a_write_changes_the_bytes_and_nothing_else(vault, journal):
    file = put(vault, "a.md", b"\xef\xbb\xbfold\r\n")
    applied = rewrite(vault, "a.md", "\ufeffnew\r\nlines\n", journal)
    assert file.read_bytes() == b"\xef\xbb\xbfnew\r\nlines\n"
    assert applied.written
    assert applied.digest == disk.read(vault, "a.md").digest
    assert temporary_files(vault) == []


@posix
def test_the_mode_is_kept(vault, journal):
    file = put(vault, "a.md")
    file.chmod(0o640)
    rewrite(vault, "a.md", "new", journal)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform != "linux", reason="Python reads attributes on Linux only")
def test_attributes_are_kept(vault, journal):
    file = put(vault, "a.md")
    try:
        os.setxattr(file, "user.colour", b"red")
    except OSError:
        pytest.skip("this disk has no attributes")
    rewrite(vault, "a.md", "new", journal)
    assert os.getxattr(file, "user.colour") == b"red"


def test_equal_bytes_are_not_written(vault, journal):
    file = put(vault, "a.md", "same")
    before = file.stat()
    assert not rewrite(vault, "a.md", "same", journal).written
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert journal.entries() == []


def test_the_time_moves_forward_even_from_the_future(vault, journal):
    file = put(vault, "a.md")
    future = time.time_ns() + 10**12
    os.utime(file, ns=(future, future))
    rewrite(vault, "a.md", "new!\n", journal)
    assert file.stat().st_mtime_ns >= future + 1_000_000


def test_a_note_that_changed_or_went_is_not_written(vault, journal):
    file = put(vault, "a.md", "old")
    digest = disk.read(vault, "a.md").digest
    file.write_text("by hand")
    with pytest.raises(ExternallyChanged) as raised:
        disk.apply(vault, Write("a.md", "new", digest), journal)
    assert raised.value.message.fr.startswith("«\u00a0a.md\u00a0» a changé sur le disque")
    assert file.read_text() == "by hand"
    file.unlink()
    with pytest.raises(ExternallyChanged):
        disk.apply(vault, Write("a.md", "new", digest), journal)
    assert not file.exists()
    assert journal.entries() == []


@posix
def test_a_linked_note_stays_a_link_and_its_target_is_written(vault, journal):
    target = put(vault, "deep/target.md", "old")
    (vault / "link.md").symlink_to("deep/target.md")
    rewrite(vault, "link.md", "new", journal)
    assert (vault / "link.md").is_symlink()
    assert target.read_text() == "new"


@posix
@pytest.mark.parametrize("path", ["link.md", "folder/x.md"])
def test_nothing_is_written_through_a_link_out_of_the_vault(vault, journal, tmp_path, path):
    target = put(tmp_path, "elsewhere/x.md", "theirs")
    (vault / "link.md").symlink_to(target)
    (vault / "folder").symlink_to(target.parent)
    with pytest.raises(Refused, match="out of the vault"):
        rewrite(vault, path, "ours", journal)
    with pytest.raises(Refused, match="out of the vault"):
        disk.apply(vault, Write("folder/sub/new.md", "ours", None), journal)
    assert target.read_text() == "theirs"
    assert list(target.parent.iterdir()) == [target]


@posix
def test_nothing_is_written_through_a_link_into_a_hidden_folder(vault, journal):
    target = put(vault, ".git/config", "theirs")
    (vault / "link.md").symlink_to(target)
    with pytest.raises(Refused, match="hidden folder"):
        rewrite(vault, "link.md", "ours", journal)


@pytest.mark.parametrize(
    "path", ["../x.md", "/x.md", "a//x.md", "a/../../x.md", "", ".obsidian/x.md", "a\0.md"]
)
def test_paths_that_are_not_of_the_vault_are_refused(vault, journal, tmp_path, path):
    with pytest.raises(Refused):
        disk.apply(vault, Write(path, "ours", None), journal)
    assert list(vault.iterdir()) == []
    assert not (tmp_path / "x.md").exists()


def test_a_note_that_the_system_will_not_let_us_write_is_refused(vault, journal, monkeypatch):
    file = put(vault, "a.md", "old")
    monkeypatch.setattr(disk.os, "access", lambda path, mode: False)
    with pytest.raises(Refused, match="read-only"):
        rewrite(vault, "a.md", "new", journal)
    assert file.read_text() == "old"


def test_a_lone_surrogate_is_refused(vault, journal):
    with pytest.raises(Refused):
        disk.apply(vault, Write("a.md", "\ud800", None), journal)


@pytest.fixture(params=["exchange", "rename"])
def way(request, monkeypatch):
    """Run with the system's exchange, and as where there is none."""
    if request.param == "rename":
        monkeypatch.setattr(swap, "_renamer", lambda: None)
    elif swap._renamer() is None:
        pytest.skip("no exchange on this system")
    return request.param


def test_a_new_note_gets_its_folders_and_never_overwrites(vault, journal, way):
    disk.apply(vault, Write("Missions/Été/a.md", "first", None), journal)
    with pytest.raises(ExternallyChanged):
        disk.apply(vault, Write("Missions/Été/a.md", "second", None), journal)
    assert (vault / "Missions/Été/a.md").read_text() == "first"
    assert temporary_files(vault) == []


def test_a_note_that_appears_while_we_make_it_is_not_overwritten(vault, journal, way, monkeypatch):
    real = swap.place

    def place(source, target):
        target.write_text("by hand")
        real(source, target)

    monkeypatch.setattr(swap, "place", place)
    with pytest.raises(ExternallyChanged):
        disk.apply(vault, Write("new/a.md", "ours", None), journal)
    assert (vault / "new/a.md").read_text() == "by hand"
    assert temporary_files(vault) == []


def test_a_failed_write_leaves_no_trace(vault, journal, way, monkeypatch):
    file = put(vault, "a.md", "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="the disk is full"):
        rewrite(vault, "a.md", "new", journal)
    with pytest.raises(Refused, match="the disk is full"):
        disk.apply(vault, Write("folder/b.md", "new", None), journal)
    assert file.read_text() == "old"
    assert list(vault.rglob("*")) == [file]
    assert journal.entries() == []


def test_a_save_between_our_last_look_and_the_exchange_goes_back_in_place(vault, journal, monkeypatch):
    if swap._renamer() is None:
        pytest.skip("no exchange on this system")
    file = put(vault, "a.md", "old")
    saves = iter(["typed meanwhile"])
    real = swap.exchange

    def exchange(one, other):
        file.write_text(next(saves, file.read_text()))
        return real(one, other)

    monkeypatch.setattr(swap, "exchange", exchange)
    with pytest.raises(ExternallyChanged):
        rewrite(vault, "a.md", "ours", journal)
    assert file.read_text() == "typed meanwhile"
    assert temporary_files(vault) == []


def test_of_two_saves_around_the_exchange_the_newer_stays_and_the_journal_has_the_other(
    vault, journal, monkeypatch
):
    if swap._renamer() is None:
        pytest.skip("no exchange on this system")
    file = put(vault, "a.md", "old")
    saves = iter(["first save", "second save"])
    real = swap.exchange

    def exchange(one, other):
        if save := next(saves, None):
            file.write_text(save)
        return real(one, other)

    monkeypatch.setattr(swap, "exchange", exchange)
    with pytest.raises(ExternallyChanged):
        rewrite(vault, "a.md", "ours", journal)
    assert file.read_text() == "second save"
    assert b"first save" in [entry.before for entry in journal.entries()]
    assert temporary_files(vault) == []


def test_without_an_exchange_a_save_before_the_last_look_is_seen(vault, journal, monkeypatch):
    monkeypatch.setattr(swap, "_renamer", lambda: None)
    file = put(vault, "a.md", "old")
    real = swap.overwrite

    def overwrite(source, target, check):
        file.write_text("typed meanwhile")
        real(source, target, check)

    monkeypatch.setattr(swap, "overwrite", overwrite)
    with pytest.raises(ExternallyChanged):
        rewrite(vault, "a.md", "ours", journal)
    assert file.read_text() == "typed meanwhile"
    assert temporary_files(vault) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")
def test_an_editor_that_is_in_the_middle_of_saving_loses_nothing(vault, journal, monkeypatch):
    file = put(vault, "a.md", "old")
    editor = os.open(file, os.O_WRONLY)  # it has opened the note and will write in a moment

    def save():
        time.sleep(0.1)
        os.write(editor, b"typed meanwhile")
        os.close(editor)

    saving = threading.Thread(target=save)
    saving.start()
    with pytest.raises(ExternallyChanged):
        rewrite(vault, "a.md", "ours", journal)
    saving.join()
    assert file.read_text() == "typed meanwhile"


def test_a_note_in_use_on_windows_is_tried_again(vault, journal, monkeypatch):
    monkeypatch.setattr(swap, "_renamer", lambda: None)
    monkeypatch.setattr(swap, "PAUSES", (0, 0, 0))
    file = put(vault, "a.md", "old")
    real, tries = Path.replace, []

    def replace(self, target):
        tries.append(target)
        if len(tries) < 3:
            error = PermissionError(13, "in use")
            error.winerror = 32
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    rewrite(vault, "a.md", "new", journal)
    assert file.read_text() == "new"
    assert len(tries) == 3


# Removing


def test_a_note_is_removed_only_as_it_is_known(vault, journal):
    file = put(vault, "a.md", "mine")
    with pytest.raises(ExternallyChanged):
        disk.remove(vault, "a.md", disk.digest_of(b"other"), journal)
    assert file.exists()
    disk.remove(vault, "a.md", disk.digest_of(b"mine"), journal)
    assert list(vault.iterdir()) == []
    assert [(entry.before, entry.after) for entry in journal.entries()] == [(b"mine", None)]


# Crashes and company


def test_leftovers_go_once_old_unless_their_text_is_nowhere_else(vault, journal):
    put(vault, "a.md", "old")
    rewrite(vault, "a.md", "new", journal)
    put(vault, ".vk-000001", "old")
    put(vault, "deep/.vk-000002", "words that only this file has")
    put(vault, ".other", "old")
    assert disk.clean(vault, journal) == []
    assert len(temporary_files(vault)) == 2
    assert [path for path, _ in disk.clean(vault, journal, older_than=-1)] == ["deep/.vk-000002"]
    assert [file.name for file in temporary_files(vault)] == [".vk-000002"]


WRITER = """
import sys
from pathlib import Path
from vaultkit.edits import Write
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal
root, turn = Path(sys.argv[1]), int(sys.argv[2])
with Journal.open(root) as journal:
    journal.begin("loop")
    print("ready", flush=True)
    while True:
        for name in "abc":
            source = disk.read(root, name + ".md")
            disk.apply(root, Write(name + ".md", f"{name}{turn}\\n" * 5000, source.digest), journal)
        turn += 1
"""


def python(script, *arguments):
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE)


@posix
def test_after_kill_9_every_note_is_old_or_new_and_the_journal_opens(vault):
    for name in "abc":
        put(vault, f"{name}.md", f"{name}\n" * 5000)
    chance = random.Random(9)
    for turn in range(12):
        with python(WRITER, vault, turn * 1000) as writer:
            writer.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.15))
            writer.send_signal(signal.SIGKILL)
        for name in "abc":
            lines = (vault / f"{name}.md").read_text().splitlines()
            assert len(lines) == 5000
            assert set(lines) == {lines[0]}
        assert {file.name for file in vault.iterdir() if not file.name.startswith(".vk-")} == {
            "a.md", "b.md", "c.md",
        }  # fmt: skip
    with Journal.open(vault) as journal:
        assert journal.notice is None
        assert journal.entries(limit=3)
        assert disk.clean(vault, journal, older_than=-1) == []
    assert temporary_files(vault) == []


APPENDER = """
import sys
from pathlib import Path
from vaultkit.edits import Write
from vaultkit.errors import ExternallyChanged
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal
root, who = Path(sys.argv[1]), sys.argv[2]
with Journal.open(root) as journal:
    journal.begin("append")
    for number in range(40):
        while True:
            source = disk.read(root, "a.md")
            try:
                disk.apply(root, Write("a.md", source.text + f"{who}{number}\\n", source.digest), journal)
                break
            except ExternallyChanged:
                pass
"""


def test_while_another_vaultkit_writes_we_wait_and_then_refuse(vault, journal, monkeypatch):
    file = put(vault, "a.md", "old")
    monkeypatch.setattr(swap, "alone", partial(swap.alone, patience=0.05))
    with swap.alone(journal.lock), pytest.raises(Refused, match="another vaultkit is writing"):
        rewrite(vault, "a.md", "new", journal)
    assert file.read_text() == "old"
    assert rewrite(vault, "a.md", "new", journal).written


def test_two_processes_that_append_to_one_note_lose_no_line(vault):
    put(vault, "a.md", "")
    with python(APPENDER, vault, "x") as one, python(APPENDER, vault, "y") as other:
        assert one.wait() == other.wait() == 0
    lines = (vault / "a.md").read_text().splitlines()
    assert sorted(lines) == sorted(f"{who}{number}" for who in "xy" for number in range(40))
    with Journal.open(vault) as journal:
        assert len(journal.entries(limit=None)) == 80
        assert not any(entry.pending for entry in journal.entries(limit=None))
