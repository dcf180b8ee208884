"""The templates and schemas that come with vaultkit, and those that a vault has of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vaultkit.settings import Settings
from vaultkit.shell.disk import Source
from vaultkit.shell.files import Files
from vaultkit.shell.walk import FileEntry
from vaultkit.text import nfc

#: What a template's file name may end in.
SUFFIXES = (".md", ".j2", ".jinja", ".txt")
#: What a schema's file name may end in.
SCHEMA_SUFFIXES = (".yaml", ".yml", ".toml")
#: Where the templates of regions stand in the templates' folder.
REGIONS = "regions/"
#: Where référentiels stand there, each in a folder of its own: notes that are written as they are, no templates.
REFERENTIELS = "referentiels/"
_LARGEST = 1_000_000


def templates_home() -> Path:
    """Return the folder of the templates that come with vaultkit: in the wheel, else in the checkout."""
    here = Path(__file__).resolve().parent.parent
    inside = here / "note_templates"
    return inside if inside.is_dir() else here.parent / "note_templates"


def region_templates(files: Files, entries: Iterable[FileEntry], settings: Settings) -> dict[str, str]:
    """Return the text of each region template by name; the vault's own come first.

    A template that is a note may have frontmatter of its own, which is no part of the template.
    """
    found = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((templates_home() / "regions").glob("*.md"))
    }
    own = dict(own_templates(files, entries, settings))
    for path in sorted(own, key=lambda path: (path.startswith(REGIONS), path)):
        name, text = path.removeprefix(REGIONS), own[path]
        found[name] = _without_frontmatter(text)
        if name.endswith((".j2", ".jinja")):
            found[name.rsplit(".", 1)[0]] = found[name]
    return found


def note_template(files: Files, entries: Iterable[FileEntry], settings: Settings, name: str) -> str | None:
    """Return the text of a note template (`domaine`, `entretien` …), the vault's own first; None if unknown."""
    own = dict(own_templates(files, entries, settings))
    if f"{name}.md" in own:
        return own[f"{name}.md"]
    path = templates_home() / f"{name}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def own_templates(
    files: Files, entries: Iterable[FileEntry], settings: Settings
) -> Iterator[tuple[str, str]]:
    """Yield name and text of the vault's own templates; none that lies outside the vault is read.

    Those of regions may stand in a folder of their own, `REGIONS`: there `domaine.md` is no note's template. What
    stands in `REFERENTIELS` is none.
    """
    lead = f"{settings.templates_folder.rstrip('/')}/{REFERENTIELS}"
    wanted = (entry for entry in entries if not entry.path.startswith(lead))
    yield from _texts_in(settings.templates_folder, SUFFIXES, files, wanted)


def preset_templates() -> Iterator[tuple[str, str]]:
    """Yield name and text of the templates that come with vaultkit, those of regions with their folder."""
    home = templates_home()
    for path in sorted(home.rglob("*.md")):
        name = path.relative_to(home).as_posix()
        if not name.startswith(REFERENTIELS):
            yield name, path.read_text(encoding="utf-8")


def referentiels(files: Files, entries: Iterable[FileEntry], settings: Settings) -> dict[str, dict[str, str]]:
    """Return the notes of each référentiel by its name: the text of each by its path in there, in order.

    One that the vault has of its own, in `REFERENTIELS` of its templates' folder, stands instead of ours of that name.
    """
    found: dict[str, dict[str, str]] = {}
    home = templates_home() / REFERENTIELS
    for path in sorted(home.glob("*/**/*.md")):
        name, _, rest = nfc(path.relative_to(home).as_posix()).partition("/")
        found.setdefault(name, {})[rest] = path.read_text(encoding="utf-8")
    own: dict[str, dict[str, str]] = {}
    folder = f"{settings.templates_folder.rstrip('/')}/{REFERENTIELS}"
    for own_path, text in _texts_in(folder, (".md",), files, entries):
        name, _, rest = nfc(own_path).partition("/")
        if rest:
            own.setdefault(name, {})[rest] = text
    return found | own


def preset_schemas() -> Iterator[tuple[str, str]]:
    """Yield name and text of the schemas that come with vaultkit."""
    for path in sorted((templates_home() / "schemas").glob("*.yaml")):
        yield path.name, path.read_text(encoding="utf-8")


def own_schemas(files: Files, entries: Iterable[FileEntry], settings: Settings) -> dict[str, Source]:
    """Return the vault's own schemas by path, as they were read; none that lies outside the vault is."""
    return _sources_in(settings.schemas_folder, SCHEMA_SUFFIXES, files, entries)


def no_schemas(entries: Iterable[FileEntry], settings: Settings) -> list[str]:
    """Return the files in the schemas' folder whose names end like no schema's; notes explain, and are none."""
    lead = f"{settings.schemas_folder.rstrip('/')}/"
    return sorted(
        entry.path
        for entry in entries
        if entry.path.startswith(lead) and not entry.path.lower().endswith((*SCHEMA_SUFFIXES, ".md"))
    )


def _texts_in(
    folder: str, suffixes: tuple[str, ...], files: Files, entries: Iterable[FileEntry]
) -> Iterator[tuple[str, str]]:
    """Yield the text of each file in a folder of the vault by its path in there, in order."""
    for path, source in _sources_in(folder, suffixes, files, entries).items():
        yield path.removeprefix(folder.rstrip("/") + "/"), source.text


def _sources_in(
    folder: str, suffixes: tuple[str, ...], files: Files, entries: Iterable[FileEntry]
) -> dict[str, Source]:
    """Return the files in a folder of the vault whose names end in one of these, whatever the case; by path."""
    lead = folder.rstrip("/") + "/"
    wanted = [
        entry
        for entry in entries
        if entry.path.startswith(lead)
        and entry.path.lower().endswith(suffixes)
        and not entry.outside
        and entry.size <= _LARGEST
    ]
    return files.read_all(sorted(wanted, key=lambda entry: entry.path))[0]


def _without_frontmatter(text: str) -> str:
    bare = text.removeprefix("\ufeff")
    if not bare.startswith("---\n"):
        return bare
    end = bare.find("\n---\n", 3)
    return bare[end + 5 :].lstrip("\n") if end >= 0 else bare
