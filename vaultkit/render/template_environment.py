"""Jinja made safe: how templates are read, compiled and run at a price; the only importer of jinja2."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from types import CodeType, TracebackType
from typing import Any, cast

from jinja2 import BaseLoader, StrictUndefined, Template, nodes, pass_context, pass_environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.filters import make_attrgetter, make_multi_attrgetter
from jinja2.parser import Parser
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS
from jinja2.utils import Namespace, missing

from vaultkit.errors import VaultkitError
from vaultkit.render.sandbox import (
    CHARACTERS_A_STEP,
    METER,
    TOO_DEEP,
    Stopped,
    TemplateFault,
    TemplateFunction,
    Unknown,
    not_allowed,
    paid,
    shown,
    spend,
    template_function,
    walk,
    weight,
)
from vaultkit.render.sandbox_access import MISSING, Method, call_method, item, owners, read
from vaultkit.render.sandbox_filters import filters, tests
from vaultkit.render.sandbox_values import OPERATORS, compare, cut, joined, reckon, short_range, text_of
from vaultkit.text import Message

#: A longer template is refused unread.
SOURCE = 256_000
#: Tags and expressions may stand in each other so deep; Python reads no more brackets.
NESTING = 200
#: Macros, blocks and recursive loops may call each other so deep; far below Python's own limit.
DEPTH = 60
#: So many nodes of template code cost a step each time they run.
NODES_A_STEP = 16

#: Every filter and every test there is.
FILTERS, TESTS = filters(JINJA_FILTERS, pass_environment), tests(JINJA_TESTS)

#: What a loop and a block show of themselves.
_METHOD_OWNERS = owners({LoopContext: "changed cycle"})
_FIELD_OWNERS = owners(
    {
        LoopContext: "depth depth0 first index index0 last length nextitem previtem revindex revindex0",
        BlockReference: "super",
    }
)


# Faults.


def fault(error: Exception, name: str) -> TemplateFault:
    """Return what ended the rendering of the template `name`, with the place it comes from."""
    place = _place(error.__traceback__)
    if isinstance(error, Stopped) and error.name is not None:
        place = (error.name, error.line)
    return TemplateFault(*(place or (name, 0)), _message(error))


def _place(traceback: TracebackType | None) -> tuple[str, int] | None:
    """Return name and line of the innermost template that an exception went through."""
    place = None
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template) and template.name is not None:
            place = (template.name, template.get_corresponding_lineno(traceback.tb_lineno))
        traceback = traceback.tb_next
    return place


def _message(error: Exception) -> Message:
    if isinstance(error, Stopped | VaultkitError):
        return error.message
    if isinstance(error, TemplateNotFound):
        return _no_such(
            "modèle", "template", ", ".join(map(shown, getattr(error, "templates", [error.name])))
        )
    if isinstance(error, TemplateSyntaxError):
        return _told("le modèle ne se lit pas", "the template cannot be read", "Jinja", error.message or "")
    if isinstance(error, RecursionError | MemoryError):
        return TOO_DEEP
    detail = str(error) or type(error).__name__
    return _told("le modèle échoue", "the template fails", "Python", detail)


def _no_such(french: str, english: str, name: str) -> Message:
    return Message(
        f"aucun {french} ne s’appelle «\u00a0{shown(name)}\u00a0»", f"no {english} named '{shown(name)}'"
    )


def _told(french: str, english: str, speaker: str, detail: str) -> Message:
    """Return a sentence with what `speaker` says of it, which is English in both languages."""
    detail = shown(detail, 300)
    return Message(
        f"{french}\u00a0; ce qu’en dit {speaker}, en anglais\u00a0: «\u00a0{detail}\u00a0»",
        f"{english}: {detail}",
    )


class _Undefined(StrictUndefined, Unknown):
    """A name without value, whose every use is a fault but for `default` and `is defined`."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = None
    ) -> None:
        super().__init__(hint, obj, name, cast("Any", Stopped))

    @property
    def _undefined_message(self) -> Any:
        owner, name = self._undefined_obj, self._undefined_name
        if name is None:
            hint = self._undefined_hint or ""
            return _told("il n’y a pas de valeur ici", "there is no value here", "Jinja", hint)
        name = shown(name)
        if owner is missing:
            return Message(f"«\u00a0{name}\u00a0» est inconnu ici", f"'{name}' is unknown here")
        kind = type(owner).__name__
        return Message(f"«\u00a0{name}\u00a0» est inconnu dans {kind}", f"'{name}' is unknown in {kind}")

    def stopped(self) -> Stopped:
        return Stopped(self._undefined_message)


# Reading a template.


class CompiledTemplate(Template):
    """A template that pays for what it writes."""

    def written(self, context: Mapping[str, object]) -> str:
        """Return what the template writes; the rendering's meter is set."""
        meter, pieces = METER.get(), []
        running = cast("Any", self.root_render_func(self.new_context(dict(context))))
        for piece in running:
            try:
                meter.write(piece)
            except Stopped as stopped:
                running.throw(stopped)  # so that the fault lies where the template is
            pieces.append(piece)
        return "".join(pieces)

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        """Return a new module: jinja2's kept one would carry values from one rendering to the next."""
        return self.make_module()


class _Loader(BaseLoader):
    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources

    def load(self, environment: Any, name: str, globals: MutableMapping[str, Any] | None = None) -> Any:
        if not isinstance(name, str) or name not in self.sources:
            raise TemplateNotFound(shown(name))
        return environment.compiled(self.sources[name], name)


def _checked(template: nodes.Template) -> nodes.Template:
    """Stop at what is not allowed; let loops walk for steps and give a lone `x if y` its else."""
    waiting: list[tuple[nodes.Node, int]] = [(template, 0)]
    while waiting:
        node, depth = waiting.pop()
        message = TOO_DEEP if depth > NESTING else _refusal(node)
        if message is not None:
            raise Stopped(message, line=node.lineno)
        waiting += [(child, depth + 1) for child in reversed(list(node.iter_child_nodes()))]
        if isinstance(node, nodes.For):
            walking = nodes.EnvironmentAttribute("walk", lineno=node.lineno)
            node.iter = nodes.Call(walking, [node.iter], [], None, None, lineno=node.lineno)
        elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno)
    return template


def _refusal(node: nodes.Node) -> Message | None:
    """Return why `node` must not stand in a template, None if it may."""
    if isinstance(node, nodes.EvalContextModifier):
        return not_allowed("autoescape").message
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return _no_such("filtre", "filter", node.name)
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return _no_such("test", "test", node.name)
    if getattr(node, "dyn_args", None) is not None or getattr(node, "dyn_kwargs", None) is not None:
        return not_allowed("*").message
    return None


class _CodeGenerator(CodeGenerator):
    """Writes code in which blocks, containers, comparisons, slices and `~` are paid for."""

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        body = list(nodes)
        if cost := _size(body) // NODES_A_STEP:
            self.writeline(f"environment.spend({cost})")
        super().blockvisit(body, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        self.write("environment.compare(")
        self.visit(node.expr, frame)
        for operand in node.ops:
            self.write(f", ({operand.op!r}, ")
            self.visit(operand.expr, frame)
            self.write(")")
        self.write(")")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        if isinstance(part := node.arg, nodes.Slice):
            bounds = [bound or nodes.Const(None) for bound in (part.start, part.stop, part.step)]
            self.write("environment.cut(*")
            super().visit_Tuple(nodes.Tuple([node.node, *bounds], "load"), frame)
            self.write(")")
        else:
            super().visit_Getitem(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self._through("concat", super().visit_Tuple, nodes.Tuple(node.nodes, "load"), frame)

    def visit_List(self, node: nodes.List, frame: Frame) -> None:
        self._through("paid", super().visit_List, node, frame)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:
        if node.ctx == "store":
            super().visit_Tuple(node, frame)
        else:
            self._through("paid", super().visit_Tuple, node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:
        self._through("paid", super().visit_Dict, node, frame)

    def _through(
        self, name: str, visit: Callable[[Any, Frame], None], node: nodes.Node, frame: Frame
    ) -> None:
        """Write a call of the environment's function `name` with what `visit` writes."""
        self.write(f"environment.{name}(")
        visit(node, frame)
        self.write(")")


def _size(body: Iterable[nodes.Node]) -> int:
    """Return how many nodes run when `body` runs once, but for the bodies inside it."""
    waiting, size = list(body), 0
    while waiting:
        node = waiting.pop()
        size += 1
        waiting.extend(node.iter_child_nodes(exclude=("body", "else_")))
    return size


# Running it.


class Environment(ImmutableSandboxedEnvironment):
    """Every way in which template code touches a value, with its check and its price."""

    code_generator_class = _CodeGenerator
    template_class = CompiledTemplate
    intercepted_binops = frozenset(OPERATORS)

    # What the code that `_CodeGenerator` writes calls.
    spend = staticmethod(spend)
    paid = staticmethod(paid)
    compare = staticmethod(compare)
    cut = staticmethod(cut)
    walk = staticmethod(TemplateFunction(walk))

    # What the filters read attributes with.
    key_of, keys_of = make_attrgetter, make_multi_attrgetter

    def __init__(self, sources: Mapping[str, str], functions: Mapping[str, object]) -> None:
        super().__init__(
            trim_blocks=True,  # a line with a tag alone leaves no line, so rows stay together;
            lstrip_blocks=True,  # `+%}` keeps the newline behind a tag, `{%+` the blanks before it
            keep_trailing_newline=True,
            optimized=False,
            undefined=_Undefined,
            finalize=_finalize,
            autoescape=False,
            loader=_Loader(dict(sources)),
            cache_size=-1,
            auto_reload=False,
        )
        self.filters = cast("Any", FILTERS.copy())
        self.tests = cast("Any", TESTS.copy())
        self.globals = {"namespace": TemplateFunction(_namespace), "range": TemplateFunction(short_range)}
        for name, value in functions.items():
            is_function = callable(value) and not isinstance(value, TemplateFunction)
            self.globals[name] = template_function(cast("Any", value)) if is_function else value

    def compiled(self, text: str, name: str) -> CompiledTemplate:
        """Return `text` as a template; stop at what is wrong in it."""
        if len(text) > SOURCE:
            raise Stopped(
                Message(
                    f"le modèle est trop long (plus de {SOURCE} caractères)",
                    f"the template is longer than {SOURCE} characters",
                ),
                name,
            )
        try:
            code = self.compile(text, name)
        except Exception as error:
            line = error.line if isinstance(error, Stopped) else getattr(error, "lineno", None)
            raise Stopped(_message(error), name, line or 0) from error
        return cast("CompiledTemplate", CompiledTemplate.from_code(self, code, self.make_globals(None)))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parser = Parser(self, source, name, filename)
        try:
            template = parser.parse()
        except (RecursionError, ValueError) as error:  # nested too deep, or a number Python does not read
            raise Stopped(_message(error), line=parser.stream.current.lineno) from error
        return _checked(template)

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except SyntaxError as error:  # more brackets, blocks or margins in each other than Python reads
            lines = re.findall(r"(\d+)=(\d+)", source[source.rindex("debug_info = ") :])
            before = [int(line) for line, at in lines if int(at) <= (error.lineno or 0)]
            raise Stopped(TOO_DEEP, line=before[-1] if before else 0) from error

    def _load_template(self, name: Any, globals: MutableMapping[str, Any] | None) -> Template:
        spend(1 + len(cast("_Loader", self.loader).sources.get(name, "")) // CHARACTERS_A_STEP)
        return super()._load_template(name, globals)

    @staticmethod
    def concat(values: Iterable[object]) -> str:
        """Return the values as one text, its size known before it is made."""
        return joined("", values)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what templates may see of `obj`."""
        if isinstance(obj, Unknown):
            raise obj.stopped()
        found = _seen(obj, attribute)
        return self.undefined(obj=obj, name=attribute) if found is MISSING else found

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return `obj[argument]`, else the attribute of that name."""
        if isinstance(obj, Unknown):
            raise obj.stopped()
        found = item(obj, argument)
        if found is not MISSING:
            return found
        if isinstance(argument, str) and not (isinstance(obj, Mapping) and not argument.startswith("_")):
            return self.getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return `left operator right`."""
        return reckon(operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called: a macro, a block, a recursive loop, a listed method or function."""
        spend()
        if isinstance(__obj, Unknown):
            raise __obj.stopped()
        if isinstance(__obj, Macro | BlockReference | LoopContext):
            return _call_down(__context, __obj, args, kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if isinstance(__obj, Method):
            return call_method(__obj, args, kwargs)
        if isinstance(__obj, TemplateFunction):
            made = __obj(*args, **kwargs)
            return paid(made) if isinstance(made, str) else made
        raise not_allowed(getattr(__obj, "__name__", type(__obj).__name__))


def _seen(owner: Any, name: str) -> object:
    """Return what templates may see under `name` of a value or of an object of jinja2, or `MISSING`."""
    if name.startswith("_"):
        raise not_allowed(name)
    if isinstance(owner, _METHOD_OWNERS.get(name, ())):
        return Method(owner, name)
    if isinstance(owner, _FIELD_OWNERS.get(name, ())):
        return getattr(owner, name)
    if isinstance(owner, TemplateReference):
        try:
            return owner[name]
        except KeyError:
            return MISSING
    if type(owner) in (Namespace, TemplateModule):
        held = "_Namespace__attrs" if type(owner) is Namespace else "__dict__"
        return object.__getattribute__(owner, held).get(name, MISSING)
    return read(owner, name)


def _call_down(
    context: Context,
    called: Macro | BlockReference | LoopContext,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Call what is itself written in a template, one level deeper."""
    if isinstance(called, LoopContext):
        args = tuple(map(walk, args))
    elif isinstance(called, Macro) and (called.catch_varargs or called.catch_kwargs):
        given = [value for name, value in kwargs.items() if name not in ("_loop_vars", "_block_vars")]
        spend(weight(args) + weight(given))
    meter = METER.get()
    meter.depth += 1
    try:
        if meter.depth > DEPTH:
            raise Stopped(TOO_DEEP)
        return context.call(called, *args, **kwargs)
    finally:
        meter.depth -= 1


@pass_context
def _finalize(context: Context, value: object) -> str:
    """Return a value as it is written; taking the context keeps jinja2 from computing while it compiles."""
    return text_of(value)


def _namespace(*args: Any, **kwargs: Any) -> Namespace:
    spend(weight(args) + weight(kwargs))
    return Namespace(*args, **kwargs)
