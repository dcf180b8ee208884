"""Laws: an act on one kept unit costs no other a word, and once it is made a rebuild has nothing left to do."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import notes_of
from tests.shell.acts.mission import KEEP, SYNTHESIS, TEXTS, Mission
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.shell.acts.keeping import push_one, release

#: What a person may write by hand: what stands there, and what he makes of it.
BY_HAND = (
    ("Sessions partagées", "Comptes 👥 partagés"),
    ("Données exposées", "Dossiers lus \\| perdus"),
    ("| Bluewin |", f"| Bluewin {KEEP} |"),
    ("Info@ implanté", "Tout à refaire, vite"),
    ("| 🔐 Sécurité |", f"| 🔐 Sécurité {KEEP} |"),
    ("| 📧 Mails |", "| 🖨️ Imprimante | bourrage | retard | rien | basse |\n| 📧 Mails |"),
    ("→ sécurité PC", "→ sécurité des postes PC"),
    ("chiffrer les résultats", "chiffrer tous les résultats, former les gens"),
    ("→ badges", "→ les badges"),
    ("**Structurant**", f"**Structurant** {KEEP}"),
    ("- [[Accès]]", "- le rapport de la banque\n- [[Accès]]"),
    ("- [[Mails]]", "- [[Mails]] et sa suite"),
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home for the journals."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder


def written_by_hand(chosen: frozenset[int], folder: str) -> Mission:
    """Return a mission in which a person has written by hand, brought up to date since."""
    mission = Mission(Path(folder))
    for path, text in notes_of(TEXTS).items():
        mission.write(path, text)
    mission.rebuild()
    for number in sorted(chosen):
        old, new = BY_HAND[number]
        if mission.read().count(old) == 1:
            mission.replace(old, new)
    mission.rebuild()
    return mission


def outside(text: str) -> list[str]:
    """Return what stands outside the regions of the synthesis."""
    pieces, at = [], 0
    for region in find_regions(parse_note(SYNTHESIS, text)).regions:
        pieces.append(text[at : region.begin.end])
        at = region.end.end
    return [*pieces, text[at:]]


def wordings(mission: Mission) -> Counter[str]:
    """Return what is kept, counted."""
    return Counter(each.wording for each in mission.kept())


chosen = st.frozensets(st.sampled_from(range(len(BY_HAND))), min_size=1, max_size=6)


@settings(max_examples=40)
@given(chosen, st.integers(0, 20))
def test_law_a_release_takes_one_kept_unit_and_nothing_else(
    state: Path, chosen: frozenset[int], number: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mission = written_by_hand(chosen, folder)
        kept, before = mission.kept(), mission.all()
        if not kept:
            return
        unit = kept[number % len(kept)]
        mission.make(release(mission.session, SYNTHESIS, unit.id))
        assert mission.rebuild() == []
        assert outside(mission.read()) == outside(before[SYNTHESIS])
        assert {**mission.all(), SYNTHESIS: ""} == {**before, SYNTHESIS: ""}
        lost = Counter(each.wording for each in kept) - wordings(mission)
        assert lost in (Counter([unit.wording]), Counter())
        changed = set(before[SYNTHESIS].split("\n")) - set(mission.read().split("\n"))
        assert len([line for line in changed if "vaultkit:end" not in line]) <= 1


@settings(max_examples=40)
@given(chosen, st.integers(0, 20))
def test_law_a_push_takes_one_kept_unit_into_its_note_and_nothing_else(
    state: Path, chosen: frozenset[int], number: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mission = written_by_hand(chosen, folder)
        kept, before = [each for each in mission.kept() if each.target], mission.all()
        if not kept:
            return
        unit, all_kept = kept[number % len(kept)], wordings(mission)
        mission.make(push_one(mission.session, SYNTHESIS, unit.id))
        mission.rebuild()  # one action can stand in another region too
        assert mission.rebuild() == []
        assert outside(mission.read()) == outside(before[SYNTHESIS])
        written = {path for path, text in mission.all().items() if text != before[path]}
        assert written <= {SYNTHESIS, unit.target}
        lost = all_kept - wordings(mission)
        assert not lost - Counter([unit.wording])


@settings(max_examples=40)
@given(chosen)
def test_law_a_span_holds_what_is_said_there(state: Path, chosen: frozenset[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mission = written_by_hand(chosen, folder)
        text, last = mission.read(), 0
        for unit in mission.kept():
            said = unit.span.of(text).replace(f" {KEEP}", "")
            assert last <= unit.span.start
            last = unit.span.end
            assert said == unit.wording or unit.wording in said or said.endswith(unit.wording)
