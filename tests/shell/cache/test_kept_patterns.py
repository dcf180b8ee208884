"""Patterns that are kept compiled are those that `re` would compile."""

from __future__ import annotations

import ast
import pkgutil
import re
import sys
import time
from collections.abc import Iterable
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

import vaultkit
from tests.shell.cache.cache_desk import ended, file_of, make
from tests.shell.cache.cache_desk import vaultkit as process
from vaultkit.shell.cache import patterns as room
from vaultkit.shell.cache.patterns import Patterns
from vaultkit.shell.cache.place import PATTERNS, SWITCHED_OFF, beside, cache_file
from vaultkit.shell.cache.sealed import read_sealed, write_sealed
from vaultkit.text import _Pattern

WORDS = (
    (r"(?P<a>\w+)-(?:b|(?P<c>d))+", re.IGNORECASE),
    (rb"[\x80-\xff]", 0),
    ("[\ud800-\udfff]é", 0),
    ("(", 0),
)


@pytest.fixture
def root(tmp_path):
    root = make(tmp_path / "coffre")
    cache_file(root).parent.mkdir(parents=True, exist_ok=True)
    return root


@pytest.fixture
def made():
    """The patterns that are compiled in this test."""
    return [(source, int(flags)) for source, flags in WORDS[:3]]


def learnt(root: Path, made: Iterable[tuple[str | bytes, int]]) -> Path:
    """Compile these patterns, and keep them; return where."""
    cache_file(root)
    patterns = Patterns()
    for source, flags in made:
        patterns.compile(source, flags)
    patterns.keep()
    return beside(file_of(root), PATTERNS)


def compiles_itself(monkeypatch) -> None:
    """Have `re` compile nothing."""
    monkeypatch.setattr(room, "_heard", lambda *_: pytest.fail("this pattern was to be kept"))


def test_each_pattern_of_ours_is_kept_as_re_compiles_it():
    for module in pkgutil.walk_packages(vaultkit.__path__, "vaultkit."):
        if not module.name.startswith(("vaultkit.__main__", "vaultkit.dql.intl")):
            import_module(module.name)
    modules = [module for name, module in sys.modules.items() if name.startswith("vaultkit.")]
    kept = [value for module in modules for value in vars(module).values() if type(value) is _Pattern]
    assert len(kept) > 200
    for source, flags in {(one.pattern, int(one._flags)) for one in kept}:
        made, code = room._heard(source, flags)
        assert made == re.compile(source, flags)
        assert code is not None, source
        ours, its = room._pattern(source, code), re.compile(source, flags)
        assert (ours, ours.groupindex, ours.groups, ours.flags) == (
            its,
            its.groupindex,
            its.groups,
            its.flags,
        )


def test_what_one_process_compiles_the_next_need_not(root, made, monkeypatch):
    expected = [re.compile(source, flags) for source, flags in made]
    assert learnt(root, made).stat().st_mode & 0o777 == 0o600
    compiles_itself(monkeypatch)
    patterns = Patterns()
    assert [patterns.compile(source, flags) for source, flags in made] == expected


def test_nothing_is_written_where_all_is_kept(root, made):
    file = learnt(root, made)
    before = file.stat().st_ino
    time.sleep(0.01)
    assert learnt(root, made).stat().st_ino == before


def test_a_pattern_that_comes_later_is_kept_with_the_others(root, made, monkeypatch):
    learnt(root, made)
    made.append(("neuf", 0))
    learnt(root, made)
    compiles_itself(monkeypatch)
    patterns = Patterns()
    assert all(patterns.compile(source, flags) for source, flags in made)


def test_whatever_is_amiss_re_compiles(root, made):
    file = learnt(root, made)
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        patterns = Patterns()
        assert all(patterns.compile(s, f) == re.compile(s, f) for s, f in made)
    for data in (b"", b"\x91", b"\x90", room.msgpack.encode([[b"(", True, 0, [0, b"\0\0\0\0", 1, {}]]])):
        write_sealed(file, data, room._python())
        patterns = Patterns()
        assert all(patterns.compile(s, f) == re.compile(s, f) for s, f in made)


@pytest.mark.parametrize("numbers", [b"", b"\0", b"\xff" * 8, b"\0\0\0\0" * 5])
def test_numbers_that_are_no_code_are_not_taken(root, made, numbers):
    source, flags = made[0]
    entry = [source.encode(), True, flags, [flags | 32, numbers, 2, {"a": 1, "c": 2}]]
    cache_file(root)
    packed = room.msgpack.encode([entry])
    write_sealed(beside(file_of(root), PATTERNS), sha256(packed).digest() + packed, room._python())
    assert Patterns().compile(source, flags) == re.compile(source, flags)


def test_code_with_another_number_is_not_taken_though_its_sum_is_right(root, made):
    file = learnt(root, made)
    said = read_sealed(file, room._python())
    assert said
    for at in range(0, len(said), 7):
        write_sealed(file, said[:at] + bytes([said[at] ^ 1]) + said[at + 1 :], room._python())
        patterns = Patterns()
        assert all(patterns.compile(s, f) == re.compile(s, f) for s, f in made)
        assert not patterns._kept


def test_a_wrong_pattern_is_as_wrong_as_ever(root, made):
    learnt(root, made)
    with pytest.raises(re.error):
        Patterns().compile(*WORDS[3])


def test_another_python_has_patterns_of_its_own(root, made, monkeypatch):
    file = learnt(root, made)
    with monkeypatch.context() as patched:
        patched.setattr(room.sys, "version", "3.99")
        assert Patterns().compile(*made[0]) == re.compile(*made[0])
        learnt(root, made)
    with monkeypatch.context() as patched:
        patched.setattr(room.sys.implementation, "name", "other")
        file.unlink()
        learnt(root, made)
    assert not file.exists()


def test_nothing_is_kept_where_nothing_is_cached(root, made, monkeypatch):
    monkeypatch.setenv(SWITCHED_OFF, "1")
    cache_file(root)
    patterns = Patterns()
    patterns.compile(*made[0])
    patterns.keep()
    monkeypatch.delenv(SWITCHED_OFF)
    assert not beside(file_of(root), PATTERNS).exists()


def test_a_run_keeps_its_patterns_and_says_the_same(root):
    first = ended(process(root, "check"))
    file = beside(file_of(root), PATTERNS)
    assert file.exists()
    before = file.read_bytes()
    assert ended(process(root, "check")) == first == ended(process(root, "check", **{SWITCHED_OFF: "1"}))
    assert file.read_bytes() == before


def test_no_pattern_is_made_of_the_words_of_a_vault():
    """What is kept must hold nothing of a person: `pattern` is called while a module is loaded, and then alone."""
    at_import = {"_sign", "_word", "_one_of"}  # called for the constants of `dql.lexer`
    home = Path(vaultkit.__file__).parent
    found = [
        f"{file.relative_to(home).as_posix()}:{function.name}"
        for file in home.rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name not in at_import
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "pattern"
    ]
    assert found == []
