"""What is offered in a query that is being typed."""

from __future__ import annotations

import pytest

from tests.conftest import Vault
from tests.shell.language.reading import Editor
from vaultkit.dql.extensions import FIELDS
from vaultkit.dql.extensions import FUNCTIONS as OURS
from vaultkit.dql.functions import FUNCTIONS as DATAVIEWS
from vaultkit.dql.pages import FILE_FIELDS
from vaultkit.shell.language.completing import dql_calls, dql_words

N = "Note.md"


def block(query: str) -> str:
    return f"Texte.\n\n```dataview\n{query}\n```\n"


@pytest.fixture
def editor(vault: Vault) -> Editor:
    vault.write("Missions/A.md", "---\nstatut: livré\nDate de fin: 2026-01-01\n---\n#projet\n\nBudget:: 3\n")
    vault.write("Missions/B.md", "---\nstatut: en cours\n---\n[[A]]\n")
    return Editor(vault.root)


def test_a_query_begins_with_what_it_shows(editor: Editor) -> None:
    assert editor.offered(N, block("¦")) == ["TABLE", "LIST", "TASK", "CALENDAR"]
    assert editor.accepted(N, block("ta¦")) == block("TABLE")


def test_keywords_are_offered_where_they_can_stand(editor: Editor) -> None:
    assert editor.offered(N, block("TABLE ¦"))[0] == "WITHOUT ID"
    assert editor.offered(N, block("TASK ¦")) == ["FROM", "WHERE", "SORT", "GROUP BY", "FLATTEN", "LIMIT"]
    assert "FROM" in editor.offered(N, block("LIST ¦"))
    assert editor.offered(N, block("TABLE statut ¦")) == [
        "AS", "FROM", "WHERE", "SORT", "GROUP BY", "FLATTEN", "LIMIT"
    ]  # fmt: skip
    assert editor.offered(N, block("LIST\nFROM #projet\nwh¦")) == ["WHERE"]
    assert editor.offered(N, block("LIST WHERE statut ¦"))[:2] == ["AND", "OR"]
    assert editor.offered(N, block("LIST SORT statut ¦"))[:2] == ["ASC", "DESC"]
    assert "FROM" not in editor.offered(N, block("LIST WHERE statut ¦"))
    assert "WHERE" not in editor.offered(N, block("LIST WHERE statut = ¦"))


def test_sources_are_tags_folders_and_links(editor: Editor) -> None:
    offered = editor.offered(N, block("LIST FROM ¦"))

    assert "#projet" in offered
    assert '"Missions"' in offered
    assert "outgoing([[]])" in offered
    assert editor.accepted(N, block("LIST FROM #pro¦")) == block("LIST FROM #projet")
    assert editor.accepted(N, block('LIST FROM "mis¦"')) == block('LIST FROM "Missions"')
    assert editor.offered(N, block("LIST FROM [[a¦]]"))[0] == "A"


def test_fields_are_those_of_the_vault_under_names_a_query_can_say(editor: Editor) -> None:
    assert editor.offered(N, block("TABLE statut, bud¦")) == ["Budget"]
    assert editor.accepted(N, block("TABLE date-de¦")) == block("TABLE date-de-fin")
    assert editor.offered(N, block("LIST WHERE stat¦"))[0] == "statut"


def test_what_follows_a_dot_are_the_fields_of_what_stands_before_it(editor: Editor) -> None:
    assert editor.offered(N, block("TABLE file.¦"))[0] == "name"
    assert editor.accepted(N, block("TABLE file.mda¦")) == block("TABLE file.mday")
    assert editor.offered(N, "---\nrôle: x\n---\n" + block("TABLE this.¦")) == ["file", "rôle"]
    assert editor.offered(N, block("TABLE this.file.inl¦")) == ["inlinks"]
    assert editor.offered(N, block("TABLE rows.stat¦")) == ["statut"]


def test_a_function_says_how_it_is_called(editor: Editor) -> None:
    found = editor.complete(N, block("LIST WHERE datef¦"))

    assert found
    assert [(item.label, item.detail) for item in found.items] == [("dateformat", "dateformat(date, format)")]
    assert editor.accepted(N, block("LIST WHERE datef¦")) == block("LIST WHERE dateformat(")
    said = editor.explained(N, block("LIST WHERE datef¦"), "dateformat")
    assert said == '```\ndateformat(date, format)\n```\n\nThe date written so: "dd/MM/yyyy"'


def test_tasks_have_fields_of_their_own(editor: Editor) -> None:
    assert editor.offered(N, block("TASK WHERE compl¦"))[:2] == ["completed", "completion"]
    assert "completed" not in editor.offered(N, block("LIST WHERE compl¦"))


def test_an_inline_query_is_an_expression(editor: Editor) -> None:
    own = "---\nstatut: livré\n---\n"

    assert editor.accepted(N, own + "État : `= this.st¦`") == own + "État : `= this.statut`"
    assert editor.accepted(N, own + "État : `= this.st¦") == own + "État : `= this.statut"
    assert editor.offered(N, own + "`= round¦`") == ["round"]
    assert "FROM" not in editor.offered(N, own + "`= this.statut ¦`")
    assert editor.complete(N, "`code`= this.st¦") is None


def test_a_query_in_a_quote_and_in_a_list_is_one_too(editor: Editor) -> None:
    assert editor.accepted(N, "> ```dataview\n> LIST\n> WHE¦\n> ```\n") == (
        "> ```dataview\n> LIST\n> WHERE\n> ```\n"
    )
    assert editor.offered(N, "- Liste\n  ```dataview\n  LIS¦\n  ```\n") == ["LIST"]


def test_queries_that_are_kept_in_comments_are_queries(editor: Editor) -> None:
    region = "<!-- vaultkit:begin query\nLIST\nWHE¦\n-->\n<!-- vaultkit:end query -->\n"

    assert editor.offered(N, region) == ["WHERE"]
    assert editor.offered(N, "<!-- QueryToSerialize: LIST FROM #pro¦ -->\n") == ["projet"]
    assert editor.offered(N, "<!-- IQ: =this.file.nam¦ -->x<!-- /IQ -->\n") == ["name"]


def test_a_block_that_is_still_open_is_one_too(editor: Editor) -> None:
    assert editor.offered(N, "```dataview\nLIST WHE¦") == ["WHERE"]
    assert editor.offered(N, "```dataview\n¦") == ["TABLE", "LIST", "TASK", "CALENDAR"]


def test_nothing_is_offered_in_other_code_and_in_texts(editor: Editor) -> None:
    assert editor.complete(N, "```dataviewjs\ndv.¦\n```\n") is None
    assert editor.offered(N, block('LIST WHERE statut = "liv¦"')) == []


def test_every_function_and_field_is_explained() -> None:
    assert dql_calls.FUNCTIONS.keys() == {*DATAVIEWS, *OURS}
    assert dql_words.FILE_FIELDS.keys() == FILE_FIELDS.keys()
    assert dql_words.EXTRA_FIELDS.keys() == FIELDS.keys()


def test_links_in_queries_are_wikilinks_whatever_the_app_writes_elsewhere(vault: Vault) -> None:
    vault.write(".obsidian/app.json", '{"useMarkdownLinks": true}')
    vault.write("A.md", "")

    assert Editor(vault.root).accepted(N, block("LIST FROM [[a¦")) == block("LIST FROM [[A]]")


def test_a_parenthesis_that_is_there_already_is_not_written_again(editor: Editor) -> None:
    assert editor.accepted(N, block("LIST WHERE datef¦(file.day)")) == block(
        "LIST WHERE dateformat(file.day)"
    )


def test_the_second_word_of_a_keyword_completes_the_whole(editor: Editor) -> None:
    assert editor.accepted(N, block("LIST\nGROUP B¦")) == block("LIST\nGROUP BY")
    assert editor.accepted(N, block("TABLE without i¦")) == block("TABLE WITHOUT ID")
    assert editor.offered(N, block("LIST\nGROUP BY stat¦"))[0] == "statut"


def test_a_name_of_ones_own_choice_has_no_offers(editor: Editor) -> None:
    assert editor.offered(N, block("TABLE statut AS ¦")) == []
