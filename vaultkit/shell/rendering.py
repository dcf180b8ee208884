"""What the regions of a vault are rendered with: its templates, and who answers its queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region
from vaultkit.render.serialized import Serialized, refresh_serialized
from vaultkit.text import Message
from vaultkit.vault.sources import SERIALIZED

if TYPE_CHECKING:
    from vaultkit.render.templates import Templates
    from vaultkit.shell.asking import Oracle


class Rendering:
    """Renders templates and answers queries; `asked` says whether any was answered since it was last unset.

    `templates` gives the text of each by name, `oracle` who answers; each is called once, when first needed.
    """

    def __init__(self, templates: Callable[[], Mapping[str, str]], oracle: Callable[[], Oracle]) -> None:
        self.asked = False
        self._texts = templates
        self._made = oracle

    def follow(
        self,
        templates: Callable[[], Mapping[str, str]],
        oracle: Callable[[], Oracle],
        changed: Collection[str] | None,
    ) -> Rendering:
        """Return what renders after files at the paths `changed` did change; None: who answers is new."""
        other = Rendering(templates, oracle)
        known = self.__dict__
        if "_templates" in known:
            other.__dict__["_templates"] = self._templates
        if "_oracle" in known and changed is not None:
            other.__dict__["_oracle"] = oracle().follow(self._oracle, changed)
        return other

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """Return what a template writes; raises TemplateFault."""
        return self._templates.render(name, context)

    def ask(self, text: str, origin: str) -> str:
        """Return the answer to a query in the note `origin`, as Markdown; raises what queries raise."""
        self.asked = True
        return self._oracle.markdown(text, origin)

    def serialized(self, note: Note) -> Serialized:
        """Return what becomes of the results of Dataview Serializer in a note."""
        if not SERIALIZED.search(note.text):
            return Serialized()
        self.asked = True
        oracle = self._oracle
        return refresh_serialized(note, oracle.markdown, oracle.inline, unique=oracle.is_unique)

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

    @cached_property
    def _oracle(self) -> Oracle:
        return self._made()
