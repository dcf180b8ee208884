"""All functions of the Dataview Query Language by the names under which they are called, as in Dataview 0.5.68."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.dql import functions_constructors as constructors
from vaultkit.dql import functions_dates as dates
from vaultkit.dql import functions_links as links
from vaultkit.dql import functions_lists as lists
from vaultkit.dql import functions_numbers as numbers
from vaultkit.dql import functions_objects as objects
from vaultkit.dql import functions_strings as strings
from vaultkit.dql.context import Function

FUNCTIONS: Mapping[str, Function] = {
    # Values made of others
    "object": constructors.make_object,
    "list": constructors.make_list,
    "array": constructors.make_list,
    "date": constructors.DATE,
    "dur": constructors.DUR,
    "number": constructors.NUMBER_FUNCTION,
    "string": constructors.STRING,
    "link": links.LINK,
    "embed": links.EMBED,
    "elink": links.ELINK,
    "typeof": constructors.TYPEOF,
    # Numbers
    "round": numbers.ROUND,
    "trunc": numbers.TRUNC,
    "floor": numbers.FLOOR,
    "ceil": numbers.CEIL,
    "min": numbers.MIN,
    "max": numbers.MAX,
    "sum": numbers.SUM,
    "product": numbers.PRODUCT,
    "average": numbers.AVERAGE,
    "minby": numbers.MINBY,
    "maxby": numbers.MAXBY,
    "reduce": numbers.REDUCE,
    # Lists, objects and what texts contain
    "contains": lists.CONTAINS,
    "icontains": lists.ICONTAINS,
    "econtains": lists.ECONTAINS,
    "containsword": strings.CONTAINSWORD,
    "extract": objects.extract,
    "sort": lists.SORT,
    "reverse": lists.REVERSE,
    "length": lists.LENGTH,
    "nonnull": lists.NONNULL,
    "firstvalue": lists.FIRSTVALUE,
    "all": lists.ALL,
    "any": lists.SOME,
    "none": lists.NONE,
    "join": lists.JOIN,
    "filter": lists.FILTER,
    "map": lists.MAP,
    "flat": lists.FLAT,
    "slice": lists.SLICE,
    "unique": lists.UNIQUE,
    # Texts
    "regextest": strings.REGEXTEST,
    "regexmatch": strings.REGEXMATCH,
    "regexreplace": strings.REGEXREPLACE,
    "replace": strings.REPLACE,
    "lower": strings.LOWER,
    "upper": strings.UPPER,
    "split": strings.SPLIT,
    "startswith": strings.STARTSWITH,
    "endswith": strings.ENDSWITH,
    "padleft": strings.PADLEFT,
    "padright": strings.PADRIGHT,
    "substring": strings.SUBSTRING,
    "truncate": strings.TRUNCATE,
    # Any value
    "default": objects.DEFAULT,
    "ldefault": objects.LDEFAULT,
    "display": objects.DISPLAY,
    "choice": objects.CHOICE,
    "striptime": dates.STRIPTIME,
    "dateformat": dates.DATEFORMAT,
    "durationformat": dates.DURATIONFORMAT,
    "currencyformat": numbers.CURRENCYFORMAT,
    "localtime": dates.LOCALTIME,
    "hash": objects.HASH,
    "meta": links.META,
}
