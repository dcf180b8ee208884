"""Which wording of the synthesis speaks of which item of a child note."""

from __future__ import annotations

from collections.abc import Sequence

from vaultkit.text import pattern, unaccented

#: Words that say nothing about what a text is about, folded.
STOP_WORDS = frozenset(
    """
    les des une aux par pour sur sous dans avec sans chez entre vers est sont ont pas plus moins que qui
    dont mais donc car ses son leur leurs nos vos notre votre cette ces tout tous toute toutes tres the and
    for with from into its our your their this that der die das den dem ein eine und fur mit von vom zum zur
    aus bei auf ist sind
    """.split()  # noqa: SIM905 (a list of ninety quoted words is harder to read)
)

#: Words that share this many leading letters count as one word.
STEM = 6

_WORD = pattern(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """Return the distinct words that carry meaning: three letters and more, folded, no stop words."""
    found = _WORD.findall(unaccented(text.replace("_", " ")))
    return tuple(dict.fromkeys(word for word in found if len(word) >= 3 and word not in STOP_WORDS))


def similarity(item: str, about: str) -> float:
    """Return the share of the item's words that stand in `about`, equal or with 6 leading letters shared."""
    wanted = words(item)
    if not wanted:
        return 0.0
    known = words(about)
    stems = {word[:STEM] for word in known if len(word) >= STEM}
    hits = sum(word in known or (len(word) >= STEM and word[:STEM] in stems) for word in wanted)
    return hits / len(wanted)


def assign(scores: Sequence[Sequence[float]], ties: bool = False) -> dict[int, int]:
    """Return the best order-preserving one-to-one assignment of rows to columns, by total score.

    A pair of score 0 is no match. Unless `ties` are taken (the first one then wins), a row that another
    assignment of the same total would place elsewhere, or nowhere, is left out.
    """
    columns = len(scores[0]) if scores else 0
    if not columns:
        return {}
    head = _table(scores)
    tail = _table([row[::-1] for row in reversed(scores)])
    rows, best = len(scores), head[-1][-1]
    pairs = _walk(scores, tail)
    if ties:
        return pairs

    def through(row: int, column: int) -> float:
        """Return the best total of the assignments that hold this pair."""
        return head[row][column] + scores[row][column] + tail[rows - row - 1][columns - column - 1]

    def without(row: int) -> float:
        """Return the best total of the assignments that leave this row out."""
        return max(
            head[row][column] + tail[rows - row - 1][columns - column] for column in range(columns + 1)
        )

    return {
        row: column
        for row, column in pairs.items()
        if not any(
            scores[row][other] > 0 and other != column and abs(through(row, other) - best) < 1e-9
            for other in range(columns)
        )
        and without(row) < best - 1e-9
    }


def _table(scores: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the best totals of the first i rows with the first j columns."""
    columns = len(scores[0])
    best = [[0.0] * (columns + 1)]
    for line in scores:
        above, current = best[-1], [0.0]
        for column, score in enumerate(line):
            current.append(max(above[column + 1], current[-1], above[column] + score if score > 0 else 0.0))
        best.append(current)
    return best


def _walk(scores: Sequence[Sequence[float]], rest: Sequence[Sequence[float]]) -> dict[int, int]:
    """Return the pairs of a best assignment, the first of those of the same total.

    `rest` gives the best totals of the last i rows with the last j columns.
    """
    rows, columns = len(scores), len(scores[0])
    pairs: dict[int, int] = {}
    row = column = 0
    while row < rows and column < columns:
        best, score = rest[rows - row][columns - column], scores[row][column]
        if score > 0 and abs(best - rest[rows - row - 1][columns - column - 1] - score) < 1e-12:
            pairs[row] = column
            row, column = row + 1, column + 1
        elif best == rest[rows - row][columns - column - 1]:
            column += 1
        else:
            row += 1
    return pairs
