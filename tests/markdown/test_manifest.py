"""A made vault of French consulting notes, whose maker counted what it wrote (`shared/tools/make_vault.py`)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SHARED, needs_shared
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

#: A comment inside a paragraph, whose broken link the maker does not count; it does count that of a comment block.
UNCOUNTED = "%% relire [[Brouillon masqué]] %%"


def counts(index, note):
    """What the manifest counts, as the parser sees it."""
    references = note.links + note.embeds
    return {
        "links": sum(link.wiki for link in note.links),
        "embeds": len(note.embeds),
        "mdlinks": sum(not link.wiki for link in note.links),
        "broken": sum(resolve_linkpath(index, r.linkpath, note.path) is None for r in references),
        "fm_links": len(note.property_links),
        "tags": len(note.tags),
        "tasks": sum(item.task is not None for item in note.list_items),
        "fields": len(note.fields),
        "headings": len(note.headings),
    }


def compared(root: Path, manifest: dict[str, dict[str, int]]):
    """Yield each note of the manifest with what it should hold and what it is seen to hold."""
    notes = {
        file.relative_to(root).as_posix(): parse_note(
            file.relative_to(root).as_posix(), file.read_bytes().decode(errors="replace")
        )
        for file in sorted(root.rglob("*.md"))
    }
    others = [f.relative_to(root).as_posix() for f in root.rglob("*") if f.is_file() and f.suffix != ".md"]
    index = VaultIndex.of(notes.values(), others)
    for path, made in manifest.items():
        seen = counts(index, notes[path])
        uncounted = notes[path].text.count(UNCOUNTED)
        more = {"links": uncounted, "broken": uncounted}
        yield path, {key: made[key] + more.get(key, 0) for key in seen}, seen


@needs_shared
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_all_that_was_written_is_seen_and_nothing_else(tmp_path, seed):
    root, manifest = tmp_path / "vault", tmp_path / "manifest.json"
    maker = SHARED / "tools" / "make_vault.py"
    options = ["--notes", "300", "--seed", str(seed), "--nasty", "--manifest", str(manifest)]
    subprocess.run([sys.executable, str(maker), str(root), *options], check=True, capture_output=True)
    found = list(compared(root, json.loads(manifest.read_bytes())["per_note"]))
    assert len(found) == 300
    assert {path: seen for path, _, seen in found} == {path: made for path, made, _ in found}
