"""YAML blocks that are not plain. Nothing else imports `frontmatter` and `yaml`: both load slowly."""

from __future__ import annotations

import re
from typing import Any, cast

import frontmatter as python_frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

from vaultkit.diagnostics import Finding
from vaultkit.markdown.delimiters import Delimited
from vaultkit.markdown.yaml_faults import BlockFault, parser_fault
from vaultkit.markdown.yaml_places import Place, read_places
from vaultkit.markdown.yaml_plain import REFUSED, Contents
from vaultkit.markdown.yaml_values import Builder
from vaultkit.text import Span, pattern

#: What reads YAML: libyaml, else PyYAML's own, slower parser.
_PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_STANDS_IN = 0x100000  # the last private plane: the refused character of code c is sent as U+100000 + c
_STAND_IN = pattern("[\U00100000-\U0010ffff]")


def _stand_in(found: re.Match[str]) -> str:
    return chr(_STANDS_IN + ord(found[0]))


def _refused(found: re.Match[str]) -> str:
    character = chr(ord(found[0]) - _STANDS_IN)
    return character if REFUSED.match(character) else found[0]


def _restore(text: str) -> str:
    return _STAND_IN.sub(_refused, text)


class NoteHandler(BaseHandler):
    """Splits and loads a note's properties as Obsidian does: YAML 1.2 core, with the place of each thing.

    `load` gives `Property` values by key; faults are kept in `fault`, lesser ones in `remarks`.
    """

    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "---"

    def __init__(self, text: str, block: Delimited) -> None:
        super().__init__()
        self.text, self.block = text, block
        self.fault: BlockFault | None = None
        self.remarks: list[Finding] = []

    def split(self, text: str) -> tuple[str, str]:
        """Return the block without its delimiters; the note is never cut up, so no content."""
        return self.block.body.of(self.text), ""

    def load(self, fm: str) -> dict[str, Any]:
        """Return the properties by key; none if anything is wrong."""
        try:
            contents = self._read(fm)
        except BlockFault as fault:
            self.fault = fault
            return {}
        self.remarks = contents.remarks
        return dict(contents.properties)

    def _read(self, source: str) -> Contents:
        shift = self.block.body.start
        restore = None
        if REFUSED.search(source):
            source, restore = REFUSED.sub(_stand_in, source), _restore
        builder = Builder(source, shift, restore)
        try:
            builder.feed(_PARSER(source).get_event)
        except yaml.MarkedYAMLError as error:
            raise self._told_by(error) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise parser_fault(self.text, self.block.body, str(error), shift, None) from None
        return builder.contents

    def _told_by(self, error: yaml.MarkedYAMLError) -> BlockFault:
        shift = self.block.body.start
        mark, context = error.problem_mark or error.context_mark, error.context_mark
        return parser_fault(
            self.text,
            self.block.body,
            f"{error.context}; {error.problem}",
            shift + (mark.index if mark else 0),
            shift + context.index if context else None,
        )


def read_block(text: str, block: Delimited) -> tuple[Contents, BlockFault | None]:
    """Return what a YAML block says, and what is wrong in it: then it says nothing."""
    handler = NoteHandler(text, block)
    properties, _ = python_frontmatter.parse("", handler=handler)
    return Contents(cast(Any, properties), handler.remarks), handler.fault


def places_of(text: str, body: Span) -> list[Place]:
    """Return where the values of a block stand, one by one and those in them too; a second reading."""
    source = REFUSED.sub(_stand_in, body.of(text))
    return read_places(_PARSER(source).get_event, source, body.start)
