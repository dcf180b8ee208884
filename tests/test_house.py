"""The house keeps its own rules: each check that README's test command promises is a test."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PLUGIN = ("manifest.json", "main.js", "styles.css")


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((sys.executable, "-m", "ruff", "check", "."), id="ruff check"),
        pytest.param(
            (sys.executable, "-m", "ruff", "format", "--check", "vaultkit", "tests"), id="ruff format"
        ),
        pytest.param((sys.executable, "-m", "mypy"), id="mypy --strict"),
        pytest.param((str(BIN / "lint-imports"), "--no-cache"), id="import-linter"),
    ],
)
def test_the_checks_are_clean(command):
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_is_strict():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["mypy"]["strict"] is True


def test_the_top_level_is_the_one_that_the_user_gave():
    given = {"vaultkit", "note_templates", "sample_vault", "tests", "pyproject.toml", "README.md", "LICENSE"}
    tracked = run("git", "ls-files").stdout.split("\n")
    top = {path.split("/")[0].strip('"') for path in tracked if path}
    assert {name for name in top if not name.startswith(".")} == given


def test_ci_and_readme_run_the_same_command():
    [command] = re.findall(
        r"^python3 -m venv .*pytest$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M
    )
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_readme_never_sends_anyone_to_the_other_vaultkit():
    for text in (
        (ROOT / "README.md").read_text(encoding="utf-8"),
        (ROOT / ".ci" / "run").read_text(encoding="utf-8"),
    ):
        assert not re.search(r"(?:pip|uv|pipx)[^\n]* install[^\n/.]* vaultkit\b", text)


def test_modules_stay_readable():
    sizes = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "vaultkit").rglob("*.py")
    }
    assert not {str(path.relative_to(ROOT)): lines for path, lines in sizes.items() if lines > 500}


def test_the_wheel_works_outside_the_checkout(tmp_path):
    built = run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        ".",
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("obsidian_vaultkit-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "vaultkit/note_templates/regions/recap.md" in names
    assert "vaultkit/py.typed" in names
    assert {f"vaultkit/plugin/{name}" for name in PLUGIN} <= set(names)
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    vault = tmp_path / "coffre"
    (vault / ".obsidian").mkdir(parents=True)
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from vaultkit.shell.cli import run; sys.exit(run(sys.argv[1:]))"
    mission, controls = ("new", "mission", "Cabinet Essai"), ("new", "referentiel", "hygiene-numerique")
    for arguments in (mission, controls, ("rebuild", "--check"), ("plugin", "install")):
        done = run(sys.executable, "-I", "-c", code, *arguments, cwd=vault)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_source_package_holds_what_the_tests_need_and_nothing_installed(tmp_path):
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path))
    assert built.returncode == 0, built.stderr
    [sdist] = tmp_path.glob("obsidian_vaultkit-*.tar.gz")
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {f"vaultkit/plugin/{name}" for name in PLUGIN} <= names
    assert {"tests/plugin/package.json", "tests/plugin/package-lock.json", "tests/test_house.py"} <= names
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]


def test_the_picture_in_readme_is_what_a_rebuild_gives():
    from tests.picture import PICTURE, drawn, run

    assert PICTURE.read_text(encoding="utf-8") == drawn(*run())
