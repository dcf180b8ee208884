"""What of a mission may be spoken of outside: what stays inside goes (see `internal`)."""

from __future__ import annotations

from msgspec.structs import replace

from vaultkit.audit.internal import internal_spans, is_internal
from vaultkit.audit.model import DomainNote, Mission
from vaultkit.text import Span
from vaultkit.vault.index import VaultIndex


def public(mission: Mission, index: VaultIndex) -> Mission:
    """Return a mission without what stays inside: notes, sections and items that say so (see `internal`)."""
    closed: dict[str, tuple[Span, ...]] = {}
    domains = []
    for domain in mission.domains:
        notes = tuple(_public_note(note, index, mission, closed) for note in domain.notes)
        if left := tuple(note for note in notes if note is not None):
            domains.append(domain if left == domain.notes else replace(domain, notes=left))
    same = tuple(domains) == mission.domains
    return mission if same else replace(mission, domains=tuple(domains))


def _public_note(
    said: DomainNote, index: VaultIndex, mission: Mission, closed: dict[str, tuple[Span, ...]]
) -> DomainNote | None:
    note = mission.synthesis if said.path == mission.path else index.notes.get(said.path)
    if note is None:
        return said
    if said.path not in closed:
        whole = said.path != mission.path and is_internal(note)
        closed[said.path] = (Span(0, len(note.text)),) if whole else internal_spans(note)
    spans = closed[said.path]
    if not spans:
        return said
    if spans[0] == Span(0, len(note.text)) or (said.heading and any(s.holds(said.heading) for s in spans)):
        return None

    def out(place: Span | None) -> bool:
        return place is not None and any(span.start < place.end and place.start < span.end for span in spans)

    return replace(
        said,
        wordings={topic: words for topic, words in said.wordings.items() if not out(words.span)},
        findings=tuple(item for item in said.findings if not out(item.span)),
        risks=tuple(item for item in said.risks if not out(item.span)),
        opportunities=tuple(item for item in said.opportunities if not out(item.span)),
        actions=tuple(item for item in said.actions if not out(item.span)),
    )
