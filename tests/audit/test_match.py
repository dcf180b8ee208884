"""Matching (DESIGN §5.4): words that mean something, and the best order-preserving one-to-one assignment."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.audit.match import assign, similarity, words


def test_words_have_three_letters_are_folded_and_no_stop_words() -> None:
    assert words("Mise en place d’un canal sécurisé pour les patients") == (
        "mise",
        "place",
        "canal",
        "securise",
        "patients",
    )


@pytest.mark.parametrize(
    ("item", "about", "score"),
    [
        ("sécurité PC", "Sessions individuelles 🔐 Sécurité & Accès", 1.0),  # PC is too short to count
        ("centralisation Dentagest", "Centraliser tout dans Dentagest", 1.0),  # 6 leading letters
        ("suivi factures", "Journal de facturation", 0.5),
        ("externalisation IT", "Extension du contrat", 0.0),  # 3 letters are not 6
        ("IT", "IT", 0.0),
        ("Acces_IT", "accès", 1.0),
    ],
)
def test_the_score_is_the_share_of_the_items_words(item: str, about: str, score: float) -> None:
    assert similarity(item, about) == score


def test_a_tie_is_no_match() -> None:
    assert assign([[0.5, 0.5]]) == {}
    assert assign([[0.5], [0.5]]) == {}


def test_of_a_tie_that_is_taken_the_first_wins() -> None:
    assert assign([[0.5, 0.5]], ties=True) == {0: 0}
    assert assign([[0.5], [0.5]], ties=True) == {0: 0}
    assert assign([[0.5, 0.5, 0.5], [0.0, 0.5, 0.5]], ties=True) == {0: 0, 1: 1}


def test_a_better_score_wins_and_order_is_kept() -> None:
    assert assign([[0.5, 1.0]]) == {0: 1}
    assert assign([[0.0, 0.6], [0.5, 0.0]]) == {0: 1}
    assert assign([[0.6, 0.1], [0.1, 0.6]]) == {0: 0, 1: 1}


def test_nothing_matches_nothing() -> None:
    assert assign([]) == {} == assign([[]]) == assign([[0.0]])


def every_assignment(scores: list[list[float]]) -> list[tuple[float, dict[int, int]]]:
    rows, columns = len(scores), len(scores[0])
    found = [(0.0, {})]
    for size in range(1, min(rows, columns) + 1):
        for some in combinations(range(rows), size):
            for others in combinations(range(columns), size):
                pairs = dict(zip(some, others, strict=True))
                if all(scores[row][column] > 0 for row, column in pairs.items()):
                    found.append((sum(scores[row][column] for row, column in pairs.items()), pairs))
    return found


MATRICES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=columns, max_size=columns),
        min_size=1,
        max_size=4,
    )
)


@settings(max_examples=400)
@given(MATRICES)
def test_law_a_row_is_matched_where_every_best_assignment_agrees(scores: list[list[float]]) -> None:
    possible = every_assignment(scores)
    best = max(total for total, _ in possible)
    optimal = [pairs for total, pairs in possible if total == best]
    agreed = {row: column for row, column in optimal[0].items() if all(p.get(row) == column for p in optimal)}
    assert assign(scores) == agreed


@settings(max_examples=200)
@given(MATRICES)
def test_law_with_ties_taken_the_total_is_the_best(scores: list[list[float]]) -> None:
    pairs = assign(scores, ties=True)
    assert sum(scores[row][column] for row, column in pairs.items()) == max(
        t for t, _ in every_assignment(scores)
    )
    assert list(pairs.values()) == sorted(pairs.values())
