"""How an item is followed up: each line is one that a consultant writes, in words first and fields second."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from vaultkit.audit.extract import domain_note
from vaultkit.audit.model import Action, Item
from vaultkit.audit.plan import By, planned, rated, stands, totals
from vaultkit.audit.remarks import FIELDS, level_of, said_in, state_of, without_remarks
from vaultkit.audit.tracking import UNTRACKED, State, Tracking
from vaultkit.audit.wording import STATES, printed_id, risk_level, standing, state_label, step_label
from vaultkit.audit.words import LANGUAGES, Topic
from vaultkit.markdown.parse import parse_note
from vaultkit.values import Money

HEAD = "---\ncategory: domaine\nscope: S\n---\n# Accès\n"
OCTOBER = date(2025, 10, 1)


def finding(words: str) -> Item:
    """Return the finding of one line."""
    [item] = domain_note(parse_note("A.md", f"{HEAD}## Constats\n- {words}\n")).findings
    return item


def action(words: str) -> Action:
    [item] = domain_note(parse_note("A.md", f"{HEAD}## Actions\n- {words}\n")).actions
    return item


def said(item: Item) -> dict[str, object]:
    """Return what is said of an item's follow-up, by the fields that are not empty."""
    empty = asdict(UNTRACKED)
    return {name: value for name, value in asdict(item.tracking).items() if value != empty[name]}


def chf(amount: int) -> Money:
    return Money(Decimal(amount), "CHF")


# -------------------------------------------------------------------------------- words, then fields

ALL = dict(
    owner="Mélissa", due=OCTOBER, cost=chf(1200), effort=Decimal(2), state=State.UNDER_WAY,
    evidence="capture du 3.10", probability=3, impact=4, seen=date(2025, 8, 25),
)  # fmt: skip
ACCEPTED = dict(state=State.ACCEPTED, accepted_by="Dr Pestalozzi", accepted_on=date(2026, 11, 12))


@pytest.mark.parametrize(
    ("remark", "follow_up"),
    [
        (
            "(resp. Mélissa, délai 01.10.2025, CHF 1’200, effort 2 j, en cours, preuve : capture du 3.10, P3 × I4, "
            "vu le 25.08.2025)",
            ALL,
        ),
        (
            "[responsable:: Mélissa] [échéance:: 1er octobre 2025] [coût:: 1 200 francs] [effort:: 2 jours] "
            "[Statut:: En cours] [preuve:: capture du 3.10] [probabilité:: 3] [impact:: 4/5] [vu:: 2025-08-25]",
            ALL,
        ),
        (
            "[owner:: Mélissa] [due:: 2025-10-01] [cost:: CHF 1'200.–] [effort:: 16 h] [status:: in progress] "
            "[evidence:: capture du 3.10] [probability:: P3] [impact:: 4] [seen:: 25 Aug 2025]",
            ALL,
        ),
        (
            "(verantw. Mélissa, Frist 01.10.2025, CHF 1'200, Aufwand 2 Tage, in Arbeit, Beleg: capture du 3.10) "
            "(W3 x A4, gesehen am 25.08.2025)",
            ALL,
        ),
        ("(risque accepté par Dr Pestalozzi le 12.11.2026)", ACCEPTED),
        ("(accepté par le Dr Pestalozzi le 12 novembre 2026)", ACCEPTED),
        ("(risque accepté, Dr Pestalozzi, 12.11.2026)", ACCEPTED),
        ("(risk accepted by Dr Pestalozzi on 2026-11-12)", ACCEPTED),
        ("(Risiko akzeptiert von Dr Pestalozzi am 12.11.2026)", ACCEPTED),
        ("[statut:: risque accepté par Dr Pestalozzi le 12.11.2026]", ACCEPTED),
        ("[statut:: accepté] [accepté par:: Dr Pestalozzi] [accepte_le:: 12.11.2026]", ACCEPTED),
        ("(sans objet : un seul poste)", dict(state=State.NOT_APPLICABLE, reason="un seul poste")),
        ("(sans objet : un poste, pas de réseau)", dict(state=State.NOT_APPLICABLE, reason="un poste, pas de réseau")),
        ("(not applicable because a single desk)", dict(state=State.NOT_APPLICABLE, reason="a single desk")),
        ("[statut:: sans objet] [raison:: un poste]", dict(state=State.NOT_APPLICABLE, reason="un poste")),
        ("(à voir)", dict(state=State.TO_SEE)),
        ("(corrigé le 03.10.2025)", dict(state=State.FIXED)),
        ("(corrigés)", dict(state=State.FIXED)),
        ("(résolue en octobre 2025, resp. Luc)", dict(state=State.FIXED, owner="Luc")),
        ("(en cours) (resp. Luc)", dict(state=State.UNDER_WAY, owner="Luc")),
        ("(statut : ouvert)", dict(state=State.OPEN)),
        ("(resp. Luc, CHF 500 par an)", dict(owner="Luc", cost=chf(500))),
        ("(resp. Luc, ½ jour)", dict(owner="Luc", effort=Decimal("0.5"))),
        ("(resp. Luc, délai octobre 2025)", dict(owner="Luc", due=date(2025, 10, 31))),
        ("(délai 01.09.2025, reporté au 01.10.2025)", dict(due=OCTOBER)),
        (
            "(probabilité : faible, impact : très élevé)",
            dict(probability=1, impact=4, probability_in_words=True, impact_in_words=True),
        ),
        ("(I4 × P3)", dict(probability=3, impact=4)),
        ("(contrôle [[HN-2.1]])", dict(controls=("HN-2.1",))),
        ("[contrôle:: [[HN-2.1]], [[HN-3|copies]]]", dict(controls=("HN-2.1", "HN-3"))),
        ("[controle:: [[HN-2.1]]] [controle:: HN-3]", dict(controls=("HN-2.1", "HN-3"))),
        ("(id : S-3)", dict(id="S-3")),
        ("[id:: S-3] ^bloc", dict(id="S-3")),
        ("^bloc-1", dict(id="bloc-1")),
        ("📅 2025-10-01", dict(due=OCTOBER)),
    ],
)  # fmt: skip
def test_a_finding_is_followed_up_in_words_or_fields(remark: str, follow_up: dict[str, object]) -> None:
    for line in (f"Mot de passe partagé ❌ {remark}", f"[ ] Mot de passe partagé {remark}"):
        item = finding(line)
        assert item.text == "Mot de passe partagé"
        expected = follow_up if line[0] != "[" else {"state": State.OPEN} | follow_up
        assert said(item) == expected
    assert finding(f"Mot de passe partagé ❌ {remark}").shown == "Mot de passe partagé ❌"


@pytest.mark.parametrize(
    "words",
    [
        "Licences payées deux fois (CHF 1’200)",
        "Contrat de maintenance (CHF 500 par mois, depuis 2019)",
        "Port 3389 (ouvert)",
        "Sauvegarde (2 j)",
        "Sauvegarde (4 heures)",
        "Inventaire (fait)",
        "Chiffrement (à confirmer)",
        "Armoire (fermée)",
        "Contrat signé (01.10.2025)",
        "Vu avec le fournisseur (voir [[Entretien]])",
        "Deux postes (accueil, labo)",
        "Un mot (pas corrigé)",
        "(en cours)",
        "Panne (probable)",
        "f(x)",
    ],
)
def test_what_was_found_stays_in_its_words(words: str) -> None:
    assert finding(words).text == words
    assert finding(words).tracking == UNTRACKED


def test_a_remark_that_says_something_else_too_is_read_and_stays() -> None:
    item = finding("Mot de passe partagé (resp. Luc, qui part en mars) ❌")
    assert item.text == "Mot de passe partagé (resp. Luc, qui part en mars)"
    assert item.shown == "Mot de passe partagé (resp. Luc, qui part en mars) ❌"
    assert item.owner == "Luc"


@pytest.mark.parametrize(
    ("box", "state"),
    [(" ", State.OPEN), ("/", State.UNDER_WAY), ("x", State.FIXED), ("-", State.CANCELLED), ("?", None)],
)
def test_the_task_box_says_a_state_where_nothing_else_does(box: str, state: State | None) -> None:
    assert finding(f"[{box}] Porte ouverte").tracking.state is state
    assert finding(f"[{box}] Porte ouverte [statut:: corrigé]").tracking.state is State.FIXED


@pytest.mark.parametrize(
    ("words", "state", "done", "text"),
    [
        ("**Court terme** : PBX (en cours)", State.UNDER_WAY, False, "PBX"),
        ("[/] **Court terme** : PBX", State.UNDER_WAY, False, "PBX"),
        ("PBX [statut:: corrigé]", State.FIXED, True, "PBX"),
        ("PBX – fait", State.FIXED, True, "PBX – fait"),
        ("[x] PBX [statut:: en cours]", State.FIXED, True, "PBX"),
        ("PBX (sans objet : pas de téléphone)", State.NOT_APPLICABLE, True, "PBX"),
        ("PBX (annulé le 03.10.2025)", State.CANCELLED, True, "PBX"),
        ("PBX (effort 2 j, prévu)", State.OPEN, False, "PBX"),
        ("PBX (à voir)", State.TO_SEE, False, "PBX"),
        ("PBX (accepté)", None, False, "PBX (accepté)"),
        ("PBX (2 j)", None, False, "PBX (2 j)"),
        ("PBX", None, False, "PBX"),
    ],
)
def test_an_action_says_its_state_and_how_far_it_is(
    words: str, state: State | None, done: bool, text: str
) -> None:
    item = action(words)
    assert (item.tracking.state, item.done, item.text) == (state, done, text)


def test_what_stands_where_nobody_says_a_state() -> None:
    assert standing(finding("Porte ouverte ❌")) is State.OPEN
    assert standing(finding("✅ Session admin")) is State.FIXED
    assert standing(action("PBX")) is State.OPEN
    assert standing(action("PBX ✅")) is State.FIXED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
def test_each_state_is_read_as_it_is_printed(state: State, language: str) -> None:
    assert state_of(state_label(state, language)) is state
    assert state_of(state_label(state, language, Topic.ACTIONS)) is state
    assert all(state_of(word.upper()) is not None for word in STATES[state][language])


def test_every_field_has_its_own_spellings() -> None:
    spellings = [spelling for one in FIELDS.values() for spelling in one]
    assert len(spellings) == len(set(spellings))


# ------------------------------------------------------------------------------------- laws


@given(st.text())
def test_reading_never_raises_and_says_what_it_read(text: str) -> None:
    words, remarks = without_remarks(text)
    assert text.startswith(words)
    assert isinstance(Tracking(**said_in([text, *remarks])), Tracking)
    assert state_of(text) in (None, *State)
    assert (found := level_of(text)) is None or 1 <= found[0] <= 5


@given(st.text(st.characters(exclude_characters="()^\n[]📅:", exclude_categories=["Cs"]), min_size=1))
def test_without_parentheses_and_fields_a_text_is_unchanged_and_untracked(text: str) -> None:
    words, remarks = without_remarks(text)
    assert (words, remarks) == (text, [])


@given(st.sampled_from([one for spellings in FIELDS.values() for one in spellings]), st.text(max_size=30))
def test_no_value_of_a_field_is_too_odd_to_be_read(key: str, value: str) -> None:
    note = parse_note(
        "A.md", f"{HEAD}## Constats\n- Porte ouverte [{key}:: {value}]\n## Actions\n- PBX [{key}:: {value}]\n"
    )
    for item in domain_note(note).items:
        assert isinstance(item.tracking.effort, Decimal | None)
        assert item.tracking.placed(4) is None
        assert isinstance(item.tracking.state, State | None)


PIECES = ["resp. Luc", "délai 01.10.2025", "CHF 90", "effort 2 j", "en cours", "preuve : photo", "P2 × I3"]


@given(st.lists(st.sampled_from(PIECES), unique=True, min_size=1).filter(lambda pieces: pieces != ["CHF 90"]))
def test_the_order_of_a_remark_does_not_matter(pieces: list[str]) -> None:
    one, other = (finding(f"Porte ({', '.join(order)})") for order in (pieces, sorted(pieces)))
    assert one.text == other.text == "Porte"
    assert one.tracking == other.tracking


# ------------------------------------------------------------------------------------- adding up


@pytest.mark.parametrize("size", [3, 4, 5])
def test_words_lie_on_the_matrix_that_the_vault_has(size: int) -> None:
    low = finding("X (probabilité : faible, impact : élevé)").tracking.placed(size)
    assert low == {3: (1, 3), 4: (1, 3), 5: (2, 4)}[size]
    assert finding("X (P5 × I5)").tracking.placed(size) == (size, size)
    assert finding("X (P5)").tracking.placed(size) is None
    grave = [risk_level(p, i, size) for p in range(1, size + 1) for i in range(1, size + 1)]
    assert (grave[0], grave[-1], set(grave)) == (0, 3, {0, 1, 2, 3})
    assert step_label(1, 5, "fr") == "1 – très faible"
    assert [step_label(2, size, "en")] == [{3: "2 – medium", 4: "2 – medium", 5: "2 – low"}[size]]


def test_an_id_that_the_app_made_up_is_not_printed() -> None:
    assert printed_id(finding("X [id:: S-3]")) == "S-3"
    assert printed_id(finding("X ^a1b2c3")) == ""


def test_plan_totals_and_stands_of_a_mission() -> None:
    from tests.audit.test_design import with_domain

    mission = with_domain(
        """\
# Accès
## Constats
- Porte ouverte ❌ (P3 × I4)
- Badge perdu ❌ (corrigé)
- Alarme ⚠️ (risque accepté par X le 01.10.2025)
- ✅ Coffre
- Fenêtre (à voir)
## Risques
- Vol
## Actions
- **Court terme** : serrure (resp. Luc, délai 01.10.2025, CHF 100, effort 4 h)
- **Court terme** : [statut:: fait] badge (CHF 50.50)
- **Structurant** : alarme (resp. Anne, EUR 20, délai 01.09.2025)
- **Structurant** : abandon (annulé)
- **Structurant** : à part (hors feuille de route)
"""
    )
    plan = planned(mission)
    assert [one.label for one in plan] == ["serrure", "badge", "alarme"]
    assert [one.label for one in planned(mission, By.OWNER)] == ["alarme", "serrure", "badge"]
    assert [one.label for one in planned(mission, By.DATE)] == ["alarme", "serrure", "badge"]
    adds = totals(plan)
    assert (adds.count, adds.done, adds.effort) == (3, 1, Decimal("0.5"))
    assert adds.money == (Money(Decimal("150.50"), "CHF"), Money(Decimal(20), "EUR"))
    [stand] = stands(mission)
    assert (stand.open, stand.under_way, stand.fixed, stand.accepted, stand.share) == (1, 0, 1, 1, 66)
    assert (stand.done, stand.actions) == (1, 4)
    cells, without = rated(mission.domains[0].items(Topic.FINDINGS), 4)
    assert [(one.probability, one.impact, len(one.items)) for one in cells] == [(3, 4, 1)]
    assert len(without) == 3
