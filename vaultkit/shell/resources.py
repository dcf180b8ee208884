"""The templates that come with vaultkit, and those that a vault has of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from vaultkit.settings import Settings

#: What a template's file name may end in.
SUFFIXES = (".md", ".j2", ".jinja", ".txt")
_LARGEST = 1_000_000


def templates_home() -> Path:
    """Return the folder of the templates that come with vaultkit: in the wheel, else in the checkout."""
    here = Path(__file__).resolve().parent.parent
    inside = here / "note_templates"
    return inside if inside.is_dir() else here.parent / "note_templates"


def region_templates(root: Path, settings: Settings) -> dict[str, str]:
    """Return the text of each region template by name; the vault's own come first.

    A template that is a note may have frontmatter of its own, which is no part of the template.
    """
    found = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((templates_home() / "regions").glob("*.md"))
    }
    for name, text in own_templates(root, settings):
        found[name] = _without_frontmatter(text)
        if name.endswith((".j2", ".jinja")):
            found[name.rsplit(".", 1)[0]] = found[name]
    return found


def note_template(root: Path | None, settings: Settings, name: str) -> str | None:
    """Return the text of a note template (`domaine`, `entretien` …), the vault's own first; None if unknown."""
    own = dict(own_templates(root, settings)) if root else {}
    if f"{name}.md" in own:
        return own[f"{name}.md"]
    path = templates_home() / f"{name}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def own_templates(root: Path, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield name and text of the vault's own templates; none that lies outside the vault is read."""
    folder = root / settings.templates_folder
    home = os.path.realpath(root)
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        real = os.path.realpath(path)
        inside = os.path.commonpath([home, real]) == home
        if inside and path.is_file() and path.suffix in SUFFIXES and path.stat().st_size <= _LARGEST:
            name = path.relative_to(folder).as_posix()
            yield name.removeprefix("regions/"), path.read_text(encoding="utf-8", errors="replace")


def _without_frontmatter(text: str) -> str:
    bare = text.removeprefix("\ufeff")
    if not bare.startswith("---\n"):
        return bare
    end = bare.find("\n---\n", 3)
    return bare[end + 5 :].lstrip("\n") if end >= 0 else bare
