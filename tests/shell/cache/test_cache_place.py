"""Where a cache is, who may read it, for how long it is kept, and for which code it holds good."""

from __future__ import annotations

import ast
import os
import shutil
import stat
import sys
import time
from pathlib import Path

import pytest

import vaultkit
from tests.shell.cache.cache_desk import file_of, make, warm
from vaultkit.shell import resources
from vaultkit.shell.cache import place
from vaultkit.shell.cache.place import KEPT_SECONDS, SILENT, cache_file, fingerprint, tidy
from vaultkit.shell.later import finish
from vaultkit.shell.session import Session

DAY = 86_400


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    """A place for caches that nothing else uses."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches"


@pytest.fixture
def root(home: Path, tmp_path: Path) -> Path:
    return make(tmp_path / "coffre")


def aged(file: Path, days: float) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    at = time.time() - days * DAY
    os.utime(file, (at, at))
    return file


def test_it_lies_outside_the_vault_for_this_user_alone(root, home):
    before = {path for path in root.rglob("*")}
    session = warm(root)
    file = file_of(root)
    assert file.is_relative_to(home)
    assert {path for path in root.rglob("*")} == before
    if sys.platform != "win32":
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert {stat.S_IMODE(one.stat().st_mode) for one in file.parent.iterdir()} == {0o600}
    session.store.close()


def test_it_holds_no_whole_text(root):
    prose = "Une phrase que personne ne demande, et qui reste dans sa note."
    (root / "Prose.md").write_text(f"# Titre\n\n{prose}\n\nEncore\u00a0: **{prose}**\n", "utf-8")
    (root / "Divers.md").write_text(
        f"- [ ] {prose}\n> {prose}\n```\n{prose}\n```\n<!-- {prose} -->\n", "utf-8"
    )
    warm(root).store.close()
    kept = b"".join(file.read_bytes() for file in file_of(root).parent.iterdir())
    assert b"Titre" in kept  # what headings, links, tags, properties and fields say does stand there
    assert b"personne ne demande" not in kept


def test_several_ways_to_one_vault_lead_to_one_cache(root, tmp_path, monkeypatch):
    (tmp_path / "autre").symlink_to(root)
    monkeypatch.chdir(root)
    assert cache_file(tmp_path / "autre") == cache_file(root) == cache_file(Path())
    assert cache_file(root) != cache_file(tmp_path)


def test_it_can_be_switched_off(root, home, monkeypatch):
    monkeypatch.setenv(place.SWITCHED_OFF, "1")
    assert cache_file(root) is None
    warm(root)
    assert not home.exists()


@pytest.mark.parametrize(
    ("inside", "used"), [("caches", False), ("a/b", False), (".cache", True), (".a/b", True)]
)
def test_nothing_is_kept_where_obsidian_would_see_it(root, monkeypatch, inside, used):
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / inside))
    files = [entry.path for entry in warm(root).entries]
    assert (cache_file(root) is not None) == used
    assert [entry.path for entry in Session.open(root).entries] == files
    finish()


def test_nothing_is_kept_beside_whoever_has_no_home(root, monkeypatch):
    monkeypatch.setattr(place, "cache_folder", lambda _: Path("~/.cache/vaultkit/0123456789ab"))
    monkeypatch.chdir(root)
    assert cache_file(root) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is never told without the library")
@pytest.mark.parametrize("said", [None, "", " ", "/a", "/a/", "//a/./b", "/é à", "rel/a", "~/a"])
@pytest.mark.parametrize("home", ["/h", "/h/", "/", "", "rel", "~", None])
def test_on_a_plain_linux_it_is_where_the_library_says(monkeypatch, said, home):
    for name, value in (("XDG_CACHE_HOME", said), ("HOME", home)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert place._plain_home() in (None, place._home())
    assert (place._plain_home() is not None) == (said is not None and said.startswith("/")) or (
        not said and home is not None and home.startswith("/")
    )
    monkeypatch.setenv("ANDROID_DATA", "/data")
    assert place._plain_home() is None


def test_other_code_has_another_cache(root, tmp_path, monkeypatch):
    before = fingerprint()
    assert fingerprint() == before
    copy = tmp_path / "vaultkit"
    shutil.copytree(Path(vaultkit.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(resources.templates_home(), tmp_path / "note_templates")
    with monkeypatch.context() as patched:
        patched.setattr(vaultkit, "__file__", str(copy / "__init__.py"))
        assert fingerprint() == before
        (tmp_path / "note_templates/regions/recap.md").write_bytes(b"")
        retold = fingerprint()
        (copy / "markdown/parse.py").write_bytes((copy / "markdown/parse.py").read_bytes() + b"\n")
        assert len({before, retold, fingerprint()}) == 3
    with monkeypatch.context() as patched:
        patched.setattr(vaultkit, "__version__", "0.0.0")
        assert fingerprint() != before
        other = warm(root).store
        assert other.file == file_of(root)
    mine = warm(root).store
    assert mine.file != other.file
    assert other.file.exists()
    mine.close()
    other.close()


def test_nothing_that_is_kept_rests_on_a_room_whose_changes_are_passed_over():
    home = Path(vaultkit.__file__).parent
    modules = {path.relative_to(home.parent).with_suffix("").parts: path for path in home.rglob("*.py")}
    assert {part for parts in modules for part in parts[:-1] if part in SILENT} == SILENT - {"plugin"}
    asking = {
        ".".join(parts)
        for parts, path in modules.items()
        if SILENT.isdisjoint(parts[:-1]) and not SILENT.isdisjoint(_imported(path))
    }
    assert {name for name in asking if not name.startswith("vaultkit.shell.commands.")} == {
        "vaultkit.shell.report_sarif"
    }


def _imported(path: Path) -> set[str]:
    """Return the parts of the names of our modules that a module imports."""
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = [each.module or "" for each in found if isinstance(each, ast.ImportFrom)]
    return {part for name in names if name.startswith("vaultkit.") for part in name.split(".")}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_package_behind_a_link_is_the_one_it_leads_to(tmp_path, monkeypatch):
    before = fingerprint()
    (tmp_path / "vaultkit").symlink_to(Path(vaultkit.__file__).parent)
    monkeypatch.setattr(vaultkit, "__file__", str(tmp_path / "vaultkit/__init__.py"))
    assert fingerprint() == before


def test_another_yaml_library_has_another_cache(tmp_path, monkeypatch):
    (tmp_path / "msgspec").mkdir()
    monkeypatch.setattr(place.msgspec, "__file__", str(tmp_path / "msgspec" / "__init__.py"))
    bare = fingerprint()
    (tmp_path / "PyYAML-6.0.1.dist-info").mkdir()
    one = fingerprint()
    (tmp_path / "PyYAML-6.0.1.dist-info").rename(tmp_path / "pyyaml-6.0.2.dist-info")
    assert len({bare, one, fingerprint()}) == 3
    other = fingerprint()
    (tmp_path / "six-1.16.dist-info").mkdir()
    assert fingerprint() == other


def test_what_nobody_has_used_for_long_is_removed(root):
    mine = file_of(root)
    near, far = mine.parent, mine.parent.parent / "0123456789ab"
    old = [aged(near / "old.sqlite", 91), aged(far / "old.sqlite", 400), aged(far / "old.sqlite-wal", 1)]
    new = [aged(near / "new.sqlite", 89), aged(near / "new.sqlite-wal", 300), aged(near / "note.txt", 900)]
    alone = aged(far.with_name("ba9876543210") / "old.sqlite", 91)
    later = aged(far.with_name("ba987654321f") / "new.sqlite", -10)
    tidy(aged(mine, 100))
    assert not any(file.exists() for file in (*old, alone))
    assert all(file.exists() for file in (*new, later, mine))
    assert not alone.parent.exists()


def test_what_stood_beside_a_cache_that_is_not_there_is_removed_too(root):
    folder = file_of(root).parent.parent / "0123456789ab"
    old = aged(folder / "old.sqlite-patterns", 91)
    new = aged(folder.with_name("ba9876543210") / "new.sqlite-verdict", 89)
    tidy(file_of(root))
    assert not old.parent.exists()
    assert new.exists()


def test_the_first_that_is_kept_tidies_up_and_each_use_counts(root, home):
    old = aged(home / "vaultkit/0123456789ab/0.sqlite", 91)
    warm(root).store.close()
    assert not old.exists()
    aged(file_of(root), 89)
    Session.open(root).store.close()
    finish()
    assert time.time() - file_of(root).stat().st_mtime < KEPT_SECONDS / 90
    tidy(home / "vaultkit/other/0.sqlite")
    assert file_of(root).exists()


def test_what_cannot_be_removed_is_left(root, monkeypatch):
    old = aged(file_of(root).with_name("old.sqlite"), 91)
    old.unlink()
    (old / "inner").mkdir(parents=True)
    os.utime(old, (0, 0))
    warm(root).store.close()
    assert (old / "inner").exists()
