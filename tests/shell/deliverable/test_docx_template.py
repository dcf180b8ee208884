"""The firm's own Word document lends its looks to the report, and none of its words."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt, RGBColor

from tests.shell.deliverable.example import brand, pictures, report
from vaultkit.errors import VaultkitError
from vaultkit.settings import read_toml
from vaultkit.shell.deliverable.brand import Brand, brand_of
from vaultkit.shell.deliverable.docx import docx


def template() -> bytes:
    """A template with a serif text, a green first heading and a sentence of its own."""
    made = Document()
    made.add_paragraph("Lettre type du bureau, à ne jamais envoyer.")
    made.styles["Normal"].font.name = "Georgia"
    made.styles["Heading 1"].font.color.rgb = RGBColor(0, 0x80, 0x40)
    made.styles["Heading 1"].font.size = Pt(27)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def dressed():
    own = brand()
    with_template = Brand(own.firm, own.logo, own.color, own.accent, own.font, own.footer, template())
    return Document(BytesIO(docx(report(), pictures(), with_template)))


def test_its_styles_are_those_of_the_document(dressed):
    assert dressed.styles["Normal"].font.name == "Georgia"
    assert dressed.styles["Heading 1"].font.color.rgb == RGBColor(0, 0x80, 0x40)
    assert dressed.styles["Heading 1"].font.size == Pt(27)


def test_none_of_its_words_comes_along_and_the_report_is_whole(dressed):
    plain = Document(BytesIO(docx(report(), pictures(), brand())))
    words = [paragraph.text for paragraph in dressed.paragraphs]
    assert words == [paragraph.text for paragraph in plain.paragraphs]
    assert not any("Lettre type" in text for text in words)


def test_it_stands_in_the_vault_and_is_named_in_the_settings(tmp_path: Path):
    (tmp_path / "modèle.docx").write_bytes(template())
    found, told = brand_of(read_toml('[report]\ntemplate = "modèle.docx"\n'), tmp_path)
    assert found.template == (tmp_path / "modèle.docx").read_bytes()
    assert told == []


def test_one_that_is_not_there_is_said_and_done_without(tmp_path: Path):
    found, told = brand_of(read_toml('[report]\ntemplate = "absent.docx"\n'), tmp_path)
    assert found.template == b""
    assert "absent.docx" in told[0].fr


def test_what_is_no_word_document_is_said():
    with pytest.raises(VaultkitError, match=r"no Word document"):
        docx(report(), pictures(), Brand(template=b"%PDF-1.7"))
