"""The child notes that a synthesis written by hand still lacks, made out of its own domain sections."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaultkit.audit.match import similarity
from vaultkit.audit.mission import backlink_names, linkpath_of
from vaultkit.audit.model import DomainNote, Mission
from vaultkit.audit.words import Topic, topic_of
from vaultkit.markdown.note import Note
from vaultkit.markdown.properties import scalar
from vaultkit.text import Span, fold, leading_emoji, newline_of, nfc
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import linktext, resolve_linkpath

_HEADING = re.compile(r"^(#{1,6})(?=[ \t])", re.MULTILINE)
_CLOSING_RULE = re.compile(r"(?:\r?\n[ \t]*(?:-{3,}|\*{3,}|_{3,})?[ \t]*)*\s*\Z")
_FORBIDDEN = re.compile(r'[*"\\<>:|?#^\[\]\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Child:
    """A note to be made: its path, its text, and the choice behind it.

    `domain` is the label of the section it is made from (a domain note) or belongs to (an interview),
    empty for an interview that no section fits.
    """

    path: str
    name: str
    text: str
    interview: bool
    domain: str


def missing_children(index: VaultIndex, synthesis: Note) -> tuple[str, ...]:
    """Return the names that the synthesis lists (links section, `backlinks`) and that no note has."""
    listed = [linkpath_of(entry) for entry in backlink_names(synthesis)]
    spans = _link_sections(synthesis)
    linked = [link.linkpath for link in synthesis.links if link.wiki and any(s.holds(link.span) for s in spans)]
    names = dict.fromkeys(nfc(name) for name in (*linked, *listed) if name)
    return tuple(name for name in names if resolve_linkpath(index, name, synthesis.path) is None)


def _link_sections(note: Note) -> list[Span]:
    spans = []
    for at, heading in enumerate(note.headings):
        if topic_of(heading.text) is Topic.LINKS:
            end = next((h.span.start for h in note.headings[at + 1 :] if h.level <= heading.level), len(note.text))
            spans.append(Span(heading.span.end, end))
    return spans


def plan_children(index: VaultIndex, mission: Mission, chosen: Mapping[str, str]) -> tuple[Child, ...]:
    """Return the notes to be made: one for each section that no note covers, and the interviews.

    `chosen` maps section labels (any form) to names and overrides the match. Names with a leading emoji
    rank behind names without; the other names become interviews of the domain that they share words
    with, else the emoji.
    """
    sections = [domain.notes[0] for domain in mission.domains if not domain.covered]
    names = list(missing_children(index, mission.synthesis))
    owner = match_names(sections, names, chosen)
    taken = {fold(name) for name in owner.values()}
    folder = mission.path.rpartition("/")[0]
    children: list[Child] = []
    made: dict[str, str] = {}
    for at, section in enumerate(sections):
        name = owner.get(at) or _FORBIDDEN.sub("", section.label).replace("/", "-").strip()
        path = _path(folder, name)
        if resolve_linkpath(index, name, mission.path) is not None:
            continue
        made[section.label] = name
        children.append(Child(path, name, _domain_text(mission, section, at + 1, index), False, section.label))
    for name in names:
        if fold(name) in taken:
            continue
        labels = [section.label for section in mission.sections]
        label = _domain_of_interview(name, labels)
        target = made.get(label) or _covering(index, mission, label)
        text = _interview_text(mission, name, target, index)
        children.append(Child(_path(folder, name), name, text, True, label))
    return tuple(children)


def match_names(sections: Sequence[DomainNote], names: Sequence[str], chosen: Mapping[str, str]) -> dict[int, str]:
    """Return which of the names each section takes, by its position."""
    owner: dict[int, str] = {}
    for at, section in enumerate(sections):
        wanted = next((name for label, name in chosen.items() if _names_section(label, section)), None)
        if wanted:
            owner[at] = wanted
    left = [name for name in names if fold(name) not in {fold(n) for n in owner.values()}]
    for at, section in enumerate(sections):
        if at in owner:
            continue
        ranked = sorted(
            ((bool(leading_emoji(name)), -similarity(section.label, name.replace("_", " ")), n) for n, name in enumerate(left))
        )
        best = next(((score, n) for _, score, n in ranked if score < 0), None)
        if best:
            owner[at] = left.pop(best[1])
    return owner


def _names_section(label: str, section: DomainNote) -> bool:
    return fold(label) in (fold(section.label), fold(section.short))


def _domain_of_interview(name: str, labels: Sequence[str]) -> str:
    scores = [(similarity(label, name.replace("_", " ")), label) for label in labels]
    best = max(scores, default=(0.0, ""), key=lambda pair: pair[0])
    if best[0] > 0:
        return best[1]
    emoji = leading_emoji(name)
    return next((label for label in labels if emoji and leading_emoji(label) == emoji), "")


def _covering(index: VaultIndex, mission: Mission, label: str) -> str:
    domain = mission.domain_of(label) if label else None
    return linktext(index, domain.notes[0].path) if domain and domain.covered else ""


def _path(folder: str, name: str) -> str:
    """Return where Obsidian would make the note of a link: at its path, else beside the synthesis."""
    bare = name.removesuffix(".md")
    return f"{bare}.md" if "/" in bare or not folder else f"{folder}/{bare}.md"


def _frontmatter(mission: Mission, category: str, order: int | None = None) -> list[str]:
    lines = ["---", f"category: {category}", f"scope: {scalar(mission.scope)}"]
    return [*lines, *([f"ordre: {order}"] if order else []), "---"]


_SYNTHESIS_LABEL = {"fr": "Synthèse", "en": "Synthesis", "de": "Synthese"}
_OBSERVATIONS = {"fr": "Observations", "en": "Observations", "de": "Beobachtungen"}
_DOMAIN_LABEL = {"fr": "Domaine", "en": "Domain", "de": "Bereich"}


def _domain_text(mission: Mission, section: DomainNote, order: int, index: VaultIndex) -> str:
    """Return a domain note with what the section of the synthesis says, its headings one note up."""
    newline = newline_of(mission.synthesis.text)
    link = linktext(index, mission.path)
    text = section.section.of(mission.synthesis.text) if section.section else ""
    levels = [len(found[1]) for found in _HEADING.finditer(text)]
    shift = 2 - min(levels, default=2)
    body = _HEADING.sub(lambda found: "#" * min(6, len(found[1]) + shift), text)
    body = _CLOSING_RULE.sub("", body).strip("\r\n")
    head = [
        *_frontmatter(mission, "domaine", order),
        f"# {section.label}",
        "",
        f"{_SYNTHESIS_LABEL[mission.language]} : [[{link}]]",
        "",
    ]
    return newline.join(head) + newline + body + newline


def _interview_text(mission: Mission, name: str, domain: str, index: VaultIndex) -> str:
    newline = newline_of(mission.synthesis.text)
    lines = [
        *_frontmatter(mission, "entretien"),
        f"# {name.rsplit('/', 1)[-1]}",
        "",
        f"{_SYNTHESIS_LABEL[mission.language]} : [[{linktext(index, mission.path)}]]",
        *([f"{_DOMAIN_LABEL[mission.language]} : [[{domain}]]"] if domain else []),
        "",
        f"## {_OBSERVATIONS[mission.language]}",
        "",
        "",
    ]
    return newline.join(lines)
