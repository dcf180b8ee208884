"""What became of the items of a mission: numbers that stay, pairs that are found, moves that are told, and the laws."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conftest import notes_of
from vaultkit.audit.entries import Entry, Record
from vaultkit.audit.evolution import Evolution, Move, evolution, tallies
from vaultkit.audit.gathering import missions
from vaultkit.audit.kept_records import kept_record, printed, record_of_delivery
from vaultkit.audit.model import Mission
from vaultkit.audit.records import numbers_of, plain, record_of
from vaultkit.audit.tracking import State
from vaultkit.audit.words import Horizon, Status, Topic
from vaultkit.markdown.parse import parse_note
from vaultkit.text import fold
from vaultkit.vault.index import VaultIndex

SYNTHESIS = "== S.md\n---\ncategory: synthese_globale\nscope: X\n---\n"


def mission_of(**domains: str) -> Mission:
    """A mission of scope X whose domain notes say these things: `Accès="## Constats\\n- a"`."""
    text = SYNTHESIS
    for name, body in domains.items():
        said = body if body.startswith("---") else f"---\ncategory: domaine\nscope: X\n---\n# {name}\n{body}"
        text += f"== {name.replace(' ', '_')}.md\n{said}\n"
    [mission] = missions(VaultIndex.of(parse_note(path, said) for path, said in notes_of(text).items()))
    return mission


def findings(*items: str) -> str:
    return "## Constats\n" + "".join(f"- {item}\n" for item in items)


def numbers(record: Record) -> dict[str, str]:
    return {entry.text: entry.number for entry in record.entries}


def told(found: Evolution) -> dict[str, set[str]]:
    """What became of each item, by what it says now."""
    return {one.entry.text: {str(move) for move in one.moves} for one in found.moved}


def between(before: Mission, after: Mission) -> dict[str, set[str]]:
    return told(evolution(record_of(before), record_of(after)))


# ----------------------------------------------------------------------------------------- records


def test_a_record_says_of_each_item_what_reports_need() -> None:
    mission = mission_of(
        Accès=findings("Clés partagées ❌", "✅ Alarme en place")
        + "## Actions\n- **Court terme** : **badges** – un par personne (resp. Luc, délai 01.10.2025, CHF 1'200)\n"
        "- [x] **Structurant** : registre des clés\n"
    )
    assert record_of(mission, day=date(2025, 8, 25)) == Record(
        "X",
        date(2025, 8, 25),
        (
            Entry("A-1", Topic.FINDINGS, "Accès", "Clés partagées", State.OPEN, Status.BAD, path="Accès.md"),
            Entry("A-2", Topic.FINDINGS, "Accès", "Alarme en place", State.FIXED, Status.GOOD, path="Accès.md"),
            Entry(
                "A-3", Topic.ACTIONS, "Accès", "badges – un par personne", State.OPEN, horizon=Horizon.SHORT,
                owner="Luc", due=date(2025, 10, 1), cost="CHF\u00a01’200", path="Accès.md",
            ),
            Entry(
                "A-4", Topic.ACTIONS, "Accès", "registre des clés", State.FIXED, horizon=Horizon.LONG, path="Accès.md"
            ),
        ),
        ("A-1", "A-2", "A-3", "A-4"),
        (("Accès", "A"),),
    )  # fmt: skip


def test_a_record_holds_no_link_and_no_name_of_an_interview() -> None:
    interview = "---\ncategory: entretien\nscope: X\n---\n# Entretien\n"
    mission = mission_of(
        Accès=findings(
            "Clés **partagées**, d'après [[Luc]] ❌",
            "Porte `ouverte` (voir [[Luc|le patron]], [[Luc]])",
            "Comme dans [[📧 Courriel]] et [le guide](https://x.ch)",
        ),
        Luc=interview,
    )
    assert [entry.text for entry in record_of(mission).entries] == [
        "Clés partagées",
        "Porte ouverte",
        "Comme dans Courriel et le guide",
    ]


def test_what_nobody_looked_at_yet_is_in_no_record() -> None:
    record = record_of(mission_of(Accès=findings("Clés (à voir)", "Porte")))
    assert numbers(record) == {"Porte": "A-1"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a **b** _c_ ==d== ~~e~~", "a b c d e"),
        ("nom_de_fichier_1 et 2 * 3", "nom_de_fichier_1 et 2 * 3"),
        ("[[Dossier/Note#Titre|alias]]", "alias"),
        ("[[Dossier/📧 Note]] ici", "Note ici"),
        ("total `= this.x` ici", "total ici"),
    ],
)
def test_words_are_plain(text: str, said: str) -> None:
    assert plain(text) == said


# ----------------------------------------------------------------------------------------- numbers


def test_letters_of_a_domain_are_the_first_that_no_other_one_has() -> None:
    record = record_of(
        mission_of(**{n: findings("x") for n in ("Accès", "Achats", "Archives", "Ac", "Écoute", "日本")})
    )
    assert [entry.number for entry in record.entries] == ["A-1", "AC-1", "ACH-1", "AR-1", "E-1", "X-1"]


def test_a_number_stays_with_its_item_and_is_never_given_again() -> None:
    first = record_of(mission_of(Accès=findings("Clés partagées", "Porte ouverte", "Fenêtre ouverte")))
    assert numbers(first) == {"Clés partagées": "A-1", "Porte ouverte": "A-2", "Fenêtre ouverte": "A-3"}
    second = record_of(
        mission_of(Accès=findings("Badge perdu", "Porte ouverte", "Clés encore partagées")), first
    )
    assert numbers(second) == {"Badge perdu": "A-4", "Porte ouverte": "A-2", "Clés encore partagées": "A-1"}
    third = record_of(mission_of(Accès=findings("Fenêtre ouverte", "Cave humide")), second)
    assert numbers(third) == {"Fenêtre ouverte": "A-5", "Cave humide": "A-6"}
    assert third.taken == ("A-1", "A-2", "A-3", "A-4", "A-5", "A-6")


def test_letters_stay_when_domains_come_and_are_called_otherwise() -> None:
    first = record_of(mission_of(Sécurité=findings("Clés", "Porte", "Mur")))
    other = mission_of(
        Sauvegardes=findings("Disque"),
        Sécurité=f"---\ncategory: domaine\nscope: X\n---\n# Protection\n{findings('Clés', 'Porte', 'Mur', 'Toit')}",
    )
    assert numbers(record_of(other, first)) == {
        "Clés": "S-1", "Porte": "S-2", "Mur": "S-3", "Toit": "S-4", "Disque": "SA-1",
    }  # fmt: skip


def test_a_number_that_a_person_gave_wins() -> None:
    first = record_of(mission_of(Accès=findings("Clés", "Porte")))
    record = record_of(
        mission_of(Accès=findings("Mur [id:: A-1]", "Clés", "Porte [id:: R12]", "Toit ^a1b2c3")), first
    )
    assert numbers(record) == {"Mur": "A-1", "Clés": "A-3", "Porte": "R12", "Toit": "A-4"}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("[id:: R12]", "R12"), ("[id:: HYG-MDP]", "HYG-MDP"), ("^S-3", "S-3"), ("^a1b2c3", "A-1"),
        ("^123456", "A-1"), ("^mot-de-passe", "A-1"),
    ],
)  # fmt: skip
def test_of_block_ids_only_what_looks_like_a_number_is_one(said: str, number: str) -> None:
    assert numbers(record_of(mission_of(Accès=findings(f"Clés {said}"))))["Clés"] == number


def test_of_two_items_with_one_name_the_first_has_it() -> None:
    record = record_of(mission_of(Accès=findings("Clés [id:: Z1]", "Porte [id:: Z1]")))
    assert numbers(record) == {"Clés": "Z1", "Porte": "A-1"}


def test_documents_find_the_number_of_each_item_even_of_twins() -> None:
    mission = mission_of(Accès=findings("Clés", "Clés", "Porte"))
    record = record_of(mission)
    given = numbers_of(mission, record)
    assert [given[item] for item in mission.domains[0].notes[0].findings] == ["A-1", "A-2", "A-3"]


# ----------------------------------------------------------------------------------------- moves

BEFORE = mission_of(
    Accès=findings("Clés partagées ❌", "Porte ouverte ⚠️", "Session de Luc sans mot de passe ❌")
    + "## Actions\n- **Court terme** : poser des badges (resp. Luc, délai 01.10.2025)\n",
    Courriel=findings("Adresse privée pour les patients ❌"),
)


@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [
        ("Clés partagées ❌", "Clés partagées ✅", {"Clés partagées": {"closed"}}),
        ("Clés partagées ❌", "Clés partagées ❌ (corrigé)", {"Clés partagées": {"closed"}}),
        ("Clés partagées ❌", "Clés partagées ❌ (en cours)", {"Clés partagées": {"moved"}}),
        ("Clés partagées ❌", "Clés partagées ⚠️", {"Clés partagées": {"moved"}}),
        ("Clés partagées ❌", "Clés **partagées** ! ❌", {}),
        ("Clés partagées ❌", "Les clés restent partagées ❌", {"Les clés restent partagées": {"reworded"}}),
        ("- Clés partagées ❌\n", "", {"Clés partagées": {"gone"}}),
        ("- Porte", "- Toit percé ❌\n- Porte", {"Toit percé": {"opened"}}),
        ("- Porte", "- Toit refait ✅\n- Porte", {"Toit refait": {"noted"}}),
        ("- Porte", "- Toit percé ❌ (corrigé)\n- Porte", {"Toit percé": {"opened", "closed"}}),
        ("01.10.2025", "01.12.2025", {"poser des badges": {"slipped"}}),
        ("01.10.2025", "01.09.2025", {"poser des badges": {"moved"}}),
        (", délai 01.10.2025", "", {"poser des badges": {"moved"}}),
        ("resp. Luc", "resp. Mia", {"poser des badges": {"moved"}}),
        ("resp. Luc, délai 01.10.2025", "resp. Mia, délai 02.10.2025", {"poser des badges": {"moved", "slipped"}}),
        ("**Court terme**", "**Structurant**", {"poser des badges": {"moved"}}),
        ("- **Court", "- [x] **Court", {"poser des badges": {"closed"}}),
    ],
)  # fmt: skip
def test_each_change_is_told_as_what_it_is(old: str, new: str, moves: dict[str, set[str]]) -> None:
    text = BEFORE.domains[0].notes[0]
    note = next(child for child in BEFORE.children if child.path == text.path)
    assert old in note.text
    after = mission_of(
        Accès=note.text.replace(old, new), Courriel=findings("Adresse privée pour les patients ❌")
    )
    assert between(BEFORE, after) == moves
    closed = {name for name, found in moves.items() if found == {"closed"}}
    assert {name for name, found in between(after, BEFORE).items() if found == {"reopened"}} == closed


def test_an_item_that_went_to_another_domain_has_moved() -> None:
    after = mission_of(
        Accès=findings("Porte ouverte ⚠️"),
        Courriel=findings("Adresse privée pour les patients ❌", "Clés partagées ❌"),
    )
    before = mission_of(
        Accès=findings("Porte ouverte ⚠️", "Clés partagées ❌"),
        Courriel=findings("Adresse privée pour les patients ❌"),
    )
    [moved] = evolution(record_of(before), record_of(after)).moved
    assert (moved.moves, moved.domain, moved.before and moved.before.domain) == (
        (Move.MOVED,),
        "Courriel",
        "Accès",
    )


def test_a_domain_that_is_called_otherwise_and_a_note_that_was_renamed_are_no_change() -> None:
    after = mission_of(
        Protection=findings(
            "Clés partagées ❌", "Porte ouverte ⚠️", "La session de Luc n’a plus de mot de passe ❌"
        )
    )
    before = mission_of(
        Accès=findings("Clés partagées ❌", "Porte ouverte ⚠️", "Session de Luc sans mot de passe ❌")
    )
    assert between(before, after) == {"La session de Luc n’a plus de mot de passe": {"reworded"}}


def test_an_item_that_was_split_goes_on_as_the_part_that_is_most_like_it() -> None:
    before = mission_of(Accès=findings("Mot de passe partagé et pas de verrouillage"))
    after = mission_of(Accès=findings("Pas de verrouillage des postes", "Mot de passe partagé par tous"))
    assert between(before, after) == {
        "Mot de passe partagé par tous": {"reworded"},
        "Pas de verrouillage des postes": {"opened"},
    }


def test_the_most_alike_wordings_are_one_item_whatever_their_order() -> None:
    before = mission_of(
        Accès=findings("Les sauvegardes ne sont pas testées", "Les postes ne sont pas à jour")
    )
    after = mission_of(
        Accès=findings("Les postes fixes ne sont pas à jour", "Les sauvegardes ne sont jamais testées")
    )
    found = evolution(record_of(before), record_of(after))
    assert {(one.before.text, one.after.text) for one in found.moved if one.before and one.after} == {
        ("Les sauvegardes ne sont pas testées", "Les sauvegardes ne sont jamais testées"),
        ("Les postes ne sont pas à jour", "Les postes fixes ne sont pas à jour"),
    }


def test_what_says_something_else_is_another_item() -> None:
    before = mission_of(Accès=findings("Pas de procédure de départ"))
    after = mission_of(Accès=findings("Serveur accessible depuis internet"))
    assert between(before, after) == {
        "Pas de procédure de départ": {"gone"},
        "Serveur accessible depuis internet": {"opened"},
    }


def test_a_number_tells_an_item_again_after_every_word_of_it_has_changed_twice() -> None:
    first = record_of(mission_of(Accès=findings("Clés partagées entre collègues", "Porte")))
    second = record_of(mission_of(Accès=findings("Clés confiées à des collègues", "Porte")), first)
    third = record_of(mission_of(Accès=findings("Clés et badges confiés à des stagiaires", "Porte")), second)
    assert {one.entry.text: set(one.moves) for one in evolution(first, third).moved} == {
        "Clés et badges confiés à des stagiaires": {Move.REWORDED}
    }


def test_a_name_that_a_person_gave_tells_an_item_again_in_any_domain() -> None:
    before = mission_of(Accès=findings("Clés [id:: K]"), Courriel=findings("Adresse"))
    after = mission_of(Accès=findings("Mur"), Courriel=findings("Adresse", "Badges distribués [id:: K]"))
    assert between(before, after) == {"Mur": {"opened"}, "Badges distribués": {"moved", "reworded"}}


def test_totals_are_by_domain_in_the_order_of_the_mission() -> None:
    after = mission_of(
        Accès=findings("Clés partagées ✅", "Porte ouverte ❌", "Toit percé ❌"),
        Courriel=findings("Rien"),
    )
    [first, second] = tallies(evolution(record_of(BEFORE), record_of(after)))
    assert (first.domain, first.opened, first.closed, first.moved, first.slipped) == ("Accès", 1, 1, 1, 0)
    assert (second.domain, second.opened) == ("Courriel", 1)


# ----------------------------------------------------------------------------------------- in a note


def test_a_record_is_read_back_from_its_note_whatever_a_formatter_does_around_it() -> None:
    record = record_of(BEFORE, record_of(BEFORE, day=date(2025, 1, 1)), date(2025, 8, 25))
    for text in (
        printed(record),
        f"---\nscope: X\n---\n# Titre\n\ntexte\n\n{printed(record)}\nsuite\n",
        printed(record).replace("```", "~~~~"),
        printed(record).replace("\n", "\r\n"),
        printed(record).replace("\n", "  \n"),
        "".join(f"> {line}\n" for line in printed(record).splitlines()),
        printed(record).replace("\n", "\n\n"),
        printed(record).rstrip("\n`"),
    ):
        kept = kept_record(parse_note("L.md", text))
        assert kept is not None
        assert (kept.lost, kept.record) == (0, record)


def test_lines_that_a_program_has_broken_are_counted_and_the_others_read() -> None:
    record = record_of(BEFORE, day=date(2025, 8, 25))
    lines = printed(record).splitlines(keepends=True)
    broken = [lines[0], *lines[1:3], lines[3].replace('"', "“"), *lines[5:]]
    kept = kept_record(parse_note("L.md", "---\nscope: X\n---\n" + "".join(broken)))
    assert kept is not None
    assert (kept.lost, len(kept.record.entries)) == (2, len(record.entries) - 2)
    headless = "---\nscope: X\nlivraison: 2025-08-25\n---\n" + "".join([lines[0], *lines[2:]])
    kept = kept_record(parse_note("L.md", headless))
    assert kept is not None
    assert (kept.record.day, kept.record.scope, kept.record.entries) == (record.day, "X", record.entries)


def test_a_synthesis_that_was_delivered_before_vaultkit_speaks_by_its_sections() -> None:
    text = "---\nscope: X\ndate: 25.08.2025\n---\n## 1. 🔐 Accès\n### Constats\n- Clés partagées ❌\n"
    record = record_of_delivery(parse_note("S.md", text))
    assert record is not None
    assert (record.day, numbers(record)) == (date(2025, 8, 25), {"Clés partagées": "A-1"})
    assert record_of_delivery(parse_note("S.md", "---\nscope: X\n---\n# Rien\n")) is None


# ----------------------------------------------------------------------------------------- laws

WORDS = st.lists(
    st.sampled_from(
        ["clés", "porte", "mur", "toit", "badge", "session", "mot", "passe", "partagé", "ouvert"]
    ),
    min_size=1,
    max_size=4,
)
ENTRIES = st.builds(
    Entry,
    number=st.sampled_from(["A-1", "A-2", "B-1", ""]),
    topic=st.sampled_from([Topic.FINDINGS, Topic.RISKS, Topic.ACTIONS]),
    domain=st.sampled_from(["Accès", "accès", "Courriel", "Fichiers"]),
    text=WORDS.map(" ".join),
    state=st.sampled_from([State.OPEN, State.UNDER_WAY, State.FIXED, State.ACCEPTED]),
    status=st.sampled_from(Status),
    id=st.sampled_from(["", "", "k1", "k2"]),
    due=st.sampled_from([None, date(2025, 1, 1), date(2026, 1, 1)]),
    path=st.sampled_from(["a.md", "b.md", "c.md", ""]),
)  # fmt: skip
RECORDS = st.lists(ENTRIES, max_size=12).map(lambda entries: Record("X", None, tuple(entries)))


@given(RECORDS)
def test_law_nothing_becomes_of_a_record_compared_with_itself(record: Record) -> None:
    found = evolution(record, record)
    assert (found.moved, found.same) == ((), len(record.entries))
    child = replace(record, ancestors=(record.digest,))
    assert evolution(record, child).moved == ()


@given(RECORDS, RECORDS, st.booleans())
def test_law_every_entry_of_both_sides_counts_once(before: Record, after: Record, is_child: bool) -> None:
    after = replace(after, ancestors=(before.digest,)) if is_child else after
    found = evolution(before, after)
    was = Counter(id(one.before) for one in found.moved if one.before)
    now = Counter(id(one.after) for one in found.moved if one.after)
    assert max([0, *was.values(), *now.values()]) <= 1
    assert len(was) + found.same == len(before.entries)
    assert len(now) + found.same == len(after.entries)
    assert all(one.moves for one in found.moved)
    assert {fold(one.domain) for one in found.moved} <= {
        fold(e.domain) for e in (*before.entries, *after.entries)
    }


@given(RECORDS, RECORDS, st.randoms(use_true_random=False))
def test_law_the_order_of_the_items_does_not_matter(before: Record, after: Record, random: object) -> None:
    def shuffled(record: Record) -> Record:
        return replace(record, entries=tuple(random.sample(record.entries, len(record.entries))))  # type: ignore[attr-defined]

    def facts(found: Evolution) -> Counter[object]:
        return Counter((one.moves, one.before, one.after) for one in found.moved)

    one, other = evolution(before, after), evolution(shuffled(before), shuffled(after))
    assert (facts(one), one.same) == (facts(other), other.same)


@given(st.lists(st.lists(WORDS.map(" ".join), max_size=5), min_size=1, max_size=5))
def test_law_numbers_are_each_items_own_for_ever(history: list[list[str]]) -> None:
    record, ever = None, set[str]()
    for items in history:
        fresh = record_of(mission_of(Accès=findings(*items), Courriel=findings(*reversed(items))), record)
        own = [entry.number for entry in fresh.entries]
        assert len(set(own)) == len(own)
        assert {*own, *ever} == set(fresh.taken)
        kept = {entry.number for entry in record.entries} if record else set()
        assert not (set(own) & ever) - kept, "a number that was gone is given again"
        assert record is None or record_of_delivery(parse_note("L.md", printed(fresh))) == fresh
        record, ever = fresh, {*ever, *own}
