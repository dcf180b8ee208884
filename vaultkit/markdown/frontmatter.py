"""The YAML block at the head of a note. What is dear to load for it waits until a block is less than plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultkit.markdown.delimiters import Delimited, find_frontmatter
from vaultkit.markdown.note import Frontmatter
from vaultkit.markdown.yaml_plain import REFUSED, Contents, plain_contents
from vaultkit.text import Span

if TYPE_CHECKING:
    from vaultkit.diagnostics import Finding
    from vaultkit.markdown.yaml_faults import BlockFault
    from vaultkit.markdown.yaml_places import Place


def read_frontmatter(text: str) -> Frontmatter | None:
    """Return the YAML block that opens `text`, None if there is none."""
    block = find_frontmatter(text)
    return _read(text, block) if block else None


def read_yaml(text: str) -> Frontmatter:
    """Return a whole YAML file as the block of a note is read: with its places, its faults and the same bounds."""
    whole = Span(int(text.startswith("\ufeff")), len(text))
    return _read(text, Delimited(whole, whole))


def _read(text: str, block: Delimited) -> Frontmatter:
    contents, fault = _contents(text, block)
    return Frontmatter(
        span=block.span,
        body=block.body,
        properties=contents.properties,
        error=_finding(text, fault) if fault else None,
        remarks=tuple(contents.remarks),
    )


def _finding(text: str, fault: BlockFault) -> Finding:
    from vaultkit.markdown.yaml_faults import finding_of

    return finding_of(text, fault)


def _contents(text: str, block: Delimited) -> tuple[Contents, BlockFault | None]:
    if not REFUSED.search(text, block.body.start, block.body.end):
        contents = plain_contents(text, block.body)
        if contents is not None:
            return contents, None
    from vaultkit.markdown.yaml_handler import read_block

    return read_block(text, block)


def value_places(text: str, properties: Frontmatter) -> list[Place]:
    """Return where the values of `properties` stand, one by one and those in them too; a second reading."""
    from vaultkit.markdown.yaml_handler import places_of

    return places_of(text, properties.body)
