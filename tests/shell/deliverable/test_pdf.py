"""The PDF: what stands on which page, in what order a machine reads it, and that nothing breaks it."""

from __future__ import annotations

import sys
from io import BytesIO

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from tests.shell.deliverable.example import FRONT, brand, pictures, report
from vaultkit.render.deliverable.model import FrontPage, Urgent
from vaultkit.shell.deliverable import glyphs, pandoc, signs
from vaultkit.shell.deliverable import pdf as pdf_module
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.pdf import NoTypst, pdf

LONG = "Le mot de passe de session est partagé par toute l’équipe et personne ne verrouille son écran. " * 12


def read(paper):
    reader = PdfReader(BytesIO(paper.data))
    return reader, [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.fixture(scope="module")
def paper():
    return pdf(report(), pictures(), brand())


@pytest.fixture(scope="module")
def pages(paper):
    return read(paper)[1]


# -------------------------------------------------------------------------------------- the pages


def test_the_cover_says_what_the_note_says_of_itself(pages):
    for said in ("Synthèse IT – Cabinet Pestalozzi", "Cedric Exemple", "02.03.2026", "1.2", "Confidentiel"):
        assert said in pages[0]


def test_the_one_page_says_who_by_when_and_how_much(pages):
    assert "L’essentiel en une page" in pages[1]
    for said in (
        "Sessions individuelles",
        "Mélissa",
        "01.04.2026",
        "1’200",
        "5’280",
        "est protégée",
        "à corriger",
    ):
        assert said in pages[1]


def test_every_page_but_the_cover_is_numbered(paper, pages):
    assert paper.pages == len(pages)
    assert all(f"Page {at} sur {len(pages)}" in page for at, page in enumerate(pages[1:], 2))


@pytest.mark.parametrize(
    "front",
    [
        FRONT,
        FrontPage(),
        FrontPage(
            urgent=tuple(Urgent(LONG, LONG, LONG, "Mélissa", "01.04.2026", "CHF 1’200") for _ in range(3))
        ),
        FrontPage(good=tuple(f"Point {n} : {LONG}" for n in range(12)), legend=FRONT.legend),
        FrontPage(totals=tuple(LONG for _ in range(6)), urgent=FRONT.urgent),
    ],
    ids=["usual", "empty", "long urgent things", "much that is good", "long totals"],
)
def test_the_one_page_is_exactly_one(front):
    found = pdf(report("## Suite\n\nCorps.", front=front), {}, Brand())
    _, pages = read(found)
    corps = next(at for at, page in enumerate(pages) if "Corps." in page)
    assert corps == (1 if front == FrontPage() else 2)
    assert len(pages) == corps + 1


def test_a_table_of_sixty_columns_is_parted_and_loses_none(pages):
    whole = " ".join(pages)
    assert all(f"Mesure {n}" in whole for n in range(1, 60))


def test_the_head_of_a_table_is_repeated_on_each_page():
    rows = "".join(f"| R-{n} | Mesure numéro {n} |\n" for n in range(120))
    _, pages = read(
        pdf(report(f"## Plan\n\n| Numéro | Libellé |\n|---|---|\n{rows}", front=None), {}, Brand())
    )
    assert len(pages) > 3
    assert all("Libellé" in page for page in pages[1:])


def test_a_picture_that_is_missing_leaves_its_words(pages):
    assert "Photo perdue du serveur" in " ".join(pages)


def test_a_note_of_frontmatter_alone_is_a_cover(paper):
    found = pdf(report("", front=None, pictures=()), {}, Brand())
    assert read(found)[0].get_num_pages() == found.pages <= 2


# ---------------------------------------------------------------------------- what a machine reads


def test_the_document_says_its_title_language_and_structure(paper):
    reader, _ = read(paper)
    catalog = reader.trailer["/Root"]
    assert reader.metadata.title == "Synthèse IT – Cabinet Pestalozzi"
    assert "Cedric Exemple" in reader.metadata.author
    assert catalog["/Lang"].startswith("fr")
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert "pdfuaid" in catalog["/Metadata"].get_data().decode()


def test_headings_are_bookmarks(paper):
    reader, _ = read(paper)
    titles = [one.title for one in reader.outline if not isinstance(one, list)]
    assert titles[0] == "L’essentiel en une page"
    assert "Plan d’action" in titles


def test_pictures_and_signs_have_words(paper):
    reader, _ = read(paper)
    alts = _alts(reader.trailer["/Root"]["/StructTreeRoot"])
    assert "Matrice des risques : S-1 en haut à droite, C-1 au milieu" in alts
    assert "à corriger" in alts


def _alts(node, seen=None):
    seen = set() if seen is None else seen
    node = node.get_object()
    if id(node) in seen or not hasattr(node, "get"):
        return set()
    seen.add(id(node))
    found = {str(node["/Alt"])} if "/Alt" in node else set()
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found |= _alts(kid, seen)
    return found


def test_the_same_report_gives_the_same_bytes(paper):
    assert pdf(report(), pictures(), brand()).data == paper.data


# ------------------------------------------------------------------------------------ bad input


def test_a_character_that_no_font_has_is_said_and_replaced(monkeypatch):
    monkeypatch.setattr(glyphs, "_shown", lambda font, wanted: set())
    body = "## 🦄 Licorne\n\nUne 🦄 et un 𓀀 ici, un ✅ là.\n"
    found = pdf(report(body, front=None, pictures=()), {}, Brand())
    _, pages = read(found)
    assert "Une et un [egyptian hieroglyph a001] ici" in " ".join(pages)
    assert [said.fr for said in found.remarks] == [
        "signes qu’aucune police d’ici ne sait montrer, remplacés dans le PDF\u00a0: 𓀀 U+13000, 🦄 U+1F984"
    ]


def test_every_sign_of_a_report_is_drawn_by_us(monkeypatch):
    monkeypatch.setattr(glyphs, "_shown", lambda font, wanted: set())
    found = pdf(report("## Signes\n\n" + " ".join(sorted(signs.SIGNS)), front=None, pictures=()), {}, Brand())
    assert found.remarks == ()


def test_a_font_that_is_not_here_is_said():
    found = pdf(report("## A\n\nb", front=None), {}, Brand(font="Police Inconnue"))
    assert "Police Inconnue" in found.remarks[0].fr


@pytest.mark.parametrize(
    "text",
    [
        '`#read("/etc/passwd")`{=typst}',
        '```{=typst}\n#read("/etc/passwd")\n```',
        '#read("data.json") #include "main.typ"',
        '#import "@preview/cetz:0.2.0"',
        "] ) } #panic() $ \\ \" ' <label> @ref // /* */ ~ ___ **",
        "= Titre\n- liste\n+ un\n/ terme: d",
    ],
)
def test_code_of_typst_in_a_note_is_text(text):
    _, pages = read(pdf(report(f"## A\n\n{text}\n", front=None, pictures=()), {}, Brand()))
    assert "root:" not in " ".join(pages)
    assert "Page 2 sur" in pages[1]


def test_a_title_is_text_too():
    cover = replace(report().cover, title='#panic("x") *gras* $a$ <b>', client="[x] #y")
    found = pdf(report("## A\n\nb", front=None, cover=cover), {}, Brand())
    assert '#panic("x") *gras* $a$ <b>' in read(found)[1][0]


@pytest.mark.parametrize("text", [".A", "(x)", "[y]", "- z", "= w", "+ v", "; u", "1. t"])
def test_a_text_may_begin_with_any_sign(text):
    front = FrontPage(urgent=(Urgent(text, text, text, "", "", ""),), totals=(text,))
    body = f"## A\n\n$x$ et $x${text}, ![y](matrice){text} **b**{text} `c`{text}\n"
    assert text[-1] in " ".join(read(pdf(report(body, front=front), pictures(), Brand()))[1][1:])


def test_two_headings_of_one_name_and_a_link_to_nowhere():
    body = "## A {#a}\n\n[là](#nulle-part) [ici](#a)\n\n## A {#a}\n\nb\n"
    assert "là ici" in " ".join(read(pdf(report(body, front=None), {}, Brand()))[1])


def test_text_from_the_right_stands_at_the_right(paper):
    reader, _ = read(paper)
    places = []

    def seen(text, page, line, _font, _size):
        if any("\u05d0" <= char <= "\u05ea" for char in text):
            places.append(page[0] * line[4] + page[2] * line[5] + page[4])

    for page in reader.pages:
        page.extract_text(visitor_text=seen)
    assert places
    assert max(places) > 350


def test_without_pandoc_it_says_how_to_get_it(monkeypatch):
    def none():
        raise pandoc.NoPandoc

    monkeypatch.setattr(pandoc, "program", none)
    with pytest.raises(pandoc.NoPandoc) as caught:
        pdf(report(), {}, Brand())
    assert caught.value.exit_code == 2


def test_without_typst_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NoTypst) as caught:
        pdf_module.pdf(report(), {}, Brand())
    assert caught.value.exit_code == 2
    assert 'pip install ".[report]"' in caught.value.message.fr
