"""Renders templates, which may be hostile, within a budget; loads jinja2, so import it where it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from vaultkit.render.sandbox import DEFAULT_BUDGET, METER, Budget, Meter, TemplateFault, template_function
from vaultkit.render.template_environment import CompiledTemplate, Environment, fault

__all__ = ["Budget", "TemplateFault", "Templates", "template_function"]

#: Templates given as text that stay compiled.
TEXTS = 64


class Templates:
    """Templates by name; each is compiled once, when it is first used."""

    __slots__ = ("_environment", "_texts")

    def __init__(self, sources: Mapping[str, str], globals: Mapping[str, object] | None = None) -> None:
        self._environment = Environment(sources, globals or {})
        self._texts: dict[tuple[str, str], CompiledTemplate] = {}

    def render(self, name: str, context: Mapping[str, object], budget: Budget = DEFAULT_BUDGET) -> str:
        """Return what the template `name` writes, or raise `TemplateFault`."""
        return self._rendered(self._named, name, context, budget)

    def render_text(
        self, text: str, name: str, context: Mapping[str, object], budget: Budget = DEFAULT_BUDGET
    ) -> str:
        """Return what `text`, called `name` in faults, writes; it may include the named templates."""
        return self._rendered(lambda name: self._compiled(text, name), name, context, budget)

    def _named(self, name: str) -> CompiledTemplate:
        return cast("CompiledTemplate", self._environment.get_template(name))

    def _compiled(self, text: str, name: str) -> CompiledTemplate:
        found = self._texts.get((name, text))
        if found is None:
            if len(self._texts) >= TEXTS:
                self._texts.clear()
            found = self._texts[name, text] = self._environment.compiled(text, name)
        return found

    def _rendered(
        self,
        load: Callable[[str], CompiledTemplate],
        name: str,
        context: Mapping[str, object],
        budget: Budget,
    ) -> str:
        token = METER.set(Meter(budget))
        try:
            return load(name).written(context)
        except TemplateFault:
            raise
        except Exception as error:
            raise fault(error, name) from error
        finally:
            METER.reset(token)
