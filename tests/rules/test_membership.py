"""Notes that would drop out of their mission without a word."""

from __future__ import annotations

import pytest

from tests.rules.examples import opened
from vaultkit.edits import apply_edits
from vaultkit.markdown.lost_block import lost_block
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.membership import one_slip

SYNTHESIS = "---\ncategory: synthese_globale\nscope: Cabinet Exemple\n---\n# Synthèse\n"


def told(tmp_path, files, *codes):
    """Return the code, line, message and hint of what is said of a small vault."""
    session = opened(files, tmp_path / f"v{len(list(tmp_path.iterdir()))}")
    return [
        (
            each.kind.code,
            session.index.notes[each.path].lines.place(each.finding.span.start)[0],
            each.finding.message.en,
            each.finding.hint.en if each.finding.hint else "",
        )
        for each in session.check(session.plan(), hints=9)
        if each.kind.code in (codes or ("VK201", "VK215", "VK710"))
    ]


# ------------------------------------------------------------------------------ VK201, lost blocks


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("---\ncategory: domaine\nscope: X\n# T\n", 1, "'---' opens a block that is never closed"),
        ("---\r\ncategory: domaine\r\n\r\nTexte\r\n", 1, "'---' opens a block that is never closed"),
        (
            "\ufeff---\nclient: Favre\ntags:\n  - a\nville: Nyon",
            1,
            "'---' opens a block that is never closed",
        ),
        ("---\ntags:\n  - a\n  - b\nville: Nyon\n----\n", 1, "'---' opens a block that is never closed"),
        ("\n---\ncategory: domaine\n---\n# T\n", 2, "there is white space before '---'"),
        (" ---\ncategory: domaine\n---\n", 1, "there is white space before '---'"),
        ("\ufeff\n\n---\nscope: X\n---\n", 3, "there is white space before '---'"),
    ],
)
def test_a_lost_block_is_told_at_its_line(tmp_path, text, line, says):
    assert [(code, at) for code, at, _, _ in told(tmp_path, {"N.md": text})] == [("VK201", line)]
    assert says in lost_block(text).message.en


@pytest.mark.parametrize(
    "text",
    [
        "---\n",
        "---\n\ncategory: domaine\n",
        "---\nUne phrase.\n",
        "---\nNote: ceci est une phrase.\n\nSuite.\n",
        "---\n- un\n- deux: trois\n",
        "---\ncategory: domaine\n---\n",
        "---\n# Titre\nclient: x\nville: y\n",
        "\n\n# Titre\n\n---\ncategory: domaine\n",
        "----\ncategory: domaine\nscope: X\n",
    ],
)
def test_a_rule_is_no_lost_block(text):
    assert lost_block(text) is None


def test_white_space_before_the_block_is_taken_away_by_a_fix():
    text = "\ufeff \r\n\r\n---\r\ncategory: domaine\r\n---\r\nTexte\r\n"
    mended = apply_edits(text, lost_block(text).fix)
    assert mended == "\ufeff---\r\ncategory: domaine\r\n---\r\nTexte\r\n"
    assert parse_note("N.md", mended).properties == {"category": "domaine"}
    assert lost_block("\n---\ncategory: domaine\n").fix == ()


# ------------------------------------------------------------------------------ VK215


@pytest.mark.parametrize(
    ("head", "line", "hint"),
    [
        ("Category: domaine\nscope: X", 2, "write category: domaine"),
        ("scope: X\ncatégorie: Domaines", 3, "write category: domaine"),
        ("catgory: entretien\nscope: X", 2, "write category: entretien"),
        ("category: domaines\nscope: X", 2, "did you mean category: domaine?"),
        ("category: synthese_gobale\nscope: X", 2, "did you mean category: synthese_globale?"),
        ("category: [domaine]\nscope: X", 2, "did you mean category: domaine?"),
        ("category: domaine\nScope: Étude Favre", 3, "write scope: Étude Favre"),
        ("category: domaine\nscop: Étude Favre", 3, "write scope: Étude Favre"),
    ],
)
def test_a_category_or_key_one_slip_away_is_told_with_the_right_one(tmp_path, head, line, hint):
    [(code, at, _, said)] = told(tmp_path, {"N.md": f"---\n{head}\n---\n# T\n"})
    assert (code, at, said) == ("VK215", line, hint)


def test_a_category_in_the_text_is_told_and_the_place_where_it_is_read(tmp_path):
    [(code, at, _, hint)] = told(tmp_path, {"N.md": "---\nscope: X\n---\n# T\ncategory:: domaine\n"})
    assert (code, at) == ("VK215", 5)
    assert hint == "write category: domaine between the two --- at the head of the note"


@pytest.mark.parametrize(
    "head",
    [
        "category: reunion",
        "category: synthese",
        "category: devis",
        "Category: Musique",
        "categories: [blog, domaines divers]",
        "category:",
        "category: [a, b]",
        "score: 3\ncategory: reunion",
        "title: Category",
        "Category: domaine\ncategory: domaine\nscope: X",
    ],
)
def test_categories_of_someones_own_are_not_talked_about(tmp_path, head):
    assert told(tmp_path, {"N.md": f"---\n{head}\n---\ncategory:: autre\n"}) == []


def test_the_categories_of_the_vaults_own_schemas_are_known(tmp_path):
    schema = {"vaultkit/schemas/s.yaml": "category: domaines\n"}
    assert told(tmp_path, {**schema, "N.md": "---\ncategory: domaines\n---\n"}) == []
    [(_, _, _, hint)] = told(tmp_path, {"vaultkit/schemas/s.yaml": "category: visite\n", "N.md": "---\ncategory: visites\n---\n"})  # fmt: skip
    assert hint == "did you mean category: visite?"


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("domaine", "domaines", True),
        ("domaine", "domane", True),
        ("domaine", "dommina", False),
        ("domaine", "doamine", True),
        ("domaine", "domaine", False),
        ("entretien", "entertien", True),
        ("abcd", "badc", False),
    ],
)
def test_a_slip_is_one_letter(one, other, near):
    assert one_slip(one, other) is one_slip(other, one) is near


# ------------------------------------------------------------------------------ VK710


def test_a_child_that_no_synthesis_gathers_is_told_with_the_nearest_scope(tmp_path):
    files = {
        "S.md": SYNTHESIS,
        "Accès.md": "---\ncategory: domaine\nscope: Cabinet Exmple\n---\n# Accès\n",
        "Mail.md": "---\ncategory: entretien\nscope: cabinet  exemple\n---\n# Mail\n",
    }
    assert told(tmp_path, files) == [
        ("VK710", 3, "no synthesis gathers this note", "did you mean scope: Cabinet Exemple?")
    ]
    del files["S.md"]
    assert told(tmp_path, files) == []


def test_a_delivered_synthesis_gathers_too_and_a_declared_target_is_named(tmp_path):
    files = {
        "S.md": SYNTHESIS.replace("scope:", "statut: livré\nscope:"),
        "Accès.md": "---\ncategory: domaine\nscope: Cabinet Exemple\n---\n# Accès\n",
        "B.md": '---\ncategory: domaine\nscope: Cabinet Exemple\nsynthese: "[[Accès]]"\n---\n# B\n',
    }
    assert told(tmp_path, files) == [
        ("VK710", 3, "no synthesis gathers this note", "its property synthese leads to 'Accès', which is no synthesis")
    ]  # fmt: skip


def test_a_missing_scope_is_told_once(tmp_path):
    files = {"S.md": SYNTHESIS, "A.md": "---\ncategory: domaine\n---\n# A\n"}
    assert [code for code, *_ in told(tmp_path, files, "VK203", "VK215", "VK710")] == ["VK203"]


def test_a_conflict_copy_is_no_lost_note(tmp_path):
    text = "---\ncategory: domaine\nscope: Cabinet Exemple\n---\n# A\n- Un\n"
    files = {"S.md": SYNTHESIS, "A.md": text, "A.sync-conflict-20250102-101010-ABCDEFG.md": text}
    assert told(tmp_path, files) == []


# ------------------------------------------------------------------------------ waivers


def test_many_unknown_waivers_look_up_few_likenesses(tmp_path):
    names = "".join(f"  - VK{n}x\n" for n in range(20_000))
    found = told(tmp_path, {"N.md": f"---\nvaultkit_ignore:\n{names}---\n"}, "VK214")
    assert len(found) == 20_000
    assert sum("did you mean" in hint for *_, hint in found) <= 20
