"""The data of a report: a document in one Markdown, with its cover, its first page, its pictures and its tables.

`Report.body` and all other texts are *report Markdown*: CommonMark with pipe tables, footnotes, ==highlight== and
callouts as Obsidian writes them (`> [!danger] Titre`). No wikilink, embed, comment, marker, inline field, block id,
tag, frontmatter or query is left in it. A picture is an image on a line of its own whose address is the name of one
of `Report.pictures`: `![alt](matrice)`. Headings of the note stand one level below the title; anchors are
`{#id}` at the end of the heading's line, links to them `[text](#id)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from vaultkit.audit.coverage import Covered
from vaultkit.audit.evolution import Evolution, Record
from vaultkit.audit.model import Mission
from vaultkit.diagnostics import Finding
from vaultkit.text import Message


class Format(StrEnum):
    """What a report can be written as; the value is the end of the file's name."""

    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"
    MARKDOWN = "md"
    PPTX = "pptx"


class Selection(Struct, frozen=True):
    """What of a mission is asked for: `domain` and `owner` as a person typed them, empty for all.

    `language` is that of the words that vaultkit adds (`fr`, `en`, `de`); `roles` says that people are called by their
    roles.
    """

    language: str = "fr"
    domain: str = ""
    owner: str = ""
    roles: bool = False


class Cover(Struct, frozen=True):
    """The cover, from the frontmatter of the note; what nobody wrote is empty and is not printed."""

    title: str
    subtitle: str = ""
    client: str = ""
    consultant: str = ""
    firm: str = ""
    day: date | None = None
    version: str = ""
    confidentiality: str = ""
    tags: tuple[str, ...] = ()


class Urgent(Struct, frozen=True):
    """One of the urgent things of the first page: what, why, who, by when, how much; empty where nobody said it."""

    what: str
    why: str
    domain: str
    owner: str
    due: str
    cost: str
    number: str = ""


class FrontPage(Struct, frozen=True):
    """The one page that is read: at most three urgent things, what is already good, a legend, the totals.

    `legend` holds each sign that the document uses with its meaning. `totals` are short sentences (« 4 constats à
    corriger, 9 actions, CHF 1’240 »).
    """

    urgent: tuple[Urgent, ...] = ()
    good: tuple[str, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    totals: tuple[str, ...] = ()


class Picture(Struct, frozen=True):
    """A picture of a report: a chart (a Vega-Lite specification) or a file of the vault (its path).

    `alt` says in words what it shows. `width` is what the note asks for in CSS pixels, None for as wide as fits.
    """

    name: str
    alt: str
    chart: Mapping[str, object] | None = None
    path: str = ""
    width: int | None = None


class Sheet(Struct, frozen=True):
    """A table of the workbook: `rows` hold texts, numbers and dates; `widths` are in characters."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | float | date | None, ...], ...]
    widths: tuple[int, ...] = ()


class Leak(Struct, frozen=True):
    """A word of the workshop in what would go out: what it is, and where in the vault it stands."""

    path: str
    finding: Finding


class Report(Struct, frozen=True):
    """A whole document; see the module for what its texts are.

    `remarks` are what the person who asked for it should know (an embed that leads nowhere, a picture that is not
    there); `leaks` are errors: with them nothing is written.
    """

    language: str
    cover: Cover
    front: FrontPage | None
    body: str
    pictures: tuple[Picture, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    remarks: tuple[Message, ...] = ()
    leaks: tuple[Leak, ...] = ()


class Material(Struct, frozen=True):
    """What a report is made from beside its note: the mission (None for a note that gathers nothing), the records.

    `record` is the mission now, with its numbers; `evolution` what changed since an earlier report; `coverage` the
    retained controls; `today` the day of the report; `matrix` how many steps the risk matrix has.
    """

    mission: Mission | None
    today: date
    record: Record | None = None
    evolution: Evolution | None = None
    coverage: Sequence[Covered] = ()
    matrix: int = 4
