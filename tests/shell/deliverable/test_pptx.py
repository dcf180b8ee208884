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


def test_long_text_goes_on_on_the_next_slide():
    data = pptx(example.report("## Chapitre\n\n" + "Une phrase du rapport. " * 400, front=None), {}, Brand())
    said = slides(data)[1:]
    assert len(said) > 3
    assert titles(data)[2] == "Chapitre (suite)"
    assert all(len(one) < 2000 for one in said)
    assert "".join(said).count("phrase") == 400


def test_a_whole_book_ends_with_a_word_on_where_the_rest_is():
    data = pptx(
        example.report("".join(f"\n\n## Chapitre {n}\n\nmot" for n in range(2 * MOST + 60)), front=None),
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
