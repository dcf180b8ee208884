"""Functions on links: `link`, `embed`, `elink`, `meta`."""

from __future__ import annotations

from msgspec.structs import replace

from vaultkit.dql.context import Context, Function
from vaultkit.dql.functions_variants import function, itself, null
from vaultkit.dql.values import ExternalLink, Link, Value


def _to_file(context: Context, path: str, display: str | None = None, embed: bool = False) -> Value:
    """Return the link to a file; a heading in the path stays there as it is."""
    return Link(context.resolved(path), display, embed=embed)


def _embedded(_: Context, link: Link, embed: bool = True) -> Value:
    return replace(link, embed=embed)


LINK: Function = function(
    "link",
    {
        "string": _to_file,
        "link": itself,
        "null": null,
        "string, string": _to_file,
        "string, string, boolean": _to_file,
        "link, string": lambda _, link, display: replace(link, display=display),
        "null, *": null,
        "*, null": lambda context, target, _: LINK(context, (target,)),
    },
    vectorized={1: [0], 2: [0, 1]},
)

EMBED = function(
    "embed",
    {
        "link": _embedded,
        "link, boolean": _embedded,
        "null": null,
        "null, *": null,
        "*, null": null,
    },
    vectorized={1: [0], 2: [0, 1]},
)

ELINK = function(
    "elink",
    {
        "string, string": lambda _, url, display: ExternalLink(url, display),
        "string, null": lambda _, url, __: ExternalLink(url, url),
        "null, *": null,
        "string": lambda _, url: ExternalLink(url, url),
        "null": null,
    },
    vectorized={1: [0], 2: [0]},
)

META = function(
    "meta",
    {
        "link": lambda _, link: {
            "display": link.display,
            "embed": link.embed,
            "path": link.path,
            "subpath": link.subpath,
            "type": link.type.value,
        }
    },
)
