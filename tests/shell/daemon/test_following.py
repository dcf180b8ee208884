"""A session followed from change to change: what it keeps, what it forgets, and what one bad note cannot stop."""

from __future__ import annotations

import errno
import gc
import weakref
from pathlib import Path

import pytest

from tests.shell.daemon.small_missions import domain_note, synthesis
from vaultkit.errors import VaultkitError
from vaultkit.render import refresh
from vaultkit.settings import Settings
from vaultkit.shell import asking, disk, swap
from vaultkit.shell.collector import MANY, without_collector
from vaultkit.shell.daemon.comparing import disagreement
from vaultkit.shell.obsidian import app_settings
from vaultkit.shell.opening import Reading
from vaultkit.shell.session import Session
from vaultkit.text import Message
from vaultkit.vault.graph import LinkGraph

WORDS = ["un", "deux", "trois", "quatre"]
QUERY = "\n<!-- vaultkit:begin query\n{}\n-->\n<!-- vaultkit:end query -->\n"
LIST = QUERY.format('LIST FROM "" WHERE category = "domaine"')
SERIALIZED = '<!-- QueryToSerialize: LIST FROM "" WHERE category = "domaine" -->\n'


class Stage:
    """A vault, and the session of it that is kept up."""

    def __init__(self, root):
        self.root = root
        self.put("A.md", domain_note("A", "Un", "", WORDS))
        self.put("S.md", synthesis("Un", ("recap", "liens"), ""))
        self.put("B.md", domain_note("B", "Deux", "", WORDS))
        self.put("T.md", synthesis("Deux", ("recap",), ""))
        self.kept = None

    def put(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def open(self):
        self.kept = Session.open(self.root)
        return self.kept

    def follow(self, *paths, **named):
        files = {path: disk.entry_of(self.root, path) for path in paths}
        self.kept = self.kept.follow(files, disk.scan(self.root).files, **named)
        return self.kept

    def evict(self, path):
        file = self.root / path
        file.rename(file.with_name(f".{file.name}.icloud"))

    def fresh(self):
        return Session.open(self.root)


@pytest.fixture
def stage(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "coffre"
    root.mkdir()
    return Stage(root)


def writes(session):
    return {write.path: write.text for write in session.plan().changes.writes}


# What is kept in memory


def test_sessions_that_were_followed_go_without_the_help_of_the_collector(stage):
    stage.put("S.md", stage.text("S.md") + LIST + "\n" + SERIALIZED)
    alive = [weakref.ref(stage.open())]
    stage.kept.plan()
    gc.collect()
    gc.disable()
    try:
        for number in range(5):
            stage.put("A.md", domain_note(f"A{number}", "Un", "", WORDS))
            stage.follow("A.md").plan()
            alive.append(weakref.ref(stage.kept))
        assert [each() is not None for each in alive] == [False] * 5 + [True]
    finally:
        gc.enable()


def test_the_collector_forgets_nothing_but_a_large_vault_that_was_read(stage):
    stage.put("S.md", stage.text("S.md") + LIST)
    before = gc.get_freeze_count()
    stage.open().plan()
    stage.follow("A.md").plan()
    assert gc.get_freeze_count() == before
    try:
        with without_collector(MANY):
            first = [[] for _ in range(1000)]
        assert gc.get_freeze_count() > before + 1000
        first.append(first)
        garbage = weakref.ref(gone := type("Gone", (), {})())
        gone.itself = gone
        del first, gone
        with without_collector(MANY):
            assert garbage() is None
    finally:
        gc.unfreeze()


def test_plans_of_notes_that_are_gone_are_forgotten(stage):
    before = stage.open()
    before.plan()
    mission = before.target("S.md")
    (stage.root / "S.md").unlink()
    assert before.known_plan(mission)
    assert stage.follow("S.md").known_plan(mission) is None
    assert stage.kept.known_plan(stage.kept.target("T.md"))


# One bad note


def test_a_serialized_query_in_a_filled_region_is_left_to_the_region(stage):
    stage.open().rebuild()
    text = stage.text("S.md")
    stage.put(
        "S.md", text.replace("\n<!-- vaultkit:end", f"\n{SERIALIZED}\n<!-- vaultkit:end", 1) + SERIALIZED
    )
    stage.put("A.md", domain_note("Autre", "Un", "", WORDS))
    done, after, plan = Session.open(stage.root).rebuild()
    assert not done.refused
    inside, outside = stage.text("S.md").split(SERIALIZED)[1:]
    assert "SerializedQuery:" not in inside
    assert "SerializedQuery:" in outside
    assert "Autre" in stage.text("S.md")
    assert not Session.open(stage.root).plan().changes
    assert [d.finding.message.en for d in after.check(plan) if "Serializer" in d.finding.message.en] == [
        "query of Dataview Serializer in a region of vaultkit: it is not refreshed"
    ]


def test_a_note_that_vaultkit_fails_at_is_refused_and_the_others_are_planned(stage, monkeypatch):
    real = refresh.refresh

    def failing(note, scene, explain):
        if note.path == "S.md":
            raise ValueError(note.text)
        return real(note, scene, explain)

    monkeypatch.setattr(refresh, "refresh", failing)
    changes = stage.open().plan().changes
    assert [write.path for write in changes.writes] == ["T.md"]
    [(path, said)] = changes.refused
    assert path == "S.md"
    assert "ValueError" in said.en
    assert "session.py" in said.en
    assert "Prose" not in said.en + said.fr


def test_what_is_wrong_with_the_whole_call_still_stops_it(stage, monkeypatch):
    def failing(note, scene, explain):
        raise VaultkitError(Message("non", "no"))

    monkeypatch.setattr(refresh, "refresh", failing)
    with pytest.raises(VaultkitError):
        stage.open().plan()


# Problems


def test_a_file_of_obsidian_that_was_mended_is_no_problem_any_more(stage):
    stage.put(".obsidian/app.json", "{bad")
    kept = stage.open()
    assert [path for path, _ in kept.problems] == [".obsidian/app.json"]
    stage.put(".obsidian/app.json", "{}")
    assert kept.renewed(kept.settings, kept.entries).problems == []
    assert app_settings(kept.files)[1] == []


def test_what_a_look_at_all_files_found_takes_the_place_of_what_the_last_one_found(stage):
    stage.open()
    odd = (("\\xff.md", Message("nom", "name")),)
    assert stage.follow(scan_problems=odd).problems == [*odd]
    assert stage.follow("A.md").problems == [*odd]
    assert stage.kept.renewed(stage.kept.settings, ()).problems == [*odd]
    assert stage.follow("A.md", scan_problems=()).problems == []


def test_a_note_that_cannot_be_read_stays_a_problem_after_a_look_at_all_files(stage, monkeypatch):
    stage.open()
    real = swap.slurp

    def denied(file):
        if Path(file).name == "A.md":
            raise PermissionError(errno.EACCES, "denied")
        return real(file)

    monkeypatch.setattr(swap, "slurp", denied)
    assert [path for path, _ in stage.follow("A.md", scan_problems=()).problems] == ["A.md"]
    assert [path for path, _ in stage.follow(scan_problems=()).problems] == ["A.md"]
    assert disagreement(stage.kept, stage.fresh()) is None


# Writing


def breaking(monkeypatch, at):
    """Let the journal fail at the n-th write."""
    real, count = disk.apply, []

    def apply(root, write, journal):
        count.append(write)
        if len(count) == at:
            raise VaultkitError(Message("plus de journal", "no journal"))
        return real(root, write, journal)

    monkeypatch.setattr(disk, "apply", apply)


def test_a_journal_that_fails_underway_leaves_a_report_of_what_was_written(stage, monkeypatch):
    breaking(monkeypatch, 2)
    kept = stage.open()
    done = kept.apply(kept.plan().changes, "rebuild")
    assert [write.path for write in done.written] == ["S.md"]
    assert {change.path for change in done.summary} == {"S.md"}
    assert done.refused == [("T.md", Message("plus de journal", "no journal"))]


def test_a_rebuild_reports_what_it_wrote_before_the_journal_failed(stage, monkeypatch):
    breaking(monkeypatch, 2)
    done, _, _ = stage.open().rebuild()
    assert [write.path for write in done.written] == ["S.md"]
    assert [path for path, _ in done.refused] == ["T.md"]


def test_a_journal_that_fails_at_once_stops_the_command(stage, monkeypatch):
    breaking(monkeypatch, 1)
    kept = stage.open()
    with pytest.raises(VaultkitError, match="no journal"):
        kept.apply(kept.plan().changes, "rebuild")


def test_who_has_to_stop_writes_no_more_and_refuses_nothing(stage):
    kept, answers = stage.open(), [False, True]
    done = kept.apply(kept.plan().changes, "watch", stopping=lambda: answers.pop(0))
    assert [write.path for write in done.written] == ["S.md"]
    assert done.refused == []
    assert "Constat" not in stage.text("T.md")


def test_given_settings_are_taken_in_the_place_of_those_that_cannot_be_read(stage):
    stage.put("vaultkit.toml", "[watch\n")
    settings = Settings(watch_source_quiet=7)
    assert Session.open(stage.root, how=Reading(settings)).settings is settings


# What lies in a cloud


def test_a_canvas_whose_text_goes_to_a_cloud_stays_a_file(stage):
    stage.put("plan.canvas", '{"nodes":[{"id":"a","type":"file","file":"A.md"}],"edges":[]}')
    stage.put("S.md", stage.text("S.md") + "\n[[plan.canvas]]\n")
    assert "plan.canvas" in stage.open().graph.outlinks
    stage.evict("plan.canvas")
    kept = stage.follow("plan.canvas")
    assert "plan.canvas" in kept.index
    assert not kept.index.canvases
    assert dict(kept.graph.outlinks) == dict(LinkGraph.of(stage.fresh().index).outlinks)
    assert disagreement(kept, stage.fresh()) is None


def test_a_note_whose_text_goes_to_a_cloud_stays_as_last_known_and_nobody_minds(stage):
    stage.open().rebuild()
    stage.open().graph  # noqa: B018 - it is made when first asked for
    stage.evict("A.md")
    kept = stage.follow("A.md")
    assert "Constat" in kept.index.notes["A.md"].text
    assert not kept.plan().changes
    assert stage.fresh().plan().changes
    assert disagreement(kept, stage.fresh()) is None
    stage.put("B.md", domain_note("B", "Un", "", WORDS))
    assert disagreement(kept, stage.fresh()) == "B.md"


# Compared with a vault read anew


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("photo.png", "x"),
        ("t.canvas", '{"nodes":[],"edges":[]}'),
        ("N.md", "# N\n"),
    ],
)
def test_a_file_that_was_missed_is_noticed(stage, path, text):
    kept = stage.open()
    stage.put(path, text)
    assert disagreement(kept, stage.fresh()) == path


def test_a_wrong_mission_refusal_or_link_is_noticed(stage):
    stage.put("B.md", stage.text("B.md") + "\n[[photo.png]]\n")
    stage.put("photo.png", "x")
    fresh = stage.fresh()
    kept = stage.open()
    assert disagreement(kept, fresh) is None
    kept.missions = kept.missions[:1]
    assert disagreement(kept, fresh) == "T.md"
    kept = stage.open()
    kept.graph = LinkGraph.of(kept.index.without(["photo.png"]))
    assert disagreement(kept, fresh) == "B.md"
    kept = stage.open()
    kept._outside = frozenset(["S.md"])
    assert disagreement(kept, fresh) == "S.md"


# Names that files have


@pytest.mark.parametrize("comes", [True, False])
@pytest.mark.parametrize(
    ("path", "text", "file"),
    [
        ("t.canvas", '{"nodes":[{"id":"a","type":"file","file":"Makefile"}],"edges":[]}', "Makefile"),
        ("t.canvas", '{"nodes":[{"id":"a","type":"file","file":"X/plan"}],"edges":[]}', "X/plan"),
        ("X/Y/n.md", "[[../.]]", "X.md"),
        ("X/Y/Z/n.md", "[[../..]] [[./.]]", "X.md"),
        ("X/Y/n.md", "[[./]]", "X/Y.md"),
        ("n.md", "[[../x]] [[./a.b]] [[a.b]] [[Makefile]]", "a.b.md"),
    ],
)
def test_a_link_is_looked_at_again_when_its_file_comes_or_goes(stage, path, text, file, comes):
    stage.put(path, text)
    if not comes:
        stage.put(file, "x")
    stage.open().graph  # noqa: B018 - it is made when first asked for
    if comes:
        stage.put(file, "x")
    else:
        (stage.root / file).unlink()
    kept = stage.follow(file)
    assert dict(kept.graph.outlinks) == dict(stage.fresh().graph.outlinks)
    assert dict(kept.graph.sources) == dict(stage.fresh().graph.sources)


@pytest.mark.parametrize("comes", [True, False])
def test_a_link_to_a_note_with_two_extensions_follows_the_other_file_of_its_name(stage, comes):
    (stage.root / "A.md").rename(stage.root / "Note 3.pdf.md")
    if not comes:
        stage.put("Note 3.pdf", "x")
    stage.open().plan()
    if comes:
        stage.put("Note 3.pdf", "x")
    else:
        (stage.root / "Note 3.pdf").unlink()
    kept = stage.follow("Note 3.pdf")
    assert writes(kept) == writes(stage.fresh())


# Queries


def test_a_query_is_known_to_be_asked_before_anything_is_planned(stage):
    assert not stage.open().asks
    stage.put("A.md", stage.text("A.md") + LIST)
    assert stage.follow("A.md").asks
    stage.put("A.md", "# A\n")
    assert not stage.follow("A.md").asks


def test_a_query_of_a_template_is_known_to_be_asked_once_it_was(stage):
    stage.put("vaultkit/templates/liens.md", """{{ query('LIST FROM "" WHERE category = "domaine"') }}\n""")
    kept = stage.open()
    assert not kept.plan().changes.refused
    assert kept.asks
    assert stage.follow("B.md").asks
    assert stage.kept.rests_on("S.md", "B.md")
    stage.kept.plan()
    assert not stage.kept.rests_on("T.md", "A.md")
    (stage.root / "S.md").unlink()
    assert not stage.follow("S.md").asks


def test_answers_are_asked_for_anew_on_another_day(stage, monkeypatch):
    stage.put("Accueil.md", "# Accueil\n" + QUERY.format('LIST date(today) FROM "" WHERE file.name = "A"'))
    monkeypatch.setattr(asking.time, "time", lambda: 1_790_000_000.0)
    first = writes(stage.open())
    monkeypatch.setattr(asking.time, "time", lambda: 1_790_000_000.0 + 86400)
    assert writes(stage.kept) == first
    after = stage.kept.forget_answers()
    assert writes(after)["Accueil.md"] != first["Accueil.md"]
    assert writes(after)["S.md"] == first["S.md"]
    assert after.known_plan(after.target("S.md")) is stage.kept.known_plan(stage.kept.target("S.md"))
    assert after.problems == stage.kept.problems
