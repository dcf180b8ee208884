"""A vault in memory: the notes of a test's docstring, rebuilt without a disk or a process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import pytest

from tests.conftest import notes_of
from vaultkit.audit.gathering import missions
from vaultkit.diagnostics import Finding
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region, Stamp, find_regions
from vaultkit.render.refresh import Outcome, Refreshed, refresh
from vaultkit.render.scene import Scene
from vaultkit.render.templates import TemplateFault, Templates
from vaultkit.shell.resources import templates_home
from vaultkit.text import Message, Span
from vaultkit.vault.index import VaultIndex

KEEP = "<!-- vk:keep -->"


@cache
def shipped() -> Mapping[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((templates_home() / "regions").glob("*.md"))
    }


def explain(error: Exception, region: Region) -> Finding | None:
    return (
        Finding(region.begin, Message(str(error), str(error))) if isinstance(error, TemplateFault) else None
    )


class Notes:
    """Notes by path, of which `S.md` is the synthesis; `templates` are those of the vault."""

    def __init__(self, texts: Mapping[str, str], templates: Mapping[str, str] | None = None) -> None:
        self.texts = dict(texts)
        self.templates = Templates({**shipped(), **(templates or {})})

    def refresh(self, prune: bool = False) -> Refreshed:
        """Return the synthesis with its regions rendered anew; nothing is written."""
        notes = [parse_note(path, text) for path, text in self.texts.items()]
        index = VaultIndex.of(notes)
        mission = next(mission for mission in missions(index) if mission.path == "S.md")
        render = lambda name, context: str(self.templates.render(name, context))  # noqa: E731
        return refresh(mission.synthesis, Scene(mission, index, render, prune), explain)

    def rebuild(self, prune: bool = False) -> Refreshed:
        """Write the synthesis anew, and check that doing so again changes nothing."""
        done = self.refresh(prune)
        before, self.texts["S.md"] = self.texts["S.md"], done.text
        assert outside(before) == outside(done.text)
        again = self.refresh(prune)
        assert again.text == done.text, "a second rebuild must not change anything"
        assert again.edits == ()
        return done

    def replace(self, old: str, new: str, path: str = "S.md") -> None:
        """Rewrite a stretch of a note by hand; it must be there exactly once."""
        assert self.texts[path].count(old) == 1, (old, self.texts[path])
        self.texts[path] = self.texts[path].replace(old, new)

    @property
    def text(self) -> str:
        return self.texts["S.md"]

    def region(self, key: str) -> Region:
        [found] = [r for r in find_regions(parse_note("S.md", self.text)).regions if r.key == key]
        return found

    def stamp(self, key: str) -> Stamp:
        stamp = self.region(key).stamp
        assert stamp is not None
        return stamp

    def body(self, key: str) -> str:
        """Return what stands in a region, without the blank lines inside its markers."""
        return self.region(key).body.of(self.text).strip("\r\n")

    def rows(self, key: str = "recap") -> list[str]:
        """Return the rows of the table of a region, without their outer pipes and padding."""
        lines = [line for line in self.body(key).splitlines() if line.lstrip("> ").startswith("|")]
        return [re.sub(r" *(?<!\\)\| *", " | ", line.lstrip("> ")).strip(" |") for line in lines[2:]]

    def lines(self, key: str) -> list[str]:
        return [line for line in self.body(key).splitlines() if line.strip()]


def outside(text: str) -> list[str]:
    """Return what stands outside the regions of a note, and the lines that begin them."""
    pieces, at = [], 0
    for region in find_regions(parse_note("S.md", text)).regions:
        pieces.append(text[at : region.begin.end])
        at = region.end.end
    return [*pieces, text[at:]]


def outcome(done: Refreshed, key: str) -> Outcome:
    [found] = [one for one in done.outcomes if one.region.key == key]
    return found


def said(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.message.en for finding in findings]


def line_of(text: str, span: Span) -> int:
    return text.count("\n", 0, span.start) + 1


@pytest.fixture
def notes(request: pytest.FixtureRequest) -> Notes:
    """The notes in the docstring of the test; `S.md` is the synthesis."""
    return Notes(notes_of(request.function.__doc__ or ""))
