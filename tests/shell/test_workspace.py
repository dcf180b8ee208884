"""What Obsidian shows: its own files as it writes them, a doubled list of processes, one real process."""

import json
import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from vaultkit.shell import workspace
from vaultkit.shell.ports import AppState
from vaultkit.shell.workspace import ObsidianApp, Running, obsidian_processes, read_workspace

RUNS = (Running(("obsidian",)),)


class Hands:
    """A clock that is set by hand."""

    now = 1000.0

    def monotonic(self):
        return self.now

    def wall(self):
        return self.now


class Machine:
    """One vault, one registry, and a list of processes that a test can change."""

    def __init__(self, folder):
        self.clock = Hands()
        self.running = RUNS
        self.asked = 0
        self.root = folder / "Mission"
        (self.root / ".obsidian").mkdir(parents=True)
        self.registry = folder / "config" / "obsidian.json"
        self.registry.parent.mkdir()
        self.app = ObsidianApp(self.root, self.clock, self.processes, [self.registry])

    def processes(self):
        self.asked += 1
        if isinstance(self.running, Exception):
            raise self.running
        return self.running

    def shows(self, said, root=None):
        folder = (root or self.root) / ".obsidian"
        folder.mkdir(parents=True, exist_ok=True)
        put(folder / "workspace.json", said)

    def lists(self, **vaults):
        """Write the list of vaults: `name=True` is open, `name=False` is not."""
        self.list_paths({str(self.root.parent / name): is_open for name, is_open in vaults.items()})

    def list_paths(self, paths):
        entries = {}
        for number, (path, is_open) in enumerate(paths.items()):
            (Path(path).mkdir(parents=True, exist_ok=True)) if path.startswith(
                str(self.root.parent)
            ) else None
            entries[f"{number:016x}"] = {"path": path, "ts": 1} | ({"open": True} if is_open else {})
        put(self.registry, {"vaults": entries})


def put(file, said):
    """Write a file so that its time is another, as the clock of a disk may be coarse."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
    if file.stat().st_mtime_ns == before:
        os.utime(file, ns=(before + 10**6, before + 10**6))


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def leaf(name, file=None, kind="markdown", **more):
    state = {"type": kind, "state": {"file": file, "mode": "source"} if file else {}}
    return {"id": name, "type": "leaf", "state": state | {"icon": "lucide-file", "title": name}} | more


def tabs(*leaves, **more):
    return {"id": "t", "type": "tabs", "children": list(leaves)} | more


def split(*children):
    return {"id": "s", "type": "split", "children": list(children), "direction": "vertical"}


def window(*children):
    return {"id": "w", "type": "window", "children": list(children), "x": 0, "y": 0, "zoom": 0}


def layout(*main, active=None, left=(), right=(), floating=()):
    said = {
        "main": split(*main),
        "left": split(*left),
        "right": split(*right) | {"collapsed": True},
        "left-ribbon": {"hiddenItems": {"graph:Open graph view": False}},
        "active": active,
        "lastOpenFiles": ["last.md"],
    }
    return said | (
        {"floating": {"id": "f", "type": "floating", "children": list(floating)}} if floating else {}
    )


def seen(said):
    shown = read_workspace(json.dumps(said).encode())
    return sorted(shown.active), sorted(shown.opened)


# What a workspace shows


def test_the_note_of_the_active_leaf_is_active_and_every_tab_is_open():
    said = layout(
        tabs(leaf("a", "a.md"), leaf("b", "Été/b.md", pinned=True), currentTab=1),
        tabs(leaf("c", "c.md")),
        active="b",
    )
    assert seen(said) == (["Été/b.md"], ["a.md", "c.md", "Été/b.md"])


def test_sidebars_and_floating_windows_count_as_open():
    said = layout(
        tabs(leaf("a", "a.md")),
        active="a",
        left=[tabs(leaf("l", "left.md"))],
        right=[tabs(leaf("o", "followed.md", "outline"))],
        floating=[window(tabs(leaf("w", "far.md")))],
    )
    assert seen(said) == (["a.md"], ["a.md", "far.md", "followed.md", "left.md"])


@pytest.mark.parametrize("active", ["search", "graph", "gone", None, 7, ["a"], {"id": "a"}])
def test_where_no_note_has_the_focus_all_in_front_are_active(active):
    said = layout(
        tabs(leaf("a", "hidden.md"), leaf("b", "front.md"), currentTab=1),
        tabs(leaf("c", "first.md"), leaf("graph", kind="graph")),
        active=active,
        left=[tabs(leaf("search", kind="search"), leaf("n", "side.md"), currentTab=1)],
        floating=[window(tabs(leaf("w", "behind.md"), leaf("v", "window.md"), currentTab=1))],
    )
    assert seen(said)[0] == ["first.md", "front.md", "window.md"]


def test_a_note_focused_in_a_sidebar_is_active_beside_all_in_front():
    said = layout(tabs(leaf("a", "a.md")), active="n", right=[tabs(leaf("n", "side.md"))])
    assert seen(said)[0] == ["a.md", "side.md"]


def test_all_of_a_stacked_group_is_in_front():
    said = layout(tabs(leaf("a", "a.md"), leaf("b", "b.md"), leaf("c", "c.md"), stacked=True, currentTab=1))
    assert seen(said)[0] == ["a.md", "b.md", "c.md"]


@pytest.mark.parametrize("current", [9, -1, "1", None, 1.5])
def test_all_of_a_group_whose_front_is_not_known_are_in_front(current):
    said = layout(tabs(leaf("a", "a.md"), leaf("b", "b.md"), currentTab=current))
    assert seen(said)[0] == ["a.md", "b.md"]


def test_a_canvas_and_a_leaf_not_loaded_yet_are_open_by_their_file():
    deferred = {"id": "d", "type": "leaf", "state": {"type": "markdown", "state": {"file": "late.md"}}}
    said = layout(tabs(leaf("k", "board.canvas", "canvas"), deferred), active="k")
    assert seen(said) == (["board.canvas"], ["board.canvas", "late.md"])


def test_leaves_without_tabs_as_older_versions_wrote_them_are_in_front():
    assert seen(layout(leaf("a", "a.md"), leaf("b", "b.md")))[0] == ["a.md", "b.md"]


def test_paths_are_composed():
    name = unicodedata.normalize("NFD", "Été.md")
    assert seen(layout(tabs(leaf("a", name)), active="a")) == (["Été.md"], ["Été.md"])


HOSTILE = [
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"null",
    b"[1, 2]",
    b"{}",
    b'{"main": 3, "left": [], "active": {}}',
    b'{"main": {"type": "leaf", "state": {"state": {"file": 3}}}}',
    b'{"main": {"type": "tabs", "children": {"a": 1}, "currentTab": true}}',
    b'{"main": {"type": "leaf", "state": {"state": {"file": "\\ud800.md"}}}}',
    b'{"main": {"type": "tabs", "children": [null, [], 4, {"type": []}], "currentTab": 1e999}}',
    b'{"main": ' + b'{"children": [' * 20_000 + b"]}" * 20_000 + b"}",
    b"[" * 100_000,
    b'{"active": ' + b"9" * 10_000 + b"}",
    b'{"main": {"type": "split", "children": [' + b"{}," * 50_000 + b"{}]}}",
]


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_a_workspace_or_registry_raises(machine, said):
    machine.shows(said)
    assert machine.app.state().running
    machine.lists(Mission=True)
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    assert "a.md" in machine.app.state().active
    put(machine.registry, said)
    assert machine.app.state().running


def test_a_file_too_large_to_be_obsidians_is_not_read(machine, monkeypatch):
    monkeypatch.setattr(workspace, "MOST_BYTES", 1000)
    machine.shows(layout(tabs(leaf("a", "a" * 2000)), active="a"))
    assert machine.app.state() == AppState(True)


def test_a_workspace_caught_in_the_middle_of_a_save_shows_what_it_showed(machine):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    before = machine.app.state()
    machine.shows(b'{"main": {"id"')
    assert machine.app.state() == before
    (machine.root / ".obsidian/workspace.json").unlink()
    assert machine.app.state() == before
    machine.shows(layout(tabs(leaf("b", "b.md")), active="b"))
    assert machine.app.state().active == {"b.md"}


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_pipe_or_a_folder_in_its_place_holds_nobody_up(machine):
    os.mkfifo(machine.root / ".obsidian/workspace.json")
    machine.registry.mkdir()
    assert machine.app.state() == AppState(True)


def test_while_nothing_changed_files_are_only_looked_at(machine, monkeypatch):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    machine.lists(Mission=True)
    first = machine.app.state()
    monkeypatch.setattr(workspace.swap, "slurp", None)
    monkeypatch.setattr(workspace.os.path, "realpath", None)
    assert machine.app.state() is first


# Does it run?


def test_the_workspace_is_ignored_while_the_app_does_not_run(machine):
    machine.running = ()
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    assert machine.app.state() == AppState()


@pytest.mark.parametrize("answer", [None, PermissionError(1, "no"), RuntimeError("boot time")])
def test_where_it_cannot_be_told_the_app_runs(machine, answer):
    machine.running = answer
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    assert machine.app.state() == AppState(True, frozenset({"a.md"}), frozenset({"a.md"}))


def test_where_it_cannot_be_told_the_age_of_the_workspace_tells(machine):
    machine.running = None
    assert machine.app.state() == AppState()
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    machine.clock.now = (machine.root / ".obsidian/workspace.json").stat().st_mtime - 3600  # a clock set back
    assert machine.app.state().active == {"a.md"}
    machine.clock.now += 3600 + workspace.WORKSPACE_AGE + 1
    assert machine.app.state() == AppState(True)


def test_processes_are_listed_again_after_ten_seconds(machine):
    machine.shows(layout(tabs(leaf("a", "a.md"))))
    for _ in range(5):
        machine.app.state()
    assert machine.asked == 1
    machine.running = ()
    machine.clock.now += 9
    assert machine.app.state().running
    machine.clock.now += 2
    assert not machine.app.state().running
    machine.clock.now -= 500  # a clock that goes back where it must not
    machine.running = RUNS
    assert machine.app.state().running


def test_a_workspace_that_is_written_tells_that_the_app_has_just_started(machine):
    machine.running = ()
    machine.shows(layout(tabs(leaf("a", "a.md"))))
    assert not machine.app.state().running
    machine.running = RUNS
    assert not machine.app.state().running
    machine.shows(layout(tabs(leaf("b", "b.md")), active="b"))
    assert machine.app.state().active == {"b.md"}


# Which vaults it has open

OPEN = AppState(True, frozenset({"a.md"}), frozenset({"a.md"}))
NOT_OURS = AppState(True)


@pytest.mark.parametrize(
    ("vaults", "state"),
    [
        ({}, OPEN),
        ({"Mission": True}, OPEN),
        ({"Mission": True, "Other": True}, OPEN),
        ({"Mission": False}, NOT_OURS),
        ({"Mission": False, "Other": True}, NOT_OURS),
        ({"Other": True}, NOT_OURS),
        ({"Other": False}, OPEN),
    ],
)
def test_a_workspace_stays_behind_when_the_app_has_other_vaults_open(machine, vaults, state):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    machine.lists(**vaults)
    assert machine.app.state() == state


def test_a_vault_that_is_opened_later_is_seen_at_once(machine):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    machine.lists(Mission=False)
    assert machine.app.state() == NOT_OURS
    machine.lists(Mission=True)
    assert machine.app.state() == OPEN


def test_a_registry_that_cannot_be_read_hides_nothing(machine):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    put(machine.registry, b'{"vaults": {"x": {"pa')
    assert machine.app.state() == OPEN


def test_of_several_registries_one_that_says_open_is_enough(machine, tmp_path):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    machine.lists(Mission=False, Other=True)
    flatpak = tmp_path / "flatpak.json"
    put(flatpak, {"vaults": {"x": {"path": str(machine.root), "open": True}}})
    app = ObsidianApp(
        machine.root, machine.clock, machine.processes, [machine.registry, flatpak, tmp_path / "none"]
    )
    assert app.state() == OPEN


def test_a_profile_named_by_the_process_counts_too(machine, tmp_path):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    machine.lists(Mission=False, Other=True)
    own = tmp_path / "Mon profil"
    own.mkdir()
    put(own / "obsidian.json", {"vaults": {"x": {"path": str(machine.root), "open": True}}})
    machine.running = (Running(("/opt/obsidian", "--type=renderer", f"--user-data-dir={own}")),)
    assert machine.app.state() == OPEN


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_our_vault_is_known_under_other_names(machine, tmp_path):
    machine.shows(layout(tabs(leaf("a", "a.md")), active="a"))
    (tmp_path / "link").symlink_to(machine.root)
    machine.lists(link=True)
    assert machine.app.state() == OPEN
    machine.list_paths({"/run/user/1000/doc/4caf2b8a/mission": True})  # as a sandbox sees it
    assert machine.app.state() == OPEN


def test_a_vault_around_ours_or_in_ours_shows_our_notes(machine, tmp_path):
    machine.list_paths({str(tmp_path): True, str(machine.root / "Annexe"): True})
    machine.shows(layout(tabs(leaf("a", "Mission/a.md"), leaf("o", "Other/a.md")), active="a"), tmp_path)
    machine.shows(layout(tabs(leaf("x", "x.md")), active="x"), machine.root / "Annexe")
    machine.shows(layout(tabs(leaf("s", "stale.md")), active="s"))
    state = machine.app.state()
    assert state.active == state.opened == {"a.md", "Annexe/x.md"}


def test_the_app_keeps_its_list_in_known_places(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    places = {
        "linux": ".config/obsidian .var/app/md.obsidian.Obsidian/config/obsidian snap/obsidian/current/.config/obsidian",
        "darwin": "Library/Application Support/obsidian",
        "win32": "Roaming/obsidian",
    }
    for platform, expected in places.items():
        monkeypatch.setattr(workspace, "_PLATFORM", platform)
        found = [file.parent.relative_to(tmp_path).as_posix() for file in workspace._registries()]
        assert set(expected.split(" ") if platform == "linux" else [expected]) <= set(found)


# Processes


@pytest.fixture
def impostor(tmp_path):
    """Start real processes by another name."""
    started = []

    def start(name, *arguments):
        file = tmp_path / name
        if not file.exists():
            file.write_bytes(Path("/bin/sleep").read_bytes())
            file.chmod(0o755)
        process = subprocess.Popen([file, *arguments])
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(true):
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


@pytest.mark.skipif(sys.platform != "linux", reason="a copy of sleep under another name")
def test_a_real_process_named_obsidian_is_found_until_it_ends(impostor, monkeypatch):
    monkeypatch.setattr(workspace, "elsewhere", lambda: False)
    others = obsidian_processes()
    process = impostor("obsidian", "60")
    wait_until(lambda: len(obsidian_processes()) == len(others) + 1)
    assert any(running.arguments[1:] == ("60",) for running in obsidian_processes())
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and nobody has asked how it ended
    assert len(obsidian_processes()) == len(others)


class Doubled:
    """A process as the system tells of it."""

    def __init__(self, name, arguments=(), user=None):
        self.info = {"name": name}
        self.arguments, self.user = arguments, user

    def cmdline(self):
        import psutil

        if self.arguments is None:
            raise psutil.AccessDenied
        return list(self.arguments)

    def status(self):
        return "sleeping"

    def uids(self):
        from types import SimpleNamespace

        return SimpleNamespace(real=self.user if self.user is not None else os.getuid())


@pytest.mark.parametrize(
    ("process", "is_it"),
    [
        (Doubled("obsidian"), True),
        (Doubled("Obsidian"), True),
        (Doubled("Obsidian.exe"), True),
        (Doubled("Obsidian Helper (Renderer)"), True),
        (Doubled("Obsidian-1.12.7.AppImage"), True),
        (Doubled("electron", ["/usr/lib/electron/electron", "/usr/lib/obsidian/app.asar"]), True),
        (Doubled("electron39", ["electron", "/nix/store/x-obsidian-1.12.7/share/obsidian/app.asar"]), True),
        (Doubled("electron", ["electron", "/usr/lib/code/app.asar"]), False),
        (Doubled("electron", None), True),
        (Doubled("obsidian", None), True),
        (Doubled("obsidian-mcp"), False),
        (Doubled("python", ["python", "obsidian.py"]), False),
        (Doubled("vim", ["vim", "obsidian/app.asar"]), False),
        (Doubled(None), False),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="users of POSIX")
def test_obsidian_is_known_by_its_names(process, is_it):
    assert workspace._is_obsidian(process) is is_it


@pytest.mark.skipif(sys.platform == "win32", reason="users of POSIX")
def test_the_app_of_another_user_is_not_ours_unless_we_are_root(monkeypatch):
    process = Doubled("obsidian", user=4242)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not workspace._is_obsidian(process)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert workspace._is_obsidian(process)


def test_what_runs_outside_our_walls_cannot_be_told(monkeypatch):
    monkeypatch.setattr(workspace.platform, "release", lambda: "5.15.90.1-microsoft-standard-WSL2")
    assert obsidian_processes() is None


def test_the_list_of_processes_is_not_loaded_before_it_is_asked_for():
    code = "import sys, vaultkit.shell.workspace, vaultkit.shell.quiet; print('psutil' in sys.modules)"
    assert (
        subprocess.check_output([sys.executable, "-c", code], cwd=Path(workspace.__file__).parents[2])
        == b"False\n"
    )
