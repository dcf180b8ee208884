"""The baseline: what was there before is silent, what is new speaks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.diagnostics import Diagnostic, Finding
from vaultkit.rules.baseline import Baseline, WrongBaseline, judged, read_baseline, written
from vaultkit.rules.kinds import AMBIGUOUS_LINK, UNRESOLVED_LINK
from vaultkit.text import Message, Span

FILE = "vaultkit/baseline.json"


def said(path, message, start=0, kind=UNRESOLVED_LINK):
    return Diagnostic(kind, path, Finding(Span(start, start), Message(f"fr {message}", message)))


def codes(vault, *arguments):
    done = vault.run("check", "--format", "json", *arguments)
    return sorted((one["path"], one["message"]) for one in json.loads(done.out)["diagnostics"])


def test_old_findings_are_silent_and_new_ones_speak(vault):
    """
    == A.md
    [[ancien]] et [[ancien]]
    """
    assert vault.run("check", "--write-baseline").code == 0
    done = vault.run("check")
    assert done.code == 0
    assert "VK401" not in done.out
    assert f"there before, not said again: 2 ({FILE})" in done.out
    assert len(codes(vault, "--no-baseline")) == 2
    vault.write("A.md", "# Titre\n\n[[nouveau]]\n\n[[ancien]], [[ancien]] et [[ancien]]\n")
    assert codes(vault) == [("A.md", "no note is named 'ancien'"), ("A.md", "no note is named 'nouveau'")]


def test_the_language_of_messages_does_not_matter(vault):
    """
    == A.md
    [[ancien]]
    """
    vault.run("check", "--write-baseline", LC_ALL="fr_CH.UTF-8")
    assert codes(vault) == []


def test_errors_are_accepted_too_and_json_stays_json(vault):
    """
    == A.md
    ---
    client: "[[personne]]"
    ---
    """
    assert vault.run("check").code == 1
    done = vault.run("check", "--write-baseline", "--format", "json")
    assert json.loads(done.out)["diagnostics"] == []
    assert f"✔ {FILE}: 1 error, accepted" in done.err
    done = vault.run("check", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out) == {"schema_version": 1, "diagnostics": []}
    assert "there before" in done.err


def test_a_moved_line_in_a_message_is_no_news(vault):
    """
    == A.md
    <!-- vaultkit:begin recap -->
    """
    vault.run("check", "--write-baseline")
    vault.write("A.md", "Une ligne.\n\n" + vault.read("A.md"))
    assert codes(vault) == []


def test_what_is_mended_is_told_and_the_file_shrinks(vault):
    """
    == A.md
    [[un]]
    == B.md
    [[deux]]
    """
    vault.run("check", "--write-baseline")
    vault.write("A.md", "")
    done = vault.run("check")
    assert f"no longer there, in {FILE}: 1 entry" in done.out
    assert "no longer there" not in vault.run("check", "A.md").out, "only a look at everything can tell"
    vault.run("check", "--write-baseline")
    assert "no longer there" not in vault.run("check").out
    assert len(json.loads(vault.read(FILE))["accepted"]) == 1


def test_accepting_some_notes_keeps_the_entries_of_the_others(vault):
    """
    == A.md
    [[un]]
    == B.md
    [[deux]]
    """
    vault.run("check", "--write-baseline")
    vault.write("A.md", "[[un]] [[trois]]")
    vault.write("B.md", "[[deux]] [[quatre]]")
    vault.run("check", "A.md", "--write-baseline")
    assert codes(vault) == [("B.md", "no note is named 'quatre'")]
    vault.run("check", "--only", "frontmatter", "--write-baseline")
    assert codes(vault) == [("B.md", "no note is named 'quatre'")]


def test_a_moved_and_a_renamed_note_take_their_entries_along(vault):
    """
    == Clients/A.md
    [[un]] [[deux]]
    == B.md
    [[trois]]
    """
    vault.run("check", "--write-baseline")
    (vault.root / "Archives").mkdir()
    (vault.root / "Clients" / "A.md").rename(vault.root / "Archives" / "A.md")
    (vault.root / "B.md").rename(vault.root / "Nouveau nom.md")
    assert codes(vault) == []


def test_the_write_is_in_the_journal_and_a_second_one_does_nothing(vault):
    """
    == A.md
    [[un]]
    """
    before = vault.snapshot()
    vault.run("check", "--write-baseline")
    once = vault.snapshot()
    vault.run("check", "--write-baseline")
    assert vault.snapshot() == once
    assert vault.run("undo").code == 0
    assert vault.snapshot() == before


def test_the_settings_say_where_it_stands(vault):
    """
    == A.md
    [[un]]
    == vaultkit.toml
    [check]
    baseline = "réglages/acceptés.json"
    """
    vault.run("check", "--write-baseline")
    assert "un" in vault.read("réglages/acceptés.json")
    assert codes(vault) == []


@pytest.mark.parametrize("place", ["../dehors.json", ".caché/x.json"])
def test_it_is_never_written_outside_of_the_vault(vault, place):
    vault.write("A.md", "[[un]]")
    vault.write("vaultkit.toml", f'[check]\nbaseline = "{place}"\n')
    assert vault.run("check", "--write-baseline").code == 3
    assert not (vault.root / place).exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{\n  nonsense", 2),
        ('{"schema_version": 1}', 1),
        ('{"schema_version": 2, "accepted": []}', 1),
        (
            '{\n"schema_version": 1,\n"accepted": [\n{"path": "A", "code": "B", "message": "C", "count": 1},\n"no"\n]}',
            5,
        ),
        (
            '{\n"schema_version": 1,\n"accepted": [\n{"path": "A", "code": "B", "message": "C", "count": 0}\n]}',
            4,
        ),
        ("<<<<<<< ours\n", 1),
        ("[" * 100_000, 1),
    ],
)
def test_a_broken_file_is_a_wrong_call_with_its_line(vault, text, line):
    vault.write("A.md", "[[un]]")
    vault.write(FILE, text)
    before = vault.snapshot()
    for arguments in (("check",), ("check", "--write-baseline", "A.md")):
        done = vault.run(*arguments)
        assert done.code == 2
        assert f"{FILE}, line {line}: " in done.err
    assert "for the whole vault, writes it anew" in done.err
    assert vault.snapshot() == before
    assert len(codes(vault, "--no-baseline")) == 1
    assert vault.run("check", "--write-baseline").code == 0
    assert codes(vault) == []
    assert vault.run("undo").code == 0
    assert vault.snapshot() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[un]]", "1 avertissement, accepté"),
        ("[[un]] [[deux]]", "2 avertissements, acceptés"),
        ("---\ncategory: domaine\n---\n# A\n", "1 erreur, acceptée"),
        ("Rien.", "rien, accepté"),
    ],
)
def test_what_is_accepted_is_said_in_its_number_and_gender(vault, text, said):
    vault.write("A.md", text)
    vault.write("vaultkit.toml", '[vault]\nlanguage = "fr"\n')
    assert f": {said}\u00a0;" in vault.run("check", "--write-baseline").out.replace("\u00a0: ", ": ")


def test_a_file_that_is_no_utf8_says_where(vault):
    vault.write("A.md", "[[un]]")
    (vault.root / "vaultkit").mkdir()
    (vault.root / FILE).write_bytes(b'{\n"a": "\xe9"}')
    done = vault.run("check")
    assert done.code == 2
    assert f"{FILE}, line 2: " in done.err


# ------------------------------------------------------------------------------------ laws

PATHS = st.sampled_from(["A.md", "b/A.md", "B.md"])
FINDINGS = st.lists(
    st.builds(
        said,
        PATHS,
        st.text(max_size=3),
        st.integers(0, 5),
        st.sampled_from([UNRESOLVED_LINK, AMBIGUOUS_LINK]),
    )
)
EVERYWHERE = {"A.md", "b/A.md", "B.md"}


@given(FINDINGS)
def test_what_is_accepted_is_silent_whatever_its_lines(found):
    result = judged(found, Baseline().plus(found), EVERYWHERE)
    assert (result.new, result.silent, result.gone) == ((), len(found), 0)


@given(FINDINGS, FINDINGS)
def test_each_finding_is_said_or_held_back_and_each_entry_used_or_gone(found, before):
    result = judged(found, Baseline().plus(before), EVERYWHERE)
    assert len(result.new) + result.silent == len(found)
    assert result.silent + result.gone == len(before)


@given(FINDINGS)
def test_a_file_says_what_was_written(found):
    baseline = Baseline().plus(found)
    assert read_baseline(written(baseline), FILE) == baseline


@given(
    st.text(max_size=80) | st.sampled_from(['{"schema_version":1,"accepted":[{}]}', "null", "1e999", "NaN"])
)
def test_any_text_is_read_or_refused(text):
    try:
        read = read_baseline(text, FILE)
    except WrongBaseline:
        return
    assert read == read_baseline(written(read), FILE)


def test_a_folder_of_many_notes_is_followed_in_one_go():
    old = [said(f"Clients/{number}.md", "this note does not link back") for number in range(5000)]
    new = [said(f"Archives/{number}.md", "this note does not link back") for number in range(5000)]
    assert judged(new, Baseline().plus(old), {one.path for one in new}).new == ()
