"""The controls of a mission through a year, renames included; what is followed equals what is made from scratch."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.test_coverage import covered_in, index_of, states
from vaultkit.audit.gathering import Gathering
from vaultkit.markdown.parse import parse_note


class Story:
    """A vault that changes, with a gathering that follows it; at each step it must be as if made from scratch."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.gathering = Gathering.of(index_of(texts))

    def write(self, changed: dict[str, str | None]) -> dict[str, str]:
        """Write notes by their paths, None takes one away; return the states of the controls of `S.md`."""
        index = self.gathering.index
        for path, text in changed.items():
            self.texts.pop(path, None)
            if text is not None:
                self.texts[path] = text
            index = index.with_notes([parse_note(path, text)]) if text is not None else index.without([path])
        self.gathering = self.gathering.follow(index, list(changed))
        scratch = Gathering.of(index_of(self.texts))
        for path, fresh in scratch.gathered.items():
            known = self.gathering.gathered[path]
            assert known.mission == fresh.mission
            assert known.notes == fresh.notes
            assert known.names == fresh.names
        return states(self.texts) if "S.md" in self.texts else {}


def synthesis(*properties: str, body: str = "", frozen: bool = False) -> str:
    more = [*properties, *(["vaultkit_frozen: true"] if frozen else [])]
    return (
        "\n".join(["---", "category: synthese_globale", "scope: X", *more, "---", "# Synthèse", body]) + "\n"
    )


def domain(label: str, *lines: str) -> str:
    return f"---\ncategory: domaine\nscope: X\n---\n# {label}\n" + "\n".join(lines) + "\n"


def control(name: str, label: str = "Sécurité") -> str:
    return f"---\ncategory: controle\nid: {name}\ndomaine: {label}\n---\n# {name}\n"


def test_a_year_of_a_mission_is_followed_exactly() -> None:
    """Twelve steps with what must be true after each; renamed notes of controls and domains are among them."""
    retained = 'controles: ["[[HN-1]]", HN-2, "[[HN-3]]"]'
    story = Story({"S.md": synthesis(retained), "A.md": domain("Sécurité")})
    # 1: the référentiel arrives, one control after the others
    assert story.write({"HN-1.md": control("HN-1"), "HN-2.md": control("HN-2")}) == {
        "HN-1": "à voir",
        "HN-2": "à voir",
    }
    # 2: the third one too
    assert story.write({"HN-3.md": control("HN-3")})["HN-3"] == "à voir"
    # 3: the first visit
    said = ["## Constats", "- Session ❌ [controle:: [[HN-1]]] ^s", "- Badges ✅ [controle:: [[HN-2]]]"]
    assert story.write({"A.md": domain("Sécurité", *said)}) == {
        "HN-1": "non conforme", "HN-2": "conforme", "HN-3": "à voir",
    }  # fmt: skip
    # 4: the plan
    plan = ["## Actions", "- **Court terme** : **pc** – x [constat:: [[#^s]]] (délai 01.10.2025)"]
    assert story.write({"A.md": domain("Sécurité", *said, *plan)})["HN-1"] == "prévu"
    # 5: a control gets another file name, and Obsidian rewrites the links to it
    said = [line.replace("[[HN-1]]", "[[HN-1 Sessions]]") for line in said]
    assert story.write(
        {
            "HN-1.md": None,
            "ref/HN-1 Sessions.md": control("HN-1"),
            "A.md": domain("Sécurité", *said, *plan),
            "S.md": synthesis(retained.replace("[[HN-1]]", "[[HN-1 Sessions]]")),
        }
    ) == {"HN-1": "prévu", "HN-2": "conforme", "HN-3": "à voir"}
    retained = retained.replace("[[HN-1]]", "[[HN-1 Sessions]]")
    # 6: the domain note is renamed, and gets another label
    assert (
        story.write({"A.md": None, "Accès.md": domain("🔐 Sécurité & Accès", *said, *plan)})["HN-1"]
        == "prévu"
    )
    # 7: what does not apply, with the reason
    out = 'controles_sans_objet: ["[[HN-3]] : un seul bureau"]'
    assert story.write({"S.md": synthesis(retained, out)})["HN-3"] == "sans objet"
    # 8: the report is delivered: a frozen copy, which is nobody's child
    delivered = synthesis("livraison: 2025-10-02", retained, out, frozen=True)
    assert story.write({"Livraisons/S (2025-10-02).md": delivered})["HN-1"] == "prévu"
    assert [note.path for note in story.gathering.gathered["S.md"].mission.deliveries] == [
        "Livraisons/S (2025-10-02).md"
    ]
    # 9: the action is done, but nobody has looked again
    done = [plan[0], plan[1].replace("- ", "- [x] ", 1)]
    assert story.write({"Accès.md": domain("🔐 Sécurité & Accès", *said, *done)})["HN-1"] == "non conforme"
    # 10: somebody has
    said[1] = said[1].replace(" ^s", " (corrigé le 03.10.2025) ^s")
    assert story.write({"Accès.md": domain("🔐 Sécurité & Accès", *said, *done)})["HN-1"] == "conforme"
    # 11: an older delivery turns up, and the note of a control is no control any more
    older = synthesis("livraison: 2025-04-02", frozen=True)
    assert story.write({"Z.md": older, "HN-2.md": control("HN-2").replace("controle", "journal")}) == {
        "HN-1": "conforme", "HN-3": "sans objet",
    }  # fmt: skip
    assert [note.path for note in story.gathering.gathered["S.md"].mission.deliveries] == [
        "Z.md", "Livraisons/S (2025-10-02).md",
    ]  # fmt: skip
    # 12: the synthesis retains it no more; what an item cites stays
    assert story.write({"S.md": synthesis(), "HN-2.md": control("HN-2")}) == {
        "HN-1": "conforme",
        "HN-2": "conforme",
    }


@pytest.mark.parametrize("gone", ["HN-1.md", "HN-2.md", "Guide.md", "ref/HN-1.md"])
def test_a_mission_is_made_anew_when_what_it_retains_comes_and_goes(gone: str) -> None:
    texts = {
        "S.md": synthesis("controles: ['[[Guide#Étape 1]]', '[[HN-1]]']"),
        "Guide.md": "## Étape 1\n[[HN-1]] [[HN-2]]\n",
        "HN-1.md": control("HN-1"),
        "ref/HN-1.md": control("HN-9"),
        "HN-2.md": control("HN-2"),
        "Journal.md": "x\n",
    }
    story = Story(texts)
    before = story.gathering.gathered["S.md"].mission
    story.write({"Journal.md": "y\n"})
    assert story.gathering.gathered["S.md"].mission is before, "an unrelated note costs nothing"
    text = texts[gone]
    first = states(texts)
    story.write({gone: None})
    assert story.write({gone: text}) == first
    story.write({gone: text + "\n[[HN-3]]\n", "HN-3.md": control("HN-3")})


# ------------------------------------------------------------------------------------------ laws

SAID = {
    "S.md": (
        synthesis("controles: ['[[Guide#Étape 1]]', HN-1]"),
        synthesis("controles_sans_objet: ['HN-2 : un seul poste']"),
        synthesis("controles: '[[Guide]]'", frozen=True),
        synthesis(body="[[HN-1]]"),
    ),
    "T.md": (
        synthesis("livraison: 2025-10-02", frozen=True),
        synthesis("date: 2025-01-01", frozen=True),
        synthesis(),
    ),
    "A.md": (
        domain("Sécurité", "## Constats", "- Écran ❌ [controle:: [[HN-1]]] ^e"),
        domain("Sécurité", "## Constats", "- Écran ✅ [controle:: [[ref/HN-1]], [[HN-2]]]"),
        domain("Sécurité"),
    ),
    "B.md": (
        domain("Postes", "## Actions", "- **pc** – x [constat:: [[A#^e]]] [controle:: HN-2]"),
        domain("Postes"),
    ),
    "Guide.md": ("## Étape 1\n[[HN-1]]\n## Étape 2\n[[HN-2]] [[A]]\n", "[[HN-2]]\n"),
    "HN-1.md": (control("HN-1"), "x\n"),
    "ref/HN-1.md": (control("HN-9"), "x\n"),
    "HN-2.md": (control("HN-2"), control("HN-2", "Postes")),
}
CHANGES = st.sampled_from([(path, text) for path, texts in SAID.items() for text in (*texts, None)])


@given(st.lists(st.lists(CHANGES, min_size=1, max_size=3), max_size=8))
@settings(max_examples=60)
def test_what_is_followed_equals_what_is_made_from_scratch(steps: list[list[tuple[str, str | None]]]) -> None:
    story = Story({path: texts[0] for path, texts in SAID.items()})
    for step in steps:
        story.write(dict(step))


def test_the_order_of_files_does_not_count() -> None:
    texts = {path: said[0] for path, said in SAID.items()}
    turned = dict(reversed(texts.items()))
    assert covered_in(texts) == covered_in(turned)
    assert list(covered_in(texts)) == list(covered_in(turned))
