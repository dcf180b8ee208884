"""Inline fields as Dataview's users write them (dataview.md §3)."""

import pytest


def fields(parsed):
    return [(f.form.value, f.key, f.value) for f in parsed.fields]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Clé normale:: 1", [("line", "Clé normale", "1")]),
        ("- cle:: v\n- [ ] task:: no", [("line", "cle", "v")]),
        (
            "**Gras**:: v\n> cit:: w\n\n🔥 feu:: x",
            [("line", "Gras", "v"), ("line", "cit", "w"), ("line", "feu", "x")],
        ),
        ("### titre:: v", [("line", "titre", "v")]),
        ("priorité\u00a0:: haute", [("line", "priorité", "haute")]),
        ("a::\nb:: ", [("line", "a", ""), ("line", "b", "")]),
        ("Chiffre d'affaires:: 3\nfeu 🔥:: v", []),
        ("étoile ⭐:: v", [("line", "étoile ⭐", "v")]),
        ("x [l'a:: 1] (b:: 2)", [("bracket", "l'a", "1"), ("paren", "b", "2")]),
        ("[a:: b][c:: d]", [("bracket", "a", "b")]),
        ("[a:: b] [c:: d]", [("bracket", "a", "b"), ("bracket", "c", "d")]),
        ("[a:: [[N|n]]] z", [("bracket", "a", "[[N|n]]")]),
        ("[a:: f(x) [b] \\] c] z", [("bracket", "a", "f(x) [b] \\] c")]),
        ("(a:: (b) c) z", [("paren", "a", "(b) c")]),
        ("[:: b]", [("bracket", "", "b")]),
        ("[a:: b", [("line", "a", "b")]),
        ("line:: with [a:: b]", [("bracket", "a", "b")]),
        ("`a:: b` and `[c:: d]`", []),
        ("```\na:: b\n```\n<!-- [a:: b] -->\n$[a:: b]$", []),
        ("%% [a:: b] %%", [("bracket", "a", "b")]),
        ("| [a:: b] | c:: d |\n|---|---|\n| x:: y | (e:: f) |", [("bracket", "a", "b"), ("paren", "e", "f")]),
        ("[[a::b]] c", []),
        (
            "- [ ] x [due:: 2025-08-27], y (coût:: CHF 1'200)",
            [("bracket", "due", "2025-08-27"), ("paren", "coût", "CHF 1'200")],
        ),
        ("a:: 1\nb:: 2\r\n", [("line", "a", "1"), ("line", "b", "2")]),
    ],
)
def test_fields(note, text, found):
    assert fields(note(text)) == found


def test_places_can_be_cut_out(note):
    text = "- [ ] **PC** – audit (resp:: Mélissa) 😀 [due:: 2025-08-27]\n- **clé**:: [[N]] !\n"
    parsed = note(text)
    assert [f.span.of(text) for f in parsed.fields] == [
        "(resp:: Mélissa)",
        "[due:: 2025-08-27]",
        "**clé**:: [[N]] !",
    ]
    assert [f.value_span.of(text) for f in parsed.fields] == ["Mélissa", "2025-08-27", "[[N]] !"]
    first, second = parsed.list_items
    assert first.content.of(text) == "**PC** – audit (resp:: Mélissa) 😀 [due:: 2025-08-27]"
    assert second.content == parsed.fields[2].span
