from __future__ import annotations

import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

import vaultkit
from vaultkit.render.templates import Budget, TemplateFault, Templates, template_function


class Row(Struct, frozen=True):
    domain: str
    finding: str | None = None
    actions: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.domain.upper()

    def secret(self) -> str:
        return "secret"

    @template_function
    def lines(self) -> int:
        return len(self.actions)


class Priority(StrEnum):
    HIGH = "🚨 Haute"


ROWS = [Row("🔐 Sécurité", "Sessions | partagées", ("a", "b")), Row("💰 Facturation")]


def render(
    text: str, sources: dict[str, str] | None = None, budget: Budget | None = None, **context: object
) -> str:
    return Templates(sources or {}).render_text(text, "page.md", context, budget or Budget())


def fault(
    text: str, sources: dict[str, str] | None = None, budget: Budget | None = None, **context: object
) -> TemplateFault:
    with pytest.raises(TemplateFault) as caught:
        render(text, sources, budget, **context)
    return caught.value


def says(text: str, sources: dict[str, str] | None = None, **context: object) -> str:
    found = fault(text, sources, **context)
    return f"{found.name}:{found.line} {found.message.en}"


# What works.


def test_a_table_has_no_blank_lines_between_its_rows():
    text = """\
| Domaine | Constat |
|---|---|
{% for row in rows %}
| {{ row.domain }} | {{ row.finding | cell }} |
{% endfor %}

Fin.
"""
    assert render(text, rows=ROWS) == (
        "| Domaine | Constat |\n|---|---|\n"
        "| 🔐 Sécurité | Sessions \\| partagées |\n| 💰 Facturation |  |\n"
        "\nFin.\n"
    )


def test_a_line_with_a_tag_alone_vanishes_and_the_last_newline_stays():
    assert (
        render("  {% set x = 1 %}\n{# note #}\n- a\n  {% if x %}\n  - b\n  {% endif %}\n") == "- a\n  - b\n"
    )
    assert render("- a{% if true %} b{% endif +%}\n- c\n") == "- a b\n- c\n"
    assert render("a\r\n{% if true %}\r\nb\r\n{% endif %}\r\n") == "a\nb\n"


def test_a_key_comes_before_a_method_of_the_same_name():
    assert (
        render("{{ line.items | join(', ') }} {{ line.keys() | join }}", line={"items": ["a", "b"]})
        == "a, b items"
    )


def test_a_cell_is_one_line_and_escapes_each_pipe_once():
    assert render(r"{{ 'a\nb | [[c\\|d]] ' | cell }}") == r"a b \| [[c\|d]]"


def test_templates_include_import_and_extend_each_other():
    sources = {
        "base": "# {% block title %}?{% endblock +%}\n{% block body %}{% endblock %}",
        "macros": "{% macro bold(x) %}**{{ x }}**{% endmacro %}",
        "part": "({{ word }})",
        "page": "{% extends 'base' %}{% from 'macros' import bold %}{% import 'macros' as m %}"
        "{% block title %}{{ super() }}T{% endblock %}"
        "{% block body %}{% include 'part' %} {{ bold(word) }} {{ m.bold(1) }} {{ self.title() }}"
        "{% endblock %}",
    }
    assert Templates(sources).render("page", {"word": "w"}) == "# ?T\n(w) **w** **1** ?T"


def test_the_usual_filters_tests_and_methods_work():
    assert render("{{ [3, 1, 2] | sort | join(', ') }}") == "1, 2, 3"
    assert (
        render("{{ rows | map(attribute='domain') | join(' ; ') }}", rows=ROWS)
        == "🔐 Sécurité ; 💰 Facturation"
    )
    assert render("{{ (rows | selectattr('finding') | first).title }}", rows=ROWS) == "🔐 SÉCURITÉ"
    assert render("{{ rows | map(attribute='actions') | map('length') | sum }}", rows=ROWS) == "2"
    assert (
        render(
            "{% for g in rows | groupby('k') %}{{ g.grouper }}{{ g.list | length }}{% endfor %}",
            rows=[{"k": 1}],
        )
        == "11"
    )
    assert render("{% for a, b in {'y': 1, 'x': 2} | dictsort %}{{ a }}{{ b }}{% endfor %}") == "x2y1"
    assert render("{% for r in [1, 2, 3] | batch(2, 0) %}{{ r | join }};{% endfor %}") == "12;30;"
    assert (
        render("{{ 'a\nb' | indent(2) }}|{{ 'x' | center(3) }}|{{ ' y ' | trim }}|{{ 'abc' | reverse }}")
        == "a\n  b| x |y|cba"
    )
    assert (
        render("{{ '%-3s|%03d' % ('a', 7) }} {{ '%(a)s' | format(a=1) }} {{ 'a' ~ 1 ~ none }}")
        == "a  |007 1 a1"
    )
    assert (
        render("{{ 'a,b'.split(',')[1] }} {{ 'abc'[1:] }} {{ {'a': 1}.get('b', 2) }} {{ 1 < 2 <= 2 }}")
        == "b bc 2 True"
    )
    assert (
        render("{% for x in 'ab' %}{{ loop.index }}/{{ loop.length }}{{ loop.cycle('-', '+') }}{% endfor %}")
        == "1/2-2/2+"
    )
    assert (
        render("{{ x is defined }} {{ x | default('none') }} {{ 2 is even }} {{ 1 is in [1] }}")
        == "False none True True"
    )
    assert (
        render("{% for x in [1, [2, [3]]] recursive %}{{ x if x is number else loop(x) }}{% endfor %}")
        == "123"
    )
    assert render("{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}in{% endcall %}") == "<in>"
    assert (
        render(
            "{% set ns = namespace(n=0) %}{% for i in [1, 5] %}{% set ns.n = ns.n + i %}{% endfor %}"
            "{{ ns.n }}"
        )
        == "6"
    )
    assert (
        render(
            "{% filter upper %}a{% endfilter %}{% set b %}b{% endset %}{{ b }}{{ 'x' if false }}{{ p }}",
            p=Priority.HIGH,
        )
        == "Ab🚨 Haute"
    )


def test_functions_given_as_globals_or_marked_may_be_called():
    templates = Templates(
        {"t": "{{ double(2) }} {{ row.lines() }} {{ here('x') }}"}, {"double": lambda n: n * 2}
    )
    context = {"row": ROWS[0], "here": template_function(lambda text: text + "!")}
    assert templates.render("t", context) == "4 2 x!"


def test_nothing_is_carried_from_one_rendering_to_the_next():
    sources = {
        "m": "{% set ns = namespace(n=0) %}{% macro up() %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{% endmacro %}"
    }
    templates = Templates(sources | {"t": "{% import 'm' as m %}{{ m.up() }}{{ m.up() }}"})
    assert [templates.render("t", {}) for _ in range(2)] == ["12", "12"]


def test_a_function_may_render_another_template():
    inner = Templates({"i": "{{ 1 / 0 }}", "j": "j"})
    outer = Templates({"o": "{{ render(name) }}"}, {"render": lambda name: inner.render(name, {})})
    assert outer.render("o", {"name": "j"}) == "j"
    with pytest.raises(TemplateFault) as caught:
        outer.render("o", {"name": "i"})
    assert caught.value.name == "i"


# Where the fault lies.


def test_a_syntax_error_has_its_line():
    assert says("a\nb\n{% if %}\n").startswith("page.md:3 the template cannot be read: ")
    assert says("a\n{% include 'part' %}", {"part": "\n\n{# open"}).startswith("part:3 ")
    assert says("a\n{{ 'x' | nope }}") == "page.md:2 no filter named 'nope'"
    assert says("a\n{% if false %}{{ 1 is nope }}{% endif %}") == "page.md:2 no test named 'nope'"


def test_what_jinja_says_in_english_is_quoted_in_the_french_sentence():
    assert fault("{% nope %}").message.fr == (
        "le modèle ne se lit pas\u00a0; ce qu’en dit Jinja, en anglais\u00a0: "
        "«\u00a0Encountered unknown tag 'nope'.\u00a0»"
    )
    assert fault("{{ 1 // 0 }}").message.fr == (
        "le modèle échoue\u00a0; ce qu’en dit Python, en anglais\u00a0: "
        "«\u00a0integer division or modulo by zero\u00a0»"
    )
    assert fault("{{ [] | first + 1 }}").message.fr.startswith(
        "il n’y a pas de valeur ici\u00a0; ce qu’en dit"
    )


@pytest.mark.parametrize(
    "nested",
    [
        pytest.param("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", id="more than the parser reads"),
        pytest.param("{{ 1" + " + 1" * 20000 + " }}", id="more than a tree may have"),
        pytest.param("{{ a" + ".a" * 198 + " }}", id="more brackets than Python reads"),
        pytest.param("{% if 1 %}" * 120 + "{% endif %}" * 120, id="more margins than Python reads"),
        pytest.param("{% for a in b %}" * 30 + "{% endfor %}" * 30, id="more blocks than Python reads"),
    ],
)
def test_a_template_nested_too_deeply_is_so_at_a_line(nested: str):
    assert says("a\n\n" + nested + "\n{{ b }}\n") == "page.md:3 the template is nested too deeply"


def test_a_fault_in_an_included_template_lies_there():
    assert says("{% include 'part' %}", {"part": "1\n2\n{{ 1 // 0 }}\n"}).startswith(
        "part:3 the template fails: "
    )
    assert (
        says("\n{% from 'm' import f %}\n{{ f() }}", {"m": "\n{% macro f() %}\n\n{{ x }}{% endmacro %}"})
        == "m:4 'x' is unknown here"
    )


def test_an_unknown_name_is_named_in_both_languages():
    found = fault("\n{{ domaine }}")
    assert (found.name, found.line) == ("page.md", 2)
    assert found.message.en == "'domaine' is unknown here"
    assert found.message.fr == "«\u00a0domaine\u00a0» est inconnu ici"
    assert says("{{ row.nom }}", row=ROWS[0]) == "page.md:1 'nom' is unknown in Row"
    for text in (
        "{% for x in y %}{% endfor %}",
        "{{ y.z }}",
        "{{ y() }}",
        "{{ y + 1 }}",
        "{{ 1 + y }}",
        "{{ y == 1 }}",
    ):
        assert says(text) == "page.md:1 'y' is unknown here"
    for text in (
        "{{ y ~ 1 }}",
        "{{ [y] | join }}",
        "{{ y | upper }}",
        "{{ y | abs }}",
        "{{ y is none }}",
        "{% if y %}{% endif %}",
    ):
        assert says(text) == "page.md:1 'y' is unknown here"


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x", "page.md", "", "macros.py", "C:\\x", "file:///etc/passwd"]
)
def test_only_the_given_sources_can_be_reached(name: str):
    for text in (
        "{% include name %}",
        "{% import name as m %}",
        "{% extends name %}",
        "{% include [name] %}",
    ):
        assert says("\n" + text, {"other": ""}, name=name) == f"page.md:2 no template named '{name}'"
    with pytest.raises(TemplateFault, match="no template named"):
        Templates({}).render(name, {})


def test_a_list_or_an_object_is_not_written_by_accident():
    assert says("{{ rows }}", rows=ROWS) == "page.md:1 a value of type list cannot be written as text"
    assert says("{{ rows[0] }}", rows=ROWS) == "page.md:1 a value of type Row cannot be written as text"
    assert says("{{ 'x'.upper }}").endswith("cannot be written as text")
    assert says("{{ '\\ud800' }}") == "page.md:1 the template writes a character that no file can hold"


# What must not be touched.

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__']['__base__'] }}",
    "{{ ''['_' ~ '_class_' ~ '_'] }}",
    "{{ () | attr('__class__') }}",
    "{{ [''] | map(attribute='__class__') | first }}",
    "{{ [''] | map('attr', '__class__') | first }}",
    "{{ [''] | sort(attribute='__class__') }}",
    "{{ [''] | groupby('__class__.__mro__') }}",
    "{{ [''] | selectattr('__class__') | list }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ '{a.__class__}'.format_map({'a': ''}) }}",
    "{{ ['{0.__class__}'.format] | first }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.function }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{% for x in [1] %}{{ loop.__init__ }}{{ loop._iterator }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterator.gi_frame.f_back }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m._environment }}",
    "{% macro m() %}{% endmacro %}{{ m.arguments }}",
    "{% import 'm' as m %}{{ m._body_stream }}",
    "{% import 'm' as m %}{{ m.__dict__ }}",
    "{% from 'm' import _body_stream as b %}",
    "{% from 'm' import __class__ as b %}",
    "{{ function.__globals__ }}",
    "{{ function() }}",
    "{{ generator.gi_frame }}",
    "{{ generator.gi_code }}",
    "{{ kind.mro() }}",
    "{{ kind('x') }}",
    "{{ module.path }}",
    "{{ row.secret }}",
    "{{ row.secret() }}",
    "{{ row['secret']() }}",
    "{{ row.__struct_fields__ }}",
    "{{ items.append(1) }}",
    "{{ {}.update({}) }}",
    "{{ {}.pop }}",
    "{{ ''.encode() }}",
    "{{ cycler.__init__ }}{{ lipsum.__globals__ }}",
    "{{ joiner }}",
    "{{ dict }}",
    "{{ context }}",
    "{{ environment }}",
    "{{ 'x' | safe }}",
    "{{ 'x' | pprint }}",
    "{{ namespace(**{'a': 1}) }}",
    "{{ range(*[1, 2]) }}",
    "{% autoescape true %}{{ 'x' }}{% endautoescape %}",
    "{% debug %}",
    "{% do 1 %}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_no_known_way_out_of_the_sandbox_is_open(text: str):
    context = {
        "function": render,
        "generator": (x for x in "a"),
        "kind": Row,
        "module": sys,
        "row": ROWS[0],
        "items": [1],
    }
    found = fault(text, {"m": "{% macro f() %}{% endmacro %}"}, **context)
    assert found.line == 1
    assert context["items"] == [1]


def test_what_is_refused_is_named():
    assert says("{{ ''.__class__ }}") == "page.md:1 '__class__' is not allowed in a template"
    assert says("{{ '{}'.format(1) }}") == "page.md:1 'format' is not allowed in a template"
    assert says("{{ row.secret() }}", row=ROWS[0]) == "page.md:1 'secret' is not allowed in a template"
    assert fault("{{ ''._x }}").message.fr == "«\u00a0_x\u00a0» n’est pas permis dans un modèle"


# What must end.

SET = "{% set ns = namespace(s='a', l=[1], t=(1,), d={}, n=2) %}"
BIG = "{% set s = 'ab' * 2000000 %}{% set t = 'ab' * 2000000 %}"
MACRO = "{% macro f() %}"
BOMBS = [
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in range(100000) if false %}{% endfor %}" * 9,
    "{% for a in range(10 ** 12) %}{% endfor %}",
    "{% for a in 'a' * 5000000 %}{% endfor %}",
    "{% for a in range(190000) %}" + "{% set a = 1 %}" * 1000 + "{% endfor %}",
    "{% for a in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
    "{% for a in [1, 2, 3] recursive %}{{ loop([1, 2, 3]) }}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
    "{% macro f() %}{{ caller() }}{{ f() }}{% endmacro %}{% call f() %}x{% endcall %}",
    "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
    "{% include 'self' %}",
    "{% include 'twice0' %}",
    "{{ 'a' * 10 ** 10 }}",
    "{{ 10 ** 10 * 'a' }}",
    "{{ [1] * 10 ** 10 }}",
    "{{ 10 ** (10 ** 10) }}",
    "{{ 2 ** 4000 * 2 ** 4000 }}",
    "{% set ns.n = 3 %}" + "{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
    "{% for i in range(190000) %}{% set ns.n = ns.n + ns.n %}{% endfor %}",
    "{{ ('f' * 4000000) | int(0, 16) // (('f' * 2000000) | int(0, 16)) }}",
    "{{ 5 | round(-1000000000) }}",
    "{{ 5 | round(1000000000, 'ceil') }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%.1000000000f' % 1 }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '%1000000000s' | format('a') }}",
    "{{ ('%(a)s' * 100000) % {'a': 'a' * 1000000} }}",
    "{{ ('%(a)999s' * 100000) | format(a=1) }}",
    "{{ '%1000000000d' is odd }}",
    "{{ '%1000000000d' is divisibleby(3) }}",
    "{% if [2] | select('even') | list and ['%1000000000d'] | select('even') | list %}{% endif %}",
    "{{ range(190000) | batch(-100000) }}",
    "{{ range(190000) | batch(0) }}",
    "{{ data * 10 ** 10 }}",
    "{% set ns.s = data %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
    "{% for i in range(190000) %}{% set ns.l = ns.l | groupby('x', 1) %}{% endfor %}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ 'a' | center(1000000000) }}",
    "{{ 'a' | center(width=1000000000) }}",
    "{{ 'a'.ljust(1000000000) }}{{ 'a'.rjust(1000000000) }}{{ 'a'.zfill(1000000000) }}",
    "{{ 'a'.center(1000000000, 'b') }}",
    "{{ 'a'.expandtabs(1000000000) }}",
    "{{ 'a' | indent(1000000000, true) }}",
    "{{ ('\\n' * 100000) | indent('a' * 100000, blank=true) }}",
    "{{ ('a' * 1000000) | replace('a', 'b' * 1000000) }}",
    "{{ ('a' * 1000000).replace('', 'b' * 1000000) }}",
    "{{ range(100000) | join('a' * 1000000) }}",
    "{{ ('a' * 1000000).join('b' * 1000000) }}",
    "{{ [1] | batch(1000000000, 0) | list }}",
    "{{ ('a b ' * 1000000) | wordwrap(1) }}",
    "{{ ('a' * 4000000) | list | length }}",
    "{{ ('a ' * 2000000).split() | length }}",
    "{{ range(1000000000) | sort }}",
    "{{ range(190000) | map('string') | map('list') | list | sort }}",
    "{{ range(190000) | map('default', 'a' * 1000000) | list }}",
    "{% for i in range(190000) %}{{ 'x' in range(190000) or '' }}{% endfor %}",
    "{{ 1000000 * 'a,' ~ ('a' * 4999999) ~ ('a' * 4999999) }}",
    "{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] | join %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.s = ns.s.replace('a', 'aa') %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.s = '%s%s' % (ns.s, ns.s) %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.s %}{{ ns.s }}{{ ns.s }}{% endset %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l == [ns.l] }}",
    "{% for i in range(99) %}{% set ns.d = {1: ns.d, 2: ns.d} %}{% endfor %}",
    "{% for i in range(99) %}{% set ns.l = ['', ''] | map('default', ns.l, true) | list %}{% endfor %}",
    "{% for i in range(190000) %}{% set ns.t = (ns.t,) %}{% endfor %}{{ ns.t in {} }}",
    "{% for i in range(190000) %}{% set ns.l = ns.l | batch(1) | list %}{% endfor %}{{ ns.l == [] }}",
    "{% for i in range(190000) %}{% set ns.l = [ns.l] | groupby(0) %}{% endfor %}{{ ns.l | unique }}",
    MACRO + "{% set ns.t = varargs %}{% endmacro %}{% for i in range(190000) %}{{ f(ns.t) }}{% endfor %}",
    MACRO + "{% set ns.d = kwargs %}{% endmacro %}{% for i in range(190000) %}{{ f(_a=ns.d) }}{% endfor %}",
    BIG + "{% for i in range(190000) %}{% set u = s | title %}{% endfor %}",
    BIG + "{% for i in range(190000) %}{% if s == t or s < t or 'ba' * 100000 in s %}{% endif %}{% endfor %}",
    BIG + "{% for i in range(190000) %}{% set u = s[1:] %}{% endfor %}",
    BIG + "{% for i in range(190000) %}{% set u = s.count('c') + s.find('c') %}{% endfor %}",
    BIG + "{{ s.strip(t) }}{{ s | trim(t) }}",
    BIG + "{% for i in range(190000) %}{% set u = {s ~ i: 1} %}{% endfor %}",
    "{% set a = 'x.' * 100000 %}{{ [{}] * 1000 | map(attribute=a) | list }}",
    "{% for i in range(190000) %}{% set l = [1, 2][:] %}{% endfor %}{{ 'a' * 5000000 ~ 'a' }}",
    "{% for i in range(190000) %}" + "0123456789" * 100 + "{% endfor %}",
    "{% set x %}{% for i in range(190000) %}" + "0123456789" * 100 + "{% endfor %}{% endset %}",
    "{% macro f() %}{% for i in range(190000) %}"
    + "0123456789" * 100
    + "{% endfor %}{% endmacro %}{% set x = f() %}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "{{ 1" + " + 1" * 20000 + " }}",
    "{{ a" + ".a" * 20000 + " }}",
    "{{ " + "not " * 20000 + "a }}",
    "{% if 1 %}" * 200 + "{% endif %}" * 200,
    "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    "{{ " + "9" * 5000 + " }}",
    "{{ 0x" + "f" * 5000 + " }}",
    "a" * 300_000,
]
LOOPS = {"self": "{% include 'self' %}"} | {
    f"twice{n}": f"{{% include 'twice{n + 1}' %}}" * 2 for n in range(30)
}


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb[:60])
def test_no_bomb_goes_off(bomb: str):
    fault(SET + bomb, LOOPS | {"twice30": ""}, data=b"bytes from a note's properties")


def test_the_budget_is_counted_while_rendering():
    text = "{% for i in range(50) %}0123456789{% endfor %}"
    assert len(render(text, budget=Budget(steps=60, output=500))) == 500
    assert fault(text, budget=Budget(output=499)).message.en == "the template writes more than 499 bytes"
    assert fault(text, budget=Budget(steps=49)).message.en == "the template takes more than 49 steps"
    assert fault("é" * 6, budget=Budget(output=11)).message.fr == "le modèle écrit trop (plus de 11 octets)"


def test_a_page_of_a_thousand_rows_stays_within_the_default_budget():
    text = "{% for r in rows | sort(attribute='domain') %}\n| {{ r.domain }} | {{ r.title }} |\n{% endfor %}"
    assert render(text, rows=[Row(f"d{n}") for n in range(1000)]).count("\n") == 1000


class Switch(Struct):
    asked: int = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > 3


def test_a_rendering_can_be_cancelled():
    switch = Switch()
    found = fault("\n{% for i in range(190000) %}{% endfor %}", budget=Budget(cancelled=switch))
    assert (found.line, found.message.en, switch.asked) == (2, "interrupted", 4)


# Laws.

PIECES = [
    *(
        "{% for x in range(9) %}",
        "{% for x in y recursive %}",
        "{% endfor %}",
        "{{ loop(x) }}",
        "{{ loop.index }}",
    ),
    *(
        "{% if x %}",
        "{% else %}",
        "{% endif %}",
        "{% macro m(a, b=1) %}",
        "{% endmacro %}",
        "{{ m(x) }}",
        "{{ m() }}",
    ),
    *(
        "{% set x = ",
        "x",
        " %}",
        "{{ ",
        " }}",
        "'a'",
        "1",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "~",
        "+",
        "*",
        "**",
    ),
    *(
        " % ",
        " in ",
        " is ",
        " not ",
        " if ",
        " else ",
        "|",
        ".",
        "__class__",
        "upper",
        "join",
        "map",
        "sort",
        "list",
    ),
    *(
        "{% include 'p' %}",
        "{% import 'p' as p %}",
        "{% extends 'p' %}",
        "{% block b %}",
        "{% endblock %}",
        "{{ self.b() }}",
    ),
    *(
        "{% set ns = namespace() %}",
        "{% set ns.a = ns %}",
        "{% raw %}",
        "{% endraw %}",
        "{#",
        "#}",
        "{%-",
        "-%}",
        "\n",
        "é",
    ),
    *(
        "{% call m() %}",
        "{% endcall %}",
        "{% filter upper %}",
        "{% endfilter %}",
        "\ud800",
        "\x00",
        "\\",
        '"',
        "10000000",
    ),
    *(
        "{% with %}",
        "{% endwith %}",
        "{{ x[1:2] }}",
        "{{ y|first }}",
        "{{ y|batch(2) }}",
        "{{ super() }}",
        "{{ y.title }}",
    ),
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("{% for x in y recursive %}{{ loop(y) }}{% endfor %}")
@example("{% call m() %}{% endcall %}")
def test_a_template_ends_in_a_text_or_in_a_fault(text: str):
    templates = Templates({"p": "{% macro m(a) %}{{ a }}{% endmacro %}{% block b %}{% endblock %}"})
    budget = Budget(steps=2_000, output=10_000)
    try:
        written = templates.render_text(text, "t", {"x": 1, "y": [1, "a", ROWS[0]]}, budget)
    except TemplateFault as found:
        place, message = (found.name, found.line), found.message
        written = None
    if written is None:
        assert place[0] in ("t", "p")
        assert place[1] >= 0
        assert message.fr
    else:
        assert len(written.encode()) <= budget.output
        assert templates.render_text(text, "t", {"x": 1, "y": [1, "a", ROWS[0]]}, budget) == written


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["x", "y", "'ab'", "3", "none", "ns", "y[2]", "z"]),
        lambda e: st.one_of(
            st.tuples(
                e, st.sampled_from(["+", "*", "**", "%", "~", "//", "-", "==", "<", "in", "and"]), e
            ).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(
                e,
                st.sampled_from(
                    [
                        "join",
                        "sort",
                        "list",
                        "map('upper')",
                        "unique",
                        "sum",
                        "batch(2)",
                        "reverse",
                        "first",
                        "cell",
                        "items",
                        "indent(3)",
                        "center(9)",
                        "format(1)",
                        "groupby(0)",
                        "round",
                        "int",
                        "length",
                        "dictsort",
                        "max",
                    ]
                ),
            ).map("|".join),
            st.lists(e, max_size=3).map(lambda es: f"[{', '.join(es)}]"),
            st.tuples(e, e).map(lambda t: f"{{{t[0]}: {t[1]}}}"),
            st.tuples(e, e).map(lambda t: f"{t[0]}[{t[1]}]"),
            st.tuples(
                e,
                st.sampled_from(["title", "items()", "join(y)", "split()", "get(1)", "lines()", "__init__"]),
            ).map(".".join),
        ),
        max_leaves=8,
    )
)
def test_an_expression_ends_in_a_text_or_in_a_fault(text: str):
    try:
        render(
            "{% set ns = namespace(a=1) %}{{ " + text + " }}",
            budget=Budget(2_000, 10_000),
            x=1,
            y=[1, "a", ROWS[0]],
        )
    except TemplateFault as found:
        place = (found.name, found.line)
    else:
        place = ("page.md", 1)
    assert place in (("page.md", 1), ("page.md", 0))


def test_one_module_imports_jinja():
    code = Path(vaultkit.__file__).parent.rglob("*.py")
    assert [
        path.name for path in code if re.search(r"^\s*(?:from|import) jinja2", path.read_text("utf-8"), re.M)
    ] == ["template_environment.py"]


def test_the_budget_and_the_faults_come_without_jinja():
    code = "import sys, vaultkit.render.sandbox; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
