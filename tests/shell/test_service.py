"""The daemon as a service: what is written for systemd, launchd and Windows, and the tools that are asked."""

from __future__ import annotations

import os
import platform
import plistlib
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from vaultkit.errors import VaultkitError
from vaultkit.shell.commands import service
from vaultkit.shell.service.launchd import Launchd
from vaultkit.shell.service.systemd import Systemd
from vaultkit.shell.service.unit import NotStarted, Tool, unit_of
from vaultkit.shell.service.windows import Scheduler

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tools are doubled by programs of sh")

#: Answers like the tool: notes what it was asked, keeps a task, fails where the test says so.
DOUBLE = """\
#!/bin/sh
printf '%s\\n' "$*" >> "$DOUBLES/asked"
case "$0 $*" in
    *schtasks*/Create*) while [ "$1" != /XML ]; do shift; done; cp "$2" "$DOUBLES/task" ;;
    *schtasks*/Delete*) rm "$DOUBLES/task" ;;
    *schtasks*/Query*) cat "$DOUBLES/task" 2>/dev/null || exit 1 ;;
    *launchctl*bootstrap*) touch "$DOUBLES/loaded" ;;
    *launchctl*bootout*) rm -f "$DOUBLES/loaded" ;;
    *launchctl*print*) [ -e "$DOUBLES/loaded" ] || exit 113 ;;
esac
if [ -e "$DOUBLES/fails" ] && printf '%s' "$*" | grep -q -f "$DOUBLES/fails"; then
    echo "Job for vaultkit failed: no bus" >&2
    exit 5
fi
exit 0
"""
SYSTEMS = {"Linux": "systemctl", "Darwin": "launchctl", "Windows": "schtasks"}


@dataclass
class Machine:
    """A home, a vault in it, and doubles of the system's tools on the PATH."""

    home: Path
    root: Path
    doubles: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, step: str) -> tuple[int, str]:
        code = getattr(service, step)(Namespace(vault=str(self.root)))
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def asked(self) -> list[str]:
        """Return what the tools were asked since the last time."""
        file = self.doubles / "asked"
        found = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return found

    def fails_at(self, words: str) -> None:
        (self.doubles / "fails").write_text(words + "\n")

    def recovers(self) -> None:
        (self.doubles / "fails").unlink()

    def written(self) -> list[Path]:
        """Return the definitions that stand in the home now."""
        found = [*self.home.rglob("vaultkit-*.service"), *self.home.rglob("vaultkit-*.plist")]
        return [*found, *self.doubles.glob("task")]


@pytest.fixture
def machine(tmp_path, monkeypatch, capsys, request):
    system = getattr(request, "param", "Linux")
    home, doubles = tmp_path / "home", tmp_path / "doubles"
    root = home / "Coffre Dufour 🔐"
    (root / ".obsidian").mkdir(parents=True)
    doubles.mkdir()
    tool = doubles / SYSTEMS[system]
    tool.write_text(DOUBLE)
    tool.chmod(0o755)
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setenv("PATH", f"{doubles}:/usr/bin:/bin")
    monkeypatch.setenv("DOUBLES", str(doubles))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return Machine(home, root, doubles, capsys)


every_system = pytest.mark.parametrize("machine", SYSTEMS, indirect=True)
files_alone = pytest.mark.parametrize("machine", ["Linux", "Darwin"], indirect=True)


# ------------------------------------------------------------------------- what a person does


@every_system
def test_print_shows_all_and_writes_nothing(machine):
    before = sorted(machine.home.rglob("*"))
    code, said = machine.run("show")
    assert code == 0
    assert "vaultkit-coffre-dufour-" in said
    assert "watch" in said
    assert "Nothing was written" in said
    assert sorted(machine.home.rglob("*")) == before
    assert not [words for words in machine.asked() if "/Query" not in words]


@every_system
def test_install_writes_and_starts_and_twice_is_once(machine):
    code, said = machine.run("install")
    assert (code, "service installed" in said) == (0, True)
    [file] = machine.written()
    data = file.read_bytes()
    machine.asked()
    code, said = machine.run("install")
    assert (code, "already in place" in said) == (0, True)
    assert [file.read_bytes() for file in machine.written()] == [data]
    assert not [words for words in machine.asked() if re.search("bootstrap|restart|reload|/Create", words)]
    assert "Installed as above" in machine.run("show")[1]


@every_system
def test_uninstall_stops_and_leaves_nothing(machine):
    machine.run("install")
    code, said = machine.run("uninstall")
    assert (code, "stopped and taken out" in said) == (0, True)
    assert machine.written() == []
    assert "no service of vaultkit" in machine.run("uninstall")[1]


@every_system
def test_a_changed_environment_replaces_the_definition(machine, monkeypatch, tmp_path):
    machine.run("install")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "other" / "python3"))
    monkeypatch.setattr(unit_of, "__defaults__", (os.environ, sys.executable))
    code, said = machine.run("install")
    assert (code, "service replaced" in said) == (0, True)
    assert len(machine.written()) == 1


@every_system
def test_what_is_not_ours_is_refused(machine):
    machine.run("install")
    [file] = machine.written()
    file.write_bytes(b"[Service]\nExecStart=/usr/bin/mine\n")
    for step in ("install", "uninstall"):
        code, said = machine.run(step)
        assert (code, "not written by vaultkit" in said) == (3, True)
    assert file.read_bytes() == b"[Service]\nExecStart=/usr/bin/mine\n"


@files_alone
def test_what_was_edited_by_hand_is_refused(machine):
    machine.run("install")
    [file] = machine.written()
    file.write_text(file.read_text().replace("10", "19"))
    for step in ("install", "uninstall"):
        code, said = machine.run(step)
        assert (code, "edited by hand" in said) == (3, True)
    assert file.exists()


@files_alone
def test_a_link_in_the_place_is_not_ours(machine, tmp_path):
    machine.run("install")
    [file] = machine.written()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert machine.run("install")[0] == 3


@every_system
def test_without_the_tool_one_sentence_says_what_to_do(machine, monkeypatch):
    (machine.doubles / SYSTEMS[platform.system()]).unlink()
    monkeypatch.setenv("PATH", str(machine.doubles))
    code, said = machine.run("install")
    assert code == 2
    assert "was not found" in said
    assert "Start 'vaultkit watch' yourself" in said
    assert machine.written() == []


@pytest.mark.parametrize(
    ("machine", "words"),
    [("Linux", "enable"), ("Darwin", "bootstrap"), ("Windows", "/Run")],
    indirect=["machine"],
)
def test_a_start_that_fails_is_told_in_the_tools_own_words(machine, words):
    machine.fails_at(words)
    code, said = machine.run("install")
    assert code == 2
    assert "Job for vaultkit failed: no bus" in said
    assert "start 'vaultkit watch' to see it" in said
    machine.recovers()
    assert machine.run("install")[0] == 0


def test_a_unit_that_systemd_does_not_load_is_not_left_behind(machine):
    machine.fails_at("daemon-reload")
    assert machine.run("install")[0] == 2
    assert machine.written() == []


def test_uninstall_works_when_the_vault_is_gone(machine):
    machine.run("install")
    machine.asked()
    shutil.rmtree(machine.root)
    assert machine.run("uninstall")[0] == 0
    assert machine.written() == []
    assert any("disable --now vaultkit-coffre-dufour-" in words for words in machine.asked())


def test_a_tool_that_never_answers_is_given_up(tmp_path):
    (tmp_path / "slow").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "slow").chmod(0o755)
    with pytest.raises(NotStarted, match="no answer within"):
        Tool(str(tmp_path / "slow")).tell("now", patience=0.2)


def test_the_command_line_reaches_each_step(vault):
    for words in (("service",), ("service", "print"), ("service", "print", str(vault.root))):
        done = vault.run(*words)
        assert (done.code, "vaultkit-coffre-" in done.out) == (0, True)


def test_systemd_is_asked_in_order(machine):
    machine.run("install")
    [file] = machine.written()
    assert file.parent == machine.home / ".config" / "systemd" / "user"
    assert machine.asked() == ["--user daemon-reload", f"--user enable --now {file.name}"]


def test_the_unit_lies_where_the_configuration_is(machine, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    machine.run("install")
    assert len(list((tmp_path / "configuration" / "systemd" / "user").iterdir())) == 1


@pytest.mark.parametrize("machine", ["Darwin"], indirect=True)
def test_launchd_lets_go_of_the_former_agent_first(machine, monkeypatch):
    machine.run("install")
    machine.asked()
    monkeypatch.setenv("LC_ALL", "fr_CH.UTF-8")
    machine.run("install")
    verbs = [words.split()[0] for words in machine.asked()]
    assert verbs == ["print", "bootout", "enable", "bootstrap"]


@pytest.mark.parametrize("machine", ["Darwin"], indirect=True)
def test_a_mac_is_told_of_its_privacy_question(machine):
    machine.root = machine.home / "Documents" / "Coffre"
    (machine.root / ".obsidian").mkdir(parents=True)
    assert "macOS may ask" in machine.run("install")[1]


def test_a_folder_that_cannot_be_written_is_one_sentence(machine):
    (machine.home / ".config").write_text("")
    code, said = machine.run("install")
    assert code == 2
    assert said.startswith("vaultkit: ")
    assert "nothing was changed" in said


def test_french_is_spoken_to_the_french(machine, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_CH.UTF-8")
    assert "service installé" in machine.run("install")[1]


# ----------------------------------------------------------------------------- what is written

NASTY = [
    "plain",
    "two words",
    "100 % sûr 🔐",
    "%h-%i",
    "$HOME ${X} $$",
    'it\'s "quoted"',
    "back\\slash\\",
    "a\\x41\\n",
    "new\nline",
    "tab\tbell\x07",
    "; rm -rf",
    "#comment",
    "é",
    "-dash",
    "octet \udce9",
]


def nasty_unit(tmp_path, name, python=sys.executable):
    root = tmp_path / name
    root.mkdir()
    folder = name.replace("\udce9", "é")
    return unit_of(root, {"XDG_STATE_HOME": f"/s/{folder}", "LANG": "fr_CH.UTF-8"}, python)


def unquoted(value: str, dollar: bool) -> list[str]:
    """Read a value as systemd.syntax(7) and systemd.service(5) tell: C escapes, `%%`, `$$`; then words."""
    words = []
    for plain, quotes in re.findall(r'([^\s"\']+)|"((?:[^"\\]|\\.)*)"', value):
        word = quotes or plain
        word = re.sub(
            r"\\(?:x([0-9a-f]{2})|(.))",
            lambda m: os.fsdecode(bytes([int(m[1], 16)])) if m[1] else {"n": "\n"}.get(m[2], m[2]),
            word,
        )
        assert not re.search(r"%[^%]", word.replace("%%", ""))
        word = word.replace("%%", "%")
        if dollar:
            assert "$" not in word.replace("$$", "")
            word = word.replace("$$", "$")
        words.append(word)
    return words


@pytest.mark.parametrize("name", NASTY)
def test_systemd_reads_back_the_words_that_were_meant(tmp_path, name):
    unit = nasty_unit(tmp_path, name)
    text = Systemd().definition(unit).text
    values = dict(line.partition("=")[::2] for line in text.splitlines())
    assert unquoted(values["ExecStart"], dollar=True) == list(unit.program)
    environment = [line.partition("=")[2] for line in text.splitlines() if line.startswith("Environment=")]
    assert [unquoted(one, dollar=False) for one in environment] == [
        [f"{key}={value}"] for key, value in unit.environment.items()
    ]


@pytest.mark.parametrize("name", NASTY)
def test_systemd_itself_has_nothing_to_say_against_the_unit(tmp_path, name):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    unit = nasty_unit(tmp_path, name)
    file = tmp_path / "vaultkit-x.service"
    file.write_text(Systemd().definition(unit).text)
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    done = subprocess.run(
        [analyze, "--user", "verify", file],
        env=os.environ | {"XDG_RUNTIME_DIR": str(run), "SYSTEMD_LOG_LEVEL": "info", "LC_ALL": "C"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if "Failed to initialize manager" in done.stderr:
        pytest.skip("systemd-analyze does not work here")
    complaints = [line for line in done.stderr.splitlines() if "vaultkit-x" in line]
    assert (done.returncode, complaints) == (0, [])


@pytest.mark.parametrize(
    "name", ["venv $HOME", 'venv "q"', "venv 'q'", "venv\\x", "venv\nx", "venv %h", "ven v"]
)
def test_an_interpreter_that_systemd_would_not_start_goes_through_a_shell(tmp_path, name):
    bin = tmp_path / "envs" / name
    bin.mkdir(parents=True)
    python = bin / "python3"
    python.write_text('#!/bin/sh\nfor word; do printf "<%s>" "$word"; done\n')
    python.chmod(0o755)
    unit = nasty_unit(tmp_path, "a $b 'c", str(python))
    line = next(x for x in Systemd().definition(unit).text.splitlines() if x.startswith("ExecStart="))
    words = unquoted(line.partition("=")[2], dollar=True)
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "".join(f"<{word}>" for word in unit.program[1:])


def test_the_unit_asks_for_no_namespace_which_a_users_manager_may_not_have(tmp_path):
    text = Systemd().definition(nasty_unit(tmp_path, "coffre")).text
    assert not re.search(r"^(Protect|Private|ReadOnly|ReadWrite|Bind|DynamicUser)", text, re.M)
    for line in ("Type=notify", "NotifyAccess=main", "Restart=on-failure", "NoNewPrivileges=yes"):
        assert line in text.splitlines()


@pytest.mark.parametrize("name", NASTY)
def test_a_property_list_holds_the_words_that_were_meant_or_is_refused(tmp_path, name):
    unit = nasty_unit(tmp_path, name)
    if "\x07" in name or "\udce9" in name:
        with pytest.raises(VaultkitError):
            Launchd().definition(unit)
        return
    read = plistlib.loads(Launchd().definition(unit).text.encode())
    assert read["ProgramArguments"] == list(unit.logged)
    assert read["EnvironmentVariables"] == unit.environment
    assert read["KeepAlive"] == {"SuccessfulExit": False}
    assert read["Label"] == unit.name


def test_what_no_definition_can_hold_is_one_sentence(tmp_path):
    unit = nasty_unit(tmp_path, "octet \udce9")
    for services in (Launchd(), Scheduler()):
        with pytest.raises(VaultkitError):
            services.definition(unit)
    with pytest.raises(VaultkitError):
        Systemd().definition(replace(unit, environment={"XDG_STATE_HOME": "/\udce9"}))


def test_a_carriage_return_is_not_lost_in_a_property_list(tmp_path):
    with pytest.raises(VaultkitError):
        Launchd().definition(nasty_unit(tmp_path, "a\rb"))


def argv_of(line: str) -> list[str]:
    """Read a command line as CommandLineToArgvW does, past the program."""
    words, word, quoted, slashes, started = [], "", False, 0, False
    for char in line + " ":
        if char == "\\":
            slashes, started = slashes + 1, True
            continue
        if char == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            started = True
        else:
            word += "\\" * slashes
            if char in " \t" and not quoted:
                if started:
                    words.append(word)
                word, started = "", False
            else:
                word, started = word + char, True
        slashes = 0
    return words


@pytest.mark.parametrize("name", [n for n in NASTY if not re.search("[\n\t\udce9]", n)])
def test_a_task_holds_the_words_that_were_meant(tmp_path, name):
    unit = nasty_unit(tmp_path, name)
    text = Scheduler().definition(unit).text
    task = ElementTree.fromstring(text.encode("utf-16"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    line = task.findtext(".//t:Arguments", "", space)
    assert not re.search(r"%|\$\(", line)
    words = argv_of(line)
    if "-c" in words:
        program = words[words.index("-c") + 1].partition("; from ")[0]
        before = sys.argv
        try:
            exec(program)
            words = [*words[: words.index("-c")], "-m", "vaultkit", *sys.argv[1:]]
        finally:
            sys.argv = before
    assert words == list(unit.logged[1:])
    for name, value in {
        "ExecutionTimeLimit": "PT0S",
        "StopIfGoingOnBatteries": "false",
        "DisallowStartIfOnBatteries": "false",
        "LogonType": "InteractiveToken",
    }.items():
        assert task.findtext(f".//t:{name}", "", space) == value
    assert task.find(".//t:LogonTrigger", space) is not None
    assert task.find(".//t:RestartOnFailure", space) is not None


@pytest.mark.parametrize("machine", ["Windows"], indirect=True)
def test_the_task_is_handed_over_in_utf16_and_the_file_goes_away(machine, tmp_path):
    machine.run("install")
    data = (machine.doubles / "task").read_bytes()
    assert data[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert "Coffre Dufour 🔐" in data.decode("utf-16")
    assert [file for file in (tmp_path / "state").rglob("*") if file.is_file()] == []


def test_the_interpreter_without_a_window_is_taken(tmp_path):
    for name in ("python.exe", "pythonw.exe"):
        (tmp_path / name).write_text("")
    unit = nasty_unit(tmp_path, "coffre", str(tmp_path / "python.exe"))
    assert f"<Command>{tmp_path / 'pythonw.exe'}</Command>" in Scheduler().definition(unit).text


def test_the_name_is_that_of_the_folder_and_of_its_state(tmp_path):
    unit = nasty_unit(tmp_path, "Étude Dufour & Fils – 2026")
    assert re.fullmatch(r"vaultkit-etude-dufour-fils-2026-[0-9a-f]{12}", unit.name)
    assert re.fullmatch(r"vaultkit-[0-9a-f]{12}", nasty_unit(tmp_path, "🔐").name)
    link = tmp_path / "link"
    link.symlink_to(unit.vault)
    assert unit_of(link, {}).name == unit.name


def test_the_service_keeps_its_things_where_the_shell_does(tmp_path):
    unit = unit_of(tmp_path, {"XDG_STATE_HOME": "/elsewhere", "LANG": "fr_CH.UTF-8", "SECRET": "x"})
    assert unit.environment == {"XDG_STATE_HOME": "/elsewhere", "LANG": "fr_CH.UTF-8"}
    assert all(Path(word).is_absolute() for word in (unit.program[0], unit.program[-1]))
    assert replace(unit, name="x").logged[-2:] == ("--log-file", str(unit.state / "watch.log"))
