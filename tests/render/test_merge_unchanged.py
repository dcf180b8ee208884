"""The short way of a merge, where nothing is left to merge, gives what the whole merge gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.render.test_merge_laws import BODIES, LINES
from vaultkit.audit.words import horizon_of
from vaultkit.markdown.regions import Stamp
from vaultkit.render.body import Body, parse_body
from vaultkit.render.merge import Policy, merge, merge_whole
from vaultkit.render.merge_unchanged import stamp_if_unchanged
from vaultkit.render.print_body import print_body
from vaultkit.text import fold

POLICIES: tuple[Policy, ...] = (
    Policy(),
    Policy(prune=True),
    Policy(lambda label: horizon_of(label) or fold(label)),
    Policy(lambda text: f"? {fold(text)}"),
    Policy(keep_order=True, follow=True, pending=lambda text: text.startswith("[[")),
    Policy(lambda text: None),
)

#: What a template writes: lists, tables and headings that often say the same twice.
DRAWN = (
    "# Titre", "", "a", "- a", "- b", "- a, b", "* a", "> - a", "1. **Court terme** → a, b.", "- **Structurant** → a",
    "- **Court** → a", "", "| a | b |", "|---|---|", "| 🔐 x | y |", "| x | |", "| z |", "| a | a |",
)  # fmt: skip
TEXTS = BODIES | st.lists(st.sampled_from(DRAWN), max_size=12).map("\n".join)


def law(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_again(body: Body, roadmap: bool) -> Body:
    return parse_body("\n".join(print_body(body)), "", roadmap)


@law(400)
@given(TEXTS, TEXTS, st.booleans(), st.booleans(), st.sampled_from(POLICIES))
def test_the_short_way_gives_the_same(
    stood: str, drawn: str, adopted: bool, roadmap: bool, policy: Policy
) -> None:
    theirs = parse_body(drawn, roadmap=roadmap)
    mine = parse_body(stood if adopted else "", roadmap=roadmap)
    stamp: Stamp | None = None
    for _ in range(3):
        merged = merge(mine, theirs, stamp, policy)
        assert merged == merge_whole(mine, theirs, stamp, policy)
        mine, stamp = read_again(merged.body, roadmap), merged.stamp


@law(200)
@given(TEXTS, st.data(), st.booleans(), st.sampled_from(POLICIES))
def test_the_short_way_gives_the_same_after_an_edit(
    drawn: str, data: st.DataObject, roadmap: bool, policy: Policy
) -> None:
    theirs = parse_body(drawn, roadmap=roadmap)
    first = merge(Body(()), theirs, None, policy)
    lines = print_body(first.body)
    at = data.draw(st.integers(0, len(lines)))
    lines[at : at + data.draw(st.integers(0, 2))] = data.draw(
        st.lists(st.sampled_from((*LINES, *DRAWN)), max_size=2)
    )
    mine = parse_body("\n".join(lines), "", roadmap)
    new = parse_body(data.draw(st.sampled_from([drawn, "\n".join(lines)])), roadmap=roadmap)
    assert merge(mine, new, first.stamp, policy) == merge_whole(mine, new, first.stamp, policy)


ROADMAP = "- **Court terme** → a, b.\n- **Structurant** → c\n"
TABLE = "| Domaine | Risques |\n|---|---|\n| 🔐 Accès | perte |\n| 📧 Mails | perte |\n"


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", f"## Titre\n\n{TABLE}\n- a\n- a\n\nb\n", TABLE + "\n" + TABLE]
)
def test_what_was_just_written_takes_the_short_way(text: str) -> None:
    theirs = parse_body(text)
    stamp = merge_whole(Body(()), theirs, None, Policy()).stamp
    assert stamp_if_unchanged(theirs, theirs, stamp, Policy()) == stamp


def test_a_roadmap_takes_the_short_way() -> None:
    policy = POLICIES[2]
    theirs = parse_body(ROADMAP, roadmap=True)
    stamp = merge_whole(Body(()), theirs, None, policy).stamp
    assert stamp_if_unchanged(theirs, theirs, stamp, policy) == stamp


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("a", "a <!-- vk:keep -->", 1),
        lambda text: text.replace("a", "b", 1),
        lambda text: text + "- c\n",
        lambda text: "",
    ],
)
def test_what_a_person_touched_takes_the_whole_way(change: Callable[[str], str]) -> None:
    theirs = parse_body("- a\n- b\n")
    stamp = merge_whole(Body(()), theirs, None, Policy()).stamp
    assert stamp_if_unchanged(parse_body(change("- a\n- b\n")), theirs, stamp, Policy()) is None
