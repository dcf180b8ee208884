"""Notes that are made when they are asked for, and what is known of them without."""

from __future__ import annotations

import pytest

from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.kept_notes import KeptNotes, KeptPaths, folded_names, kept_paths

TEXTS = {"A.md": "<!-- vaultkit:begin query -->\n", "B.md": "rien\n", "C.md": "%%x%%\n"}
NOTES = {path: parse_note(path, text) for path, text in TEXTS.items()}
QUERY, GENERATED = 2, 1


@pytest.fixture
def made():
    return []


@pytest.fixture
def kept(made):
    def make(number):
        made.append(number)
        return NOTES[list(TEXTS)[number]]

    return KeptNotes(
        KeptPaths(kept_paths(TEXTS)), [note.marks for note in NOTES.values()], make, folded_names(TEXTS)
    )


def test_a_note_is_made_once_and_only_when_it_is_asked_for(kept, made):
    assert (list(kept), len(kept), "B.md" in kept, "D.md" in kept) == (
        ["A.md", "B.md", "C.md"],
        3,
        True,
        False,
    )
    assert made == []
    assert kept["B.md"] is kept["B.md"] is kept.get("B.md")
    assert made == [1]
    with pytest.raises(KeyError):
        kept["D.md"]


def test_marks_are_known_without_any_note(kept, made):
    index = VaultIndex(kept, {})
    assert index.marked(QUERY) == {"A.md"}
    assert index.marked(GENERATED) == {"A.md", "C.md"}
    assert index.marked(GENERATED, held=False) == {"B.md"}
    assert made == []


def test_a_changed_index_says_what_one_from_scratch_says(kept):
    fresh = [
        parse_note("B.md", "<!-- vaultkit:begin query -->\n"),
        parse_note("D.md", "<!-- x -->\n"),
        parse_note("A.md", "\n"),
    ]
    changed = VaultIndex(kept, {path.lower(): (path,) for path in TEXTS}).without(["C.md"]).with_notes(fresh)
    scratch = VaultIndex.of(fresh)
    for mark in (QUERY, GENERATED, QUERY | GENERATED, 8):
        for held in (True, False):
            assert changed.marked(mark, held) == scratch.marked(mark, held)
    assert dict(changed.notes) == dict(scratch.notes)
    assert dict(changed.names) == dict(scratch.names)


def test_names_are_known_without_any_note(kept, made):
    index = VaultIndex(kept, {})
    assert list(index.names.items()) == [("a", "A.md"), ("b", "B.md"), ("c", "C.md")]
    assert made == []
    twice = index.with_notes([parse_note("Z/É.md", ""), parse_note("Y/e.md", "")])
    assert list(twice.names) == ["a", "b", "c", "e"]
    assert twice.names["e"] == "Z/É.md"
    assert (
        VaultIndex(KeptNotes(KeptPaths(kept_paths([])), [], kept.__getitem__, folded_names([])), {}).names
        == {}
    )


def test_paths_are_known_by_their_numbers():
    said = ["A.md", "É/🔐 b.md", "c\n.md"]
    paths = KeptPaths(kept_paths(said))
    assert (list(paths), dict(paths), len(paths)) == (said, {"A.md": 0, "É/🔐 b.md": 1, "c\n.md": 2}, 3)
    assert [paths.at(number) for number in range(3)] == said
    assert "É/🔐 b.md" in paths
    assert not {"a.md", "", "\ud800", "A.md\0c"} & paths.keys()
    assert paths.get("\ud800") is None
    assert paths.is_whole
    nothing = KeptPaths(kept_paths([]))
    assert (list(nothing), len(nothing), nothing.is_whole, "A.md" in nothing) == ([], 0, True, False)


def test_many_paths_are_known_whatever_their_sums():
    said = [f"Notes/{number % 7}/é{number}.md" for number in range(3000)]
    data = kept_paths(said)
    paths = KeptPaths(data)
    assert list(paths) == said
    assert (
        [paths[path] for path in said] == list(range(3000)) == [paths.get(paths.at(at)) for at in range(3000)]
    )
    assert not any(path.upper() in paths or path[:-1] in paths for path in said)
    assert not KeptPaths(data[:-1]).is_whole
    assert not KeptPaths(data[:20]).is_whole


def test_paths_with_one_sum_are_not_kept_beyond_measure(monkeypatch):
    monkeypatch.setattr("vaultkit.vault.kept_notes.crc32", lambda said: 2**32 - 3)
    said = [f"{number}.md" for number in range(513)]
    paths = KeptPaths(kept_paths(said[:512]))
    assert [paths[path] for path in said[:512]] == list(range(512))
    assert said[512] not in paths
    assert kept_paths(said) is None
