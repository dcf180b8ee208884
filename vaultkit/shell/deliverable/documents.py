"""A report written as one of the formats: which module makes which."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from vaultkit.render.deliverable.model import Format, Report
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.text import Message


class Document(Struct, frozen=True):
    """What goes into a file; `beside` are the files of the folder beside it, `pages` how many it has on paper."""

    data: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)
    pages: int | None = None
    remarks: tuple[Message, ...] = ()


def document(
    to: Format,
    report: Report,
    drawn: Mapping[str, Drawn],
    brand: Brand,
    folder: str,
    before: Report | None = None,
) -> Document:
    """Return a report in a format; raises VaultkitError (2) where what that needs is not installed.

    `folder` is the name of the folder beside a Markdown document; `before` the report that changes are tracked against.
    """
    if to is Format.MARKDOWN:
        from vaultkit.shell.deliverable.markdown import markdown

        text, files = markdown(report, drawn, brand, folder)
        return Document(text.encode(), files)
    if to is Format.XLSX:
        from vaultkit.shell.deliverable.xlsx import xlsx

        return Document(xlsx(report, brand))
    if to is Format.PDF:
        from vaultkit.shell.deliverable.pdf import pdf

        paper = pdf(report, drawn, brand)
        return Document(paper.data, pages=paper.pages, remarks=paper.remarks)
    if to is Format.HTML:
        from vaultkit.shell.deliverable.html import html

        return Document(html(report, drawn, brand))
    if to is Format.PPTX:
        from vaultkit.shell.deliverable.pptx import pptx

        return Document(pptx(report, drawn, brand))
    from vaultkit.shell.deliverable.docx import docx

    return Document(docx(report, drawn, brand, before))
