"""The brand of a firm: its colours can always be read, its logo may be missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shell.deliverable.example import CHART, png, report
from vaultkit.render.deliverable.model import Picture
from vaultkit.settings import Settings, WrongSettings
from vaultkit.shell.deliverable import pictures
from vaultkit.shell.deliverable.brand import READABLE, Brand, brand_of, contrast
from vaultkit.shell.deliverable.images import Unusable

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLORS, COLORS)
def test_text_in_any_brand_can_be_read(color, accent):
    brand = Brand(color=color, accent=accent)
    assert contrast(brand.ink, "#ffffff") >= READABLE
    assert contrast(brand.accent_ink, "#ffffff") >= READABLE
    assert contrast(brand.on_color, brand.color) >= READABLE
    assert contrast("#202124", brand.tint) >= READABLE


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert Brand(color="#1f4e79").ink == "#1f4e79"


def test_the_settings_give_the_brand(tmp_path):
    (tmp_path / "logo.png").write_bytes(png(30, 10, (1, 2, 3)))
    said = Settings(
        report_firm="Exemple Sàrl", report_color="#ABC", report_logo="logo.png", report_footer="Lausanne"
    )
    brand, remarks = brand_of(said, tmp_path)
    assert (brand.firm, brand.color, brand.footer) == ("Exemple Sàrl", "#aabbcc", "Lausanne")
    assert brand.logo is not None
    assert brand.logo.width == 30
    assert remarks == []


def test_the_name_of_a_font_cannot_end_a_style_sheet(tmp_path):
    brand, _ = brand_of(Settings(report_font='Inter"; } </style><script>'), tmp_path)
    assert brand.font == "Inter style script"


def test_a_missing_logo_is_said_and_done_without(tmp_path):
    brand, remarks = brand_of(Settings(report_logo="Images/logo.png"), tmp_path)
    assert brand.logo is None
    assert [said.fr for said in remarks] == [
        "logo «\u00a0Images/logo.png\u00a0»\u00a0: ce fichier n’existe pas\u00a0; le document s’en passe"
    ]


@pytest.mark.parametrize("color", ["bleu", "#12", "#12345g", "1f4e79"])
def test_a_colour_that_is_none_is_wrong_configuration(tmp_path, color):
    with pytest.raises(WrongSettings) as caught:
        brand_of(Settings(report_color=color), tmp_path)
    assert caught.value.exit_code == 2
    assert "report.color" in caught.value.message.fr


# ------------------------------------------------------------------------------------------- charts


def test_a_chart_is_drawn_in_the_colours_of_the_brand():
    drawn = pictures.chart(CHART, Brand(accent="#123456"))
    assert b"#123456" in drawn.svg
    assert drawn.width > 300
    assert drawn.png.startswith(b"\x89PNG")


def test_placeholders_in_the_data_of_a_chart_are_words():
    spec = {**CHART, "data": {"values": [{"p": 1, "i": 1, "n": "@accent"}]}, "mark": {"type": "text"}}
    spec["encoding"] = {**CHART["encoding"], "text": {"field": "n"}}
    assert b"@accent" in pictures.chart(spec, Brand()).svg


def test_a_chart_never_fetches():
    with pytest.raises(Unusable):
        pictures.chart({**CHART, "data": {"url": "http://127.0.0.1:9/x.csv"}}, Brand())


def test_a_picture_that_is_missing_is_said_once_and_the_others_are_drawn(tmp_path):
    (tmp_path / "Images").mkdir()
    (tmp_path / "Images" / "plan.png").write_bytes(png(600, 240, (1, 2, 3)))
    drawn, remarks = pictures.drawn(report(), tmp_path, Brand())
    assert list(drawn) == ["matrice", "plan-cabinet"]
    assert (drawn["plan-cabinet"].width, drawn["plan-cabinet"].height) == (300, 120)
    assert len(remarks) == 1
    assert "Images/serveur.jpg" in remarks[0].fr


def test_without_the_packages_pictures_are_left_out_and_said_so(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    drawn, remarks = pictures.drawn(
        report(pictures=(Picture("matrice", "x", chart=CHART),)), tmp_path, Brand()
    )
    assert drawn == {}
    assert 'pip install ".[report]"' in remarks[0].fr
