"""The Word document: its pages, its styles, its pictures, and nothing of the machine in it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from lxml import etree

from tests.shell.deliverable import example
from tests.shell.deliverable.reading import W, everything_of, paragraphs, part_of
from vaultkit.render.deliverable.model import Cover
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.docx import docx


@pytest.fixture(scope="module")
def written():
    return docx(example.report(), example.pictures(), example.brand())


@pytest.fixture(scope="module")
def body(written):
    return etree.fromstring(part_of(written, "word/document.xml").encode())


def one(text, **changed):
    return docx(example.report(text, front=None, **changed), {}, Brand())


def test_cover_first_page_contents_and_text_come_in_this_order(written):
    said = " ".join(
        "".join(node.itertext())
        for node in etree.fromstring(part_of(written, "word/document.xml").encode())[0]
    )
    places = [
        said.index(text)
        for text in ("Synthèse IT", "02.03.2026", "L’essentiel", "Table des matières", "Du 25.08.2025")
    ]
    assert places == sorted(places)


def test_the_contents_are_filled_in_and_word_fills_them_anew(body):
    field = next(node for node in body.iter(f"{W}instrText") if node.text.strip().startswith("TOC"))
    assert next(body.iter(f"{W}fldChar")).get(f"{W}dirty") == "true"
    contents = next(field.iterancestors(f"{W}sdt"))
    said = "".join(contents.itertext())
    assert "Diagnostic global" in said
    assert "Matrice des risques" in said
    marks = {node.get(f"{W}name") for node in body.iter(f"{W}bookmarkStart")}
    assert {node.get(f"{W}anchor") for node in body.iter(f"{W}hyperlink") if node.get(f"{W}anchor")} <= marks


def test_a_callout_is_a_box_in_its_colour(body):
    boxes = [node for node in body.iter(f"{W}tbl") if "Fuite de données" in "".join(node.itertext())]
    assert boxes[0].find(f".//{W}shd").get(f"{W}fill") == "FBEEEE"
    assert boxes[0].find(f".//{W}tcBorders/{W}left").get(f"{W}color") == "A32020"


def test_tables_repeat_their_head_and_rows_stay_whole(body):
    [plan] = [node for node in body.iter(f"{W}tbl") if "Responsable" in "".join(node.itertext())]
    rows = plan.findall(f"{W}tr")
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    widths = [int(node.get(f"{W}w")) for node in plan.find(f"{W}tblGrid")]
    assert widths[1] == max(widths)
    assert abs(sum(widths) - 9354) < 10


def test_pictures_have_words_and_the_missing_one_is_told(body, written):
    told = [node.get("descr") for node in body.iter() if str(node.tag).endswith("}docPr")]
    assert "Plan du cabinet avec les trois postes" in told
    assert "Image absente\u00a0: Photo perdue du serveur" in "".join(body.itertext()).replace(
        "\u202f", "\u00a0"
    )
    assert "base64" not in part_of(written, "word/document.xml")
    with zipfile.ZipFile(io.BytesIO(written)) as opened:
        assert len([name for name in opened.namelist() if name.startswith("word/media/")]) == 3


def test_words_are_in_the_language_of_the_report():
    for language, code, page in (("fr", "fr-CH", "Page "), ("de", "de-CH", "Seite ")):
        document = one("## Titel", language=language)
        assert re.search(f'<w:lang [^>]*w:val="{code}"', part_of(document, "word/styles.xml"))
        assert page in everything_of(document)


def test_the_same_report_is_the_same_bytes(written):
    assert docx(example.report(), example.pictures(), example.brand()) == written


def test_its_properties_say_whose_it_is_and_nothing_of_the_machine(written):
    core = Document(io.BytesIO(written)).core_properties
    assert core.title == "Synthèse IT – Cabinet Pestalozzi"
    assert (core.author, core.last_modified_by) == ("Cedric Exemple", "Cedric Exemple")
    assert core.created.date() == example.DAY
    texts = everything_of(written)
    for secret in ("/tmp", "/home", "/root", "vaultkit", "pandoc", "Steve Canny", "python-docx"):
        assert secret not in texts
    with zipfile.ZipFile(io.BytesIO(written)) as opened:
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_report_that_says_nothing_is_a_document_too():
    empty = docx(example.report("", front=None, cover=Cover("–")), {}, Brand())
    assert paragraphs(empty) == []
    assert "–" in part_of(empty, "word/document.xml")


@pytest.mark.parametrize("text", ["a\x00b\x0b\ud800c", "<script>x</script> & <w:p/>", "]]>", "&#0; &amp;"])
def test_characters_and_tags_never_break_it(text):
    document = docx(
        example.report(f"## {text}\n\n{text}", front=None, cover=Cover(text, client=text, consultant=text)),
        {},
        Brand(),
    )
    etree.fromstring(part_of(document, "word/document.xml").encode())
    assert Document(io.BytesIO(document)).paragraphs


#: In what order Word's schema has the properties that we write; Word refuses a document that has them otherwise.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore numPr pBdr shd tabs wordWrap bidi spacing ind jc outlineLvl rPr sectPr",
    "rPr": "ins del rStyle rFonts b bCs i iCs strike vanish color sz szCs highlight u vertAlign rtl lang",
    "tblPr": "tblStyle tblStyleRowBandSize tblW jc tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "trPr": "cantSplit tblHeader ins del",
}


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "word/footnotes.xml"])
def test_properties_stand_in_the_order_of_the_schema(name):
    before = example.report(example.BODY.replace("40 minutes", "30").replace("| C-2 |", "| C-3 |"))
    document = docx(example.report(), example.pictures(), example.brand(), before)
    root = etree.fromstring(part_of(document, name).encode())
    for tag, order in ORDERS.items():
        known = order.split()
        for properties in root.iter(f"{W}{tag}"):
            names = [one for one in (node.tag.removeprefix(W) for node in properties) if one in known]
            assert names == sorted(names, key=known.index)
    assert all(cell[-1].tag == f"{W}p" for cell in root.iter(f"{W}tc"))


def test_libreoffice_reads_it(written, tmp_path):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not on this machine")
    file = tmp_path / "rapport.docx"
    file.write_bytes(written)
    done = subprocess.run(
        [program, "--headless", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--convert-to", "txt:Text",
         "--outdir", str(tmp_path), str(file)],
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0
    text = (tmp_path / "rapport.txt").read_text(encoding="utf-8-sig")
    assert re.search(r"Sessions individuelles", text)
