"""Reports of small vaults in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.conftest import notes_of
from vaultkit.audit.evolution import record_of
from vaultkit.audit.gathering import missions
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.client_text import ClientText, client_text
from vaultkit.render.deliverable.compose import report_of
from vaultkit.render.deliverable.model import Material, Report, Selection
from vaultkit.render.deliverable.texts import texts_of
from vaultkit.vault.index import VaultIndex

TODAY = date(2026, 11, 22)


def index_of(texts: Mapping[str, str]) -> VaultIndex:
    notes = [parse_note(path, text) for path, text in texts.items() if path.endswith(".md")]
    return VaultIndex.of(notes, [path for path in texts if not path.endswith(".md")])


def no_answer(text: str, origin: str) -> str:
    return ""


def text_of(
    vault: str, path: str = "S.md", ask=no_answer, inline=no_answer, language: str = "fr"
) -> ClientText:
    """Return the client's text of a note of a vault written as one text."""
    index = index_of(notes_of(vault))
    return client_text(index.notes[path], index, ask, inline, language)


def body_of(vault: str, **more: object) -> str:
    return text_of(vault, **more).text  # type: ignore[arg-type]


def report(
    texts: Mapping[str, str] | str, path: str = "S.md", ask=no_answer, inline=no_answer, **asked: object
) -> Report:
    """Return the report on a note, with its mission if it is a synthesis."""
    index = index_of(notes_of(texts) if isinstance(texts, str) else texts)
    mission = next((one for one in missions(index) if one.path == path), None)
    material = Material(mission, TODAY, record_of(mission) if mission else None)
    return report_of(index.notes[path], index, material, Selection(**asked), ask, inline)  # type: ignore[arg-type]


def all_of(made: Report) -> str:
    """Return all that a report says, as one text."""
    return "\n\n".join(texts_of(made))
