"""The machinery of the benchmarks, on vaults of a few notes: rows, table, JSON, plot and README. Nothing of speed."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.benchmarks import figures, following, vaults
from tests.benchmarks.__main__ import main
from tests.benchmarks.peers import peers
from tests.benchmarks.plot import points, svg
from tests.benchmarks.readme import BEGIN, END, block, found
from tests.benchmarks.readme import main as readme
from tests.benchmarks.table import Machine, Report, Row, markdown, read, written
from tests.conftest import needs_shared

LATEST = Path(__file__).parent / "benchmarks" / "latest.json"
README = Path(__file__).resolve().parents[1] / "README.md"
_ORDINARY = pytest.mark.skipif(
    sys.platform == "win32", reason="benchmarks start the hook as git does on POSIX"
)


def report(*rows: Row) -> Report:
    machine = Machine("A processor", 2, "Linux 6.1", "3.11.7")
    return Report("2026-11-22", "0.1.0", machine, 3, {"1000": "make_vault.py --notes 1000"}, rows)


COLD = Row("cold@1000", "`rebuild`, cold", 1000, (2.0, 3.0, 9.0), "reading all bytes", (0.1, 0.1, 0.9), 20)
SLOW = Row("memory@1000", "peak memory", 1000, (9e6,), "size of the notes", (1e6,), 8, unit="B")
PEER = Row("hvk-cold@1000", "another tool", 1000, (30.0,), "ours", (2.0,), least=10)
FLOOR = Row("read@1000", "reading all bytes, the floor", 1000, (0.0123,))
ABSENT = Row("graphmark@1000", "graphmark", 1000, reference="ours", skipped="not installed")
COLD_MORE = Row("cold@10000", "`rebuild`, cold", 10_000, (30.0, 20.0), "reading all bytes", (1.0, 1.0))


def test_the_ratio_is_the_median_of_the_ratios_of_each_round():
    assert COLD.ratio == 20
    assert FLOOR.ratio is None
    assert ABSENT.ratio is None


@pytest.mark.parametrize(
    ("row", "met"), [(COLD, True), (SLOW, False), (PEER, True), (FLOOR, None), (ABSENT, None)]
)
def test_a_goal_is_met_or_not_or_there_is_none(row, met):
    assert row.met is met
    assert (row in report(row).missed) is (met is False)


def test_a_tool_that_is_not_fast_enough_misses_its_goal():
    assert Row("x@1", "x", 1, (19.0,), "ours", (2.0,), least=10).met is False


def test_what_failed_has_not_met_its_goal():
    assert Row("x@1", "x", 1, goal=20, skipped="vaultkit ended with 70").met is False


def test_the_table():
    said = markdown(report(COLD, SLOW, PEER, FLOOR, ABSENT)).replace("\u00a0", " ").splitlines()
    assert said[0] == "| what | notes | measured | reference in the same run | ratio | goal | met |"
    assert said[2:7] == [
        "| `rebuild`, cold | 1,000 | 3.00 s | reading all bytes, 0.10 s | 20.0 × | ≤ 20 × | yes |",
        "| peak memory | 1,000 | 9.00 MB | size of the notes, 1.00 MB | 9.00 × | ≤ 8 × | **no** |",
        "| another tool | 1,000 | 30.0 s | ours, 2.00 s | 15.0 × | ≥ 10 × | yes |",
        "| reading all bytes, the floor | 1,000 | 12.3 ms |  |  |  |  |",
        "| graphmark | 1,000 | not measured: not installed |  |  |  |  |",
    ]
    assert said[-1].startswith("Measured on 2026-11-22 in 3 rounds on A processor, 2 cores, Linux 6.1")


def test_the_report_is_the_same_after_json(tmp_path):
    whole = report(COLD, SLOW, PEER, FLOOR, ABSENT)
    written(whole, tmp_path / "run.json")
    assert read(tmp_path / "run.json") == whole
    assert json.loads((tmp_path / "run.json").read_text())["rows"][0]["samples"] == [2.0, 3.0, 9.0]


def test_the_plot_has_a_point_for_each_size():
    whole = report(COLD_MORE, COLD, FLOOR, SLOW)
    assert points(whole) == {"cold": [(1000, 3.0), (10_000, 25.0)], "read": [(1000, 0.0123)]}
    drawn = ElementTree.fromstring(svg(whole))
    lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    assert [len(line.get("points", "").split()) for line in lines] == [2, 1]
    (x1, y1), (x2, y2) = (map(float, pair.split(",")) for pair in lines[0].get("points", "").split())
    assert x1 < x2
    assert y1 > y2


def test_the_plot_of_nothing_is_a_drawing_too():
    assert ElementTree.fromstring(svg(report(ABSENT))) is not None


# ---------------------------------------------------------------------------------------- README


def test_the_block_takes_the_place_of_the_one_that_stands_there(tmp_path, capsys):
    kept, note = tmp_path / "run.json", tmp_path / "README.md"
    written(report(COLD), kept)
    note.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert readme([str(kept), "--write", str(note)]) == 0
    assert note.read_text(encoding="utf-8") == f"before\n{block(report(COLD))}\nafter\n"
    assert readme([str(kept)]) == 0
    assert capsys.readouterr().out == block(report(COLD)) + "\n"


def test_a_file_without_a_place_for_the_block_is_left_alone(tmp_path, capsys):
    kept, note = tmp_path / "run.json", tmp_path / "README.md"
    written(report(COLD), kept)
    note.write_text("before\n", encoding="utf-8")
    assert readme([str(kept), "--write", str(note)]) == 1
    assert note.read_text(encoding="utf-8") == "before\n"


@pytest.mark.skipif(not LATEST.is_file(), reason="no run was kept yet: tests/benchmarks/latest.json")
def test_readme_shows_the_run_that_was_kept():
    assert found(README.read_text(encoding="utf-8")) == block(read(LATEST))


# ------------------------------------------------------------------------------------ small runs


@needs_shared
@_ORDINARY
def test_a_run_has_every_figure_and_claims_no_goal_of_another_size(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(figures, "OFTEN", 1)
    empty = tmp_path / "bin"
    empty.mkdir()
    files = ["--json", str(tmp_path / "run.json"), "--plot", str(tmp_path / "run.svg")]
    kept = tmp_path / "kept"
    where = ["--peers", str(empty), "--keep", str(kept)]
    assert main(["--sizes", "12,60", "--rounds", "1", *files, *where]) == 0
    whole = read(tmp_path / "run.json")
    assert capsys.readouterr().out == markdown(whole) + "\n"
    rows = {row.key: row for row in whole.rows}
    queries = {f"query-{number}@12" for number in range(1, 8)}
    alone = {
        "check-warm",
        "check-cold",
        "follow",
        "hook-0",
        "hook-5",
        "hook-new",
        "hook-title",
        "version",
        "python",
    }
    each = {
        f"{name}@{size}"
        for name in ("read", "stat", "cold", "warm", "memory", "query-first")
        for size in (12, 60)
    }
    absent = {f"{name}@12" for name in ("hvk-cold", "hvk-warm", "graphmark", "obsidiantools")}
    assert rows.keys() == {
        *queries,
        *each,
        *absent,
        *(f"{name}@12" for name in alone),
        "query-1@60",
        "growth@60",
    }
    assert {row.key: row.skipped for row in whole.rows if row.skipped} == dict.fromkeys(
        absent, "not installed"
    )
    assert all(len(row.samples) == 1 for row in whole.rows if row.key not in {*absent, "follow@12"})
    assert all(value > 0 for row in whole.rows for value in (*row.samples, *row.floor))
    assert not [row.key for row in whole.rows if row.goal or row.least]
    assert whole.vaults == {
        "12": "make_vault.py --notes 12 --seed 1 --missions 1",
        "60": "make_vault.py --notes 60 --seed 1 --missions 1",
    }
    assert set(points(whole)) == {"cold", "warm", "query-1", "read"}
    assert str(tmp_path) not in (tmp_path / "run.json").read_text(encoding="utf-8")
    assert sorted(folder.name for folder in kept.iterdir()) == ["made-12-1-1", "made-60-1-1"]


@_ORDINARY
def test_a_run_of_growth_stands_beside_half_the_size(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "GROWTHS", {"inlinks of one note": (1000, vaults.one_hub)})
    code = main(
        ["--growth", "--scale", "0.05", "--rounds", "1", "--quiet", "--json", str(tmp_path / "run.json")]
    )
    rows = read(tmp_path / "run.json").rows
    assert [row.key for row in rows] == [
        "cold inlinks of one note@50", "warm inlinks of one note@50", "memory inlinks of one note@50",
    ]  # fmt: skip
    assert all(len(row.samples) == len(row.floor) == 1 and row.goal == figures.TWICE for row in rows)
    assert code == int(any(row.met is False for row in rows))


@pytest.mark.parametrize("name", vaults.GROWTHS)
def test_a_growth_vault_is_as_large_as_it_says_and_made_once(tmp_path, name):
    vault = vaults.grown(tmp_path, name, 400)
    files = [file for file in vault.rglob("*") if file.is_file()]
    texts = [file.read_text(encoding="utf-8") for file in files]
    size = {
        "many tags": len(
            {word for text in texts for word in text.split() if "/t" in word or word[:2] == "#t"}
        ),
        "inlinks of one note": sum(text.count("[[Hub]]") for text in texts),
        "files in one folder": len(list((vault / "Tout").glob("*"))),
        "bytes in one note": max(len(text.encode()) for text in texts),
    }[name]
    assert 200 < size <= 400
    if name != "bytes in one note":
        assert size == 400
    (vault / "seen").touch()
    assert (vaults.grown(tmp_path, name, 400) / "seen").is_file()


def test_a_changed_note_is_followed_and_stands_beside_its_parse(vault, capsys):
    """
    == A.md
    # A
    == Dossier/B.md
    # B
    == C.md
    [[A]]
    """
    following.main(vault.root, 2)
    pairs = json.loads(capsys.readouterr().out)
    assert len(pairs) == 2
    assert all(follow > 0 and parse > 0 for follow, parse in pairs)
    assert "[[" in vault.read("Dossier/B.md")


def test_tools_that_are_not_installed_have_nothing_to_type(tmp_path):
    assert {peer.key: peer.command for peer in peers(tmp_path)} == dict.fromkeys(
        ["hvk-cold", "hvk-warm", "graphmark", "obsidiantools"]
    )
