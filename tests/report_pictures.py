"""README's pictures of the sample vault's report: `python -m tests.report_pictures` draws them anew into `.github/`.

It needs what no test needs: LibreOffice, pdftoppm, Chromium, and the fonts Carlito and Symbola in place of Word's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / ".github"
GREY, GAP = (225, 225, 225), 14
CHROMIUM = (
    "chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars"
)
#: LibreOffice leaves colour emoji out of a PDF: there those of a font of outlines stand for them.
FONTS = """<?xml version="1.0"?><fontconfig><include>/etc/fonts/fonts.conf</include><selectfont><rejectfont>
<pattern><patelt name="family"><string>Noto Color Emoji</string></patelt></pattern></rejectfont></selectfont></fontconfig>"""


def run(*words: str, **environ: str) -> None:
    subprocess.run(words, check=True, capture_output=True, env={**os.environ, **environ})


def pages(pdf: Path, numbers: Sequence[int], resolution: int) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    run("pdftoppm", "-r", str(resolution), "-png", str(pdf), str(pdf.with_suffix("")))
    drawn = sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
    return [Image.open(drawn[number - 1]).convert("RGB") for number in numbers]


def side_by_side(rows: Sequence[Sequence[Image.Image]], name: str) -> None:
    """Write rows of pictures on grey, in few colours."""
    wide = max(sum(p.width + GAP for p in row) for row in rows) + GAP
    high = sum(max(p.height for p in row) + GAP for row in rows) + GAP
    sheet, down = Image.new("RGB", (wide, high), GREY), GAP
    for row in rows:
        across = GAP
        for picture in row:
            sheet.paste(picture, (across, down))
            across += picture.width + GAP
        down += max(p.height for p in row) + GAP
    sheet.quantize(160).save(OUT / name, optimize=True)
    print(f"{name}: {sheet.width} × {sheet.height}, {(OUT / name).stat().st_size // 1000} kB")


def shown(page: Path, width: int, height: int, folder: Path) -> Image.Image:
    """A page in Chromium."""
    file = folder / f"{width}.png"
    profile = f"--user-data-dir={folder / f'profile-{width}'}"
    run(*CHROMIUM.split(), profile, f"--window-size={width},{height}", f"--screenshot={file}", page.as_uri())
    return Image.open(file).convert("RGB")


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copytree(ROOT / "sample_vault", folder / "coffre")
        (folder / "fonts.conf").write_text(FONTS)
        environ = {"XDG_STATE_HOME": str(folder / "state"), "LC_ALL": "fr_CH.UTF-8"}
        for words in (
            ("--to", "pdf,html,xlsx,pptx", "--output", f"{folder}/"),
            ("--to", "docx", "--since", "livraison", "--output", f"{folder}/suivi.docx"),
        ):
            command = (
                sys.executable,
                "-m",
                "vaultkit",
                "--vault",
                str(folder / "coffre"),
                "report",
                "pestalozzi",
            )
            run(*command, *words, **environ)
        [pdf], [html], [xlsx], [pptx] = (
            list(folder.glob(f"*.{end}")) for end in ("pdf", "html", "xlsx", "pptx")
        )
        side_by_side([pages(pdf, (2, 6, 7), 50)], "report-pdf.png")
        office = ("soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder / "office"))
        for file in (folder / "suivi.docx", xlsx, pptx):
            target = folder / f"{file.suffix[1:]}{file.suffix}"
            file.rename(target)
            run(*office, str(target), FONTCONFIG_FILE=str(folder / "fonts.conf"))
        side_by_side([pages(folder / "office/docx.pdf", (2, 6, 7), 50)], "report-docx.png")
        [sheet] = pages(folder / "office/xlsx.pdf", (1,), 75)
        side_by_side([[sheet.crop((0, 0, sheet.width, sheet.height * 2 // 3))]], "report-xlsx.png")
        slides = pages(folder / "office/pptx.pdf", (2, 3, 8, 9), 42)
        side_by_side([slides[:2], slides[2:]], "report-pptx.png")
        wide = shown(html, 1280, 1000, folder)
        phone = shown(html, 390, 1250, folder)
        small = wide.resize((wide.width * 5 // 8, wide.height * 5 // 8))
        side_by_side([[small, phone.resize((phone.width // 2, phone.height // 2))]], "report-html.png")


if __name__ == "__main__":
    main()
