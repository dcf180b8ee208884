"""Tables of a tree: columns as wide as what they hold needs, and wide tables parted so that paper holds them."""

from __future__ import annotations

from typing import Any

from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable.tree import Node, Nodes, div, para, plain, rows_of, words
from vaultkit.text import pattern

#: How many columns a sheet of paper holds, and how many characters beside one another.
MOST_COLUMNS = 8
LINE = 92
#: A column is never narrower than this; a word longer than that is broken; text longer than this is folded.
_LEAST, _LONGEST_WORD, _FOLDED = 4, 20, 80
#: A text of so many characters is not broken: « ☐ à faire », « ⚠️ Moyenne », « CHF 1’200 ».
_UNBROKEN = 13
_BLANK = pattern(r"[ \n]+")


def parted(table: Node, language: str) -> Nodes:
    """Return a table that paper holds: itself with widths, or its parts, each with the first column and a remark."""
    needs = _needs(table)
    groups = _groups([least for least, _ in needs])
    if len(groups) == 1:
        return [_with_widths(table, needs)]
    done: Nodes = []
    say = words_of(language)
    for group in groups:
        part = _part(table, [0, *group])
        remark = say["columns_of"].format(name=say["table"], first=group[0] + 1, last=group[-1] + 1)
        done += [
            div([para(words(remark))], "table-remark"),
            _with_widths(part, [needs[at] for at in (0, *group)]),
        ]
    return done


def _needs(table: Node) -> list[tuple[int, int]]:
    """Return for each column the characters of its longest word and of its longest text, within limits."""
    needs = [(_LEAST, _LEAST)] * len(table["c"][2])
    heads = len(table["c"][3][1])
    for number, row in enumerate(rows_of(table)):
        for at, cell in enumerate(row[1][: len(needs)]):
            text = plain(cell[4])
            longest = len(text) if len(text) <= _UNBROKEN else max(map(len, _BLANK.split(text)), default=0)
            word = min(_LONGEST_WORD, longest)
            word += number < heads and word // 5  # what is bold is wider
            least, most = needs[at]
            needs[at] = max(least, word), max(most, min(len(text), _FOLDED))
    return needs


def _groups(least: list[int]) -> list[list[int]]:
    """Return which columns go together beside the first one."""
    groups: list[list[int]] = [[]]
    room = LINE - least[0] if least else 0
    for at, need in enumerate(least[1:], 1):
        full = len(groups[-1]) + 1 >= MOST_COLUMNS or sum(least[i] + 2 for i in groups[-1]) + need > room
        if groups[-1] and full:
            groups.append([])
        groups[-1].append(at)
    return groups


def _with_widths(table: Node, needs: list[tuple[int, int]]) -> Node:
    """Return the table with shares of the line for its columns; a small table is as wide as it needs."""
    wanted: list[float] = [most + 3 for _, most in needs]
    total = sum(wanted)
    if total > LINE:
        spare = LINE - sum(least + 3 for least, _ in needs)
        over = sum(most - least for least, most in needs) or 1
        wanted = [least + 3 + (most - least) * max(spare, 0) / over for least, most in needs]
        total = sum(wanted)
    content = list(table["c"])
    content[2] = [
        [spec[0], {"t": "ColWidth", "c": round(one / total, 4)}]
        for spec, one in zip(content[2], wanted, strict=True)
    ]
    return {"t": "Table", "c": content}


def _part(table: Node, columns: list[int]) -> Node:
    attributes, caption, specs, head, bodies, foot = table["c"]

    def rows(found: list[Any]) -> list[Any]:
        return [[row[0], [row[1][at] for at in columns if at < len(row[1])]] for row in found]

    return {
        "t": "Table",
        "c": [
            attributes,
            caption,
            [specs[at] for at in columns],
            [head[0], rows(head[1])],
            [[body[0], body[1], rows(body[2]), rows(body[3])] for body in bodies],
            [foot[0], rows(foot[1])],
        ],
    }
