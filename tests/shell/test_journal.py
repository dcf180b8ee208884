"""The journal, and undo: what vaultkit wrote can be taken back, what others wrote stays."""

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import vaultkit
from vaultkit.edits import Write
from vaultkit.errors import VaultkitError
from vaultkit.shell import disk, places
from vaultkit.shell.journal import FORMAT, Journal
from vaultkit.shell.undo import Selection, UndoReport, undo

REPOSITORY = Path(vaultkit.__file__).parents[1]
DAY = 86_400


class Clock:
    """A clock that a test sets; it moves on by a second each time it is read."""

    def __init__(self, now=1_800_000_000.0):
        self.now = now

    def __call__(self):
        self.now += 1
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def vault(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "vault"
    root.mkdir()
    return root


@pytest.fixture
def journal(vault, clock):
    with Journal.open(vault, clock) as journal:
        yield journal


def run(root, journal, command="rebuild", **texts):
    """Write notes as one run of a command; `a="x"` makes a.md say x. Return the batch."""
    batch = journal.begin(command)
    for name, text in texts.items():
        path = f"{name}.md"
        source = disk.read(root, path)
        disk.apply(root, Write(path, text, source and source.digest, ("recap",), "test"), journal)
    return batch


def says(root):
    return {file.stem: file.read_text() for file in sorted(root.glob("*.md"))}


def last(root, journal):
    return undo(root, journal, Selection())


# Places


def test_state_is_outside_the_vault_and_for_this_user_alone(vault, tmp_path):
    folder = places.state_dir(vault)
    assert folder.parent == tmp_path / "state" / "vaultkit"
    assert len(folder.name) == 12
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_two_ways_to_one_vault_have_one_state(vault, tmp_path):
    (tmp_path / "way").symlink_to(vault)
    assert places.state_path(tmp_path / "way") == places.state_path(vault)


def test_without_a_state_folder_nothing_is_written_and_the_way_out_is_named(vault, tmp_path):
    (tmp_path / "state").write_text("a file in the way")
    with pytest.raises(VaultkitError) as raised:
        Journal.open(vault)
    assert raised.value.exit_code == 2
    message = raised.value.message
    assert str(places.state_path(vault)) in message.fr
    assert str(places.state_path(vault)) in message.en
    assert "nothing was written" in message.en
    assert message.fr.endswith("choisir un autre dossier avec XDG_STATE_HOME")


# Keeping


def test_an_entry_tells_all_about_a_write(vault, journal, clock):
    run(vault, journal, a="one\n")
    run(vault, journal, "push", a="two\n")
    new, old = journal.entries()
    assert (new.before, new.after, new.command, new.path) == (b"one\n", b"two\n", "push", "a.md")
    assert (new.reason, new.regions, new.undone, new.pending) == ("test", ("recap",), False, False)
    assert new.time.tzinfo is UTC
    assert old.before is None
    assert [(b.command, b.paths) for b in journal.batches()] == [("push", ("a.md",)), ("rebuild", ("a.md",))]


def test_entries_can_be_chosen_by_note_time_and_number(vault, journal, clock):
    run(vault, journal, a="1", b="1")
    noon = datetime.fromtimestamp(clock(), UTC)
    run(vault, journal, a="2")
    assert [entry.after for entry in journal.entries(path="a.md")] == [b"2", b"1"]
    assert [entry.after for entry in journal.entries(since=noon)] == [b"2"]
    assert len(journal.entries(limit=2)) == 2


def test_a_write_is_in_the_file_before_the_note_is_touched(vault, journal):
    entry = journal.displaced(journal.begin("rebuild"), "a.md", b"old", b"new")
    with Journal.open(vault) as other:
        assert [(e.id, e.before, e.pending) for e in other.entries()] == [(entry, b"old", True)]
    journal.done(entry)
    assert not journal.entries()[0].pending


def test_the_journal_is_for_this_user_alone(vault, journal):
    run(vault, journal, a="x")
    if sys.platform != "win32":
        assert {stat.S_IMODE(file.stat().st_mode) for file in journal.file.parent.iterdir()} == {0o600}


def test_a_journal_of_a_newer_vaultkit_is_not_touched(vault, journal):
    journal.close()
    with sqlite3.connect(journal.file) as db:
        db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    db.close()
    before = journal.file.read_bytes()
    with pytest.raises(VaultkitError, match="newer vaultkit") as raised:
        Journal.open(vault)
    assert raised.value.exit_code == 2
    assert journal.file.read_bytes() == before


@pytest.mark.parametrize(
    "junk", [b"this is no database at all, by far" * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_broken_journal_is_set_aside_said_once_and_a_new_one_begins(vault, journal, junk):
    journal.close()
    for _ in range(2):
        journal.file.write_bytes(junk)
        with Journal.open(vault) as again:
            assert "set aside" in again.notice.en
            run(vault, again, a=f"{len(list(vault.iterdir()))}")
        with Journal.open(vault) as again:
            assert again.notice is None
            assert len(again.entries()) == 1
        (vault / "a.md").unlink()
    broken = sorted(file.name for file in journal.file.parent.glob("*broken*"))
    assert broken == ["journal.broken-1.sqlite3", "journal.broken-2.sqlite3"]


def damage(journal, table):
    """Overwrite the first page of a table, while the file still opens."""
    db = sqlite3.connect(journal.file)
    [(page,)] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
    [(size,)] = db.execute("PRAGMA page_size")
    db.close()
    with journal.file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)


def test_damage_found_when_a_batch_begins_costs_only_the_old_journal(vault, journal):
    run(vault, journal, a="1")
    journal.close()
    damage(journal, "body")
    with Journal.open(vault) as again:
        run(vault, again, a="2")
        assert "set aside" in again.notice.en
        assert last(vault, again).restored == ("a.md",)


def test_damage_found_when_a_note_is_to_be_written_stops_that_write(vault, journal):
    journal.begin("rebuild")
    journal.close()
    damage(journal, "entry_of_path")
    with Journal.open(vault) as again:
        with pytest.raises(VaultkitError, match="run the command again"):
            run(vault, again, a="x")
        assert says(vault) == {}
        run(vault, again, a="x")
        assert says(vault) == {"a": "x"}


def test_old_batches_go_when_a_new_one_begins(vault, journal, clock):
    run(vault, journal, a="1")
    clock.now += 89 * DAY
    run(vault, journal, a="2")
    assert len(journal.batches()) == 2
    clock.now += 2 * DAY
    run(vault, journal, a="3")
    assert [entry.after for entry in journal.entries()] == [b"3", b"2"]


def test_the_oldest_batches_go_while_all_are_too_big_but_never_the_last(vault, journal):
    for number in range(4):
        run(vault, journal, a=os.urandom(5000).hex() + str(number))
    assert journal.purge(max_bytes=20_000) == 2
    assert len(journal.batches()) == 2
    journal.purge(max_bytes=0)
    assert len(journal.batches()) == 1
    assert last(vault, journal).restored == ("a.md",)


def test_a_purge_leaves_no_word_in_the_file(vault, journal):
    words = os.urandom(3000)
    journal.displaced(journal.begin("rebuild"), "a.md", words, None)
    assert journal.purge(older_than_days=0) == 1
    journal.close()
    assert words[:500] not in journal.file.read_bytes()


APPENDER = """
import sys
from pathlib import Path
from vaultkit.shell.journal import Journal
for run in range(5):
    with Journal.open(Path(sys.argv[1])) as journal:
        batch = journal.begin(sys.argv[2])
        for number in range(20):
            text = f"{sys.argv[2]} {run} {number}".encode()
            journal.done(journal.displaced(batch, "a.md", text, text + b"!"))
"""


def test_two_processes_write_into_one_new_journal(vault):
    commands = [[sys.executable, "-c", APPENDER, str(vault), who] for who in ("one", "two", "three")]
    running = [subprocess.Popen(command, cwd=REPOSITORY) for command in commands]
    assert [process.wait() for process in running] == [0, 0, 0]
    with Journal.open(vault) as journal:
        entries = journal.entries(limit=None)
        assert journal.notice is None
    assert len({entry.before for entry in entries}) == 300
    assert all(entry.before.decode().startswith(entry.command) for entry in entries)


# Undo


def test_undo_gives_the_notes_of_the_last_batch_back(vault, journal):
    run(vault, journal, a="1", b="1")
    run(vault, journal, a="2", b="2")
    report = last(vault, journal)
    assert report.restored == ("b.md", "a.md")
    assert report.exit_code == 0
    assert says(vault) == {"a": "1", "b": "1"}


def test_undo_twice_goes_further_back_and_then_finds_nothing(vault, journal):
    run(vault, journal, a="1")
    run(vault, journal, a="2")
    last(vault, journal)
    assert says(vault) == {"a": "1"}
    assert last(vault, journal).removed == ("a.md",)
    assert says(vault) == {}
    assert last(vault, journal) == UndoReport()


def test_undo_keeps_every_byte(vault, journal):
    (vault / "a.md").write_bytes(b"\xef\xbb\xbfold\r\n\r\n")
    run(vault, journal, a="new")
    last(vault, journal)
    assert (vault / "a.md").read_bytes() == b"\xef\xbb\xbfold\r\n\r\n"


def test_a_note_changed_since_is_refused_and_the_others_are_restored(vault, journal):
    run(vault, journal, a="1", b="1", c="1")
    run(vault, journal, a="2", b="2", c="2")
    (vault / "b.md").write_text("2 and by hand")
    (vault / "c.md").unlink()
    report = last(vault, journal)
    assert report.restored == ("a.md",)
    assert [path for path, _ in report.refused] == ["c.md", "b.md"]
    assert report.refused[1][1].fr == "«\u00a0b.md\u00a0» a changé depuis\u00a0: il reste tel quel"
    assert report.exit_code == 3
    assert says(vault) == {"a": "1", "b": "2 and by hand"}


def test_after_a_refusal_undo_goes_further_back_only_if_something_was_undone(vault, journal):
    run(vault, journal, a="1")
    run(vault, journal, b="1", c="1")
    (vault / "b.md").write_text("by hand")
    (vault / "c.md").write_text("by hand")
    assert len(last(vault, journal).refused) == len(last(vault, journal).refused) == 2
    (vault / "c.md").write_text("1")
    last(vault, journal)
    last(vault, journal)
    assert says(vault) == {"b": "by hand"}


def test_undo_by_number_of_an_older_batch(vault, journal):
    run(vault, journal, a="1", b="1")
    older = run(vault, journal, a="2", b="2")
    run(vault, journal, b="3")
    report = undo(vault, journal, Selection(batch=older))
    assert report.restored == ("a.md",)
    assert [path for path, _ in report.refused] == ["b.md"]
    with pytest.raises(VaultkitError, match="no number 99"):
        undo(vault, journal, Selection(batch=99))


def test_undo_by_note_takes_back_its_last_write_then_the_one_before(vault, journal):
    run(vault, journal, a="1", b="1")
    run(vault, journal, a="2", b="2")
    run(vault, journal, b="3")
    undo(vault, journal, Selection(path="a.md"))
    assert says(vault) == {"a": "1", "b": "3"}
    undo(vault, journal, Selection(path="a.md"))
    assert says(vault) == {"b": "3"}
    last(vault, journal)
    assert says(vault) == {"b": "2"}
    last(vault, journal)  # what is left of the batch that wrote both
    assert says(vault) == {"b": "1"}


def test_undo_since_a_time_takes_several_writes_back_at_once(vault, journal, clock):
    run(vault, journal, a="1")
    noon = datetime.fromtimestamp(clock(), UTC)
    run(vault, journal, a="2")
    run(vault, journal, a="3", b="1")
    report = undo(vault, journal, Selection(since=noon))
    assert (report.restored, report.removed) == (("a.md",), ("b.md",))
    assert says(vault) == {"a": "1"}
    assert len([entry for entry in journal.entries() if entry.command == "undo"]) == 2


def test_undo_stops_at_what_was_written_by_hand_between_two_writes(vault, journal, clock):
    noon = datetime.fromtimestamp(clock(), UTC)
    run(vault, journal, a="1")
    (vault / "a.md").write_text("by hand")
    run(vault, journal, a="2")
    report = undo(vault, journal, Selection(since=noon))
    assert report.restored == ("a.md",)
    assert [path for path, _ in report.refused] == ["a.md"]
    assert says(vault) == {"a": "by hand"}


def test_a_note_written_twice_in_one_batch_goes_back_to_its_beginning(vault, journal):
    (vault / "a.md").write_text("0")
    run(vault, journal, a="1")
    batch = journal.batch
    disk.apply(vault, Write("a.md", "2", disk.digest_of(b"1")), journal)
    assert journal.batch == batch
    last(vault, journal)
    assert says(vault) == {"a": "0"}


def test_an_undo_is_undone_by_its_number_and_then_undo_offers_the_batch_again(vault, journal):
    run(vault, journal, a="1")
    run(vault, journal, a="2")
    first = last(vault, journal)
    assert says(vault) == {"a": "1"}
    undo(vault, journal, Selection(batch=first.batch))
    assert says(vault) == {"a": "2"}
    last(vault, journal)
    assert says(vault) == {"a": "1"}


def test_what_a_person_took_back_already_counts_as_undone(vault, journal):
    run(vault, journal, a="1")
    run(vault, journal, a="2")
    (vault / "a.md").write_text("1")
    assert last(vault, journal).restored == ("a.md",)
    assert last(vault, journal).removed == ("a.md",)


def test_a_write_that_a_crash_prevented_is_never_offered(vault, journal):
    run(vault, journal, a="1")
    journal.displaced(journal.begin("rebuild"), "a.md", b"1", b"2")
    assert last(vault, journal).removed == ("a.md",)


def test_a_write_that_a_crash_left_unconfirmed_is_offered(vault, journal):
    run(vault, journal, a="1")
    journal.displaced(journal.begin("rebuild"), "a.md", b"1", b"2")
    (vault / "a.md").write_text("2")
    assert last(vault, journal).restored == ("a.md",)
    assert says(vault) == {"a": "1"}


def test_a_write_that_failed_is_forgotten(vault, journal):
    journal.failed(journal.displaced(journal.begin("rebuild"), "a.md", None, b"2"))
    (vault / "a.md").write_text("2")
    assert journal.entries() == []
    assert last(vault, journal) == UndoReport()


def test_a_journal_of_the_first_format_is_brought_up_to_date(vault, journal):
    run(vault, journal, a="1")
    journal.close()
    with sqlite3.connect(journal.file) as db:
        db.execute("ALTER TABLE entry DROP COLUMN moved_from")
        db.execute("PRAGMA user_version = 1")
    db.close()
    with Journal.open(vault) as again:
        assert [entry.path for entry in again.entries()] == ["a.md"]
        again.begin("mv")
        disk.move(vault, "a.md", "b/c.md", again)
        assert next((entry.moved_from, entry.path) for entry in again.entries()) == ("a.md", "b/c.md")
        assert last(vault, again).moved == (("b/c.md", "a.md"),)
        assert says(vault) == {"a": "1"}


def test_a_move_is_undone_among_the_writes_around_it(vault, journal, clock):
    run(vault, journal, a="1")
    noon = datetime.fromtimestamp(clock(), UTC)
    run(vault, journal, a="2")
    journal.begin("mv")
    disk.move(vault, "a.md", "b.md", journal)
    run(vault, journal, b="3")
    report = undo(vault, journal, Selection(since=noon))
    assert (report.refused, says(vault)) == ((), {"a": "1"})


def test_a_moved_note_that_was_written_since_goes_back_with_its_words(vault, journal):
    run(vault, journal, a="1")
    journal.begin("mv")
    disk.move(vault, "a.md", "b.md", journal)
    (vault / "b.md").write_text("typed since")
    assert last(vault, journal).refused == ()
    assert says(vault) == {"a": "typed since"}


def test_a_move_never_overwrites(vault, journal):
    run(vault, journal, a="1", b="2")
    journal.begin("mv")
    with pytest.raises(VaultkitError, match="taken"):
        disk.move(vault, "a.md", "b.md", journal)
    assert says(vault) == {"a": "1", "b": "2"}
    disk.move(vault, "a.md", "c.md", journal)
    run(vault, journal, a="new")
    report = undo(vault, journal, Selection(batch=journal.batches()[1].id))
    assert [path for path, _ in report.refused] == ["c.md"]
    assert says(vault) == {"a": "new", "b": "2", "c": "1"}
