"""What is shown of the thing under the cursor: a note, a value, the rows of a query, what a region is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol.types import Hover, HoverParams, MarkupContent, MarkupKind
from msgspec import Struct

from vaultkit.diagnostics import Diagnostic
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note, Reference
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.acts.zones import zones
from vaultkit.shell.language.answering import answered
from vaultkit.shell.language.completing.queries import Query, query_over
from vaultkit.shell.language.completing.telling import (
    told_file,
    told_property,
    told_tag,
    told_unresolved,
    told_word,
)
from vaultkit.shell.language.diagnosing import found_in
from vaultkit.shell.language.finding import reference_at
from vaultkit.shell.language.naming import NamedTag, named_at
from vaultkit.shell.language.workspace import Workspace, offset_of, range_of
from vaultkit.text import Message, Span, note_name
from vaultkit.vault.links import resolve_linkpath

_WORD = re.compile(r"[\w.\-]+")
_RULE = "\n\n---\n\n"
#: So many sources of a region are named, and so many diagnostics explained.
_MOST = 8


class _Told(Struct, frozen=True):
    """What is said of a stretch of a note."""

    text: str
    span: Span


def hover(workspace: Workspace, params: HoverParams) -> Hover | None:
    """Return what is to be said of what stands at a place: what it is, then what is wrong with it."""
    note = workspace.note(params.text_document.uri)
    if note is None:
        return None
    at = offset_of(note.lines, params.position)
    told = _thing(workspace, note, at)
    faults = list(_faults(workspace, note, at))
    parts = [*([told.text] if told else []), *(fault.text for fault in faults)]
    if not parts:
        return None
    span = told.span if told else faults[0].span
    return Hover(MarkupContent(MarkupKind.Markdown, _RULE.join(parts)), range_of(note.lines, span))


def _thing(workspace: Workspace, note: Note, at: int) -> _Told | None:
    """Return what is said of the innermost thing at a place."""
    if query := query_over(note, at):
        return _query(workspace, note, query, at)
    if reference := reference_at(note, at):
        return _link(workspace, note, reference)
    if (named := named_at(workspace.session, note, at)) and isinstance(named, NamedTag):
        return _Told(told_tag(workspace, named.said), named.span)
    return _key(workspace, note, at) or _marker(workspace, note, at)


def _link(workspace: Workspace, note: Note, reference: Reference) -> _Told:
    path = resolve_linkpath(workspace.session.index, reference.linkpath, note.path)
    if path is None:
        return _Told(told_unresolved(workspace, reference.linkpath), reference.span)
    return _Told(told_file(workspace, path, reference.subpath.rstrip()), reference.span)


def _query(workspace: Workspace, note: Note, query: Query, at: int) -> _Told | None:
    """Return what a query gives now, and what the word under the cursor means in it."""
    offset = query.offset(at)
    parts = []
    if offset is not None:
        words = _WORD.finditer(query.text(note))
        word = next((found[0] for found in words if found.start() <= offset <= found.end()), "")
        parts.append(told_word(workspace, word) or told_word(workspace, word.upper()))
    parts.append(answered(workspace, note, query))
    text = _RULE.join(part for part in parts if part)
    return _Told(text, query.whole) if text else None


def _key(workspace: Workspace, note: Note, at: int) -> _Told | None:
    for entry in note.frontmatter.properties.values() if note.frontmatter else ():
        if entry.key_span.start <= at <= entry.key_span.end:
            return _Told(told_property(workspace, note, entry.key), entry.key_span)
    return None


# -------------------------------------------------------------------------------------- regions


def _marker(workspace: Workspace, note: Note, at: int) -> _Told | None:
    for region in find_regions(note).regions:
        for line in (region.begin, region.end):
            if line.start <= at < line.end:
                return _Told(_region(workspace, note, region), line)
    return None


def _region(workspace: Workspace, note: Note, region: Region) -> str:
    """Return what a region is, from which notes it is made, what is kept in it, and that it is not up to date."""
    language = workspace.language
    word = REGION_WORDS.get(region.name)
    lines = [f"**{region.key}**" + (f" — {word.of(language)}" if word else "")]
    try:
        zone = next(one for one in zones(workspace.session, note.path) if one.begin == region.begin)
    except (StopIteration, VaultkitError):
        return lines[0]
    if zone.sources:
        names = [f"[{note_name(path)}]({workspace.uri_of(path)})" for path in zone.sources]
        more = [f"… ({len(names) - _MOST})"] if len(names) > _MOST else []
        said = "\n".join(f"- {name}" for name in [*names[:_MOST], *more])
        lines.append(f"{_FROM.of(language)}\n\n{said}")
    if count := len(zone.kept):
        many = "s" if count > 1 else ""
        kept = Message(f"{count} passage{many} gardé{many} à la main", f"{count} kept by hand")
        lines.append(kept.of(language))
    if zone.stale:
        lines.append(_STALE.of(language))
    return "\n\n".join(lines)


_FROM = Message("écrite par vaultkit depuis\u00a0:", "written by vaultkit from:")
_STALE = Message("pas à jour", "not up to date")


# ----------------------------------------------------------------------------------- diagnostics


def _faults(workspace: Workspace, note: Note, at: int) -> Iterator[_Told]:
    """Yield what the diagnostics at a place mean, each kind once."""
    from vaultkit.rules.explained import EXPLANATIONS

    here: dict[str, Diagnostic] = {}
    for each in found_in(workspace.session, note.path):
        if each.finding.span.start <= at <= each.finding.span.end and len(here) < _MOST:
            here.setdefault(each.kind.code, each)
    for code, each in here.items():
        explained = EXPLANATIONS.get(code)
        said = each.finding.message.of(workspace.language)
        parts = [f"**{code}** {each.kind.name} — {said}"]
        if explained:
            parts += [explained.why.of(workspace.language), f"→ {explained.remedy.of(workspace.language)}"]
        yield _Told("\n\n".join(parts), each.finding.span)
