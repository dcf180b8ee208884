"""Draws README's before/after picture from a real run on the sample vault: `python -m tests.picture`."""

from __future__ import annotations

import shutil
import tempfile
from html import escape
from pathlib import Path

from tests.conftest import Vault

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / ".github" / "before-after.svg"
SYNTHESIS = "Cabinet Pestalozzi/Synthèse IT – Cabinet Pestalozzi.md"
DOMAIN = "Cabinet Pestalozzi/Facturation & encaissements.md"
COLUMNS = (0, 1, 4)


def rows(vault: Vault) -> list[list[str]]:
    """Return the recap of the sample synthesis: header and rows, the columns that the picture shows."""
    lines = (
        vault.read(SYNTHESIS)
        .split("<!-- vaultkit:begin recap -->")[1]
        .split("<!-- vaultkit:end")[0]
        .split("\n")
    )
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [[row[column].replace("<!-- vk:keep -->", "✍") for column in COLUMNS] for row in cells]


def run() -> tuple[list[list[str]], list[list[str]], str]:
    """Return the recap before and after an edit of a domain note and of a cell, and what was said."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "sample_vault", Path(folder) / "coffre")
        vault = Vault(Path(folder) / "coffre", Path(folder) / "state")
        before = rows(vault)
        vault.replace(DOMAIN, "priorite: moyenne", "priorite: haute")
        vault.replace(
            SYNTHESIS, "| Analyses envoyées depuis Bluewin |", "| Résultats partis sans protection |"
        )
        said = vault.run("rebuild", LC_ALL="fr_CH.UTF-8").out
        return before, rows(vault), said


def drawn(before: list[list[str]], after: list[list[str]], said: str) -> str:
    """Return the picture as SVG: the two tables, what changed marked, and the words of the terminal."""
    widths, height = (170, 420, 150), 34
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="{total}" viewBox="0 0 800 {total}" '
        'font-family="Segoe UI, Helvetica, Arial, sans-serif" font-size="15">',
        '<rect width="800" height="{total}" rx="10" fill="#ffffff" stroke="#d0d7de"/>',
    ]
    y = 38

    def title(text: str) -> None:
        nonlocal y
        out.append(f'<text x="30" y="{y}" font-weight="600" fill="#24292f">{escape(text)}</text>')
        y += 14

    def table(lines: list[list[str]], other: list[list[str]]) -> None:
        nonlocal y
        for at, line in enumerate(lines):
            x = 30
            for column, cell in enumerate(line):
                new = cell != other[at][column] and lines is after
                fill = "#f6f8fa" if at == 0 else "#dafbe1" if new else "#ffffff"
                out.append(
                    f'<rect x="{x}" y="{y}" width="{widths[column]}" height="{height}" fill="{fill}" stroke="#d0d7de"/>'
                )
                weight = ' font-weight="600"' if at == 0 else ""
                out.append(f'<text x="{x + 10}" y="{y + 22}"{weight} fill="#24292f">{escape(cell)}</text>')
                x += widths[column]
            y += height
        y += 34

    title("La synthèse, avant")
    table(before, after)
    title("Une propriété changée dans une note, une cellule réécrite à la main (✍), puis : vaultkit rebuild")
    table(after, before)
    y -= 14
    words = [
        line.replace("\u00a0", " ") for line in said.splitlines() if line.strip() and "À voir" not in line
    ]
    out.append(
        f'<rect x="30" y="{y - 8}" width="740" height="{24 * len(words) + 18}" rx="6" fill="#24292f"/>'
    )
    for line in words:
        y += 20
        out.append(
            f'<text x="44" y="{y}" font-family="Consolas, Menlo, monospace" font-size="12" fill="#e6edf3" xml:space="preserve">{escape(line)}</text>'
        )
        y += 4
    return "\n".join([*out, "</svg>", ""]).replace("{total}", str(y + 40))


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(drawn(*run()), encoding="utf-8")


if __name__ == "__main__":
    main()
