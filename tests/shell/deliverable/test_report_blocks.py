"""Report Markdown as a tree: callouts, highlights, anchors, wide tables, French blanks, and what must not get in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shell.deliverable import example
from vaultkit.render.deliverable.model import Format
from vaultkit.shell.deliverable import pandoc
from vaultkit.shell.deliverable.blocks import blocks_of, front_of, texts_of
from vaultkit.shell.deliverable.callouts import TYPES
from vaultkit.shell.deliverable.tree import classes_of, node, plain, rows_of, walk, words
from vaultkit.shell.deliverable.typography import french


def tree(body, to=Format.HTML, language="fr"):
    return blocks_of(example.report(body, language=language), to)["blocks"]


def all_of(kind, blocks):
    return [one for one in walk(blocks) if one["t"] == kind]


def callouts(blocks):
    return [one for one in all_of("Div", blocks) if "callout" in classes_of(one)]


class TestCallouts:
    def test_a_callout_has_its_type_its_title_and_its_body(self):
        [found] = callouts(tree("> [!danger] Le **risque**\n> - fuite\n> - intrusion"))
        assert classes_of(found) == ["callout", "danger"]
        title, body = found["c"][1]
        assert classes_of(title) == ["callout-title"]
        assert plain([title]) == "Le risque"
        assert body["t"] == "BulletList"

    def test_without_a_title_it_has_one_in_the_language_of_the_report(self):
        assert [plain(callouts(tree("> [!danger]\n> x", language=one))[0]["c"][1][:1]) for one in ("fr", "en", "de")] == [
            "Risque", "Risk", "Risiko",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("written", "look"),
        [
            ("ERROR", "danger"),
            ("tldr", "abstract"),
            ("faq", "question"),
            ("mine", "note"),
            ("tip|right big", "tip"),
        ],
    )
    def test_aliases_and_unknown_types_have_a_look_too(self, written, look):
        assert classes_of(callouts(tree(f"> [!{written}]- x\n> y"))[0]) == ["callout", look]

    @pytest.mark.parametrize("kind", TYPES)
    def test_each_type_has_a_title(self, kind):
        assert plain(callouts(tree(f"> [!{kind}]\n> y"))[0]["c"][1][:1])

    def test_one_in_a_list_in_another_is_one_too(self):
        found = callouts(tree("> [!info] a\n> - b\n>   > [!tip] c\n>   > d"))
        assert [classes_of(one)[1] for one in found] == ["info", "tip"]

    def test_a_quote_is_none(self):
        assert [one["t"] for one in tree("> nous [!danger] voulons")] == ["BlockQuote"]


class TestText:
    def test_highlight_spans_words_in_other_forms(self):
        [mark] = [
            one
            for one in all_of("Span", tree("avant ==très *fort* ici== après"))
            if classes_of(one) == ["mark"]
        ]
        assert plain([mark]) == "très fort ici"

    @pytest.mark.parametrize("text", ["a == b == c", "a==", "====", "x ==y", "`==x==`"])
    def test_what_is_no_highlight_stays_as_it_is(self, text):
        blocks = tree(text)
        assert not all_of("Span", blocks)
        assert plain(blocks) == text.strip("`")

    def test_a_newline_is_a_break_as_obsidian_shows_it(self):
        assert [one["t"] for one in tree("un\ndeux")[0]["c"]] == ["Str", "LineBreak", "Str"]

    def test_tasks_have_the_box_of_their_state(self):
        [listed] = all_of("BulletList", tree("- [ ] a\n- [x] b\n- [/] c\n- [-] d"))
        assert [plain(item)[0] for item in listed["c"]] == ["☐", "☑", "◐", "☒"]

    def test_text_from_the_right_says_so(self):
        [arabic] = [one for one in all_of("Div", tree("مرحبا Dentagest\n\nBonjour مرحبا"))]
        assert arabic["c"][0][2] == [["dir", "rtl"]]
        assert "Dentagest" in plain([arabic])

    def test_one_line_texts_are_read_all_at_once(self):
        found = texts_of(["a **b**", "", "# c", "d\ne"], example.report(), Format.PDF)
        assert [plain(one) for one in found] == ["a b", "", "c", "d e"]


class TestHeadings:
    def test_an_anchor_is_the_id_and_links_to_it_lead_there(self):
        blocks = tree("## Accès {#acces}\n\n[voir](#acces) et [rien](#ailleurs)")
        assert [one["c"][1][0] for one in all_of("Header", blocks)] == ["acces"]
        assert [one["c"][2][0] for one in all_of("Link", blocks)] == ["#acces"]
        assert plain(blocks) == "Accèsvoir et rien"

    def test_two_of_one_name_have_ids_of_their_own(self):
        found = [one["c"][1][0] for one in all_of("Header", tree("## Constats\n\n## Constats\n\n## 🔐"))]
        assert found == ["constats", "constats-2", "section"]

    @pytest.mark.parametrize(("to", "levels"), [(Format.HTML, [2, 3, 3, 2]), (Format.DOCX, [1, 2, 2, 1])])
    def test_no_level_is_skipped(self, to, levels):
        blocks = tree("## a\n\n##### b\n\n### c\n\n# d", to)
        assert [one["c"][0] for one in all_of("Header", blocks)] == levels


class TestTables:
    def test_paper_holds_sixty_columns_in_parts_with_the_first_column_in_each(self):
        tables = all_of("Table", tree(example.WIDE, Format.DOCX))
        heads = [[plain(cell[4]) for cell in rows_of(one)[0][1]] for one in tables]
        assert all(head[0] == "Poste" for head in heads)
        assert [name for head in heads for name in head[1:]] == [f"Mesure {n}" for n in range(1, 60)]
        assert max(map(len, heads)) <= 8

    def test_each_part_says_which_columns_it_holds(self):
        remarks = [
            one
            for one in all_of("Div", tree(example.WIDE, Format.PDF))
            if classes_of(one) == ["table-remark"]
        ]
        assert plain(remarks[:1]) == "Tableau (colonnes 2 à 8)"
        assert plain(remarks[-1:]) == "Tableau (colonnes 58 à 60)"

    def test_a_page_that_scrolls_keeps_them_together(self):
        [table] = all_of("Table", tree(example.WIDE))
        assert len(table["c"][2]) == 60

    def test_columns_are_as_wide_as_what_they_hold_needs(self):
        [table] = all_of(
            "Table",
            tree("| N° | Action |\n|--|--|\n| 1 | " + "Sessions individuelles " * 9 + "|", Format.PDF),
        )
        narrow, wide = (one[1]["c"] for one in table["c"][2])
        assert wide > 5 * narrow
        assert 0.98 < narrow + wide < 1.02


class TestFrench:
    @pytest.mark.parametrize(
        ("written", "set_"),
        [
            ("Oui : non ; vrai ? si !", "Oui\u00a0: non\u202f; vrai\u202f? si\u202f!"),
            ("Oui: non; vrai?! si!", "Oui\u00a0: non\u202f; vrai\u202f?! si\u202f!"),
            ("« a b » et «c»", "«\u00a0a b\u00a0» et «\u00a0c\u00a0»"),
            ("CHF 1’200 et 50 %", "CHF\u00a01’200 et 50\u00a0%"),
            ("à 10:30, info@x.ch: non", "à 10:30, info@x.ch: non"),
            ("https://a.ch/?q=a;b!", "https://a.ch/?q=a;b!"),
            ("(vraiment?) :smile:", "(vraiment\u202f?) :smile:"),
        ],
    )
    def test_no_break_blanks_stand_where_french_has_them(self, written, set_):
        assert plain(french(words(written))) == set_

    @given(st.text("ab :;!?«»%’.10()\u00a0\u202f", max_size=30))
    def test_setting_it_twice_changes_nothing_and_never_a_letter(self, text):
        once = french(words(text))
        assert plain(french(once)) == plain(once)
        blanks = str.maketrans("", "", " \u00a0\u202f")
        assert plain(once).translate(blanks) == text.translate(blanks)

    def test_code_and_other_languages_are_left_alone(self):
        assert plain(tree("`a : b!` c", language="fr")) == "a : b! c"
        assert plain(tree("Yes: no!", language="en")) == "Yes: no!"


class TestHostile:
    def test_html_leaves_its_words_and_nothing_else(self):
        blocks = tree(
            "<script>alert(1)</script>\n\na <b onclick=x>b</b><br>c <script>alert(2)</script>\n\n<div>\n<p>mot\n</div>"
        )
        assert not all_of("RawBlock", blocks)
        assert not all_of("RawInline", blocks)
        assert "alert" not in plain(blocks)
        assert "mot" in plain(blocks)

    @pytest.mark.parametrize(
        "address",
        ["javascript:alert(1)", "file:///etc/passwd", "obsidian://open", "../Notes/x.md", "data:text/html,x"],
    )
    def test_only_addresses_of_the_open_world_are_links(self, address):
        blocks = tree(f"[mot]({address})")
        assert not all_of("Link", blocks)
        assert plain(blocks) == "mot"

    def test_attributes_are_text(self):
        assert "onclick" in plain(tree("[x]{onclick=alert(1)}"))
        assert not all_of("Span", tree("[x]{onclick=alert(1)}"))

    def test_what_xml_cannot_hold_goes(self):
        assert plain(tree("a\x00b\x0bc\ud800d\uffffe")) in ("abcde", "a\ufffdbcde")

    @pytest.mark.parametrize(
        "body", [">" * 3000 + " x", "\n".join("  " * deep + "- x" for deep in range(400))]
    )
    def test_too_deep_is_said_in_words(self, body):
        with pytest.raises(pandoc.Unwritten) as said:
            tree(body)
        assert "trop de niveaux" in said.value.message.fr
        assert said.value.exit_code == 2

    @pytest.mark.parametrize(
        ("bound", "value", "told"), [("MEMORY", "8M", "mémoire"), ("SECONDS", 0.001, "temps")]
    )
    def test_what_takes_too_much_memory_or_time_is_ended(self, monkeypatch, bound, value, told):
        monkeypatch.setattr(pandoc, bound, value)
        with pytest.raises(pandoc.Unwritten) as said:
            pandoc.read("mot *a* `b` " * 40_000)
        assert told in said.value.message.fr

    def test_without_pandoc_it_says_how_to_get_it(self, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        monkeypatch.setenv("PATH", "")
        pandoc.program.cache_clear()
        with pytest.raises(pandoc.NoPandoc) as said:
            pandoc.read("x")
        pandoc.program.cache_clear()
        assert ".[report]" in said.value.message.fr


def test_pandoc_reads_no_file_and_no_memory_beyond_bounds(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    image = node("Image", [["", [], []], words("x"), [str(secret), ""]])
    written = pandoc.write(
        {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": [node("Para", [image])]}, "docx"
    )
    assert b"geheim" not in written


def test_the_first_page_holds_the_cards_what_is_good_and_the_signs():
    [front] = front_of(example.report(), Format.HTML)
    text = plain([front])
    for said in (
        "S-1",
        "Mélissa",
        "01.04.2026",
        "CHF\u00a01’200",
        "info@ est bien adoptée",
        "9 actions",
        "❌\u00a0à corriger",
    ):
        assert said in text
    assert [classes_of(one) for one in front["c"][1][1:]] == [["urgent"], ["good"], ["totals"], ["legend"]]
    assert front_of(example.report(front=None), Format.HTML) == []
