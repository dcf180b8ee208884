"""Images of a vault: read within limits, made anew, and never a way in or out."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.shell.deliverable.example import png
from vaultkit.shell.deliverable import svg
from vaultkit.shell.deliverable.images import LONGEST_SIDE, Unusable, image_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="20">{}</svg>'


def put(root, name, data):
    (root / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return image_of(root, name)


def why(root, name, data=None):
    with pytest.raises(Unusable) as caught:
        image_of(root, name) if data is None else put(root, name, data)
    return caught.value.message.fr


def encoded(image, kind, **options):
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# ------------------------------------------------------------------------------------------ pixels


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_each_kind_that_obsidian_shows_is_read(tmp_path, kind):
    got = put(tmp_path, f"bild.{kind.lower()}", encoded(Image.new("RGB", (30, 20), "#c0562f"), kind))
    assert (got.width, got.height) == (30, 20)
    assert Image.open(BytesIO(got.png)).size == (30, 20)


def test_a_photograph_is_turned_upright_scaled_down_and_says_nothing_of_where_it_was_taken(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x013B] = "Mélissa"
    exif.get_ifd(0x8825)[1] = "N"
    photo = encoded(Image.new("RGB", (4000, 3000), "#1f4e79"), "JPEG", exif=exif)
    assert b"lissa" in photo
    got = put(tmp_path, "photo.jpg", photo)
    width, height = Image.open(BytesIO(got.jpeg)).size
    assert height > width
    assert max(width, height) <= LONGEST_SIDE
    assert got.raster == (got.jpeg, "jpg")
    assert all(b"lissa" not in data and b"Exif" not in data for data in (got.png, got.jpeg))


def test_a_clear_image_stays_clear(tmp_path):
    got = put(tmp_path, "logo.png", encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))
    assert Image.open(BytesIO(got.png)).getpixel((0, 0)) == (0, 0, 0, 0)
    assert not got.jpeg


def test_200_mb_are_never_loaded(tmp_path):
    with (tmp_path / "scan.png").open("wb") as file:
        file.write(png(10, 10, (0, 0, 0)))
        file.truncate(200_000_000)
    assert "200 Mo" in why(tmp_path, "scan.png")


def test_a_small_file_of_a_billion_pixels_is_refused_by_its_header(tmp_path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )
    assert "millions de pixels" in why(tmp_path, "bombe.png", bomb)


@pytest.mark.parametrize(
    "data", [b"", b"junk", b"\x89PNG\r\n\x1a\n", png(30, 30, (1, 2, 3))[:60], b"%!PS-Adobe-3.0"]
)
def test_what_is_no_image_is_said_to_be_none(tmp_path, data):
    assert "image lisible" in why(tmp_path, "x.png", data)


def test_an_image_that_is_not_there_or_out_of_the_vault_is_not_read(tmp_path):
    outside = tmp_path / "dehors.png"
    outside.write_bytes(png(5, 5, (9, 9, 9)))
    root = tmp_path / "coffre"
    root.mkdir()
    (root / "lien.png").symlink_to(outside)
    assert "n’existe pas" in why(root, "absente.png")
    assert "n’existe pas" in why(root, "../dehors.png")
    assert "sort du coffre" in why(root, "lien.png")


# --------------------------------------------------------------------------------------------- svg


def test_a_drawing_keeps_its_vectors_and_its_size(tmp_path):
    got = put(tmp_path, "plan.svg", SVG.format('<rect width="40" height="20" fill="#1f4e79"/>'))
    assert (got.width, got.height) == (40, 20)
    assert got.best[1] == "svg"
    assert b"<rect" in got.svg


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>fetch('https://x')</script>",
        '<rect onload="alert(1)" width="1" height="1"/>',
        '<image href="file:///etc/passwd" width="9" height="9"/>',
        '<image xlink:href="/etc/passwd" width="9" height="9"/>',
        '<image href="https://example.org/pixel.png" width="9" height="9"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>',
        "<foreignObject><iframe src='https://example.org'/></foreignObject>",
        "<style>@import url(https://example.org/x.css); rect {fill: red}</style>",
        '<rect style="fill:url(https://example.org/x)" width="1" height="1"/>',
        '<a href="javascript:alert(1)"><rect width="1" height="1"/></a>',
        '<use href="https://example.org/x.svg#a"/>',
        "<?xml-stylesheet href='https://example.org/x.css'?>",
    ],
)
def test_nothing_in_a_drawing_runs_or_fetches(tmp_path, hostile):
    got = put(tmp_path, "x.svg", SVG.format(hostile + '<circle r="3"/>'))
    text = got.svg.decode()
    assert "circle" in text
    for word in ("script", "onload", "passwd", "example.org", "javascript", "iframe", "svg+xml", "@import"):
        assert word not in text


def test_a_drawing_that_stands_for_a_billion_is_refused(tmp_path):
    layers = '<g id="l0"><rect width="1" height="1"/></g>' + "".join(
        f'<g id="l{n}">' + f'<use href="#l{n - 1}"/>' * 10 + "</g>" for n in range(1, 10)
    )
    assert "pas sûr" in why(tmp_path, "x.svg", SVG.format(layers))
    assert "pas sûr" in why(tmp_path, "y.svg", SVG.format('<g id="a"><use href="#a"/></g>'))


def test_entities_are_refused(tmp_path):
    laughs = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + SVG.format("<text>&b;</text>")
    assert "pas sûr" in why(tmp_path, "x.svg", laughs)


@pytest.mark.parametrize(
    "size", ['width="0" height="5"', 'width="1e9" height="5"', "", 'width="100%" height="100%"']
)
def test_a_drawing_without_a_size_is_said_to_have_none(tmp_path, size):
    assert "taille" in why(tmp_path, "x.svg", f'<svg xmlns="http://www.w3.org/2000/svg" {size}/>')


def test_the_size_may_be_that_of_the_view_box():
    assert svg.size_of('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 60"/>') == (30, 60)
    assert svg.size_of('<svg xmlns="http://www.w3.org/2000/svg" width="1in" viewBox="0 0 30 60"/>') == (
        96,
        192,
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_a_drawing_or_none(data):
    assert svg.harmless(data) is None or svg.harmless(data).startswith("<svg")
