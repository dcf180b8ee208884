"""`rebuild --check` says what it would say if it looked, also where it need not."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shell.cache.cache_desk import DOMAIN, NOTES, SETTLED, SYNTHESIS, file_of, make
from vaultkit.shell import disk, verdict
from vaultkit.shell.cache.place import SWITCHED_OFF, VERDICT, beside
from vaultkit.shell.cli import run
from vaultkit.shell.session import Session

SAYS = "✔ Tout est à jour.\n"
ASKED = """---
category: synthese_globale
---
<!-- vaultkit:begin query -->
LIST
<!-- vaultkit:end query -->
"""


@pytest.fixture(autouse=True)
def french(monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")


@pytest.fixture
def root(tmp_path):
    """A vault that is up to date, and known to be."""
    root = make(tmp_path / "coffre")
    (root / ".obsidian").mkdir()
    rebuilt(root)
    assert says(root) == (0, SAYS, "")
    assert knows(root)
    return root


def says(root: Path, *more: str, asked: tuple[str, ...] = ("rebuild", "--check")) -> tuple[int, str, str]:
    """Return exit code, output and errors of a run."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--vault", os.fspath(root), *asked, *more])
    return code, out.getvalue(), err.getvalue()


def says_uncached(root: Path) -> tuple[int, str, str]:
    """Return the same of a run that looks at everything."""
    os.environ[SWITCHED_OFF] = "1"
    try:
        return says(root)
    finally:
        del os.environ[SWITCHED_OFF]


def rebuilt(root: Path) -> None:
    """Bring the vault up to date, and leave its files alone until their times tell."""
    says(root, asked=("rebuild",))
    time.sleep(SETTLED)


def knows(root: Path) -> bool:
    """Whether something is known of the vault as a whole."""
    return beside(file_of(root), VERDICT).exists()


def is_read(root: Path) -> bool:
    """Whether a run looks at what the vault's notes say."""
    opened: list[Path] = []
    with pytest.MonkeyPatch.context() as patched:
        read = Session.open.__func__
        patched.setattr(
            Session,
            "open",
            classmethod(lambda cls, at, *how, **more: opened.append(at) or read(cls, at, *how, **more)),
        )
        says(root)
    return bool(opened)


def test_a_vault_that_was_up_to_date_and_has_not_changed_is_not_read(root):
    assert not is_read(root)
    assert says(root) == says_uncached(root) == (0, SAYS, "")


def test_a_rebuild_that_finds_nothing_to_do_is_enough(root):
    beside(file_of(root), VERDICT).unlink()
    rebuilt(root)
    assert not is_read(root)


def write(root: Path, path: str, data: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    if not (root / path).is_file():
        drop(root, path)  # a queue would wait for who reads it
    (root / path).write_bytes(data)


def swap_bytes(root: Path, path: str) -> None:
    """Change a file as a tool that puts times back, such as rsync -t: same size, same time."""
    if (root / path).is_file():
        before, data = (root / path).stat(), (root / path).read_bytes()
        write(root, path, data.replace(b"haute", b"@").replace(b"basse", b"haute").replace(b"@", b"basse"))
        os.utime(root / path, ns=(before.st_atime_ns, before.st_mtime_ns))


def trade(root: Path, path: str) -> None:
    """Put another file in the place of one: same size, same time, another number."""
    if (root / path).is_file():
        shutil.copy2(root / path, root / ".autre")
        swap_bytes(root, ".autre")
        (root / ".autre").replace(root / path)


def touch(root: Path, path: str) -> None:
    if (root / path).is_file():
        os.utime(root / path)


def drop(root: Path, path: str) -> None:
    (root / path).unlink(missing_ok=True)


def rename(root: Path, path: str) -> None:
    if (root / path).is_file():
        (root / path).rename(root / path.replace("A/", "B/"))


def link(root: Path, path: str) -> None:
    drop(root, path)
    (root / path).symlink_to(root / "Divers.md")


def queue(root: Path, path: str) -> None:
    """Put what is no file in the place of one."""
    drop(root, path)
    (root / path).parent.mkdir(exist_ok=True)
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / path)


FILES = st.sampled_from(
    ["A/Accès.md", "A/Pare-feu.md", "A/Synthèse.md", "Divers.md", "Carte.canvas", "A/Neuf.md"]
)
SETTINGS = st.sampled_from(["vaultkit.toml", "vaultkit.md", ".obsidian/app.json", ".obsidian/types.json"])
TEMPLATES = st.sampled_from(["vaultkit/templates/recap.md", "vaultkit/templates/regions/roadmap.md"])
TEXTS = st.sampled_from(
    [
        b"", b"{}", b"{", b"[vault]\nlanguage = 'en'\n", b"---\nvault.language: en\n---\n", b"{{ 1 }}", b"{{ oups",
        DOMAIN.format("haute", "X").encode(), DOMAIN.format("basse", "X").encode(), SYNTHESIS.encode(), ASKED.encode(),
        *NOTES.values(),
    ]
)  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just(write), FILES | SETTINGS | TEMPLATES, TEXTS),
    st.tuples(st.sampled_from([swap_bytes, trade, touch, drop, rename, link]), FILES),
    st.tuples(st.sampled_from([touch, drop, queue]), SETTINGS),
    st.tuples(st.sampled_from([touch, drop]), TEMPLATES),
    st.just((rebuilt,)),
    st.just((rebuilt,)),
)


@settings(max_examples=40)
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_whatever_happens_to_a_vault_the_same_is_said_as_if_all_were_looked_at(steps):
    with tempfile.TemporaryDirectory() as folder:
        root = make(Path(folder, "coffre"))
        rebuilt(root)
        for step, *how in steps:
            says(root)
            step(root, *how)
            for _ in range(2):
                assert says(root) == says_uncached(root)
                time.sleep(SETTLED)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: swap_bytes(root, "A/Accès.md"),
        lambda root: trade(root, "A/Accès.md"),
        lambda root: write(root, "Neuf.txt", b""),
        lambda root: write(root, "vaultkit/templates/recap.md", b"rien"),
        lambda root: write(root, "vaultkit.toml", b"[vault]\nlanguage = 'en'\n"),
        lambda root: write(root, ".obsidian/app.json", b"{}"),
        lambda root: drop(root, "Vide.md"),
        lambda root: (root / "Vide.md").chmod(0o400),
        lambda root: (root / "B").rename(root / "C"),
        lambda root: (root / "Lien.md").symlink_to(root / "Divers.md"),
    ],
)
def test_a_vault_in_which_anything_changed_is_read(root, change):
    change(root)
    assert is_read(root)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such thing")
def test_what_only_looks_like_a_file_of_settings_is_looked_at(root):
    os.mkfifo(root / "vaultkit.toml")
    assert says(root) == says_uncached(root)
    assert says(root)[0] == 2


def test_what_obsidian_remembers_of_its_windows_is_no_change(root):
    write(root, ".obsidian/workspace.json", b"{}")
    write(root, ".git/index", b"")
    assert not is_read(root)


def test_the_vault_of_a_person_of_another_language_is_read(root, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert says(root) == (0, "✔ Everything is up to date.\n", "")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert says(root) == (0, SAYS, "")


@pytest.mark.parametrize("more", ["--json", "--diff", "--dry-run", "--prune", "--expect=0"])
def test_who_asks_for_more_is_told_of_what_is_read(root, more, monkeypatch):
    monkeypatch.setattr(verdict, "heard", lambda root: pytest.fail("a verdict knows no more than one word"))
    assert says(root, more)[0] == 0


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("A/Accès.md", DOMAIN.format("moyen", "Accès").encode()),  # not up to date any more
        ("Question.md", ASKED.encode()),  # may rest on the day
        (".obsidian/app.json", b"{"),  # cannot be read
    ],
)
def test_nothing_is_known_of_a_vault_where_something_is_left_open(root, path, data):
    beside(file_of(root), VERDICT).unlink()
    write(root, path, data)
    time.sleep(SETTLED)
    says(root)
    assert not knows(root)


@pytest.mark.parametrize("path", ["A/Accès.md", ".obsidian", "."])
def test_nothing_is_known_of_what_may_change_and_keep_its_time(root, path):
    beside(file_of(root), VERDICT).unlink()
    ahead = time.time() + 100
    os.utime(root / path, (ahead, ahead))
    says(root)
    assert not knows(root)


def test_a_file_that_comes_while_a_vault_is_read_is_not_taken_for_one_that_was_read(root, monkeypatch):
    beside(file_of(root), VERDICT).unlink()
    keep = verdict.look_besides

    def late(at, paths):
        write(root, ".obsidian/types.json", b"{")
        return keep(at, paths)

    with monkeypatch.context() as patched:
        patched.setattr(verdict, "look_besides", late)
        says(root)
    assert not knows(root)


def test_nothing_is_kept_where_nothing_is_cached(root, monkeypatch):
    beside(file_of(root), VERDICT).unlink()
    says_uncached(root)
    assert not knows(root)


def test_a_damaged_verdict_is_none(root):
    file = beside(file_of(root), VERDICT)
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert not verdict.heard(root).language
        file.write_bytes(whole[:at])
        assert not verdict.heard(root).language
    file.write_bytes(whole)
    assert verdict.heard(root).language == "fr"


def test_a_vault_that_has_to_be_read_after_all_is_looked_at_once(root, monkeypatch):
    write(root, "Neuf.md", b"")
    looks: list[Path] = []
    for module in (verdict, disk):
        monkeypatch.setattr(module, "scan", lambda at, scan=module.scan: looks.append(at) or scan(at))
    says(root)
    assert len(looks) == 1
