"""What the regions of a vault are rendered with: its templates, and who answers its queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vaultkit.diagnostics import Finding
from vaultkit.markdown.marks import SERIALIZED
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.text import Message, Span

if TYPE_CHECKING:
    from vaultkit.render.serialized import Serialized, SerializedQuery
    from vaultkit.render.templates import Templates
    from vaultkit.shell.asking import Oracle


class Rendering:
    """Renders templates and lets queries be answered; `asked` says whether any was since it was last unset.

    `templates` gives the text of each by name; it is called once, when first needed. Whoever owns this one
    says with each query who answers it: to hold on to that would be to hold on to the whole vault.
    """

    def __init__(self, templates: Callable[[], Mapping[str, str]]) -> None:
        self.asked = False
        self._texts = templates

    def follow(self, templates: Callable[[], Mapping[str, str]]) -> Rendering:
        """Return what renders with the same templates in another state of the vault."""
        other = Rendering(templates)
        known = self.__dict__
        if "_templates" in known:
            other.__dict__["_templates"] = self._templates
        return other

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """Return what a template writes; raises TemplateFault."""
        return self._templates.render(name, context)

    def ask(self, oracle: Callable[[], Oracle], text: str, origin: str) -> str:
        """Return the answer to a query in the note `origin`, as Markdown; raises what queries raise."""
        self.asked = True
        return oracle().markdown(text, origin)

    def serialized(self, note: Note, oracle: Callable[[], Oracle]) -> Serialized:
        """Return what becomes of the results of Dataview Serializer in a note, outside of our regions."""
        from vaultkit.render.serialized import Serialized, refresh_serialized

        if not SERIALIZED.search(note.text):
            return Serialized()
        self.asked = True
        who = oracle()
        fresh = refresh_serialized(note, who.markdown, who.inline, unique=who.is_unique)
        return apart_from_regions(note, fresh)

    def explain(self, error: Exception, region: Region) -> Finding | None:
        """Return what a template's or a query's fault says, at the region that it was for."""
        from vaultkit.render.templates import TemplateFault

        if not isinstance(error, TemplateFault):
            from vaultkit.shell.asking import query_fault

            return query_fault(error, region)
        place = f"{error.name}:{error.line}" if error.line else error.name
        return Finding(
            region.begin,
            Message(
                f"le modèle {place} de la zone «\u00a0{region.key}\u00a0»\u00a0: {error.message.fr}",
                f"the template {place} of the region '{region.key}': {error.message.en}",
            ),
            Message("la zone reste telle quelle", "the region stands as it stood"),
        )

    @cached_property
    def _templates(self) -> Templates:
        from vaultkit.render.templates import Templates

        return Templates(self._texts())


def apart_from_regions(note: Note, fresh: Serialized) -> Serialized:
    """Return what is written for the queries that touch no region of ours: what stands in one is ours to write."""
    from vaultkit.render.serialized import Serialized, find_serialized

    regions = [Span(region.begin.start, region.end.end) for region in find_regions(note).regions]
    stretches = [_stretch(note, query) for query in find_serialized(note)] if regions else []
    lost = [each for each in stretches if any(o.start < each.end and each.start < o.end for o in regions)]
    if not lost:
        return fresh
    return Serialized(
        tuple(edit for edit in fresh.edits if not _is_in(edit.span, lost)),
        (),
        tuple(fault for fault in fresh.faults if not _is_in(fault[0], lost)),
        (*fresh.findings, *(Finding(each, _IN_REGION, _HINT) for each in lost)),
    )


def _stretch(note: Note, query: SerializedQuery) -> Span:
    """Return where the edits for a query lie: in the lines of the query and its result."""
    stop = note.text.find("\n", (query.end or query.span).end)
    return Span(note.text.rfind("\n", 0, query.span.start) + 1, len(note.text) if stop < 0 else stop + 1)


def _is_in(span: Span, stretches: Sequence[Span]) -> bool:
    """Whether an edit is one for a query of these; an insertion belongs to what stands before it."""
    if span.start == span.end:
        return any(each.start < span.start <= each.end for each in stretches)
    return any(each.start <= span.start and span.end <= each.end for each in stretches)


_IN_REGION = Message(
    "requête de Dataview Serializer dans une zone de vaultkit\u00a0: elle n’est pas mise à jour",
    "query of Dataview Serializer in a region of vaultkit: it is not refreshed",
)
_HINT = Message("la déplacer hors de la zone", "move it out of the region")
