"""The slides: what stands on which, and that all of it fits."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation

from tests.shell.deliverable import example
from tests.shell.deliverable.reading import everything_of
from vaultkit.render.deliverable.model import Cover
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.pptx import pptx
from vaultkit.shell.deliverable.slides import MOST


@pytest.fixture(scope="module")
def written():
    return pptx(example.report(), example.pictures(), example.brand())


def slides(data):
    return [
        "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for slide in Presentation(io.BytesIO(data)).slides
    ]


def titles(data):
    return [slide.shapes.title.text_frame.text for slide in Presentation(io.BytesIO(data)).slides]


def stacked(data):
    """What stands on each slide below its title, from the top: texts, tables as rows, pictures."""
    found = []
    for slide in Presentation(io.BytesIO(data)).slides:
        shapes = [one for one in slide.shapes if one.top > 1_200_000 and one.top < 6_300_000]
        read = [
            [[cell.text for cell in row.cells] for row in one.table.rows]
            if one.has_table
            else one.text_frame.text
            if one.has_text_frame
            else "picture"
            for one in sorted(shapes, key=lambda one: one.top)
        ]
        found.append([one for one in read if one])
    return found


def letters(data):
    """The size of the letters in the first table, in points."""
    shapes = Presentation(io.BytesIO(data)).slides[1].shapes
    table = next(shape.table for shape in shapes if shape.has_table)
    return table.cell(1, 0).text_frame.paragraphs[0].runs[0].font.size.pt


def test_cover_urgent_good_and_then_the_chapters(written):
    named = titles(written)
    assert named[:3] == ["Synthèse IT – Cabinet Pestalozzi", "À faire d’abord", "Ce qui est déjà bien"]
    assert named[3].startswith("Évolution depuis la dernière livraison")
    chapters = [title for name in named for title in name.split(" · ")]  # short ones share a slide
    for name in ("Diagnostic global", "1. 🔐 Sécurité & accès", "Plan d’action", "Matrice des risques"):
        assert name in chapters


def test_the_urgent_things_say_who_by_when_and_how_much(written):
    said = slides(written)[1]
    for word in (
        "Sessions individuelles avec verrouillage automatique",
        "Mélissa",
        "01.04.2026",
        "CHF 1’200",
    ):
        assert word in said.replace("\u00a0", " ")


def test_pictures_have_words_and_tables_are_tables(written):
    found = Presentation(io.BytesIO(written))
    shapes = [shape for slide in found.slides for shape in slide.shapes]
    told = [shape._element.nvPicPr.cNvPr.get("descr") for shape in shapes if shape.shape_type == 13]
    assert "Plan du cabinet avec les trois postes" in told
    plan = next(shape.table for shape in shapes if shape.has_table)
    assert [cell.text for cell in plan.rows[0].cells] == ["N°", "Action", "Responsable", "Échéance", "Coût"]


def test_a_domain_has_a_slide_of_its_own_with_its_findings():
    domains = "\n\n".join(
        f"### {name}\n\n| N° | Constat |\n|--|--|\n"
        + "\n".join(f"| {name[0]}-{n} | Un constat ❌ |" for n in range(9))
        for name in ("Accès", "Courriel")
    )
    data = pptx(example.report(f"## Constats par domaine\n\n{domains}", front=None), {}, Brand())
    assert titles(data)[1:] == ["Accès", "Courriel"]
    assert "C-8  Un constat ❌" in slides(data)[2]


def test_a_total_stands_below_its_table():
    table = "| a | b | c |\n|--|--|--|\n| 1 | 2 | 3 |"
    data = pptx(example.report(f"## Plan\n\n{table}\n\nTotal : 3 actions", front=None), {}, Brand())
    assert len(slides(data)) == 2
    assert "3 actions" in slides(data)[1]


def test_an_introduction_stands_above_its_table_on_one_slide():
    table = "| a | b | c |\n|--|--|--|\n| 1 | 2 | 3 |"
    body = f"## Évolution\n\nDepuis mars.\n\n{table}\n\n### Clos\n\n- **O-4** rendez-vous"
    data = pptx(example.report(body, front=None), {}, Brand())
    assert titles(data)[1:] == ["Évolution"]
    assert stacked(data)[1] == ["Depuis mars.", [["a", "b", "c"], ["1", "2", "3"]], "Clos\nO-4 rendez-vous"]


def test_an_introduction_stands_above_its_picture_and_never_in_the_chapter_before():
    rows = "".join(f"| S-{n} | Un risque | 12 |\n" for n in range(12))
    body = (
        f"## Risques\n\nPlus foncé, plus grave.\n\n![m](matrice)\n\n| N° | Risque | Score |\n|--|--|--|\n{rows}\n"
        "## Calendrier\n\nChaque signe marque une échéance.\n\n![c](plan-cabinet)"
    )
    data = pptx(example.report(body, front=None), example.pictures(), Brand())
    assert titles(data)[1:] == ["Risques", "Risques (suite)", "Calendrier"]
    found = stacked(data)
    assert found[1] == ["Plus foncé, plus grave.", "picture"]
    assert [len(one) for one in found[2]] == [13]
    assert found[3] == ["Chaque signe marque une échéance.", "picture"]


def test_a_domain_with_a_wide_table_is_one_slide_under_its_own_name():
    rows = "".join(f"| O-{n} | ❌ Un constat | ouvert |\n" for n in range(7))
    domains = "\n\n".join(
        f"### {name}\n\nPriorité : Moyenne\n\n| N° | Constat | État |\n|--|--|--|\n{rows}\n"
        "> [!danger] Risques\n> - Tout passe par Mélissa"
        for name in ("Organisation & archivage", "Facturation")
    )
    data = pptx(example.report(f"## Constats par domaine\n\n{domains}", front=None), {}, Brand())
    assert titles(data)[1:] == ["Organisation & archivage", "Facturation"]
    first, table, last = stacked(data)[1]
    assert (first.replace("\u00a0", " "), len(table), last) == (
        "Priorité : Moyenne",
        8,
        "Risques\nTout passe par Mélissa",
    )


def test_a_domain_too_long_for_one_slide_goes_on_under_its_own_name():
    rows = "".join(f"| O-{n} | ❌ Un constat | ouvert |\n" for n in range(40))
    body = f"## Constats par domaine\n\n### Organisation\n\n| N° | Constat | État |\n|--|--|--|\n{rows}"
    data = pptx(example.report(body, front=None), {}, Brand())
    named = titles(data)[1:]
    assert named == ["Organisation"] + ["Organisation (suite)"] * (len(named) - 1)
    assert [row[0] for slide in stacked(data)[1:] for row in slide[0][1:]] == [f"O-{n}" for n in range(40)]


def test_a_table_a_little_too_long_has_smaller_letters_and_its_total_right_below():
    def made(many):
        rows = "".join(f"| Mesure {n} | Mélissa | CHF 10 |\n" for n in range(many))
        body = f"## Plan\n\n| Mesure | Qui | Coût |\n|--|--|--|\n{rows}\n**Total** : {many} mesures"
        return pptx(example.report(body, front=None), {}, Brand())

    assert titles(made(12))[1:] == titles(made(16))[1:] == ["Plan"]
    assert letters(made(12)) > letters(made(16)) >= 11
    shapes = list(Presentation(io.BytesIO(made(16))).slides[1].shapes)
    table = next(shape for shape in shapes if shape.has_table)
    total = next(shape for shape in shapes if shape.has_text_frame and "Total" in shape.text_frame.text)
    assert 0 <= total.top - (table.top + table.height) < 12 * 12_700


def test_a_total_is_never_alone_on_the_last_slide_of_a_table():
    for many in range(10, 40):
        rows = "".join(f"| Mesure {n} | Mélissa | CHF 10 |\n" for n in range(many))
        body = f"## Plan\n\n| Mesure | Qui | Coût |\n|--|--|--|\n{rows}\nTotal général"
        table, total = stacked(pptx(example.report(body, front=None), {}, Brand()))[-1]
        assert (table[-1][0], total) == (f"Mesure {many - 1}", "Total général")


def test_long_cells_give_way_so_that_short_ones_stay_on_a_line():
    long = "Tout passe par une seule personne, scans laissés sur un poste ouvert"
    body = f"## Plan\n\n| Domaine | a | b | c |\n|--|--|--|--|\n| Organisation | {long} | {long} | {long} |"
    shapes = Presentation(io.BytesIO(pptx(example.report(body, front=None), {}, Brand()))).slides[1].shapes
    columns = next(shape.table for shape in shapes if shape.has_table).columns
    assert columns[0].width > 8 * 15 * 12_700 * 0.8
    assert columns[1].width == columns[3].width > columns[0].width


def test_two_short_chapters_share_a_slide_that_names_both():
    data = pptx(example.report("## Contexte\n\nUn.\n\n## Méthode\n\nDeux.", front=None), {}, Brand())
    assert titles(data)[1:] == ["Contexte · Méthode"]
    assert stacked(data)[1] == ["Contexte\nUn.\nMéthode\nDeux."]


def test_nothing_reaches_into_the_foot_of_a_slide(written):
    for slide in Presentation(io.BytesIO(written)).slides:
        *_, foot = sorted(slide.shapes, key=lambda shape: shape.top)
        for shape in slide.shapes:
            assert shape is foot or shape.shape_id == foot.shape_id or shape.top + shape.height <= foot.top


def test_a_row_taller_than_a_slide_goes_on_in_the_next_with_every_word():
    said = " ".join(f"mot{n}" for n in range(900))
    body = f"## Plan\n\n| a | b | c |\n|--|--|--|\n| {said} | 2 | 3 |"
    data = pptx(example.report(body, front=None), {}, Brand())
    cells = [row[0] for slide in stacked(data)[1:] for part in slide for row in part[1:]]
    assert " ".join(cells).split() == said.split()


def test_long_text_goes_on_on_the_next_slide():
    data = pptx(example.report("## Chapitre\n\n" + "Une phrase du rapport. " * 400, front=None), {}, Brand())
    said = slides(data)[1:]
    assert len(said) > 3
    assert titles(data)[2] == "Chapitre (suite)"
    assert all(len(one) < 1800 for one in said)
    assert "".join(said).count("phrase") == 400


def test_a_whole_book_ends_with_a_word_on_where_the_rest_is():
    data = pptx(
        example.report(
            "".join(f"\n\n## Chapitre {n}\n\n" + "mot " * 150 for n in range(2 * MOST + 60)), front=None
        ),
        {},
        Brand(),
    )
    assert titles(data)[-1] == "La suite est dans le rapport."
    assert len(titles(data)) == MOST + 2


def test_the_same_report_is_the_same_bytes_and_says_nothing_of_the_machine(written):
    assert pptx(example.report(), example.pictures(), example.brand()) == written
    texts = everything_of(written)
    for secret in ("/tmp", "/home", "/root", "Steve Canny", "vaultkit", "python-pptx", "thumbnail"):
        assert secret not in texts


def test_nothing_and_hostile_characters_are_slides_too():
    data = pptx(example.report("a\x00b <script>x</script>", front=None, cover=Cover("\x01")), {}, Brand())
    assert len(slides(data)) == 2


def test_a_title_that_is_too_long_for_a_property_is_cut_there_alone():
    data = pptx(example.report("x", front=None, cover=Cover("Synthèse " * 60)), {}, Brand())
    assert len(Presentation(io.BytesIO(data)).core_properties.title) == 255


def test_a_sentence_stands_on_the_slide_of_what_it_introduces():
    table = "| a | b | c |\n|--|--|--|\n| 1 | 2 | 3 |"
    body = f"## Risques\n\nLes numéros renvoient au tableau.\n\n{table}\n\n## Calendrier\n\nChaque signe est une échéance.\n\n{table}"
    data = pptx(example.report(body, front=None), {}, Brand())
    assert titles(data)[1:] == ["Risques", "Calendrier"]
    risks, calendar = slides(data)[1:]
    assert "Les numéros" in risks
    assert "Chaque signe" not in risks
    assert "Chaque signe" in calendar


def test_the_table_of_a_domain_bears_its_name():
    rows = "\n".join(f"| A-{n} | {'Un constat qui est long. ' * 9} | ouvert |" for n in range(14))
    body = f"## Constats par domaine\n\n### Archives\n\nPriorité : haute\n\n| N° | Constat | État |\n|--|--|--|\n{rows}"
    named = titles(pptx(example.report(body, front=None), {}, Brand()))[1:]
    assert named[0] == "Archives"
    assert set(named[1:]) == {"Archives (suite)"}


def test_a_few_rows_too_many_make_the_table_smaller_not_a_second_slide():
    rows = "\n".join(f"| Mesure {n} | Mélissa | 31.01.2027 |" for n in range(15))
    data = pptx(
        example.report(f"## Plan\n\n| Mesure | Qui | Quand |\n|--|--|--|\n{rows}", front=None), {}, Brand()
    )
    assert titles(data)[1:] == ["Plan"]
