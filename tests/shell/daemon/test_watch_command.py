"""`vaultkit watch` as people run it: a process, signals, a socket, a vault on the disk."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shell.daemon.engine_desk import SYNTHESIS, domain, synthesis
from tests.shell.daemon.stage_doubles import edited
from tests.shell.daemon.watching import PATIENCE, VAULTKIT, Watching, homes, until, with_fault
from vaultkit.shell.control.client import Client
from vaultkit.shell.control.protocol import Request
from vaultkit.shell.journal import Journal
from vaultkit.shell.places import state_path
from vaultkit.shell.ports import EditRequest, TextEdit
from vaultkit.shell.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and sockets of Unix")

AT_ONCE = "[watch]\nsource_quiet = 0\ntarget_quiet = 0\nbackground_quiet = 0\n"
SECRET = "le mot de passe est tulipe"
WROTE = rf"wrote: {SYNTHESIS}"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault that is up to date and has no quiet times, in a folder with an awkward name."""
    for name, value in homes(tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "Coffre d’équipe 🔐"
    (root / ".obsidian").mkdir(parents=True)
    (root / "vaultkit.toml").write_text(AT_ONCE, encoding="utf-8")
    (root / SYNTHESIS).write_text(synthesis(), encoding="utf-8")
    (root / "Accès.md").write_text(domain("accès un"), encoding="utf-8")
    Session.open(root).rebuild()
    return root


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The home of vaultkit's state."""
    return tmp_path / "state"


@pytest.fixture
def watching(root: Path, state: Path) -> Iterator[Watching]:
    """A daemon that watches."""
    with Watching(root, state) as watching:
        yield watching


def save(root: Path, constat: str, path: str = "Accès.md") -> None:
    """Save a note as the app does: in place, with the whole text."""
    (root / path).write_text(domain(constat), encoding="utf-8")


def said(root: Path, path: str = SYNTHESIS) -> str:
    """Return what a note says."""
    return (root / path).read_text(encoding="utf-8")


def left(root: Path) -> list[str]:
    """Return the temporary files that stand in the vault."""
    return [file.name for file in root.rglob(".vk*")]


# ------------------------------------------------------------------------------------- notes


def test_a_saved_note_reaches_the_synthesis(watching: Watching, root: Path):
    save(root, "accès deux")
    watching.said(WROTE)
    assert "Constat accès deux" in said(root)
    (root / "Facturation.md").write_text(domain("facture", title="Facturation"), encoding="utf-8")
    watching.said(WROTE)
    assert "| Facturation | Constat facture |" in said(root)


def test_a_note_saved_by_a_rename_reaches_the_synthesis(watching: Watching, root: Path, tmp_path: Path):
    new = tmp_path / "new"
    new.write_text(domain("accès deux"), encoding="utf-8")
    new.rename(root / "Accès.md")
    watching.said(WROTE)
    assert "Constat accès deux" in said(root)


def test_what_changed_while_nobody_watched_is_brought_up_to_date_at_the_start(root: Path, state: Path):
    save(root, "accès deux")
    with Watching(root, state) as watching:
        watching.said(WROTE)
        assert "Constat accès deux" in said(root)


def test_settings_that_are_saved_hold_at_once(watching: Watching, root: Path):
    (root / "vaultkit.toml").write_text("[watch]\nsource_quiet = 2\n", encoding="utf-8")
    watching.said("settings, templates and schemas read again")
    (root / "vaultkit.toml").write_text("[watch]\nsource_quiet = x\n", encoding="utf-8")
    watching.said(r"✖ vaultkit\.toml")
    status = json.loads(watching.run("status", "--json").stdout)
    assert status["quiet"]["source"] == 2
    assert "vaultkit.toml" in status["degraded"][0]["en"]
    assert "vaultkit.toml" in watching.run("status").stdout


def test_a_vault_that_vanishes_and_comes_back_is_watched_again(root: Path, state: Path):
    away, before = root.with_name("ailleurs"), said(root)
    often = "from vaultkit.shell.daemon import run, lookout; run._MIND = 0.2; lookout._EMPTY = 0.2"
    with Watching(root, state, program=with_fault(often)) as watching:
        root.rename(away)
        watching.said("suddenly empty or gone")
        assert not root.exists()
        away.rename(root)
        watching.said("the vault is back")
        assert said(root) == before
        save(root, "accès deux")
        watching.said(WROTE)
        assert "Constat accès deux" in said(root)


def test_without_events_of_the_system_it_looks_now_and_then_and_says_so(root: Path, state: Path):
    none_left = """
import errno
from vaultkit.shell.daemon import watcher
def refused(*arguments):
    raise OSError(errno.EMFILE, "no more watches")
watcher.Watcher._made = refused
watcher._POLL_SHARE = 1
watcher.Watcher.__init__.__kwdefaults__["poll_seconds"] = 0.2"""
    with Watching(root, state, program=with_fault(none_left)) as watching:
        watching.said("⚠")
        save(root, "accès deux")
        watching.said(WROTE)
        status = json.loads(watching.run("status", "--json").stdout)
        assert status["watcher"] == "polling"
        assert status["degraded"]


# ------------------------------------------------------------------------------------ the end


@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 0), ("SIGINT", 130), ("SIGHUP", 0)])
def test_a_signal_ends_it(watching: Watching, root: Path, number: str, code: int):
    watching.process.send_signal(getattr(signal, number))
    assert watching.ended() == code
    assert watching.lines[-1].endswith("watching ends")
    assert not left(root)
    assert not (state_path(root) / "s").exists()
    assert not (state_path(root) / "watch.pid").exists()


def test_under_nohup_a_closed_terminal_does_not_end_it(root: Path, state: Path):
    with Watching(root, state, program=("nohup", *VAULTKIT)) as watching:
        watching.process.send_signal(signal.SIGHUP)
        save(root, "accès deux")
        watching.said(WROTE)
        watching.process.terminate()
        assert watching.ended() == 0


def test_a_write_under_way_is_finished_before_the_end(root: Path, state: Path):
    fault = """
import os, signal
from vaultkit.shell import swap
real = swap.temporary
def temporary(*arguments):
    os.kill(os.getpid(), signal.SIGTERM)
    return real(*arguments)
swap.temporary = temporary"""
    with Watching(root, state, program=with_fault(fault)) as watching:
        save(root, "accès deux")
        assert watching.ended() == 0
    assert "Constat accès deux" in said(root)
    assert not left(root)
    with Journal.open(root) as journal:
        last = journal.entries(limit=1)[0]
    assert (last.reason, last.pending) == ("watch", False)


def test_after_a_kill_in_the_middle_of_a_write_the_next_start_heals(root: Path, state: Path):
    fault = """
import os, signal
from vaultkit.shell import swap
swap.exchange = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)"""
    before = said(root)
    with Watching(root, state, program=with_fault(fault)) as watching:
        save(root, "accès deux")
        assert watching.ended() == -signal.SIGKILL
    assert said(root) == before
    assert left(root)
    with Watching(root, state) as watching:
        watching.said(WROTE)
        assert "Constat accès deux" in said(root)
        assert not left(root)


def test_a_second_signal_does_not_wait_for_the_write_and_is_no_fault(root: Path, state: Path):
    fault = """
import os, signal
from vaultkit.shell import swap
def exchange(*arguments):
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
swap.exchange = exchange"""
    before = said(root)
    with Watching(root, state, program=with_fault(fault)) as watching:
        save(root, "accès deux")
        assert watching.ended() == 130
    assert said(root) == before
    assert not left(root)
    assert not [line for line in watching.lines if "✖" in line]


def test_it_can_be_ended_while_the_vault_is_still_read(root: Path, state: Path):
    fault = """
import os, signal
from vaultkit.shell.session import Session
real = Session.open
def opened(*arguments, **named):
    os.kill(os.getpid(), signal.SIGTERM)
    return real(*arguments, **named)
Session.open = opened"""
    with Watching(root, state, program=with_fault(fault), first="watching ends") as watching:
        assert watching.ended() == 0
    assert not (state_path(root) / "watch.pid").exists()


# ------------------------------------------------------------------------------- one at a time


def test_a_second_daemon_is_refused_and_told_who_watches(watching: Watching):
    second = watching.run("watch")
    assert second.returncode == 3
    assert f"process {watching.process.pid}" in second.stderr
    assert watching.process.poll() is None


def test_a_killed_daemon_holds_nobody_up(root: Path, state: Path):
    with Watching(root, state) as first:
        first.process.kill()
        first.process.wait()
        assert "does not watch" in first.run("status").stdout
    with Watching(root, state) as second:
        status = json.loads(second.run("status", "--json").stdout)
        assert status["pid"] == second.process.pid


def test_settings_that_are_wrong_at_the_start_are_refused(watching: Watching, root: Path, tmp_path: Path):
    other = tmp_path / "autre"
    (other / ".obsidian").mkdir(parents=True)
    (other / "vaultkit.toml").write_text("[watch\n", encoding="utf-8")
    done = watching.run("watch", str(other))
    assert done.returncode == 2
    assert "vaultkit.toml" in done.stderr
    assert "Traceback" not in done.stderr


# -------------------------------------------------------------------------------------- status


def test_status_tells_what_it_did(watching: Watching, root: Path):
    save(root, "accès deux")
    watching.said(WROTE)
    told = watching.run("status")
    assert told.returncode == 0
    assert f"watching '{root.name}'" in told.stdout
    assert f"process {watching.process.pid}" in told.stdout
    assert "Synthèse (table)" in told.stdout
    status = json.loads(watching.run("status", "--json").stdout)
    assert status["running"]
    assert status["pid"] == watching.process.pid
    assert status["vault"] == str(root)
    assert status["notes"] == 2
    assert status["last"]["written"] == [{"path": SYNTHESIS, "regions": ["recap"]}]


def test_status_tells_what_waits_and_why(watching: Watching, root: Path):
    (root / "vaultkit.toml").write_text("[watch]\nsource_quiet = 600\n", encoding="utf-8")
    watching.said("read again")
    save(root, "accès deux")
    until(lambda: "Accès (saved a moment ago" in watching.run("status").stdout)
    waiting = json.loads(watching.run("status", "--json").stdout)["waiting"]
    assert [(one["path"], one["because"]) for one in waiting] == [("Accès.md", "typed")]
    assert waiting[0]["until"]


def test_without_a_daemon_status_says_so(root: Path, state: Path):
    nobody = Watching(root, state)
    told = nobody.run("status")
    assert told.returncode == 0
    assert f"does not watch '{root.name}'" in told.stdout
    status = json.loads(nobody.run("status", "--json").stdout)
    assert (status["running"], status["pid"], status["waiting"]) == (False, None, [])


# ----------------------------------------------------------------------------------- its log


def test_the_log_has_one_line_a_batch_and_no_word_of_a_note(watching: Watching, root: Path):
    save(root, SECRET)
    watching.said(WROTE)
    assert SECRET in said(root)
    (root / "Accueil.md").write_text(f"# {SECRET}\n", encoding="utf-8")
    watching.said("read 1 file")
    watching.process.terminate()
    watching.ended()
    assert not [line for line in watching.lines if "tulipe" in line or "Constat" in line]
    assert len([line for line in watching.lines if "wrote" in line]) == 1


def test_the_log_can_be_json(root: Path, state: Path):
    with Watching(root, state, ["--log-format", "json"]) as watching:
        save(root, SECRET)
        batch = watching.batch()
        assert batch["written"] == [{"path": SYNTHESIS, "regions": ["recap"]}]
        assert batch["severity"] == "info"
        watching.process.terminate()
        watching.ended()
    for line in watching.lines:
        assert {"time", "severity", "event"} <= json.loads(line).keys()
        assert "tulipe" not in line


def test_the_log_can_be_a_file_for_this_user_alone(root: Path, state: Path, tmp_path: Path):
    file = tmp_path / "journaux" / "vaultkit.log"
    with Watching(root, state, ["--log-file", str(file)], first="") as watching:
        until(file.exists)
        until(lambda: "watches" in file.read_text(encoding="utf-8"))
        watching.process.terminate()
        assert watching.ended() == 0
    assert watching.lines == []
    assert file.stat().st_mode & 0o777 == 0o600


# -------------------------------------------------------------------------- others beside it


def test_other_commands_work_beside_it(watching: Watching, root: Path):
    (root / "vaultkit.toml").write_text("[watch]\nsource_quiet = 600\n", encoding="utf-8")
    watching.said("read again")
    save(root, "accès deux")
    assert watching.run("rebuild").returncode == 0
    assert "Constat accès deux" in said(root)
    assert watching.run("rebuild", "--check").returncode == 0
    assert watching.run("check", "--format", "json").stdout.startswith("{")
    assert watching.run("undo").returncode == 0
    assert "Constat accès un" in said(root)
    assert watching.process.poll() is None


def test_what_a_person_undoes_is_not_done_again(watching: Watching, root: Path):
    save(root, "accès deux")
    watching.said(WROTE)
    assert watching.run("undo").returncode == 0
    assert "Constat accès un" in said(root)
    until(lambda: "undone" in watching.run("status", "--json").stdout)
    assert "Constat accès un" in said(root)


# ------------------------------------------------------------------------------- its socket


def test_a_client_asks_for_the_standing_a_query_and_diagnostics(watching: Watching):
    with watching.client() as client:
        status = client.call("status")
        assert isinstance(status, dict)
        assert status["pid"] == watching.process.pid
        answer = client.call("query", query='LIST FROM "" WHERE category = "domaine"')
        assert isinstance(answer, dict)
        assert answer["ok"]
        assert "Accès.md" in json.dumps(answer, ensure_ascii=False)
        found = client.call("diagnostics", paths=["Accès.md"])
        assert isinstance(found, dict)
        assert {each["path"] for each in found["diagnostics"]} == {"Accès.md"}


def test_a_client_asks_for_a_rebuild_that_waits_for_no_quiet_time(watching: Watching, root: Path):
    (root / "vaultkit.toml").write_text("[watch]\nsource_quiet = 600\n", encoding="utf-8")
    watching.said("read again")
    save(root, "accès deux")
    with watching.client() as client:
        done = client.call("rebuild")
    assert isinstance(done, dict)
    assert done["written"] == [{"path": SYNTHESIS, "regions": ["recap"]}]
    assert "Constat accès deux" in said(root)


def test_a_client_is_told_of_each_batch(watching: Watching, root: Path):
    with watching.client() as client:
        client.call("subscribe")
        save(root, "accès deux")
        told = [client.told(PATIENCE), client.told(PATIENCE)]
    assert {each.method for each in told if each} <= {"status/changed", "diagnostics/changed"}


def asked(client: Client) -> tuple[Request, EditRequest]:
    """Wait for an edit that the client is asked to make; return the request, and what it says."""
    request = client.told(PATIENCE)
    assert request
    assert request.method == "edit"
    said: dict[str, Any] = dict(request.params)
    edits = tuple(TextEdit(each["start"], each["end"], each["text"]) for each in said["edits"])
    return request, EditRequest(said["id"], said["path"], said["textDigest"], edits)


def make(root: Path, request: EditRequest) -> None:
    """Make an edit as the app would: the whole note is written."""
    text = said(root, request.path)
    assert hashlib.sha256(text.encode()).hexdigest() == request.text_digest
    (root / request.path).write_text(edited(text, request), encoding="utf-8")


def test_a_client_writes_instead_and_the_journal_has_it(watching: Watching, root: Path):
    before = said(root)
    with watching.client("plugin") as client:
        assert client.call("writer/claim", name="plugin") == {"claimed": True}
        save(root, "accès deux")
        request, edit = asked(client)
        assert said(root) == before
        make(root, edit)
        client.reply(request, {"status": "applied"})
        assert "Constat accès deux" in said(root)
        until(lambda: '"writer": "plugin"' in watching.run("status", "--json").stdout)
    until(lambda: json.loads(watching.run("status", "--json").stdout)["writer"] is None)
    assert watching.run("undo").returncode == 0
    assert said(root) == before


def test_when_the_client_goes_notes_are_written_again(watching: Watching, root: Path):
    with watching.client("plugin") as client:
        client.call("writer/claim", name="plugin")
        save(root, "accès deux")
        asked(client)
    watching.said(WROTE)
    assert "Constat accès deux" in said(root)
    assert Session.open(root).plan().changes.writes == ()


def test_an_edit_that_a_client_made_and_did_not_tell_of_is_in_the_journal(watching: Watching, root: Path):
    """It goes without an answer: what it displaced must not be lost."""
    before = said(root)
    with watching.client("plugin") as client:
        client.call("writer/claim", name="plugin")
        save(root, "accès deux")
        _, edit = asked(client)
        make(root, edit)
    until(lambda: json.loads(watching.run("status", "--json").stdout)["writer"] is None)
    with Journal.open(root) as journal:
        assert before.encode() in [entry.before for entry in journal.entries()]
    assert "Constat accès deux" in said(root)


# -------------------------------------------------------------------------------------- quiet


def test_nothing_is_written_while_nothing_happens(root: Path, state: Path):
    soon = "from vaultkit.shell.daemon import targets; targets.SETTLE = 0.1"
    with Watching(root, state, program=with_fault(soon)) as watching:
        save(root, "accès deux")
        watching.said(WROTE)
        until(lambda: not json.loads(watching.run("status", "--json").stdout)["waiting"])
        time.sleep(0.5)  # it looks once more at what it wrote
        before = stamps(root) | stamps(state)
        written = characters(watching.process.pid)
        time.sleep(2)
        assert stamps(root) | stamps(state) == before
        assert characters(watching.process.pid) == written


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return when each file and folder was last changed, and how long it is."""
    return {str(file): (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.rglob("*")}


def characters(pid: int) -> str:
    """Return how much a process has written so far, as far as the system tells."""
    file = Path(f"/proc/{pid}/io")
    if not file.exists() or not os.access(file, os.R_OK):
        return ""
    return next(line for line in file.read_text(encoding="ascii").splitlines() if line.startswith("wchar"))
