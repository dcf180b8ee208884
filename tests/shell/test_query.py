"""`vaultkit query`, and query regions: Dataview answered as plain Markdown."""

from __future__ import annotations

import json

VAULT = """
    == Projets/Refonte.md
    ---
    statut: en cours
    priorite: 2
    fin: 2026-12-01
    ---
    - [ ] maquettes [due:: 2026-11-30]
    - [x] devis
    == Projets/Audit.md
    ---
    statut: terminé
    priorite: 1
    ---
    [[Refonte]]
    """


def filled(vault, text=VAULT):
    from tests.conftest import notes_of

    for path, said in notes_of(text).items():
        vault.write(path, said)
    return vault


def test_markdown_json_and_csv(vault):
    filled(vault)
    asked = 'TABLE statut, fin FROM "Projets" SORT priorite'
    ran = vault.run("query", asked)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "| File                            | statut   | fin               |\n"
        "| ------------------------------- | -------- | ----------------- |\n"
        "| [[Projets/Audit.md\\|Audit]]     | terminé  | \\-                |\n"
        "| [[Projets/Refonte.md\\|Refonte]] | en cours | December 01, 2026 |\n"
    )
    said = json.loads(vault.run("query", asked, "--format", "json").out)
    assert (said["schema_version"], said["ok"], said["type"], said["headers"]) == (
        1, True, "table", ["File", "statut", "fin"],
    )  # fmt: skip
    assert said["rows"][1][1] == "en cours"
    assert vault.run("query", asked, "--format", "csv").out.splitlines()[1] == "Audit,terminé,"


def test_a_query_from_a_pipe_in_a_note_at_a_time(vault):
    filled(vault)
    asked = "TASK FROM [[]] WHERE !completed AND due < date(today)"
    assert vault.run("query", "-", "--origin", "refonte", "--now", "2026-11-22", stdin=asked).out == ""
    asked = "TASK WHERE !completed AND due < date(today)"
    assert vault.run(
        "query", "--now", "2026-12-24T08:00", "--timezone", "Europe/Zurich", stdin=asked
    ).out == ("- [ ] maquettes [due:: 2026-11-30]\n")


def test_a_wrong_query_says_where(vault):
    filled(vault)
    ran = vault.run("query", 'TABLE a FROM "Projets"\nWHERE >')
    assert ran.code == 1
    assert "the query cannot be read, line 2, column 7" in ran.err
    assert ran.err.splitlines()[-2:] == ["WHERE >", "      ^"]
    said = json.loads(vault.run("query", "LIST WHERE", "--format", "json").out)
    assert (said["ok"], "PARSING FAILED" in said["error"]) == (False, True)
    assert vault.run("query", "LIST WHERE foo(1)").err == (
        "the query fails: Every row during operation 'where' failed with an error; first 2:\n\n"
        "                - Unrecognized function name 'foo'\n- Unrecognized function name 'foo'\n"
    )
    assert vault.run("query", "LIST", "--now", "hier").code == 2
    assert vault.run("query", "LIST", "--timezone", "Mars/Olympus").code == 2


REGION = """\
# Suivi

<!-- vaultkit:begin query
TABLE statut FROM "Projets" WHERE priorite --\\> 0
-->
<!-- vaultkit:end query -->

Fin.
"""


def test_a_region_holds_what_its_query_gives_and_keeps_what_is_written_by_hand(vault):
    filled(vault)
    vault.write("Suivi.md", REGION.replace("priorite --\\> 0", "priorite > 0"))
    assert vault.run("rebuild").code == 0
    assert "| [[Projets/Audit.md\\|Audit]]     | terminé  |" in vault.read("Suivi.md")
    assert vault.run("rebuild", "--check").code == 0
    before = vault.snapshot()
    assert vault.run("rebuild").code == 0
    assert vault.snapshot() == before
    vault.replace("Suivi.md", "terminé ", "livré ! ")
    vault.replace("Projets/Refonte.md", "statut: en cours", "statut: en pause")
    assert vault.run("rebuild").code == 0
    assert "livré ! <!-- vk:keep -->" in vault.read("Suivi.md")
    assert "en pause" in vault.read("Suivi.md")
    vault.write("Projets/Refonte.md", "---\nstatut: x\n---\n")
    assert vault.run("rebuild").code == 0
    assert "Refonte" not in vault.read("Suivi.md")


def test_what_a_region_says_is_no_source_of_its_own_query(vault):
    filled(vault)
    vault.write("Suivi.md", "<!-- vaultkit:begin query\nTASK\n-->\n<!-- vaultkit:end query -->\n")
    assert vault.run("rebuild").code == 0
    once = vault.read("Suivi.md")
    assert "- [ ] maquettes [due:: 2026-11-30]\n- [x] devis\n" in once
    assert vault.run("rebuild").code == 0
    assert vault.read("Suivi.md") == once


def test_a_wrong_query_in_a_region_leaves_its_body_and_is_reported_at_its_place(vault):
    vault.write(
        "Suivi.md",
        "\n\n<!-- vaultkit:begin query\nLIST\nWHERE >\n-->\n\n- vieux\n\n<!-- vaultkit:end query -->\n",
    )
    before = vault.read("Suivi.md")
    ran = vault.run("check")
    assert ran.code == 1
    assert "Suivi.md:5:7: VK506 error the query cannot be read" in ran.out
    assert vault.run("rebuild").code == 1
    assert vault.read("Suivi.md") == before


def test_a_batch_is_answered_in_order(vault):
    filled(vault)
    vault.write(
        "b.json", json.dumps([{"id": "1", "expr": "1 + 1"}, {"id": "2", "source": "#x"}, {"id": "3"}])
    )
    said = json.loads(vault.run("query", "--batch", "b.json").out)
    assert said == [
        {"id": "1", "ok": True, "type": "number", "value": 2, "text": "2"},
        {"id": "2", "ok": True, "paths": []},
        {"id": "3", "ok": False, "error": "no known kind of question"},
    ]
    assert vault.run("query", "--batch", "none.json").code == 2


DOMAIN = """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    <!-- vaultkit:begin template src="suivi.md" -->
    <!-- vaultkit:end template -->
    == D.md
    ---
    category: domaine
    scope: X
    ---
    [[S]]
    ## 🔎 Constats
    - porte ouverte ❌
    - coffre fermé ✅
    ## Actions
    - **Court terme** : **serrure** – la changer (resp. Luc, délai 01.10.2026, CHF 120)
    """


def test_sections_and_the_audit_model_are_fields_unless_strict(vault):
    filled(vault, DOMAIN)
    asked = 'TABLE WITHOUT ID a.label, a.owner, a.due, a.cost, a.horizon FROM "D" FLATTEN actions AS a'
    assert vault.run("query", asked).out.splitlines()[2] == (
        "| serrure | Luc     | October 01, 2026 | 120    | court     |"
    )
    asked = 'LIST WITHOUT ID section(file.link, "constats").text FROM "D"'
    assert vault.run("query", asked).out == "- - porte ouverte ❌\n- coffre fermé ✅\n\n"
    assert "Unrecognized function name 'section'" in vault.run("query", asked, "--strict").err
    assert vault.run("query", 'LIST WITHOUT ID findings FROM "D"', "--strict").out == "- \\-\n"


def test_templates_ask_queries(vault):
    filled(vault, DOMAIN)
    vault.write("vaultkit/templates/suivi.md", '{{ query("LIST findings.status FROM [[]]") }}\n')
    assert vault.run("rebuild").code == 0
    assert "- [[D.md|D]]:\n    - ❌\n    - ✅" in vault.read("S.md")
    vault.write("vaultkit/templates/suivi.md", "a\n{{ query('LIST FROM') }}\n")
    out = vault.run("check").out
    assert "S.md:5:1: VK506 error the template suivi.md:2 of the region 'template': query(): expected" in out


def test_results_of_dataview_serializer_are_refreshed_in_both_spellings(vault):
    filled(vault)
    vault.write(
        "Suivi.md",
        '<!-- QueryToSerialize: LIST FROM "Projets" -->\n'
        '<!-- SerializedQuery: LIST FROM "Projets" -->\n- vieux\n<!-- SerializedQuery END -->\n\nmots\n\n'
        '<!-- dataview-serializer-query: TABLE statut FROM "Projets" -->\n\n'
        "Total : <!-- IQ: =length(this.file.outlinks) -->?<!-- /IQ -->\n",
    )
    assert vault.run("rebuild", "--check").code == 1
    assert vault.run("rebuild").code == 0
    text = vault.read("Suivi.md")
    assert "- [[Audit]]\n- [[Refonte]]\n<!-- SerializedQuery END -->\n\nmots\n" in text
    assert "| [[Audit\\|Audit]]" in text or "| [[Audit]]" in text
    assert "<!-- dataview-serializer-result-end -->" in text
    before = vault.snapshot()
    for _ in range(3):
        assert vault.run("rebuild").code == 0
    after = vault.snapshot()
    assert before.keys() == after.keys()
    assert vault.run("undo").code == 0


def test_a_region_may_stand_in_a_callout(vault):
    filled(vault)
    vault.write(
        "Suivi.md",
        '> [!info] Suivi\n> <!-- vaultkit:begin query\n> LIST\n> FROM "Projets"\n> -->\n> <!-- vaultkit:end query -->\n',
    )
    assert vault.run("rebuild").code == 0
    assert "> - [[Projets/Audit.md|Audit]]\n> - [[Projets/Refonte.md|Refonte]]\n" in vault.read("Suivi.md")
    assert vault.run("rebuild", "--check").code == 0


def test_long_chains_and_odd_files_are_no_fault_of_ours(vault):
    filled(vault)
    vault.write("A.md", "a")
    assert vault.run("query", "LIST WITHOUT ID " + "1+" * 3000 + "1 LIMIT 1").out == "- 3001\n"
    vault.write("t.json", '{"A.md": {"ctime": "x", "mtime": null}}')
    assert vault.run("query", "TABLE file.ctime", "--times", "t.json").code == 2
    vault.write("b.json", "[" * 100_000)
    assert vault.run("query", "LIST", "--batch", "b.json").code == 2


def test_a_query_that_asks_for_other_columns_gets_them(vault):
    vault.write("A.md", "---\nx: 1\ny: 2\n---\n")
    region = '<!-- vaultkit:begin query\nTABLE WITHOUT ID {} FROM "A"\n-->\n<!-- vaultkit:end query -->\n'
    vault.write("N.md", region.format("x, y"))
    assert vault.run("rebuild").code == 0
    vault.replace("N.md", "ID x, y", "ID y AS Deux, x")
    assert vault.run("rebuild").code == 0
    assert "| Deux | x |" in vault.read("N.md")
    assert "| 2 | 1 |" in vault.read("N.md")
    assert "keep" not in vault.read("N.md")


def test_an_answer_about_its_own_note_comes_to_rest(vault):
    vault.write("A.md", "- [ ] a\n")
    for number, query in enumerate(
        ("TABLE file.size, file.mtime", "LIST file.lists.text", "TABLE file.outlinks")
    ):
        vault.write(
            f"N{number}.md", f"<!-- vaultkit:begin query\n{query}\n-->\n<!-- vaultkit:end query -->\n"
        )
    assert vault.run("rebuild").code == 0
    once = vault.snapshot()
    assert vault.run("rebuild").code == 0
    assert vault.snapshot() == once


def test_a_renamed_note_is_renamed_in_answers_without_a_mark(vault):
    filled(vault)
    vault.write(
        "N.md",
        '<!-- vaultkit:begin query\nTABLE statut, dateformat(file.mtime, "yyyy") AS an FROM "Projets"\n-->\n'
        "<!-- vaultkit:end query -->\n",
    )
    assert vault.run("rebuild").code == 0
    before = vault.snapshot()
    assert vault.run("mv", "Audit", "Contrôle").code == 0
    text = vault.read("N.md")
    assert "[[Projets/Contrôle.md\\|Contrôle]]" in text
    assert ("keep" in text, "\\-" in text) == (False, False)
    assert vault.run("rebuild", "--check").code == 0
    vault.write("N.md", text + "mes mots\n")
    ran = vault.run("undo")
    assert (ran.code, "has changed since" in ran.err) == (3, True)
    assert "Projets/Contrôle.md" in vault.snapshot()
    vault.write("N.md", text)
    assert vault.run("undo").code == 0
    assert vault.snapshot() == before


def test_a_serialized_answer_comes_to_rest(vault):
    vault.write("A.md", "- [ ] a\n")
    for number, query in enumerate(("TABLE file.mtime", "LIST file.lists.text", "TABLE file.outlinks")):
        vault.write(f"S{number}.md", f"<!-- QueryToSerialize: {query} -->\n")
    assert vault.run("rebuild").code == 0
    once = vault.snapshot()
    assert vault.run("rebuild").code == 0
    assert vault.snapshot() == once
