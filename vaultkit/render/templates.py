"""Renders Jinja templates that may be hostile; the only importer of jinja2, so import it where it is used.

`Budget`, `TemplateFault` and `template_function` stand in `sandbox`, which costs nothing to import.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from types import TracebackType
from typing import Any, cast

from jinja2 import BaseLoader, StrictUndefined, Template, nodes, pass_context, pass_environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.filters import make_attrgetter, make_multi_attrgetter
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS
from jinja2.utils import Namespace, missing

from vaultkit.errors import VaultkitError
from vaultkit.render import sandbox
from vaultkit.render.sandbox import (
    DEFAULT_BUDGET,
    DEPTH,
    METER,
    MISSING,
    TOO_DEEP,
    Budget,
    Meter,
    Method,
    Stopped,
    TemplateFault,
    TemplateFunction,
    Unknown,
    not_allowed,
    shown,
    spend,
    template_function,
    weight,
)
from vaultkit.text import Message

__all__ = ["Budget", "TemplateFault", "Templates", "template_function"]

#: A longer template is refused unread.
SOURCE = 256_000
#: So many nodes of template code cost a step each time they run.
NODES_A_STEP = 16
#: Templates given as text that stay compiled.
TEXTS = 64

Filter = Callable[..., Any]

#: What stands for jinja2's own filters, by what is paid before they run. `FILTERS` adds ours. Left out on
#: purpose: attr, random, safe, escape, tojson, pprint, urlize, wordwrap, xmlattr and their like.
TEXT_FILTERS = ("capitalize", "lower", "title", "truncate", "upper", "wordcount")
VALUE_FILTERS = ("abs", "count", "d", "default", "first", "float", "int", "last", "length")
ITEM_FILTERS = ("list", "reject", "rejectattr", "select", "selectattr")
NEST_FILTERS = ("dictsort", "items", "map")
KEY_FILTERS = ("max", "min", "sort", "unique")
#: Tests that may stand behind `is`, besides the comparisons; `TEST_FUNCTIONS` adds ours.
TESTS = (
    *("boolean", "defined", "false", "float", "integer", "iterable", "mapping", "none", "number", "sameas"),
    *("sequence", "string", "true", "undefined"),
)
#: Tests that compare, and the comparison that each one is.
COMPARISONS = {
    "==": "eq",
    "eq": "eq",
    "equalto": "eq",
    "!=": "ne",
    "ne": "ne",
    ">": "gt",
    "gt": "gt",
    "greaterthan": "gt",
    ">=": "gteq",
    "ge": "gteq",
    "<": "lt",
    "lt": "lt",
    "lessthan": "lt",
    "<=": "lteq",
    "le": "lteq",
    "in": "in",
}
#: What takes an unknown name without a fault.
LENIENT = ("d", "default", "defined", "undefined")
#: What a loop shows of itself.
LOOP_FIELDS = (
    *("depth", "depth0", "first", "index", "index0", "last", "length", "nextitem", "previtem"),
    *("revindex", "revindex0"),
)
LOOP_METHODS = ("changed", "cycle")


class Templates:
    """Templates by name; each is compiled once, when it is first used."""

    __slots__ = ("_environment", "_texts")

    def __init__(self, sources: Mapping[str, str], globals: Mapping[str, object] | None = None) -> None:
        self._environment = _Environment(sources, globals or {})
        self._texts: dict[tuple[str, str], Template] = {}

    def render(self, name: str, context: Mapping[str, object], budget: Budget = DEFAULT_BUDGET) -> str:
        """Return what the template `name` writes, or raise `TemplateFault`."""
        return self._rendered(lambda: self._environment.get_template(name), name, context, budget)

    def render_text(
        self, text: str, name: str, context: Mapping[str, object], budget: Budget = DEFAULT_BUDGET
    ) -> str:
        """Return what `text`, called `name` in faults, writes; it may include the named templates."""
        return self._rendered(lambda: self._compiled(text, name), name, context, budget)

    def _compiled(self, text: str, name: str) -> Template:
        found = self._texts.get((name, text))
        if found is None:
            if len(self._texts) >= TEXTS:
                self._texts.clear()
            found = _compiled(self._environment, text, name, self._environment.make_globals(None))
            self._texts[name, text] = found
        return found

    def _rendered(
        self, load: Callable[[], Template], name: str, context: Mapping[str, object], budget: Budget
    ) -> str:
        token = METER.set(Meter(budget))
        try:
            return _written(load(), context)
        except TemplateFault:
            raise
        except Exception as error:
            raise _fault(error, name) from error
        finally:
            METER.reset(token)


def _written(template: Template, context: Mapping[str, object]) -> str:
    meter, pieces = METER.get(), []
    running = cast("Any", template.root_render_func(template.new_context(dict(context))))
    for piece in running:
        try:
            meter.write(piece)
        except Stopped as stopped:
            running.throw(stopped)  # so that the fault lies where the template is
        pieces.append(piece)
    return "".join(pieces)


# Faults.


def _fault(error: Exception, name: str) -> TemplateFault:
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
        wanted = shown(", ".join(map(shown, getattr(error, "templates", ()))) or error.name or "")
        return Message(f"aucun modèle ne s’appelle «\u00a0{wanted}\u00a0»", f"no template named '{wanted}'")
    if isinstance(error, RecursionError | MemoryError):
        return TOO_DEEP
    detail = " ".join(str(error)[:200].split()) or type(error).__name__
    return Message(f"le modèle échoue\u00a0: {detail}", f"the template fails: {detail}")


def _unreadable(detail: str) -> Message:
    detail = " ".join(detail[:200].split())
    return Message(f"le modèle ne se lit pas\u00a0: {detail}", f"the template cannot be read: {detail}")


class _Undefined(StrictUndefined, Unknown):
    """A name without value, whose every use is a fault but for `default` and `is defined`."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = None
    ) -> None:
        super().__init__(hint, obj, name, cast("Any", Stopped))

    @property
    def _undefined_message(self) -> Any:
        hint, owner, name = self._undefined_hint, self._undefined_obj, self._undefined_name
        if name is None:
            detail = shown(hint or "")
            return Message(f"il n’y a pas de valeur ici\u00a0: {detail}", f"there is no value here: {detail}")
        if owner is missing:
            return Message(f"«\u00a0{shown(name)}\u00a0» est inconnu ici", f"'{shown(name)}' is unknown here")
        kind = type(owner).__name__
        return Message(
            f"«\u00a0{shown(name)}\u00a0» est inconnu dans {kind}", f"'{shown(name)}' is unknown in {kind}"
        )

    def stopped(self) -> Stopped:
        return Stopped(self._undefined_message)


# Reading a template.


class _Template(Template):
    def _get_default_module(self, ctx: Context | None = None) -> Any:
        """Return a new module: jinja2's kept one would carry values from one rendering to the next."""
        return self.make_module()


class _Loader(BaseLoader):
    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources

    def load(self, environment: Any, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        if not isinstance(name, str) or name not in self.sources:
            raise TemplateNotFound(shown(name))
        return _compiled(environment, self.sources[name], name, environment.make_globals(globals))


def _compiled(environment: _Environment, text: str, name: str, globals: MutableMapping[str, Any]) -> Template:
    if len(text) > SOURCE:
        long = Message(
            f"le modèle est trop long (plus de {SOURCE} caractères)",
            f"the template is longer than {SOURCE} characters",
        )
        raise Stopped(long, name)
    try:
        code = environment.compile(text, name)
    except TemplateSyntaxError as error:
        raise Stopped(_unreadable(error.message or ""), error.name or name, error.lineno) from error
    except Stopped:
        raise
    except Exception as error:  # nested too deep for Python, or a number that it does not read
        raise Stopped(_message(error), name) from error
    return _Template.from_code(environment, code, globals, None)


def _checked(template: nodes.Template, name: str | None) -> nodes.Template:
    """Stop at what is not allowed; let loops walk for steps and give a lone `x if y` its else."""
    for node in template.find_all((nodes.Filter, nodes.Test, nodes.EvalContextModifier, nodes.Call)):
        if isinstance(node, nodes.EvalContextModifier):
            raise Stopped(not_allowed("autoescape").message, name, node.lineno)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            raise Stopped(_no_such("filtre", "filter", node.name), name, node.lineno)
        if isinstance(node, nodes.Test) and node.name not in TEST_FUNCTIONS:
            raise Stopped(_no_such("test", "test", node.name), name, node.lineno)
        if getattr(node, "dyn_args", None) is not None or getattr(node, "dyn_kwargs", None) is not None:
            raise Stopped(not_allowed("*").message, name, node.lineno)
    for loop in list(template.find_all(nodes.For)):
        walk = nodes.EnvironmentAttribute("walk", lineno=loop.lineno)
        loop.iter = nodes.Call(walk, [loop.iter], [], None, None, lineno=loop.lineno)
    for choice in template.find_all(nodes.CondExpr):
        if choice.expr2 is None:
            choice.expr2 = nodes.Const("", lineno=choice.lineno)
    return template


def _no_such(french: str, english: str, name: str) -> Message:
    return Message(
        f"aucun {french} ne s’appelle «\u00a0{shown(name)}\u00a0»", f"no {english} named '{shown(name)}'"
    )


class _CodeGenerator(CodeGenerator):
    """Writes code in which blocks, containers, comparisons, slices and `~` are paid for."""

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        body = list(nodes)
        if cost := _size(body) // NODES_A_STEP:
            self.writeline(f"environment.spend({cost})")
        super().blockvisit(body, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self._call("paid_concat", node.nodes, frame)

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
            none = nodes.Const(None)
            self._call("cut", [node.node, part.start or none, part.stop or none, part.step or none], frame)
        else:
            super().visit_Getitem(node, frame)

    def visit_List(self, node: nodes.List, frame: Frame) -> None:
        self.write("environment.paid(")
        super().visit_List(node, frame)
        self.write(")")

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:
        if node.ctx == "store":
            super().visit_Tuple(node, frame)
        else:
            self.write("environment.paid(")
            super().visit_Tuple(node, frame)
            self.write(")")

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:
        self.write("environment.paid(")
        super().visit_Dict(node, frame)
        self.write(")")

    def _call(self, name: str, arguments: Iterable[nodes.Node], frame: Frame) -> None:
        self.write(f"environment.{name}(")
        for argument in arguments:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


def _size(body: Iterable[nodes.Node]) -> int:
    """Return how many nodes run when `body` runs once, but for the bodies inside it."""
    waiting, size = list(body), 0
    while waiting:
        node = waiting.pop()
        size += 1
        waiting.extend(node.iter_child_nodes(exclude=("body", "else_")))
    return size


# The environment.


@pass_context
def _finalize(context: Context, value: object) -> str:
    """Return a value as it is written; taking the context keeps jinja2 from computing while it compiles."""
    return sandbox.text_of(value)


class _Environment(ImmutableSandboxedEnvironment):
    """Every way in which template code touches a value, with its check and its price."""

    code_generator_class = _CodeGenerator
    template_class = _Template
    intercepted_binops = frozenset(sandbox.OPERATORS)

    spend = staticmethod(sandbox.spend)
    paid = staticmethod(sandbox.paid)
    compare = staticmethod(sandbox.compare)
    cut = staticmethod(sandbox.cut)

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
        self.walk = TemplateFunction(sandbox.walk)
        self.filters = cast("Any", FILTERS.copy())
        self.tests = cast("Any", TEST_FUNCTIONS.copy())
        self.globals = dict(GLOBALS)
        for name, value in functions.items():
            is_function = callable(value) and not isinstance(value, TemplateFunction)
            self.globals[name] = template_function(cast("Any", value)) if is_function else value

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Return the pieces as one text, its size known before it is made."""
        return sandbox.joined("", pieces)

    @staticmethod
    def paid_concat(*values: object) -> str:
        """Return `a ~ b`."""
        return sandbox.joined("", values)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _checked(super()._parse(source, name, filename), name)

    def _load_template(self, name: Any, globals: MutableMapping[str, Any] | None) -> Template:
        spend(1 + len(cast("_Loader", self.loader).sources.get(name, "")) // sandbox.CHARACTERS_A_STEP)
        return super()._load_template(name, globals)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what templates may see of `obj`."""
        if isinstance(obj, Unknown):
            raise obj.stopped()
        found: object = MISSING
        if attribute.startswith("_"):
            raise not_allowed(attribute)
        if isinstance(obj, LoopContext) and attribute in LOOP_FIELDS:
            return getattr(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in LOOP_METHODS:
            return Method(obj, attribute)
        if isinstance(obj, BlockReference) and attribute == "super":
            return obj.super
        if isinstance(obj, TemplateReference):
            return _block(obj, attribute)
        found = _exported(obj).get(attribute, MISSING) if _exports(obj) else sandbox.read(obj, attribute)
        return self.undefined(obj=obj, name=attribute) if found is MISSING else found

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return `obj[argument]`, else the attribute of that name."""
        if isinstance(obj, Unknown):
            raise obj.stopped()
        found = sandbox.item(obj, argument)
        if found is not MISSING:
            return found
        if isinstance(argument, str) and not (isinstance(obj, Mapping) and not argument.startswith("_")):
            return self.getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return `left operator right`."""
        return sandbox.reckon(operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called: a macro, a block, a recursive loop, a listed method or function."""
        meter = METER.get()
        meter.spend()
        if isinstance(__obj, Unknown):
            raise __obj.stopped()
        if isinstance(__obj, Macro | BlockReference | LoopContext):
            if isinstance(__obj, LoopContext):
                args = tuple(map(sandbox.walk, args))
            elif isinstance(__obj, Macro) and (__obj.catch_varargs or __obj.catch_kwargs):
                given = [value for name, value in kwargs.items() if name not in ("_loop_vars", "_block_vars")]
                meter.spend(weight(args) + weight(given))
            meter.depth += 1
            try:
                if meter.depth > DEPTH:
                    raise Stopped(TOO_DEEP)
                return __context.call(__obj, *args, **kwargs)
            finally:
                meter.depth -= 1
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if isinstance(__obj, Method):
            return sandbox.call_method(__obj, args, kwargs)
        if isinstance(__obj, TemplateFunction):
            made = __obj(*args, **kwargs)
            return sandbox.paid(made) if isinstance(made, str) else made
        raise not_allowed(getattr(__obj, "__name__", type(__obj).__name__))


def _block(blocks: TemplateReference, name: str) -> object:
    try:
        return blocks[name]
    except KeyError:
        return _Undefined(obj=blocks, name=name)


def _exports(value: object) -> bool:
    return type(value) in (Namespace, TemplateModule)


def _exported(value: object) -> Mapping[str, object]:
    """Return what a namespace or an imported template holds."""
    name = "_Namespace__attrs" if type(value) is Namespace else "__dict__"
    return cast("Mapping[str, object]", object.__getattribute__(value, name))


# Filters, tests and functions.


def _given(function: Filter) -> int:
    """Return how many arguments jinja2 puts before the value."""
    return 0 if getattr(function, "jinja_pass_arg", None) is None else 1


def _like(original: Filter, made: Filter) -> Filter:
    """Return `made`, to be called by jinja2 as it calls `original`."""
    if _given(original):
        made.jinja_pass_arg = original.jinja_pass_arg  # type: ignore[attr-defined]
    return made


def _text_filter(original: Filter) -> Filter:
    def run(*args: Any, **kwargs: Any) -> Any:
        at = _given(original)
        text = sandbox.text_of(args[at])
        sandbox.fits(len(text))
        spend(len(text) // 64)  # title and wordcount make a list of the words
        return sandbox.paid(original(*args[:at], text, *args[at + 1 :], **kwargs))

    return _like(original, run)


def _value_filter(name: str, original: Any) -> Filter:
    def run(*args: Any, **kwargs: Any) -> Any:
        value = args[_given(original)]
        if isinstance(value, Unknown) and name not in LENIENT:
            raise value.stopped()
        spend(weight(value) if isinstance(value, str) else 1)
        made = original(*args, **kwargs)
        return sandbox.paid(made) if isinstance(made, int) else made

    return _like(original, run)


def _item_filter(original: Filter, compares: bool = False) -> Filter:
    def run(*args: Any, **kwargs: Any) -> Any:
        at = _given(original)
        value = args[at] if isinstance(args[at], Mapping) else list(sandbox.walk(args[at]))
        widest = sum(len(name) for name in (*args[at + 1 :], *kwargs.values()) if isinstance(name, str))
        spend(len(value) * (1 + widest // 32))
        args = (*args[:at], value, *args[at + 1 :])
        if compares:
            attribute = inspect.signature(original).bind(*args, **kwargs).arguments.get("attribute")
            key = make_multi_attrgetter(args[0], attribute)
            spend(sum(weight(key(item)) for item in value))
        made = original(*args, **kwargs)
        return list(made) if isinstance(made, Iterator) else made

    return _like(original, run)


def _nest_filter(original: Filter, compares: bool = False) -> Filter:
    inner = _item_filter(original, compares)

    def run(*args: Any, **kwargs: Any) -> Any:
        value = args[_given(original)]
        spend(weight(value) if isinstance(value, Mapping) else 0)
        return sandbox.paid(inner(*args, **kwargs))

    return _like(original, run)


@pass_environment
def _join(environment: _Environment, value: Any, d: object = "", attribute: str | int | None = None) -> str:
    items: Iterable[Any] = sandbox.walk(value)
    if attribute is not None:
        spend(len(str(attribute)))
        items = map(make_attrgetter(environment, attribute), items)
    return sandbox.joined(sandbox.text_of(d), items)


@pass_environment
def _sum(environment: _Environment, value: Any, attribute: str | int | None = None, start: Any = 0) -> Any:
    if attribute is not None:
        spend(len(str(attribute)))
        value = map(make_attrgetter(environment, attribute), value)
    return sandbox.total(value, start)


def _replace(value: object, old: object, new: object, count: int = -1) -> str:
    return sandbox.replaced(sandbox.text_of(value), sandbox.text_of(old), sandbox.text_of(new), count)


def _format(value: object, *args: object, **kwargs: object) -> str:
    return sandbox.printed(sandbox.text_of(value), kwargs or args)


def _namespace(*args: Any, **kwargs: Any) -> Namespace:
    spend(weight(args) + weight(kwargs))
    return Namespace(*args, **kwargs)


#: Every filter there is.
FILTERS: dict[str, Filter] = {
    **{name: _text_filter(JINJA_FILTERS[name]) for name in TEXT_FILTERS},
    **{name: _value_filter(name, JINJA_FILTERS[name]) for name in VALUE_FILTERS},
    **{name: _item_filter(JINJA_FILTERS[name]) for name in ITEM_FILTERS},
    **{name: _item_filter(JINJA_FILTERS[name], compares=True) for name in KEY_FILTERS},
    **{name: _nest_filter(JINJA_FILTERS[name]) for name in NEST_FILTERS},
    "batch": sandbox.batch,
    "cell": sandbox.cell,
    "center": sandbox.fill,
    "format": _format,
    "groupby": _nest_filter(JINJA_FILTERS["groupby"], compares=True),
    "indent": sandbox.indent,
    "join": _join,
    "replace": _replace,
    "reverse": sandbox.backwards,
    "round": sandbox.rounded,
    "string": sandbox.text_of,
    "sum": _sum,
    "trim": sandbox.strip,
}
#: Every function there is, besides those that the caller gives.
GLOBALS: dict[str, object] = {
    "namespace": TemplateFunction(_namespace),
    "range": TemplateFunction(sandbox.short_range),
}


def _comparison(sign: str) -> Callable[[Any, Any], Any]:
    return lambda left, right: sandbox.compare(left, (sign, right))


#: Every test there is.
TEST_FUNCTIONS: dict[str, Filter] = {
    **{name: _value_filter(name, JINJA_TESTS[name]) for name in TESTS},
    **{name: _comparison(sign) for name, sign in COMPARISONS.items()},
    "divisibleby": sandbox.divides,
    "even": lambda value: sandbox.divides(value, 2),
    "odd": lambda value: not sandbox.divides(value, 2),
}
