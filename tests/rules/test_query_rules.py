"""Queries that the app cannot read: what is said, and that the place is that of the sign, in every container."""

from __future__ import annotations

import pytest

from tests.rules.growth import assert_linear
from vaultkit.dql.parser import DqlSyntaxError, parse_query
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.queries import invalid_inline_query, invalid_query
from vaultkit.rules.rule import Look
from vaultkit.vault.index import VaultIndex

NOTHING = Look(VaultIndex.of(()), ())


def found(check, text: str) -> list[tuple[int, int]]:
    note = parse_note("Note.md", text)
    return [note.lines.place(finding.span.start) for finding in check(note, NOTHING)]


@pytest.mark.parametrize(
    "text",
    [
        "```dataview\nLIST FROM #audit\n```\n",
        "```dataview\n\n\nTABLE priorite\nFROM #audit\n\n```\n",
        "> ```dataview\n> TABLE priorite\n> FROM #audit\n> ```\n",
        "- Vue d’ensemble\n\n  ```dataview\n  LIST\n  FROM #audit\n  ```\n",
        "~~~dataview\r\nLIST\r\nFROM #audit\r\n~~~\r\n",
        "```dataview\n```\n",
        "```dataviewjs\ndv.list([1,\n```\n",
        "```\ndataview\nTABLE a,\n```\n",
        "```DataView\nTABLE a,\n```\n",
        "Le bloc `dataview TABLE a,` se lit ainsi.\n",
    ],
)
def test_what_can_be_read_or_is_no_query_is_left_alone(text):
    assert found(invalid_query, text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("```dataview\nTABLE priorite,\nFROM #audit\n```\n", (3, 5)),
        ("# Titre\n\n> ```dataview\n> TABLE priorite,\n> FROM #audit\n> ```\n", (5, 7)),
        ("> [!info] Vue\n> > ````dataview\n> > LIST\n> > WHERE )\n> > ````\n", (4, 11)),
        ("- Vue\n\n  ```dataview\n  LIST\n  WHERE )\n  ```\n", (5, 9)),
        ("> - ```dataview\n>   LIST\n>   WHERE )\n>   ```\n", (3, 11)),
        ("```dataview\r\nLIST\r\nWHERE )\r\n```\r\n", (3, 7)),
        ("```dataview\nLIST\nWHERE )", (3, 7)),
        ("```dataview\nLISTE\n```\n", (2, 5)),
    ],
)
def test_the_place_is_the_sign_at_which_reading_stops(text, place):
    assert found(invalid_query, text) == [place]


def test_the_message_is_that_of_the_parser():
    dql = "LIST\nWHERE )"
    with pytest.raises(DqlSyntaxError) as error:
        parse_query(dql)
    [finding] = invalid_query(parse_note("Note.md", f"```dataview\n{dql}\n```\n"), NOTHING)
    assert finding.message.fr.endswith(error.value.message.fr)
    assert finding.message.en.endswith(error.value.message.en)


@pytest.mark.parametrize(
    "text",
    [
        'Visite du `= dateformat(this.date, "dd.MM.yyyy")`.',
        "`=this.scope`",
        "La formule `=SOMME(A1:A3)` du fichier de suivi",
        "`=SI(A1;B1)`",
        "`=> length(`",
        "`== this.a +`",
        "Total `= 12 CHF`",
        "```\n= this.\n```",
        "`$= dv.current(`",
    ],
)
def test_formulas_arrows_and_good_inline_queries_are_left_alone(text):
    assert found(invalid_inline_query, text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('Visite du `= dateformat(this.date, "dd.MM.yyyy"`.', (1, 48)),
        ("`= this.a +`", (1, 12)),
        ("Avant\n> ``=  this.``", (2, 13)),
        ("| a |\n|---|\n| `= [[Accès]].` |\n", (3, 16)),
    ],
)
def test_an_inline_query_is_placed_too(text, place):
    assert found(invalid_inline_query, text) == [place]


@pytest.mark.parametrize("piece", ["> x\n", "  y\n", "\n", "TABLE a,\n", "WHERE a ", "`= this. ` "])
def test_long_blocks_take_time_in_proportion(piece):
    def look(size: int) -> None:
        note = parse_note("Note.md", f"> ```dataview\n> LIST\n{piece * size}")
        list(invalid_query(note, NOTHING))
        list(invalid_inline_query(note, NOTHING))

    assert_linear(look, 400)
