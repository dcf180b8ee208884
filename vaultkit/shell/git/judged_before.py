"""What a hook has said of notes, kept so that it can be said again without looking at the vault (see `judgement`)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import msgpack

from vaultkit.audit.extract import domain_note
from vaultkit.audit.gathering import is_ours
from vaultkit.audit.sections import ITEM_TOPICS, parts_of
from vaultkit.diagnostics import Diagnostic, Severity
from vaultkit.markdown.marks import MAY_BE_GENERATED
from vaultkit.markdown.note import Note, SectionType
from vaultkit.rules.destinations import Destinations
from vaultkit.shell.brief import Said
from vaultkit.shell.cache.place import JUDGEMENT, beside
from vaultkit.shell.cache.sealed import write_sealed
from vaultkit.shell.console import Voice
from vaultkit.shell.git.commit import Commit
from vaultkit.shell.git.judgement import HINTS, Judged, Judgement, kept, plain_lines, surroundings
from vaultkit.shell.git.repository import Delta, GitFault, Repository
from vaultkit.shell.later import later
from vaultkit.shell.snippet import harmless
from vaultkit.text import Span

#: Of so many notes what was said is kept at most.
_MOST = 256

Changes = dict[str, tuple[str, str]]


def said_of(diagnostic: Diagnostic, language: str) -> Said:
    """Return a diagnostic as it is told."""
    finding = diagnostic.finding
    hint = harmless(finding.hint.of(language)) if finding.hint else None
    return Said(finding.span.start, diagnostic.kind, harmless(finding.message.of(language)), hint)


def keep_judgement(commit: Commit, found: Sequence[Diagnostic], voice: Voice) -> None:
    """Keep, once there is time, what is said of the notes of a commit, if it rests on nothing unusual."""
    later(lambda: _keep(commit, found, voice))


def _keep(commit: Commit, found: Sequence[Diagnostic], voice: Voice) -> None:
    repository, session, top = commit.repository, commit.session, os.fspath(commit.root)
    cache, head = session.store.file, repository.head
    if cache is None or head is None or commit.root != repository.top or not commit.is_settled:
        return
    baseline = session.settings.check_baseline
    if session.problems or (baseline and session.files.slurp(baseline) is not None):
        return
    try:
        changed = _changes(repository.deltas(head))
    except GitFault:
        return
    if (
        changed is None
        or not commit.changed <= changed.keys()
        or not {one.path for one in found} <= commit.changed
    ):
        return
    judged = {path: _judged(commit, path, changed[path], found, voice.language) for path in commit.changed}
    if sum(one.unresolved for one in judged.values()) > HINTS:
        return
    before = _still_true(repository, kept(cache, top), head, changed, commit.changed)
    notes = dict(
        [*judged.items(), *((path, one) for path, one in before.items() if path not in judged)][:_MOST]
    )
    judgement = Judgement(head, changed, surroundings(top), voice.language, notes)
    write_sealed(beside(cache, JUDGEMENT), msgpack.encode(judgement), os.fsencode(top))


def _changes(deltas: Sequence[Delta]) -> Changes | None:
    """Return in which files the index differs; None where one came or went, or is no plain file."""
    found: Changes = {}
    for one in deltas:
        if not (one.before and one.after and one.before.mode[:3] == one.after.mode[:3] == "100"):
            return None
        if one.after.stage:
            return None
        try:
            found[one.path.decode()] = (one.before.oid, one.after.oid)
        except UnicodeDecodeError:
            return None
    return found


def _still_true(
    repository: Repository, known: Judgement | None, head: str, changed: Changes, seen: frozenset[str]
) -> Mapping[str, Judged]:
    """Return what was said of other notes before, if all that is staged otherwise since matters to none of them.

    `seen` are the notes in which the index differs from HEAD, all of them in nothing that others read.
    """
    if known is None:
        return {}
    if known.commit == head:
        since: Changes | None = changed
    else:
        try:
            since = _changes(repository.deltas(known.commit))
        except GitFault:
            return {}
    if since is None:
        return {}
    moved: set[str] = set()
    for path in {**known.changed, **since}:
        of_commit = (known.changed.get(path) or since[path])[0]
        was = known.changed[path][1] if path in known.changed else of_commit
        if was == (since[path][1] if path in since else of_commit):
            continue
        one = known.notes.get(path)
        if path not in seen or changed[path][0] not in (was, *(one.alike if one else ())):
            return {}
        moved.add(path)
    return {path: one for path, one in known.notes.items() if path not in moved}


def _judged(
    commit: Commit, path: str, oids: tuple[str, str], found: Sequence[Diagnostic], language: str
) -> Judged:
    session = commit.session
    note = session.index.notes[path]
    strays = Destinations(session.index).strays(note)
    said = [one for one in found if one.path == path and one.kind.severity is not Severity.INFO]
    return Judged(
        oids[1],
        [oids[0]],
        harmless(path),
        [said_of(one, language) for one in said],
        list(_prose(note)),
        any(section.least for schema in session.schemas.of(note) for section in schema.sections),
        len(strays.nowhere) + len(strays.property_nowhere),
        sorted(commit.doubtful) if is_ours(note) else None,
    )


def _prose(note: Note) -> Iterator[tuple[int, int]]:
    """Yield the stretches of plain paragraphs that nobody gathers, each as long as only blank lines are between."""
    text = note.text
    if "\r" in text or text.startswith("\ufeff") or note.marks & MAY_BE_GENERATED:
        return
    gathered = list(_gathered(note)) if is_ours(note) else []
    begun: tuple[int, int] | None = None
    for section in note.sections:
        span = section.span
        plain = section.type is SectionType.PARAGRAPH and section.id is None and plain_lines(span.of(text))
        plain = plain and (span.start == 0 or text[span.start - 1] == "\n")
        plain = plain and not any(one.start < span.end and span.start < one.end for one in gathered)
        if begun and not (plain and not text[begun[1] : span.start].strip("\n")):
            yield begun
            begun = None
        if plain:
            begun = (begun[0] if begun else span.start, span.end)
    if begun:
        yield begun


def _gathered(note: Note) -> Iterator[Span]:
    """Yield the stretches of a note from which paragraphs are gathered, or could be: sections that hold no list."""
    spoken = [item.span for item in domain_note(note).items]
    lists = [section.span for section in note.sections if section.type is SectionType.LIST]
    listed = [span for span in spoken if any(one.holds(span) for one in lists)]
    yield from spoken
    for part, following in pairwise((*parts_of(note, Span(note.body_start, len(note.text))), None)):
        if part is not None and part.topic in ITEM_TOPICS:
            end = min(part.span.end, following.heading.span.start) if following else part.span.end
            own = Span(part.span.start, max(part.span.start, end))
            if not any(own.holds(one) for one in listed):
                yield own
