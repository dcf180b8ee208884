"""A keep mark is hidden from the person who types: words typed before it part it from its unit, and none is lost."""

from __future__ import annotations

import os
import random
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.render.conftest import KEEP, Notes, outcome
from tests.render.test_merge_laws import SECTIONS, child, law
from tests.render.test_regions import ACCESS, MAIL, regions

TEXTS = """\
{% for d in domains %}
### {{ d.name }}

{{ d.name }} en une phrase.

{% for one in d.actions %}
- {{ one }}
{% endfor %}

{% endfor %}
"""


@pytest.fixture
def mission() -> Notes:
    """A mission of two domains, just rebuilt."""
    kinds = ("recap", "roadmap", "liens", "template src=t.md")
    notes = Notes({"S.md": regions(*kinds), "Accès.md": ACCESS, "Mails.md": MAIL}, {"t.md": TEXTS})
    notes.rebuild()
    return notes


@pytest.fixture
def kept(mission: Notes) -> Notes:
    """That mission, in which a person has rewritten a cell, an item of the roadmap and one of a list."""
    mission.replace("Sessions partagées", "Sessions zq1")
    mission.replace("→ sécurité PC", "→ sécurité zq2")
    mission.replace("- badges", "- badges zq3")
    mission.replace("Mails & Courrier en une phrase.", "Mails & Courrier zq4.")
    mission.rebuild()
    assert mission.text.count(KEEP) == 4
    return mission


def line_with(notes: Notes, word: str) -> str:
    """Return the line in which a word stands."""
    [line] = [line for line in notes.text.split("\n") if word in line]
    return line.strip()


def typed(notes: Notes, word: str, text: str) -> None:
    """Type a text between a kept word and its mark."""
    stood = re.search(rf"{word}\.?(?= {KEEP})", notes.text)
    assert stood
    notes.replace(f"{stood[0]} {KEEP}", f"{stood[0]}{text} {KEEP}")
    notes.rebuild()


# ------------------------------------------------------------------------- typed before the mark


def test_an_item_typed_before_the_mark_of_a_roadmap_line_takes_nothing_from_the_one_before(
    kept: Notes,
) -> None:
    typed(kept, "zq2", ", zqa")
    assert f"→ sécurité zq2 {KEEP}, zqa {KEEP}, " in line_with(kept, "zq2")


def test_several_items_typed_before_the_mark_are_all_kept(kept: Notes) -> None:
    typed(kept, "zq2", ", zqa, zqb, zqc")
    assert f"→ sécurité zq2 {KEEP}, zqa {KEEP}, zqb {KEEP}, zqc {KEEP}, " in line_with(kept, "zq2")


def test_a_comma_typed_before_the_mark_leaves_the_item_as_it_was(kept: Notes) -> None:
    before = kept.text
    typed(kept, "zq2", ",")
    typed(kept, "zq2", ", ,")
    assert kept.text == before


def test_an_item_typed_before_the_mark_that_says_what_another_says(kept: Notes) -> None:
    kept.replace(f"zq2 {KEEP}", f"zq2, chiffrer les résultats {KEEP}")
    kept.rebuild()
    assert f"sécurité zq2 {KEEP}" in line_with(kept, "zq2")


def test_a_line_break_typed_before_the_mark_of_a_list_item(kept: Notes) -> None:
    typed(kept, "zq3", "\n- zqa")
    assert line_with(kept, "zq3") == f"- badges zq3 {KEEP}"
    assert line_with(kept, "zqa") == f"- zqa {KEEP}"


def test_a_bullet_that_has_nothing_but_the_mark_gives_it_back(kept: Notes) -> None:
    before = kept.text
    typed(kept, "zq3", "\n-")
    assert kept.text == before


@pytest.mark.parametrize("between", ["\n  - ", "\n\n", "\n\n### ", "\n1. ", "\n> ", "\n- zqb\n- "])
def test_whatever_begins_before_the_mark_the_item_above_stays(kept: Notes, between: str) -> None:
    typed(kept, "zq3", f"{between}zqa")
    assert "badges zq3" in kept.text
    assert "zqa" in kept.text


@pytest.mark.parametrize("between", ["\n\n", "\n- ", "\n\n### ", "\n\n> "])
def test_whatever_begins_before_the_mark_the_paragraph_above_stays(kept: Notes, between: str) -> None:
    typed(kept, "zq4", f"{between}zqa")
    assert "Courrier zq4" in line_with(kept, "zq4")
    assert "zqa" in kept.text


@pytest.mark.parametrize("between", ["\n2. ", "\n2. **Bientôt** → ", ", zqb\n2. ", "\n\n"])
def test_a_roadmap_line_broken_before_the_mark_keeps_its_item(kept: Notes, between: str) -> None:
    typed(kept, "zq2", f"{between}zqa")
    assert "→ sécurité zq2" in kept.text
    assert "zqa" in kept.text
    assert "zqb" in kept.text or "zqb" not in between


@pytest.mark.parametrize("between", [" | ", " | | ", " | zqb | ", " |\n| ", "\n| ", " | zqb |\n| "])
def test_a_row_split_before_the_mark_of_a_cell_keeps_the_cell(kept: Notes, between: str) -> None:
    typed(kept, "zq1", f"{between}zqa")
    assert "Sessions zq1" in kept.text
    assert "zqa" in kept.text
    assert "zqb" in kept.text or "zqb" not in between


@pytest.mark.parametrize("between", [" | ", " | zqb | ", " | zqb |\n| ", "\n| "])
def test_a_row_split_before_the_mark_at_its_label_stays_kept_as_a_whole(mission: Notes, between: str) -> None:
    mission.replace("| 🔐 Sécurité |", f"| 🔐 Sécurité & Accès zq5 {KEEP} |")
    mission.replace("Sessions partagées", "Sessions zq1")
    mission.rebuild()
    typed(mission, "zq5", f"{between}zqa")
    for word in ("zq5", "zqa", "Sessions zq1", "Données exposées"):
        assert word in mission.text, (word, mission.body("recap"))


@pytest.mark.parametrize("text", ["\n|", "\n| zqa", " | zqa", " |\n| zqa", "\n| zqa | zqb"])
@pytest.mark.parametrize("column", ["Priorité", "Opportunités"])
def test_a_long_table_that_is_remembered_row_by_row_loses_no_cell(text: str, column: str) -> None:
    texts = {f"{n:02}.md": child(n, f"Domaine {n}", [f"constat{n}", f"risque{n}"], []) for n in range(1, 43)}
    notes = Notes({"S.md": regions("recap")} | texts)
    notes.rebuild()
    stood = line_with(notes, "Constat12 ")
    cells = stood.split(" | ")
    cells[3 if column == "Opportunités" else 4] = "zq1" + " |" * (column == "Priorité")
    notes.replace(stood, " | ".join(cells))
    notes.rebuild()
    assert len(notes.stamp("recap").units) == len(texts)
    typed(notes, "zq1", text)
    for word in ("zq1", *re.findall(r"zq[ab]", text)):
        assert word in notes.text
    assert notes.text.count(KEEP) < 6


def test_a_row_split_where_the_person_has_renamed_and_moved_columns(mission: Notes) -> None:
    rows = mission.lines("recap")
    header = "| N° | Thème | Constats clés | Risques | Opportunités | Priorité |"
    mission.replace("\n".join(rows[:2]), f"{header}\n|---|---|---|---|---|---|")
    for number, row in enumerate(rows[2:], 1):
        mission.replace(row, f"| {number} {row}")
    mission.rebuild()
    mission.replace("Sessions partagées", "Sessions zq1")
    mission.rebuild()
    typed(mission, "zq1", " | zqa")
    assert "Sessions zq1" in mission.text
    assert "zqa" in mission.text


# -------------------------------------------------------------------------- typed after the mark


def test_a_word_typed_after_the_mark_belongs_to_its_unit_and_stays_a_word(kept: Notes) -> None:
    kept.replace(f"zq2 {KEEP}", f"zq2 {KEEP}zqa")
    kept.replace(f"zq3 {KEEP}", f"zq3 {KEEP} zqb")
    kept.rebuild()
    kept.texts["Mails.md"] = kept.texts["Mails.md"].replace("chiffrer les résultats", "chiffrer tout")
    kept.rebuild()
    assert f"→ sécurité zq2 zqa {KEEP}, chiffrer tout" in line_with(kept, "zq2")
    assert line_with(kept, "zqb") == f"- badges zq3 {KEEP} zqb"


def test_a_full_stop_typed_after_the_mark_stays_with_its_word(kept: Notes) -> None:
    kept.replace(f"zq1 {KEEP}", f"zq1 {KEEP}.")
    kept.replace("Bluewin", "Bluewin zqa")
    kept.rebuild()
    kept.replace("Données exposées", "Données zqb")
    kept.rebuild()
    assert f"Sessions zq1. {KEEP} |" in line_with(kept, "zq1")


# --------------------------------------------------------------------------- marks that move along


def test_an_item_moved_without_its_mark_is_kept_where_it_stands(kept: Notes) -> None:
    stood = line_with(kept, "zq2")
    assert stood == f"1. **Court terme** → sécurité zq2 {KEEP}, chiffrer les résultats."
    kept.replace(stood, f"1. **Court terme** → chiffrer les résultats {KEEP}, sécurité zq2.")
    kept.rebuild()
    assert "sécurité zq2" in kept.text


def test_an_item_copied_with_its_mark_is_kept_twice(kept: Notes) -> None:
    kept.replace(f"sécurité zq2 {KEEP}", f"sécurité zq2 {KEEP}, sécurité zq2 {KEEP}")
    kept.rebuild()
    assert kept.text.count(f"sécurité zq2 {KEEP}") == 2


@pytest.mark.parametrize("copies", ["sécurité zq2, sécurité zq2 {}", "sécurité zq2 {}, sécurité zq2"])
def test_an_item_copied_without_its_mark_is_kept_twice(kept: Notes, copies: str) -> None:
    kept.replace(f"sécurité zq2 {KEEP}", copies.format(KEEP))
    kept.rebuild()
    assert kept.text.count(f"sécurité zq2 {KEEP}") == 2
    kept.replace(f"sécurité zq2 {KEEP}, sécurité zq2 {KEEP}", "sécurité zq2, sécurité zq2")
    kept.rebuild()
    assert kept.text.count("zq2") == 1
    assert "sécurité PC, " in kept.text


def test_an_item_moved_with_its_mark_to_another_line_is_kept_there(kept: Notes) -> None:
    kept.replace(f"sécurité zq2 {KEEP}, ", "")
    kept.replace("→ badges.", f"→ badges, sécurité zq2 {KEEP}.")
    kept.rebuild()
    assert kept.lines("roadmap") == [
        "1. **Court terme** → sécurité PC, chiffrer les résultats.",
        f"2. **Structurant** → badges, sécurité zq2 {KEEP}.",
    ]


def test_two_items_joined_with_a_mark_between_are_one_that_is_kept(kept: Notes) -> None:
    kept.replace(f"zq2 {KEEP}, chiffrer", f"zq2 {KEEP}chiffrer")
    kept.rebuild()
    assert "sécurité zq2" in kept.text
    assert re.search(r"\bchiffrer les résultats", kept.text)


# ------------------------------------------------------------------------ the mark deleted by hand


def released(notes: Notes, word: str) -> None:
    """Delete the mark behind a kept word."""
    stood = re.search(rf"{word}\.?(?= {KEEP})", notes.text)
    assert stood
    notes.replace(f"{stood[0]} {KEEP}", stood[0])


@pytest.mark.parametrize(
    ("word", "source"),
    [
        ("zq1", "Sessions partagées"),
        ("zq2", "→ sécurité PC,"),
        ("zq3", "- badges\n"),
        ("zq4", "en une phrase"),
    ],
)
def test_a_deleted_mark_gives_its_unit_back_while_others_stand(kept: Notes, word: str, source: str) -> None:
    before = kept.text.count(source)
    released(kept, word)
    kept.rebuild()
    assert word not in kept.text
    assert kept.text.count(source) == before + 1
    assert kept.text.count(KEEP) == 3


def test_a_deleted_mark_gives_back_beside_a_unit_that_stays_kept(kept: Notes) -> None:
    kept.replace("chiffrer les résultats.", "chiffrer zqa.")
    kept.replace("Données exposées", "Données zqb")
    kept.rebuild()
    released(kept, "zq1")
    released(kept, "zq2")
    kept.rebuild()
    assert f"→ sécurité PC, chiffrer zqa {KEEP}." in kept.text
    assert f"| Sessions partagées | Données zqb {KEEP} |" in kept.text


def test_a_deleted_mark_gives_back_beside_a_unit_that_was_typed_without_a_mark(kept: Notes) -> None:
    kept.replace(f"zq2 {KEEP}, ", "zq2, zqa, ")
    kept.rebuild()
    assert f"→ sécurité PC, zqa {KEEP}, chiffrer les résultats." in kept.text


def test_a_deleted_mark_gives_back_while_a_kept_item_of_the_list_is_rewritten() -> None:
    actions = ["un", "deux", "trois", "quatre"]
    notes = Notes(
        {"S.md": regions("template src=t.md"), "A.md": child(1, "🔐 Sécurité", ["a", "b"], actions)},
        {"t.md": SECTIONS},
    )
    notes.rebuild()
    notes.replace("- un", "- un zq1")
    notes.replace("- quatre", "- quatre zq2")
    notes.rebuild()
    notes.replace(f"- un zq1 {KEEP}", f"- un zq3 {KEEP}")
    released(notes, "zq2")
    notes.rebuild()
    assert notes.lines("template")[1:] == [f"- un zq3 {KEEP}", "- deux", "- trois", "- quatre"]


def test_a_mark_that_returned_is_told_and_goes_when_it_is_deleted(kept: Notes) -> None:
    kept.replace(f"zq2 {KEEP}", f"zq2, zqa {KEEP}")
    told = outcome(kept.rebuild(), "roadmap")
    assert [fate.after for fate in told.changed] == ["sécurité zq2"]
    released(kept, "zq2")
    kept.rebuild()
    assert f"→ sécurité PC, zqa {KEEP}, chiffrer les résultats." in kept.text


# ---------------------------------------------------------------------------------- any typing

#: How many missions a law is tried on; more with VAULTKIT_HISTORIES=300.
HISTORIES = int(os.environ.get("VAULTKIT_HISTORIES", "40"))

#: What a person types; the word is one that stands nowhere else.
TYPED = (
    "{}",
    " {}",
    " {} ",
    ", {}",
    ", {}, ",
    "{}, ",
    ". {}",
    " | {}",
    " | {} | ",
    "\n{}",
    "\n\n{}",
    "\n\n{}\n\n",
    "\n- {}",
    "\n  - {}",
    "\n- {}\n- ",
    "\n2. {}",
    "\n2. **Suite** → {}",
    "\n\n### {}\n",
    "\n| {} | ",
    " |\n| {} | ",
    "\n> {}",
)
KINDS = ("recap", "roadmap", "liens", "diagnostic", "template src=t.md", "template src=u.md id=u")


def begun(seed: int, prefix: str = "") -> tuple[Notes, list[str]]:
    """Return a mission in which a person has rewritten some units, rebuilt; and his words."""
    chance = random.Random(seed)
    texts = {"S.md": regions(*KINDS)}
    for at, label in enumerate(("🔐 Sécurité & Accès", "📧 Mails & Courrier", "💰 Facturation"), 1):
        actions = [f"faire{at}{n}x" for n in range(3)]
        texts[f"{'ABC'[at - 1]}.md"] = child(at, label, [f"constat{at}x", f"risque{at}x"], actions)
    notes = Notes(texts, {"t.md": SECTIONS, "u.md": TEXTS})
    notes.rebuild()
    words = [f"kept{n}x" for n in range(chance.randrange(1, 7))]
    for word in words:
        insert(notes, word, chance, anywhere=False)
    notes.rebuild()
    return notes, words


def insert(notes: Notes, text: str, chance: random.Random, anywhere: bool = True) -> None:
    """Type a text inside a region: behind a word, often just before a mark; never within a comment or a marker."""
    spots, inside = [], False
    for line in re.finditer(r"[^\n]*\n", notes.text):
        if "vaultkit:" in line[0]:
            inside = "vaultkit:begin" in line[0]
        elif inside and not re.match(r"\|[ :|-]+$", line[0].strip()):
            comments = [found.span() for found in re.finditer(r"<!--.*?-->", line[0])]
            free = [at for at in range(len(line[0])) if not any(a < at < b for a, b in comments)]
            marks = [a - 1 for a, _ in comments]
            ends = [at for at in free if at and line[0][at - 1].isalnum() and not line[0][at].isalnum()]
            spots += [line.start() + at for at in (free + marks * 30 if anywhere else ends)]
    at = chance.choice(spots)
    typed = text if anywhere else f" {text}"
    notes.texts["S.md"] = notes.text[:at] + typed + notes.text[at:]


@law(HISTORIES)
@given(st.integers(0, 1_000_000), st.lists(st.sampled_from(TYPED), min_size=1, max_size=3))
@example(1, [", {}"])
def test_no_word_is_lost_wherever_a_person_types(seed: int, shapes: list[str]) -> None:
    notes, words = begun(seed)
    chance = random.Random(seed)
    # a word is cut in two by what is typed into it: then both halves are the person's
    typed = [f"typed{n}x" for n in range(len(shapes))]
    for word, shape in zip(typed, shapes, strict=True):
        insert(notes, shape.format(word), chance)
    stood = [word for word in (*words, *typed) if word in notes.text]
    before = notes.text
    notes.rebuild()
    lost = [word for word in stood if word not in notes.text]
    assert not lost, (lost, before, notes.text)


def own(line: str) -> bool:
    """Whether a line may stand for nothing that is generated: a row or line by its label, a link, a heading."""
    return bool(re.match(r"\|[^|]*kept|[^→]*kept.*→|- \[\[|#", line)) or not re.match(r"\||\d\.|- ", line)


@law(HISTORIES)
@given(st.integers(0, 1_000_000))
def test_deleted_marks_give_back_their_units_whatever_else_is_kept(seed: int) -> None:
    notes, words = begun(seed)
    chance = random.Random(seed)
    marked = [line for line in notes.text.split("\n") if KEEP in line and not own(line)]
    if not marked:
        return
    line = chance.choice(marked)
    there = [word for word in words if word in line]
    notes.replace(line, line.replace(f" {KEEP}", ""))
    notes.rebuild()
    assert not [word for word in there if word in notes.text], (line, notes.text)
