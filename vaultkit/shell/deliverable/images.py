"""Images of a vault, read within limits and made anew: what goes out holds no place, no author, no script.

A link out of the vault is never read (DESIGN §6.8). Nothing is believed of a file before its header has said how
large it is: neither its bytes nor its pixels are loaded beyond the limits.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.shell import disk, swap
from vaultkit.shell.deliverable import svg
from vaultkit.text import Message

if TYPE_CHECKING:
    from PIL.Image import Image

#: The largest file that is opened, in bytes, and the largest picture, in pixels.
MOST_BYTES = 48_000_000
MOST_PIXELS = 80_000_000
#: The longest side of what goes out, in pixels: 200 dpi on the width of a page, sharp and small.
LONGEST_SIDE = 1600
#: How much finer than CSS pixels vector pictures are drawn where no vectors can be had.
FINER = 2.0
_KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF")
_JPEG_QUALITY = 85


class Drawn(Struct, frozen=True):
    """A picture as it goes out: `width` and `height` in CSS pixels, `png` always, `svg` where it is made of vectors.

    `jpeg` is a photograph in much fewer bytes than its `png`, empty for all else.
    """

    png: bytes
    width: float
    height: float
    svg: bytes | None = None
    jpeg: bytes = b""

    @property
    def raster(self) -> tuple[bytes, str]:
        """The pixels in the fewest bytes, and the end of a file's name for them: `png` or `jpg`."""
        return (self.jpeg, "jpg") if self.jpeg else (self.png, "png")

    @property
    def best(self) -> tuple[bytes, str]:
        """The vectors where there are any, else the pixels; with `svg`, `png` or `jpg`."""
        return (self.svg, "svg") if self.svg is not None else self.raster


class Unusable(Exception):
    """A picture that cannot be used; `message` says why, without its path."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(fr, en)


def image_of(root: Path, path: str) -> Drawn:
    """Return an image file of the vault at `root`, made anew; raises Unusable.

    Needs Pillow, and vl-convert for SVG: raises ImportError without them.
    """
    data = read_file(root, path)
    return _vectors(data) if path.lower().endswith(".svg") else _pixels(data)


def of_svg(text: str) -> Drawn:
    """Return a drawing of ours or one made harmless, with its size; raises Unusable for one that cannot be drawn."""
    from vl_convert import svg_to_png

    size = svg.size_of(text)
    if size is None:
        raise Unusable("il ne dit pas sa taille", "it does not say its size")
    width, height = size
    scale = min(FINER, 2 * LONGEST_SIDE / max(width, height))
    try:
        png = svg_to_png(text, scale=scale)
    except ValueError as fault:
        raise Unusable("il ne peut pas être dessiné", "it cannot be drawn") from fault
    return Drawn(png, width, height, text.encode())


def read_file(root: Path, path: str) -> bytes:
    """Return the bytes of a file of the vault; raises Unusable where it is not there, not inside, or too large."""
    entry = disk.entry_of(root, path)
    if entry is None:
        raise Unusable("ce fichier n’existe pas", "there is no such file")
    if entry.outside:
        raise Unusable("il est derrière un lien qui sort du coffre", "it lies behind a link out of the vault")
    if entry.placeholder:
        raise Unusable("il n’est pas sur cette machine (nuage)", "it is not on this machine (cloud)")
    if entry.size > MOST_BYTES:
        size, most = (round(number / 1e6) for number in (entry.size, MOST_BYTES))
        raise Unusable(
            f"{size} Mo, c’est trop ({most} Mo au plus)", f"{size} MB is too large (at most {most} MB)"
        )
    try:
        found = swap.slurp(entry.real)
    except OSError as fault:
        raise Unusable("il ne peut pas être lu", "it cannot be read") from fault
    if found is None:
        raise Unusable("ce fichier n’existe pas", "there is no such file")
    return found[0]


def _vectors(data: bytes) -> Drawn:
    text = svg.harmless(data)
    if text is None:
        raise Unusable("ce SVG n’est pas sûr ou pas lisible", "this SVG is not safe or cannot be read")
    return of_svg(text)


def _pixels(data: bytes) -> Drawn:
    """Return an image in one of the kinds that Obsidian shows, upright, scaled down, without what it says beside."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own limit warns; ours refuses
        try:
            with Image.open(BytesIO(data), formats=_KINDS) as opened:
                kind = opened.format
                _check_size(*opened.size)
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than needed
                image = ImageOps.exif_transpose(opened) or opened
                image.load()
        except Image.DecompressionBombError as fault:
            raise _too_many_pixels() from fault
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError) as fault:
            raise Unusable("ce n’est pas une image lisible", "it is no image that can be read") from fault
    image = _upright(image)
    width, height = image.size
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    photograph = kind in ("JPEG", "WEBP", "AVIF") and image.mode == "RGB"
    return Drawn(_saved(image, "PNG"), width, height, jpeg=_saved(image, "JPEG") if photograph else b"")


def _upright(image: Image) -> Image:
    """Return an image in plain RGB or RGBA, of which only the pixels are left."""
    from PIL import Image as Pillow

    clear = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if clear else "RGB"
    plain = image.convert(mode)
    return Pillow.frombytes(mode, plain.size, plain.tobytes())


def _saved(image: Image, kind: str) -> bytes:
    out = BytesIO()
    if kind == "JPEG":
        image.save(out, kind, quality=_JPEG_QUALITY, optimize=True)
    else:
        image.save(out, kind, optimize=False)
    return out.getvalue()


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Unusable:
    most = MOST_PIXELS // 1_000_000
    return Unusable(f"plus de {most} millions de pixels", f"more than {most} million pixels")
