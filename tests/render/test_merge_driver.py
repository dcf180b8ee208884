"""Three versions of a synthesis become one: regions unit by unit, everything else as git does."""

from __future__ import annotations

import re
import subprocess
import tempfile
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.render.conftest import KEEP, Notes, shipped
from tests.render.test_merge_laws import BODIES, LINES, SECTIONS, child, law, synthesis
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.render import kinds, merge_driver
from vaultkit.render.merge_base import Memory, Trace, stamp_of
from vaultkit.render.templates import Templates
from vaultkit.shell.commands.merge_driver import merge_versions

RECAP = """\
---
category: synthese_globale
scope: X
backlinks:
  - "[[A]]"
---
# Synthèse

Avant.

<!-- vaultkit:begin recap -->
<!-- vaultkit:end recap -->

Entre.

<!-- vaultkit:begin roadmap -->
<!-- vaultkit:end roadmap -->

<!-- vaultkit:begin liens -->
<!-- vaultkit:end liens -->

Après.
"""

LABELS = {"A": "🔐 Accès", "B": "📧 Mails", "C": "💰 Factures"}


def vault(**words: str) -> Notes:
    """A rebuilt vault with a child for each letter, whose finding, risk and action are these words."""
    texts = {"S.md": RECAP} | {f"{name}.md": a_child(name, word) for name, word in words.items()}
    made = Notes(texts, {"t.md": SECTIONS})
    made.rebuild()
    return made


def a_child(name: str, word: str) -> str:
    return child(
        list(LABELS).index(name), LABELS[name], [f"constat {word}", f"risque {word}"], [f"action {word}"]
    )


def fork(notes: Notes) -> Notes:
    other = Notes(notes.texts)
    other.templates = notes.templates
    return other


def merge(base: Notes | str, ours: Notes | str, theirs: Notes | str, size: int = 7) -> tuple[str, int]:
    texts = [one if isinstance(one, str) else one.text for one in (base, ours, theirs)]
    with redirect_stderr(StringIO()) as said:
        merged, conflicts = merge_versions(*(text.encode() for text in texts), size)
    assert said.getvalue() == "", "vaultkit stumbled, and left all to git"
    return merged.decode(), conflicts


def as_git(base: str, ours: str, theirs: str, tmp_path: Path, size: int = 7) -> tuple[str, int]:
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_bytes(text.encode())
    labels = ("-L", "ours", "-L", "base", "-L", "theirs")
    done = subprocess.run(
        ["git", "merge-file", "-p", "-q", f"--marker-size={size}", *labels, "ours", "base", "theirs"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    return done.stdout.decode(), done.returncode


def joined(base: Notes, ours: Notes, theirs: Notes) -> Notes:
    """Merge without conflict, take the children that each side has changed, and rebuild."""
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0, text
    children = {
        path: (ours if ours.texts[path] != base.texts.get(path) else theirs).texts[path]
        for path in ours.texts
    }
    made = Notes({**theirs.texts, **children, "S.md": text})
    made.templates = base.templates
    made.rebuild()
    return made


def line_with(text: str, word: str) -> str:
    [line] = [line for line in text.split("\n") if word in line]
    return line


# ----------------------------------------------------------------------------------- generated


def test_what_both_sides_generated_is_merged_row_by_row_and_item_by_item() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["A.md"] = a_child("A", "neuf")
    theirs.texts["B.md"] = a_child("B", "dix")
    ours.rebuild()
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert "| 🔐 Accès | Constat neuf | Risque neuf |" in text
    assert "| 📧 Mails | Constat dix | Risque dix |" in text
    assert "**Court terme** → action neuf, action dix." in text
    merged = joined(base, ours, theirs)
    assert merged.text == text
    assert merged.text == vault(A="neuf", B="dix").text


def test_what_both_sides_generated_anew_is_ours_and_no_edit_of_a_person() -> None:
    base = vault(A="un")
    ours, theirs = fork(base), fork(base)
    ours.texts["A.md"] = a_child("A", "neuf")
    theirs.texts["A.md"] = a_child("A", "dix")
    ours.rebuild()
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert "| 🔐 Accès | Constat neuf | Risque neuf |" in text
    made = Notes({"S.md": text, "A.md": a_child("A", "onze")})
    made.rebuild()
    assert made.text == vault(A="onze").text
    assert KEEP not in made.text


def test_new_rows_items_and_links_of_both_sides_come_in() -> None:
    base = vault(A="un")
    ours, theirs = fork(base), fork(base)
    ours.texts["B.md"] = a_child("B", "deux")
    theirs.texts["C.md"] = a_child("C", "trois")
    ours.rebuild()
    theirs.rebuild()
    merged = joined(base, ours, theirs)
    assert merged.text == vault(A="un", B="deux", C="trois").text


def test_a_row_that_one_side_pruned_goes_and_one_that_a_person_wrote_in_stays() -> None:
    base = vault(A="un", B="deux", C="trois")
    ours, theirs = fork(base), fork(base)
    del ours.texts["B.md"], ours.texts["C.md"]
    ours.rebuild(prune=True)
    assert "📧" not in ours.text
    theirs.replace("Risque trois", "mot à moi")
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert "📧" not in text
    assert f"| 💰 Factures | Constat trois | mot à moi {KEEP} |" in text
    assert "action trois" not in text


# ---------------------------------------------------------------------------------------- kept


def test_kept_beats_generated_on_either_side() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.replace("Constat un", "mot un")
    ours.rebuild()
    theirs.texts["A.md"] = a_child("A", "neuf")
    theirs.rebuild()
    theirs.replace("action deux", "geste deux")
    theirs.rebuild()
    for one, other in ((ours, theirs), (theirs, ours)):
        text, conflicts = merge(base, one, other)
        assert conflicts == 0
        assert f"| 🔐 Accès | mot un {KEEP} | Risque neuf |" in text
        assert f"**Court terme** → action neuf, geste deux {KEEP}." in text


def test_an_edit_that_no_rebuild_has_seen_is_kept_too() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["B.md"] = a_child("B", "dix")
    ours.rebuild()
    theirs.replace("Constat un", "mot un")
    theirs.replace("- [[B]]", "- [[B]] à relire")
    merged = joined(base, ours, theirs)
    assert f"| 🔐 Accès | mot un {KEEP} | Risque un |" in merged.text
    assert f"- [[B]] à relire {KEEP}" in merged.text


def test_a_kept_item_still_stands_for_its_source_after_a_merge() -> None:
    base = vault(A="un", B="deux")
    base.replace("action un", "geste un")
    base.rebuild()
    ours, theirs = fork(base), fork(base)
    theirs.texts["A.md"] = a_child("A", "neuf")
    theirs.rebuild()
    ours.texts["B.md"] = a_child("B", "dix")
    ours.rebuild()
    merged = joined(base, ours, theirs)
    assert line_with(merged.text, "Court terme").endswith(f"→ geste un {KEEP}, action dix.")
    merged.replace(f" {KEEP}, action dix", ", action dix")
    merged.rebuild()
    assert line_with(merged.text, "Court terme").endswith("→ action neuf, action dix.")


def test_a_unit_given_back_on_one_side_is_given_back() -> None:
    base = vault(A="un", B="deux")
    base.replace("Constat un", "mot un")
    base.replace("action un", "geste un")
    base.rebuild()
    ours, theirs = fork(base), fork(base)
    ours.replace(f"mot un {KEEP}", "mot un")
    ours.replace(f"geste un {KEEP}", "geste un")
    theirs.texts["B.md"] = a_child("B", "dix")
    theirs.rebuild()
    assert joined(base, ours, theirs).text == vault(A="un", B="dix").text
    ours.rebuild()
    for one, other in ((ours, theirs), (theirs, ours)):
        assert joined(base, one, other).text == vault(A="un", B="dix").text


def test_a_kept_wording_changed_on_one_side_is_the_changed_one() -> None:
    base = vault(A="un", B="deux")
    base.replace("Constat un", "mot un")
    base.rebuild()
    ours, theirs = fork(base), fork(base)
    ours.replace("mot un", "mot mieux choisi")
    ours.rebuild()
    theirs.texts["B.md"] = a_child("B", "dix")
    theirs.rebuild()
    for one, other in ((ours, theirs), (theirs, ours)):
        merged = joined(base, one, other)
        assert f"| 🔐 Accès | mot mieux choisi {KEEP} | Risque un |" in merged.text
        assert "mot un" not in merged.text


def test_the_same_wording_on_both_sides_is_no_conflict() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["B.md"] = a_child("B", "dix")
    for one in (ours, theirs):
        one.replace("Constat un", "mot un")
        one.rebuild()
    assert joined(base, ours, theirs).text.count(f"mot un {KEEP}") == 1


def test_an_item_and_a_row_that_a_person_added_on_each_side_stand_both() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.replace("- [[B]]\n", "- [[B]]\n- mot de nous\n")
    theirs.replace("- [[B]]\n", "- [[B]]\n- mot d’eux\n")
    ours.replace("action un,", "action un, geste de nous,")
    theirs.replace("action deux.", "action deux, geste d’eux.")
    row = line_with(theirs.text, "📧 Mails |")
    theirs.replace(row, f"{row}\n| Hors audit | mot | | | |")
    ours.rebuild()
    theirs.rebuild()
    merged = joined(base, ours, theirs)
    assert f"- [[B]]\n- mot de nous {KEEP}\n- mot d’eux {KEEP}\n" in merged.text
    assert f"→ action un, geste de nous {KEEP}, action deux, geste d’eux {KEEP}." in merged.text
    assert f"| Hors audit {KEEP} | mot |" in merged.text


def test_a_row_kept_as_a_whole_meets_a_cell_of_the_other_side() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.replace("| 🔐 Accès |", f"| 🔐 Accès {KEEP} |")
    theirs.texts["A.md"] = a_child("A", "neuf")
    for one in (ours, theirs):
        one.rebuild()
    merged = joined(base, ours, theirs)
    assert f"| 🔐 Accès {KEEP} | Constat un | Risque un |" in merged.text


# ----------------------------------------------------------------------------------- conflicts


def test_two_different_wordings_are_a_conflict_that_shows_both_rows() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.replace("Constat un", "mot de nous")
    theirs.replace("Constat un", "mot d’eux")
    theirs.texts["B.md"] = a_child("B", "dix")
    ours.rebuild()
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 1
    assert (
        "|---|---|---|---|---|\n"
        "<<<<<<< ours\n"
        f"| 🔐 Accès | mot de nous {KEEP} | Risque un |  | 🚨 Haute |\n"
        "=======\n"
        f"| 🔐 Accès | mot d’eux {KEEP} | Risque un |  | 🚨 Haute |\n"
        ">>>>>>> theirs\n"
        "| 📧 Mails | Constat dix | Risque dix |  | 🚨 Haute |\n"
    ) in text
    assert text.count("<<<<<<<") == 1


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_conflict_resolved_to_one_side_is_that_wording_and_nothing_twice(side: str) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    for name, one in (("ours", ours), ("theirs", theirs)):
        one.replace("Constat un", f"mot {name}")
        one.replace("action deux", f"geste {name}")
        one.replace("- [[A]]", f"- [[A]] lien {name}")
        one.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 3
    hunk = re.compile(r"<{7} ours\n(?P<ours>.*?)={7}\n(?P<theirs>.*?)>{7} theirs\n", re.S)
    made = Notes(base.texts | {"S.md": hunk.sub(lambda found: found[side], text)})
    made.rebuild()
    chosen = ours if side == "ours" else theirs
    assert made.text == chosen.text


def test_a_conflict_has_the_marker_size_that_git_asks_for() -> None:
    base = vault(A="un")
    ours, theirs = fork(base), fork(base)
    ours.replace("Constat un", "mot de nous")
    theirs.replace("Constat un", "mot d’eux")
    ours.replace("Avant.", "Avant, nous.")
    theirs.replace("Avant.", "Avant, eux.")
    text, conflicts = merge(base, ours, theirs, size=9)
    assert conflicts == 2
    assert re.findall(r"^[<=>|]+", text.replace("| ", ""), re.M).count("<" * 9) == 2
    assert "=======\n" not in text.replace("=========", "")


# ------------------------------------------------------------------- what two persons did at once


def sides_of(text: str, side: str) -> str:
    """Return a text with each conflict resolved to one side."""
    hunk = re.compile(r"<{7} [^\n]*\n(?P<ours>.*?)={7}\n(?P<theirs>.*?)>{7} [^\n]*\n", re.S)
    return hunk.sub(lambda found: found[side], text)


def test_a_base_that_is_in_conflict_itself_decides_nothing() -> None:
    """git makes the base of a criss-cross merge by merging the bases; neither side of its conflict is older."""
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.replace("Constat un", "mot de nous")
    theirs.replace("Constat un", "mot d’eux")
    ours.rebuild()
    theirs.rebuild()
    virtual, conflicts = merge(base, ours, theirs, size=9)
    assert conflicts == 1
    for one, other in ((ours, theirs), (theirs, ours)):
        text, conflicts = merge(virtual, one, other)
        assert conflicts == 1
        assert "mot de nous" in text
        assert "mot d’eux" in text


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_conflict_of_headings_never_takes_a_region_with_it(side: str) -> None:
    base = vault(A="un", B="deux")
    base.replace("Avant.\n\n", "## Avant\n")
    base.replace("Entre.\n", "## Entre\n")
    base.rebuild()
    ours, theirs = fork(base), fork(base)
    for word, one in (("nous", ours), ("eux", theirs)):
        one.replace("## Avant", f"## Avant {word}")
        one.replace("## Entre", f"## Entre {word}")
        one.replace("Constat un" if one is ours else "Constat deux", f"mot {word}")
        one.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 2
    made = sides_of(text, side)
    assert f"mot nous {KEEP}" in made
    assert f"mot eux {KEEP}" in made
    assert not find_regions(parse_note("S.md", made)).faults


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_region_moved_into_a_conflict_of_prose_keeps_the_words_of_both(side: str) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    found = ours.region("recap")
    recap = ours.text[found.begin.start : found.end.end]
    ours.replace(recap, "")
    ours.replace("Après.", f"Après, nous.\n\n{recap}")
    theirs.replace("Après.", "Après, eux.")
    theirs.replace("Constat un", "mot d’eux")
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 1
    made = sides_of(text, side)
    assert made.count(f"mot d’eux {KEEP}") == made.count("vaultkit:begin recap") == 1


def test_comments_of_theirs_in_backlinks_leave_them_to_git() -> None:
    base = '---\nbacklinks:\n  - "[[A]]"\n---\nx\n'
    ours = base.replace('"[[A]]"', '"[[A]]"\n  - "[[B]]"')
    theirs = base.replace('"[[A]]"', '"[[A]]" # à relire\n  - "[[C]]"')
    text, _ = merge(base, ours, theirs)
    assert "# à relire" in text


HEADED = "{{ labels.findings }}"


def renamed(notes: Notes) -> Notes:
    """The same vault with another template of its own for the recap."""
    made = fork(notes)
    recap = (
        shipped()["recap.md"].replace(HEADED, "Constats majeurs").replace("{{ labels.priority }}", "Urgence")
    )
    made.templates = Templates({**shipped(), "t.md": SECTIONS, "recap.md": recap})
    return made


@pytest.mark.parametrize("turned", [False, True])
def test_a_header_generated_anew_meets_cells_generated_anew(turned: bool) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = renamed(base), fork(base)
    ours.rebuild()
    theirs.texts["B.md"] = a_child("B", "dix")
    theirs.rebuild()
    pair = (theirs, ours) if turned else (ours, theirs)
    text, conflicts = merge(base, *pair)
    assert conflicts == 0
    for after in (ours, base):
        made, line = fork(theirs), fork(ours)
        made.texts["S.md"] = text
        line.texts["B.md"] = theirs.texts["B.md"]
        for one in (made, line):
            one.texts["A.md"] = a_child("A", "onze")
            one.templates = after.templates
            one.rebuild()
        assert KEEP not in made.text
        assert made.text == line.text


def test_a_list_that_one_side_pruned_does_not_come_back_with_a_mark() -> None:
    base = vault(A="un")
    ours, theirs = fork(base), fork(base)
    del ours.texts["A.md"]
    ours.rebuild(prune=True)
    theirs.texts["A.md"] = a_child("A", "neuf").replace("action neuf", "geste\n- **Court terme** : encore")
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert "geste" not in text
    assert "encore" not in text
    made = Notes({"S.md": text}, {"t.md": SECTIONS})
    made.rebuild()
    assert KEEP not in made.text


@pytest.mark.parametrize("bare", [True, False])
def test_the_first_rebuild_on_both_branches_leaves_no_ghosts(bare: bool) -> None:
    children = {f"{name}.md": a_child(name, word) for name, word in (("A", "un"), ("B", "deux"))}
    base = Notes({"S.md": RECAP, **children}, {"t.md": SECTIONS})
    ours, theirs = fork(base), fork(base)
    theirs.texts["B.md"] = a_child("B", "dix")
    ours.rebuild()
    theirs.rebuild()
    text, conflicts = merge(base if bare else "", ours, theirs)
    assert conflicts == 0
    made = Notes({**theirs.texts, "S.md": text}, {"t.md": SECTIONS})
    made.rebuild()
    assert made.text == theirs.text


@pytest.mark.parametrize("turned", [False, True])
def test_a_mark_alone_gives_way_to_words(turned: bool) -> None:
    base = vault(A="un")
    ours, theirs = fork(base), fork(base)
    ours.replace("| Constat un |", f"| Constat un {KEEP} |")
    theirs.replace("| Constat un |", "| mot d’eux |")
    for one in (ours, theirs):
        one.rebuild()
    text, conflicts = merge(base, *((theirs, ours) if turned else (ours, theirs)))
    assert conflicts == 0
    assert f"| mot d’eux {KEEP} |" in text


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_header_reworded_on_both_sides_is_one_conflict(side: str) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.replace("Constats clés", "Constats ours")
    theirs.replace("Constats clés", "Constats theirs")
    theirs.replace("Constat deux", "mot d’eux")
    for one in (ours, theirs):
        one.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == text.count("<<<<<<<") == 1
    made = Notes({**base.texts, "S.md": sides_of(text, side)}, {"t.md": SECTIONS})
    made.rebuild()
    assert f"| Constats {side} |" in made.text
    assert f"| mot d’eux {KEEP} |" in made.text
    assert made.text.count(KEEP) == 1


HEAD = "| a | {} |\n|---|---|"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("", "> - a", HEAD.format("mot")),
        (HEAD.format("b"), "", HEAD.format("mot")),
        (f"{HEAD.format('b')}\n| c | d |", "", HEAD.format("mot")),
    ],
    ids=["beside a list", "table taken out", "table and rows taken out"],
)
def test_a_header_that_a_person_wrote_stays_even_without_rows(
    base: str, ours: str, theirs: str, turned: bool
) -> None:
    old, one, other = (synthesis("recap", body, " sum=0123abcd units=") for body in (base, ours, theirs))
    text, conflicts = merge(old, *((other, one) if turned else (one, other)))
    assert conflicts == 0
    assert theirs in text
    assert ours in text


TABLES = """\
{% for d in domains %}
### {{ d.name }}

| Action {{ d.name }} | Qui {{ d.name }} |
|---|---|
{% for one in d.actions %}
| {{ one }} | nous |
{% endfor %}

{% endfor %}
"""


@pytest.mark.parametrize("turned", [False, True])
def test_of_new_tables_on_both_sides_the_one_whose_header_a_person_reworded_stays(turned: bool) -> None:
    recap = RECAP.replace("begin recap", "begin template src=t.md").replace("end recap", "end template")
    base = Notes({"S.md": recap, "A.md": a_child("A", "un")}, {"t.md": TABLES})
    base.rebuild()
    ours, theirs = fork(base), fork(base)
    ours.texts["B.md"] = a_child("B", "deux")
    theirs.texts["C.md"] = a_child("C", "trois")
    for one in (ours, theirs):
        one.rebuild()
    pair = (theirs, ours) if turned else (ours, theirs)
    straight = fork(base)
    straight.texts |= {"B.md": ours.texts["B.md"], "C.md": theirs.texts["C.md"]}
    straight.rebuild()
    assert joined(base, *pair).body("template") == straight.body("template")
    for one in (theirs, straight):
        one.replace("| Action Factures |", "| Mot d’eux |")
        one.rebuild()
    assert joined(base, *pair).body("template") == straight.body("template")


@pytest.mark.parametrize("side", ["ours", "theirs"])
@pytest.mark.parametrize("word", ["Constat neuf", "mot d’eux"])
def test_an_eject_against_a_change_never_leaves_a_lone_marker(word: str, side: str) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    found = ours.region("recap")
    ours.replace(ours.text[found.begin.start : found.end.end], found.body.of(ours.text))
    ours.replace("Avant.", "Avant, nous.")
    theirs.replace("Avant.", "Avant, eux.")
    if word == "mot d’eux":
        theirs.replace("Constat un", word)
    else:
        theirs.texts["A.md"] = a_child("A", "neuf")
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts
    made = sides_of(text, side)
    assert not find_regions(parse_note("S.md", made)).faults
    assert word in text or word == "Constat neuf"


@pytest.mark.parametrize("turned", [False, True])
def test_a_region_put_into_a_callout_meets_what_was_generated_anew(turned: bool) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["A.md"] = a_child("A", "neuf")
    ours.rebuild()
    found = ours.region("recap")
    whole = ours.text[found.begin.start : found.end.end]
    ours.replace(
        whole,
        "> [!info] Tableau\n" + "".join(f"> {line}\n" if line else ">\n" for line in whole.split("\n")[:-1]),
    )
    theirs.texts["B.md"] = a_child("B", "dix")
    theirs.rebuild()
    text, conflicts = merge(base, *((theirs, ours) if turned else (ours, theirs)))
    assert conflicts == 0
    assert "> | 🔐 Accès | Constat neuf |" in text
    assert "> | 📧 Mails | Constat dix |" in text
    assert "> <!-- vaultkit:end recap" in text
    assert not find_regions(parse_note("S.md", text)).faults


def test_two_new_queries_at_one_place_stand_both() -> None:
    asked = "<!-- vaultkit:begin query\nLIST FROM {}\n-->\n\n- [[{}]]\n\n<!-- vaultkit:end query -->\n"
    base = vault(A="un")
    ours, theirs = fork(base), fork(base)
    ours.replace("Entre.\n", "Entre.\n\n" + asked.format('"a"', "nous"))
    theirs.replace("Entre.\n", "Entre.\n\n" + asked.format('"b"', "eux"))
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert asked.format('"a"', "nous") in text
    assert asked.format('"b"', "eux") in text
    same, conflicts = merge(base, ours, ours)
    assert (same.count("LIST FROM"), conflicts) == (1, 0)


@pytest.mark.parametrize("turned", [False, True])
def test_line_ends_changed_on_one_side_are_not_mixed(turned: bool) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["A.md"] = a_child("A", "neuf")
    theirs.texts["B.md"] = a_child("B", "dix")
    for one in (ours, theirs):
        one.rebuild()
    texts = [ours.text.replace("\n", "\r\n"), theirs.text]
    text, conflicts = merge(base.text, *(texts[::-1] if turned else texts))
    assert conflicts == 0
    assert text == joined(base, ours, theirs).text.replace("\n", "\r\n")


def test_each_of_many_lists_gets_what_is_remembered_of_it() -> None:
    said = [[f"{number:06x}", f"{number + 1000:06x}"] for number in range(300)]
    stamp = stamp_of("0" * 8, [[Trace(one) for one in group] for group in said], "")
    said[7], said[8] = ["ffffff"], [said[8][1], "aaaaaa"]
    dealt = Memory(stamp).deal([[], *said])
    assert dealt[0] == []
    assert [[trace.digest for trace in group or ()] for group in dealt[1:]] == [
        [f"{number:06x}", f"{number + 1000:06x}"] for number in range(300)
    ]


def test_two_lists_that_come_to_stand_side_by_side_are_remembered_as_one() -> None:
    """== t.md"""
    base = vault(A="un")
    base.replace("- [[A]]\n", "- [[A]]\n\nEntre deux.\n\n- mot un\n")
    base.rebuild()
    ours, theirs = fork(base), fork(base)
    ours.replace(f"Entre deux. {KEEP}\n\n", "")
    theirs.replace("- mot un", "- mot deux")
    for one in (ours, theirs):
        one.rebuild()
    text, _ = merge(base, ours, theirs)
    end = line_with(text, "vaultkit:end liens")
    assert "rows=" not in end
    made = Notes({**base.texts, "S.md": text}, {"t.md": SECTIONS})
    made.rebuild()
    assert made.text == text


# ----------------------------------------------------------------------------- as git does it


def test_prose_is_merged_as_git_merges_it_and_a_conflict_there_stays_one(tmp_path: Path) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["A.md"] = a_child("A", "neuf")
    theirs.texts["B.md"] = a_child("B", "dix")
    ours.replace("Avant.", "Avant, nous.")
    theirs.replace("Avant.", "Avant, eux.")
    theirs.replace("Après.", "Après, eux.")
    ours.rebuild()
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 1
    assert "<<<<<<< ours\nAvant, nous.\n=======\nAvant, eux.\n>>>>>>> theirs\n" in text
    assert "Constat neuf" in text
    assert "Constat dix" in text
    assert "Après, eux." in text


def test_a_region_that_one_side_moved_and_the_other_changed_is_moved_and_changed() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    found = ours.region("recap")
    recap = ours.text[found.begin.start : found.end.end]
    ours.replace(recap, "")
    ours.texts["S.md"] = f"{ours.text}\n## Tableau\n\n{recap}"
    theirs.texts["A.md"] = a_child("A", "neuf")
    theirs.rebuild()
    for one, other in ((ours, theirs), (theirs, ours)):
        text, conflicts = merge(base, one, other)
        assert conflicts == 0
        assert text.count("vaultkit:begin recap") == 1
        assert text.index("## Tableau") < text.index("Constat neuf")


def test_a_region_that_both_sides_moved_stands_once() -> None:
    base = vault(A="un")
    ours, theirs = fork(base), fork(base)
    found = base.region("recap")
    recap = base.text[found.begin.start : found.end.end]
    for one, before in ((ours, "Avant."), (theirs, "Après.")):
        one.replace(recap, "")
        one.replace(before, f"{recap}\n{before}")
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert text.count("vaultkit:begin recap") == text.count("Constat un") == 1


def test_a_region_taken_out_on_one_side_goes_if_the_other_only_generated() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    found = ours.region("recap")
    ours.replace(ours.text[found.begin.start : found.end.end], found.body.of(ours.text))
    theirs.texts["B.md"] = a_child("B", "dix")
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert "vaultkit:begin recap" not in text
    assert "Constat un" in text
    theirs.replace("Risque un", "mot d’eux")
    theirs.rebuild()
    text, conflicts = merge(base, ours, theirs)
    assert conflicts
    assert "mot d’eux" in text


@pytest.mark.parametrize(
    "broken",
    [
        "<!-- vaultkit:begin recap -->\n",
        "<!-- vaultkit:end liens -->\n",
        "<!-- vaultkit:begin recap v=9 -->\n",
    ],
)
def test_broken_markers_leave_all_to_git(tmp_path: Path, broken: str) -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["A.md"] = a_child("A", "neuf")
    theirs.texts["B.md"] = a_child("B", "dix")
    ours.rebuild()
    theirs.rebuild()
    texts = [one.text.replace("Avant.\n", f"Avant.\n{broken}") for one in (base, ours, theirs)]
    assert merge(*texts) == as_git(*texts, tmp_path)


def test_the_source_of_a_query_is_the_persons_and_two_changes_of_it_conflict() -> None:
    """== S.md"""

    def asked(query: str, body: str) -> str:
        region = f"<!-- vaultkit:begin query\n{query}\n-->\n\n{body}\n\n<!-- vaultkit:end query -->"
        notes = Notes({"S.md": RECAP.replace("Entre.", region)})
        found = notes.region("query")
        from vaultkit.render.body import parse_body
        from vaultkit.render.merge import merge as merged
        from vaultkit.render.merge_base import Policy

        done = merged(parse_body(""), parse_body(body), None, Policy(prune=True))
        end = found.end.of(notes.text)
        return notes.text.replace(end, f"<!-- vaultkit:end query {done.stamp.options()} -->\n")

    base = asked('LIST FROM "a"', "- [[un]]\n- [[deux]]")
    ours = asked('LIST FROM "a" SORT x', "- [[deux]]\n- [[un]]")
    theirs = asked('LIST FROM "a"', "- [[un]]\n- [[deux]]\n- [[trois]]")
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 0
    assert 'LIST FROM "a" SORT x' in text
    assert "- [[deux]]\n- [[trois]]\n- [[un]]" in text or "- [[deux]]\n- [[un]]\n- [[trois]]" in text
    theirs = asked('LIST FROM "b"', "- [[trois]]")
    text, conflicts = merge(base, ours, theirs)
    assert conflicts == 1
    assert '<<<<<<< ours\nLIST FROM "a" SORT x\n=======\nLIST FROM "b"\n>>>>>>> theirs\n' in text


def test_regions_in_a_quote_and_crlf_stay_what_they_are() -> None:
    base = vault(A="un", B="deux")
    ours, theirs = fork(base), fork(base)
    ours.texts["A.md"] = a_child("A", "neuf")
    theirs.texts["B.md"] = a_child("B", "dix")
    for one in (ours, theirs):
        one.rebuild()
    texts = [one.text.replace("\n", "\r\n") for one in (base, ours, theirs)]
    text, conflicts = merge(*texts)
    assert conflicts == 0
    assert text.count("\r\n") == text.count("\n")
    assert text.replace("\r\n", "\n") == joined(base, ours, theirs).text
    quoted = [quote(one.text) for one in (base, ours, theirs)]
    text, conflicts = merge(*quoted)
    assert conflicts == 0
    assert text == quote(joined(base, ours, theirs).text)


def quote(text: str) -> str:
    head, tail = text[: text.index("# Synth")], text[text.index("# Synth") :]
    return head + "".join(f"> {line}\n" if line else ">\n" for line in tail.rstrip("\n").split("\n"))


@law(60)
@given(
    *[st.lists(st.sampled_from([line for line in LINES if "\0" not in line]), max_size=12).map("\n".join)] * 3
)
@example("a\n", "b\n", "c\n")
def test_a_note_without_regions_is_merged_as_git_merges_it(base: str, ours: str, theirs: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len({base, ours, theirs}) == 3:
            assert merge(base, ours, theirs) == as_git(base, ours, theirs, Path(folder))


def test_bytes_that_are_no_utf8_and_binary_files_are_gits() -> None:
    assert merge_versions(b"a\n\xff\nb\n\nc\n", b"a\n\xff\nb\n\nd\n", b"A\n\xff\nb\n\nc\n") == (
        b"A\n\xff\nb\n\nd\n",
        0,
    )
    assert merge_versions(b"a\0", b"b\0", b"c\0") == (b"b\0", 1)


# ----------------------------------------------------------------------------------- backlinks


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ('\n  - "[[A]]"', '\n  - "[[A]]"\n  - "[[B]]"', '\n  - "[[A]]"\n  - "[[C]]"', '\n  - "[[A]]"\n  - "[[B]]"\n  - "[[C]]"'),
        ('\n- "[[A]]"\n- "[[Z]]"', '\n- "[[A]]"\n- "[[Z]]"\n- "[[B]]"', '\n- "[[A]]"\n- "[[C]]"', '\n- "[[A]]"\n- "[[B]]"\n- "[[C]]"'),
        (' ["[[A]]"]', ' ["[[A]]", "[[B]]"]', ' ["[[A]]", "[[C]]"]', ' ["[[A]]", "[[B]]", "[[C]]"]'),
        (" []", ' ["[[B]]"]', ' ["[[C]]"]', ' ["[[B]]", "[[C]]"]'),
        ("", '\n  - "[[B]]"', '\n  - "[[C]]"', '\n  - "[[B]]"\n  - "[[C]]"'),
        ("\n  - A", '\n  - "[[A]]"', '\n  - A\n  - "[[C]]"', '\n  - "[[A]]"\n  - "[[C]]"'),
    ],
)  # fmt: skip
def test_backlinks_are_merged_entry_by_entry(base: str, ours: str, theirs: str, merged: str) -> None:
    def front(entries: str, title: str = "t", tag: str = "x") -> str:
        return f"---\ntitle: {title}\nscope: X\nbacklinks:{entries}\nscope2: X\ntag: {tag}\n---\nTexte\n"

    assert merge(front(base), front(ours, title="nous"), front(theirs, tag="eux")) == (
        front(merged, title="nous", tag="eux"),
        0,
    )


# ---------------------------------------------------------------------------------------- laws


def test_the_kinds_that_are_merged_are_those_that_are_generated() -> None:
    assert frozenset(kinds.KINDS) == merge_driver.KINDS


KINDS = ("recap", "roadmap", "liens", "diagnostic", "domaine id=securite-et-acces", "template src=t.md")


@law(250)
@given(st.sampled_from(KINDS), BODIES, BODIES, BODIES, st.sampled_from(["", "> "]))
def test_no_word_that_a_side_wrote_since_the_base_is_lost(
    kind: str, base: str, ours: str, theirs: str, prefix: str
) -> None:
    stamp = " sum=0123abcd units="
    texts = [synthesis(kind, body, stamp, prefix) for body in (base, ours, theirs)]
    if any(find_regions(parse_note("S.md", text)).faults or "\0" in text for text in texts):
        return
    merged, _ = merge(*texts)
    for side in (ours, theirs):
        words = re.findall(r"[^\W\d]+", re.sub(r"<!--\s*vk:\s*keep\s*-->", "", side))
        new = [word for word in words if word not in re.findall(r"\w+", base)]
        assert [word for word in new if word not in merged] == []
    if "<<<<<<<" not in merged:
        assert not find_regions(parse_note("S.md", merged)).faults
