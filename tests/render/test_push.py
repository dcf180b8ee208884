"""`push` writes the short wordings of a synthesis into its child notes; then they are generated again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.audit.extract import domain_note
from vaultkit.audit.gathering import missions
from vaultkit.edits import apply_edits
from vaultkit.markdown.parse import parse_note
from vaultkit.render.push import Place, Proposal, plan_push, unclaimed
from vaultkit.render.push_edits import edits_for, unmarking
from vaultkit.render.refresh import refresh
from vaultkit.render.scene import Scene
from vaultkit.render.templates import Templates
from vaultkit.settings import Settings
from vaultkit.shell.files import DiskFiles
from vaultkit.shell.resources import region_templates
from vaultkit.vault.index import VaultIndex

TEMPLATES = Templates(region_templates(DiskFiles(Path("/nowhere")), (), Settings()))

RECAP = """\
## Tableau récapitulatif
<!-- vaultkit:begin recap -->

| Domaine | Constats clés | Risques | Opportunités | Priorité |
|---|---|---|---|---|
{}

<!-- vaultkit:end recap -->
"""
ROADMAP = """\
## Feuille de route
<!-- vaultkit:begin roadmap -->

{}

<!-- vaultkit:end roadmap -->
"""
SYNTHESIS = "---\ncategory: synthese_globale\nscope: X\n---\n"
CHILD = "---\ncategory: domaine\nscope: X\n---\n"


@dataclass(frozen=True)
class Pushed:
    """What a push left: the notes, what was proposed, and what no note could take."""

    notes: Mapping[str, str]
    proposals: tuple[Proposal, ...]
    without: tuple[str, ...]


def yes(proposal: Proposal) -> bool:
    return True


def push(
    notes: Mapping[str, str], items: Mapping[str, str] | None = None, take: Callable[[Proposal], bool] = yes
) -> Pushed:
    """Push twice over: first what gives a note its domain, then the wordings."""
    said = dict(notes)
    found: list[Proposal] = []
    without: list[str] = []
    for planned in ("domains", "wordings"):
        mission = missions(index_of(said))[0]
        if planned == "domains":
            proposals = [p for p in unclaimed(mission, {}) if take(p)]
        else:
            plan = plan_push(mission, items or {}, index_of(said).notes)
            without = [wording for wording, _ in plan.without]
            proposals = [p for p in plan.proposals if take(p)]
        for path in {proposal.path for proposal in proposals}:
            note = parse_note(path, said[path])
            own = [proposal for proposal in proposals if proposal.path == path]
            said[path] = apply_edits(note.text, edits_for(note, domain_note(note), own, mission.language))
        mission = missions(index_of(said))[0]
        said[mission.path] = apply_edits(mission.synthesis.text, unmarking(mission, proposals))
        found += proposals
    return Pushed(said, tuple(found), tuple(without))


def index_of(notes: Mapping[str, str]) -> VaultIndex:
    return VaultIndex.of(parse_note(path, text) for path, text in notes.items())


def rebuild(notes: Mapping[str, str]) -> dict[str, str]:
    index = index_of(notes)
    [mission] = missions(index)
    done = refresh(mission.synthesis, Scene(mission, index, TEMPLATES.render), lambda error, region: None)
    assert not done.refused
    return dict(notes) | {mission.path: done.text}


def vault(child: str, row: str = "", roadmap: str = "", **more: str) -> dict[str, str]:
    body = (RECAP.format(row) if row else "") + (ROADMAP.format(roadmap) if roadmap else "")
    return {"S.md": SYNTHESIS + body, "A.md": child, **{f"{name}.md": text for name, text in more.items()}}


# ------------------------------------------------------------------------------ where a cell goes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "# Accès\n\nVu.\n\n## Constats\n- a ❌\n",
            "# Accès\n\nVu.\n\n## En bref\n- **Constat** : Portes ouvertes\n\n## Constats\n- a ❌\n",
            id="a new En bref before the first section",
        ),
        pytest.param(
            "# Accès\n\nVu.\n",
            "# Accès\n\nVu.\n\n## En bref\n- **Constat** : Portes ouvertes\n",
            id="a new En bref at the end of a note without sections",
        ),
        pytest.param(
            "# Accès\n## En bref\n\n* **Risque** : r ^b1\n\n## Constats\n",
            "# Accès\n## En bref\n\n* **Risque** : r ^b1\n* **Constat** : Portes ouvertes\n\n## Constats\n",
            id="a new entry in the form that stands there",
        ),
        pytest.param(
            "# Accès\n## En bref\n- **Constat** :\n- **Risque** :\n",
            "# Accès\n## En bref\n- **Constat** : Portes ouvertes\n- **Risque** :\n",
            id="the empty entry of a fresh template",
        ),
        pytest.param(
            "# Accès\n## En bref\n- **Constat** : portes [source:: x] #it ^b1\n",
            "# Accès\n## En bref\n- **Constat** : Portes ouvertes [source:: x] #it ^b1\n",
            id="the words of an entry, not its field, tag and block id",
        ),
        pytest.param(
            "# Accès\n> [!abstract] En bref\n> - **Risque** : r\n\nfin\n",
            "# Accès\n> [!abstract] En bref\n> - **Risque** : r\n> - **Constat** : Portes ouvertes\n\nfin\n",
            id="an entry in a callout",
        ),
        pytest.param(
            "# Accès\nÀ retenir : [constat_cle:: portes] ici\n",
            "# Accès\nÀ retenir : [constat_cle:: Portes ouvertes] ici\n",
            id="an inline field",
        ),
        pytest.param(
            "# Accès\nconstat_cle:: portes\n",
            "# Accès\nconstat_cle:: Portes ouvertes\n",
            id="a field of a line",
        ),
    ],
)
def test_a_cell_goes_to_its_place_and_nothing_else_changes(before: str, after: str) -> None:
    row = "| Accès | Portes ouvertes |  |  | à définir |"
    for newline in ("\n", "\r\n"):
        notes = vault((CHILD + before).replace("\n", newline), row)
        pushed = push(notes)
        assert pushed.notes["A.md"] == (CHILD + after).replace("\n", newline)
        assert pushed.notes["S.md"] == notes["S.md"]


@pytest.mark.parametrize("key", ["constat_cle", "Constat clé"])
def test_a_cell_goes_to_the_property_that_words_it(key: str) -> None:
    child = CHILD.replace("scope", f"{key}: 'portes' # court\nscope") + "# Accès\n"
    pushed = push(vault(child, "| Accès | Portes ouvertes |  |  | à définir |"))
    assert pushed.notes["A.md"] == child.replace("'portes'", "Portes ouvertes")


def test_a_cell_that_several_entries_say_together_gets_a_property_and_they_stay() -> None:
    child = CHILD + "# Accès\n## En bref\n- **Constat** : un\n- **Constat** : deux\n"
    pushed = push(vault(child, "| Accès | Portes ouvertes |  |  | à définir |"))
    assert pushed.notes["A.md"] == child.replace("scope: X\n", "scope: X\nconstat_cle: Portes ouvertes\n")


def test_priority_and_short_label_go_to_properties() -> None:
    pushed = push(vault(CHILD + "# Accès & clés\n", "| 🔑 Accès |  |  |  | 🚨 Haute |"))
    assert (
        pushed.notes["A.md"]
        == CHILD.replace("scope: X\n", "scope: X\ndomaine_court: 🔑 Accès\npriorite: haute\n")
        + "# Accès & clés\n"
    )


@pytest.mark.parametrize("said", ["à définir", ""])
def test_nobody_said_a_priority(said: str) -> None:
    assert push(vault(CHILD + "# Accès\n", f"| Accès |  |  |  | {said} |")).proposals == ()


def test_the_order_of_the_rows_goes_to_ordre() -> None:
    notes = vault(CHILD + "# Accès\n", "| Mails |  |  |  |  |\n| Accès |  |  |  |  |", B=CHILD + "# Mails\n")
    pushed = push(notes)
    assert {p.path: p.wording for p in pushed.proposals} == {"B.md": "1", "A.md": "2"}
    assert "ordre: 2\n" in pushed.notes["A.md"]


def test_english_and_german_columns_are_known() -> None:
    for heads in (
        "Key findings | Risks | Opportunities | Priority",
        "Wichtigste Feststellungen | Risiken | Chancen | Priorität",
    ):
        notes = vault(CHILD + "# Accès\n", "| Accès | a | b | c | high |")
        notes["S.md"] = notes["S.md"].replace("Constats clés | Risques | Opportunités | Priorité", heads)
        assert [p.topic or p.key for p in push(notes).proposals] == [
            "findings",
            "risks",
            "opportunities",
            "priorite",
        ]


def test_a_cell_of_two_notes_is_parted_at_its_semicolon_else_reported() -> None:
    child = CHILD.replace("scope", "constat_cle: {}\nscope") + "# Accès\n"
    notes = vault(child.format("un"), "| Accès | Un ; trois |  |  |  |", B=child.format("deux"))
    pushed = push(notes)
    assert [(p.path, p.wording) for p in pushed.proposals] == [("B.md", "trois")]
    refused = push(vault(child.format("un"), "| Accès | Trois |  |  |  |", B=child.format("deux")))
    assert (refused.proposals, refused.without) == ((), ("Trois",))


@pytest.mark.parametrize("wording", ["Portes ❌", "Portes #it", "Portes [a:: b]", "%%x%% Portes"])
def test_a_wording_that_a_note_cannot_say_as_it_is_stays(wording: str) -> None:
    pushed = push(vault(CHILD + "# Accès\n", f"| Accès | {wording} |  |  |  |"))
    assert (pushed.proposals, pushed.without) == ((), (wording,))


def test_a_row_without_note_is_reported() -> None:
    assert push(vault(CHILD + "# Accès\n", "| Locaux | x |  |  |  |")).without == ("Locaux",)


# -------------------------------------------------------------------------- where an item goes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Chiffrer les postes (resp. M)", "**postes chiffrés** – Chiffrer les postes (resp. M)"),
        ("**chiffrement** – des postes", "**postes chiffrés** – des postes"),
        ("**Chiffrer** les postes", "**postes chiffrés** – **Chiffrer** les postes"),
        ("les postes [libelle:: chiffrement] ^b", "les postes [libelle:: postes chiffrés] ^b"),
    ],
)
def test_an_item_becomes_the_label_of_its_action(before: str, after: str) -> None:
    child = f"{CHILD}# Accès\n## Actions\n- **Court terme** : {before}\n"
    pushed = push(vault(child, "", "1. **Court terme** → postes chiffrés."))
    assert pushed.notes["A.md"] == child.replace(before, after)


@pytest.mark.parametrize(
    ("action", "after"),
    [
        ("changer ^b1", "changer (hors feuille de route) ^b1"),
        ("changer #it 📅 2025-10-01", "changer (hors feuille de route) #it 📅 2025-10-01"),
        ("changer\n  les clés", "changer\n  les clés (hors feuille de route)"),
        ("changer  ", "changer (hors feuille de route)  "),
    ],
)
def test_an_action_beside_matched_ones_is_noted_as_left_out_before_its_tail(action: str, after: str) -> None:
    child = (
        f"{CHILD}# Accès\n## Actions\n- **Court terme** : chiffrer les postes\n- **Court terme** : {action}\n"
    )
    pushed = push(vault(child, "", "1. **Court terme** → chiffrer les postes."))
    assert pushed.notes["A.md"] == child.replace(action, after)
    assert "changer" not in rebuild(pushed.notes)["S.md"]


def test_left_out_is_never_sure_and_only_where_an_item_of_the_horizon_matched() -> None:
    child = f"{CHILD}# Accès\n## Actions\n- **Court terme** : chiffrer\n"
    child += "- **Structurant** : badge\n- **Structurant** : registre\n"
    plan = push(vault(child, "", "1. **Court terme** → rien de tel.\n2. **Structurant** → badge."))
    assert [(p.place, p.sure, p.wording) for p in plan.proposals] == [(Place.LEFT_OUT, False, "registre")]


def test_an_action_that_is_new_since_the_last_rebuild_is_not_proposed_as_left_out() -> None:
    child = f"{CHILD}# Accès\n## Actions\n- **Court terme** : chiffrer\n- **Court terme** : badge\n"
    notes = rebuild(vault(child, "", "1. **Court terme** → chiffrer, badge."))
    grown = notes | {"A.md": child + "- **Court terme** : registre\n"}
    assert push(grown).proposals == ()
    deleted = grown | {"S.md": notes["S.md"].replace("chiffrer, badge.", "chiffrer.")}
    assert [p.wording for p in push(deleted).proposals] == ["badge"]


def test_a_tie_is_no_match_and_item_decides() -> None:
    child = CHILD + "# {}\n## Actions\n- **Court terme** : trier le courrier\n"
    notes = vault(child.format("Accès"), "", "1. **Court terme** → courrier.", B=child.format("Mails"))
    assert push(notes).without == ("courrier",)
    assert [(p.path, p.sure) for p in push(notes, {"Courrier": "B"}).proposals if p.place is Place.LABEL] == [
        ("B.md", True)
    ]


def test_the_order_of_the_domains_is_the_order_of_the_items() -> None:
    child = CHILD.replace("scope", "ordre: {1}\nscope") + "# {0}\n## Actions\n- **Court terme** : plan {0}\n"
    notes = vault(
        child.format("Accès", 1), "", "1. **Court terme** → mails, accès.", B=child.format("Mails", 2)
    )
    assert push(notes).without == ("mails", "accès")  # only one of them could keep its place: a tie


# --------------------------------------------------------------- notes that only have a file name


def test_a_note_with_only_a_file_name_is_claimed_by_a_row_or_section() -> None:
    row = "| 🔐 Accès & clés | x |  |  | 🚨 Haute |"
    notes = vault(CHILD + "# Mails\n", row, Acces_IT=CHILD + "texte\n")
    pushed = push(notes)
    assert pushed.notes["Acces_IT.md"].startswith(
        "---\ncategory: domaine\nscope: X\ndomaine: 🔐 Accès & clés\nordre: 1\ndomaine_court:"
    )
    assert pushed.notes["A.md"] == notes["A.md"]


def test_a_note_with_a_label_of_its_own_is_never_claimed() -> None:
    notes = vault(CHILD + "# Accès distant\n", "| 🔐 Accès & clés | x |  |  |  |")
    assert push(notes).without == ("🔐 Accès & clés",)


def test_a_claim_between_two_like_names_is_a_tie() -> None:
    notes = {
        "S.md": SYNTHESIS + RECAP.format("| Accès | x |  |  |  |"),
        "Acces_1.md": CHILD + "x",
        "Acces_2.md": CHILD + "x",
    }
    assert push(notes).proposals == ()


# ------------------------------------------------------------------------------------ keep marks


def test_the_marks_of_what_was_pushed_go_and_the_others_stay() -> None:
    child = CHILD + "# Accès\n## Constats\n- c ❌\n## Risques\n- r\n"
    row = "| Accès | Portes <!-- vk:keep --> | Vols <!-- vk:keep --> |  | à définir |"
    notes = rebuild(vault(child, row))
    one = push(notes, take=lambda p: p.wording == "Portes")
    assert "| Portes | Vols <!-- vk:keep --> |" in one.notes["S.md"]
    assert "| Portes | Vols <!-- vk:keep --> |" in rebuild(one.notes)["S.md"]
    both = push(notes)
    assert "vk:keep" not in rebuild(both.notes)["S.md"]


def test_a_mark_for_the_whole_row_becomes_marks_on_the_cells_that_still_differ() -> None:
    child = CHILD + "# Accès\n## Constats\n- c ❌\n## Risques\n- r\n"
    notes = rebuild(vault(child, "| Accès | Portes | Vols |  | à définir |"))
    assert "| Accès <!-- vk:keep --> | Portes | Vols |" in notes["S.md"]
    one = rebuild(push(notes, take=lambda p: p.wording == "Portes").notes)
    assert "| Accès | Portes | Vols <!-- vk:keep --> |" in one["S.md"]


def test_a_first_letter_that_was_low_is_raised_and_no_reason_to_keep_the_cell() -> None:
    notes = rebuild(vault(CHILD + "# Accès\n", "| Accès | portes <!-- vk:keep --> |  |  | à définir |"))
    after = rebuild(push(notes).notes)
    assert "| Accès | Portes |" in after["S.md"]
    assert "vk:keep" not in after["S.md"]
    assert push(after).proposals == ()


# ------------------------------------------------------------------------------------------ laws

WORDS = st.sampled_from(
    [
        "Portes",
        "dossiers ouverts",
        "[[A|Note]] lue",
        "a \\| b",
        "**clé** perdue",
        "coût\u00a0: 4",
        "x (y, z)",
        "",
    ]
)
BODIES = st.lists(
    st.sampled_from(
        [
            "",
            "Vu.",
            "## En bref\n- **Constat** :",
            "## En bref\n* Risque : r",
            "## Constats\n- c ❌",
            "## Actions\n- **Court terme** : trier",
        ]
    ),
    unique=True,
)


@settings(max_examples=100, deadline=None)
@given(
    BODIES,
    st.tuples(WORDS, WORDS, WORDS),
    st.sampled_from(["Haute", "⚠️ Moyenne", "à voir"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_law_after_push_and_rebuild_every_pushed_cell_is_generated_and_a_second_push_has_nothing_to_do(
    body: list[str], cells: tuple[str, ...], priority: str, newline: str
) -> None:
    child = CHILD + "# Accès\n" + "\n\n".join(body) + "\n"
    notes = vault(child.replace("\n", newline), f"| Accès | {' | '.join(cells)} | {priority} |")
    pushed = push(notes)
    after = rebuild(pushed.notes)
    if all(cells):
        assert "vk:keep" not in after["S.md"]
    assert push(after).proposals == ()
    assert rebuild(after) == after


@pytest.mark.parametrize(
    ("region", "body", "kept"),
    [
        ("plan", "| Mesure | Coût |\n|---|---|\n| Badges | CHF 5 <!-- vk:keep --> |\n", "CHF 5"),
        ("evolution", "- **A-1** badges, enfin <!-- vk:keep -->\n", "**A-1** badges, enfin"),
        ("avancement", "Rien ne bouge. <!-- vk:keep -->\n", "Rien ne bouge."),
    ],
)
def test_what_is_kept_in_other_regions_is_said_to_stay_kept(region: str, body: str, kept: str) -> None:
    said = f"{SYNTHESIS}<!-- vaultkit:begin {region} -->\n\n{body}\n<!-- vaultkit:end {region} -->\n"
    pushed = push({"S.md": said, "A.md": f"{CHILD}# Accès\n"})
    assert (pushed.proposals, pushed.without) == ((), (kept,))
    assert pushed.notes["S.md"] == said
