"""The child notes that a synthesis written by hand still lacks, made out of its own domain sections."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, count

from msgspec import Struct

from vaultkit.audit.match import similarity
from vaultkit.audit.mission import backlink_names, linkpath_of
from vaultkit.audit.model import DomainNote, Mission
from vaultkit.audit.sections import sections_on
from vaultkit.audit.words import Topic
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.properties import scalar
from vaultkit.text import Span, fold, leading_emoji, newline_of, nfc, pattern
from vaultkit.vault.app import AppSettings
from vaultkit.vault.index import VaultIndex, name_key
from vaultkit.vault.links import linktext, resolve_linkpath, written_link

_RULE = pattern(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})?[ \t]*")
_ATTACHMENT = pattern(
    r"\.(?:pdf|png|jpe?g|gif|svg|webp|avif|bmp|docx?|xlsx?|pptx?|csv|canvas|base|mp[34]|m4a|wav|webm|mov|zip)$",
    re.IGNORECASE,
)
_FORBIDDEN = pattern(r'[*"\\<>:|?#^\[\]\x00-\x1f]')


class Child(Struct, frozen=True):
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
    """Return the names that the synthesis lists (links section, `backlinks`) and that no note has.

    Not those of attachments, nor those that no note can have: signs that Obsidian forbids, a way out of
    the vault.
    """
    listed = [linkpath_of(entry) for entry in backlink_names(synthesis)]
    spans = _link_sections(synthesis)
    linked = [
        link.linkpath for link in synthesis.links if link.wiki and any(s.holds(link.span) for s in spans)
    ]
    names = dict.fromkeys(nfc(name) for name in (*linked, *listed) if name)
    free = (name for name in names if resolve_linkpath(index, name, synthesis.path) is None)
    return tuple(name for name in free if _can_be_note(name))


def _can_be_note(name: str) -> bool:
    parts = name.split("/")
    plain = not _FORBIDDEN.search(name) and not _ATTACHMENT.search(name)
    return plain and all(part.strip(" .") and not part.startswith(".") for part in parts)


def _link_sections(note: Note) -> list[Span]:
    return [part.span for part in sections_on(note, Topic.LINKS)]


def plan_children(
    index: VaultIndex, mission: Mission, chosen: Mapping[str, str], app: AppSettings | None = None
) -> tuple[Child, ...]:
    """Return the notes to be made: one for each section that no note covers, and the interviews.

    `chosen` maps section labels (any form) to names and overrides the match. Names with a leading emoji
    rank behind names without; the other names become interviews of the domain that they share words
    with, else the emoji.
    """
    settings = app or AppSettings()
    sections = [domain.notes[0] for domain in mission.domains if not domain.covered]
    names = list(missing_children(index, mission.synthesis))
    owner = match_names(sections, names, chosen)
    taken = {fold(name) for name in owner.values()}
    folder = mission.path.rpartition("/")[0]
    children: list[Child] = []
    made: dict[str, str] = {}
    paths: set[str] = set()
    for at, section in enumerate(sections):
        if at in owner and resolve_linkpath(index, owner[at], mission.path) is not None:
            continue  # it is there already: it is claimed, not made
        name = owner.get(at) or _free_name(index, mission, section.label, paths)
        made[section.label] = name
        paths.add(name_key(_path(folder, name)))
        link = written_link(index, mission.path, _path(folder, name), settings)
        text = _domain_text(mission, section, int(section.order or at + 1), link)
        children.append(Child(_path(folder, name), name, text, False, section.label))
    for name in names:
        if fold(name) in taken:
            continue
        labels = [section.label for section in mission.sections]
        label = _domain_of_interview(name, labels)
        target = made.get(label) or _covering(index, mission, label)
        link = written_link(index, mission.path, _path(folder, name), settings)
        text = _interview_text(mission, name, target, link)
        children.append(Child(_path(folder, name), name, text, True, label))
    return tuple(children)


def _free_name(index: VaultIndex, mission: Mission, label: str, taken: set[str]) -> str:
    """Return the label as a name that no other note has: with the scope behind it, then a number."""
    bare = _FORBIDDEN.sub("", label.replace("/", "-")).strip(" .") or "domaine"
    scope = _FORBIDDEN.sub("", mission.scope.replace("/", "-")).strip(" .")
    folder = mission.path.rpartition("/")[0]
    names = chain((bare, f"{bare} – {scope}"), (f"{bare} {number}" for number in count(2)))
    return next(
        name
        for name in names
        if name_key(_path(folder, name)) not in taken and resolve_linkpath(index, name, mission.path) is None
    )


def match_names(
    sections: Sequence[DomainNote], names: Sequence[str], chosen: Mapping[str, str]
) -> dict[int, str]:
    """Return which of the names each section takes, by its position: the likest pair first."""
    owner: dict[int, str] = {}
    for at, section in enumerate(sections):
        wanted = next((name for label, name in chosen.items() if _names_section(label, section)), None)
        if wanted:
            owner[at] = wanted
    chosen_names = {fold(name) for name in owner.values()}
    ranked = sorted(
        (bool(leading_emoji(name)), -score, at, n)
        for at, section in enumerate(sections)
        for n, name in enumerate(names)
        if at not in owner
        and fold(name) not in chosen_names
        and (score := similarity(section.label, name)) > 0
    )
    used: set[int] = set()
    for _, _, at, n in ranked:
        if at not in owner and n not in used:
            owner[at] = names[n]
            used.add(n)
    return owner


def _names_section(label: str, section: DomainNote) -> bool:
    return fold(label) in (fold(section.label), fold(section.short))


def _domain_of_interview(name: str, labels: Sequence[str]) -> str:
    """Return the domain that an interview's name speaks of, by its words, else its emoji; a tie is none."""
    scores = [similarity(label, name) for label in labels]
    best = max(scores, default=0.0)
    emoji = leading_emoji(name)
    same = [label for label in labels if emoji and leading_emoji(label) == emoji]
    likest = [label for label, score in zip(labels, scores, strict=True) if score == best] if best else same
    return likest[0] if len(likest) == 1 else ""


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


def _domain_text(mission: Mission, section: DomainNote, order: int, link: str) -> str:
    """Return a domain note with what the section of the synthesis says, its headings one note up."""
    newline = newline_of(mission.synthesis.text)
    body = _moved_up(mission.synthesis, section.section) if section.section else ""
    head = [
        *_frontmatter(mission, "domaine", order),
        f"# {section.label}",
        "",
        f"{_SYNTHESIS_LABEL[mission.language]} : {link}",
        "",
    ]
    return newline.join(head) + newline + body + newline


def _moved_up(note: Note, span: Span) -> str:
    """Return a stretch of a note with its headings at the level that they have in a note of their own.

    The rule that closed it, and the blank lines at its ends, do not come along.
    """
    headings = [
        h for h in note.headings if span.holds(h.span) and h.span.of(note.text).lstrip().startswith("#")
    ]
    shift = 2 - min((heading.level for heading in headings), default=2)
    edits = [Edit(Span(0, span.start), ""), Edit(Span(span.end, len(note.text)), "")]
    for heading in headings:
        start = note.text.index("#", heading.span.start)
        edits.append(Edit(Span(start, start + heading.level), "#" * min(6, heading.level + shift)))
    lines = apply_edits(note.text, edits).splitlines(keepends=True)
    while lines and _RULE.fullmatch(lines[-1].rstrip("\r\n")):
        lines.pop()
    return "".join(lines).strip("\r\n")


def _interview_text(mission: Mission, name: str, domain: str, link: str) -> str:
    newline = newline_of(mission.synthesis.text)
    lines = [
        *_frontmatter(mission, "entretien"),
        f"# {name.rsplit('/', 1)[-1]}",
        "",
        f"{_SYNTHESIS_LABEL[mission.language]} : {link}",
        *([f"{_DOMAIN_LABEL[mission.language]} : [[{domain}]]"] if domain else []),
        "",
        f"## {_OBSERVATIONS[mission.language]}",
        "",
        "",
    ]
    return newline.join(lines)
