"""What a note links to and what links can name in it: all that it takes to know whether a link leads anywhere."""

from msgspec import Struct


class Linkage(Struct, frozen=True, array_like=True, gc=False):
    """The ends of the links of a note, each once and in text order.

    `linkpaths` are those of links in properties, links and embeds, `places` those of links and embeds with a subpath,
    each with it. `headings` are the texts of the headings, `ids` the block ids (lower case).
    """

    linkpaths: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    ids: tuple[str, ...]
