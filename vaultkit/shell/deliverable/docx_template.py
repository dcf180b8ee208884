"""The firm's own Word document as a template: its styles, fonts and theme in place of ours."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from vaultkit.errors import VaultkitError
from vaultkit.text import Message

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: The styles that are taken, by the name that Word keeps whatever its language.
_TAKEN = frozenset(
    (
        *(
            "normal",
            "body text",
            "title",
            "subtitle",
            "caption",
            "hyperlink",
            "header",
            "footer",
            "toc heading",
        ),
        *(f"{kind} {level}" for kind in ("heading", "toc") for level in range(1, 7)),
    )
)
#: What names other styles or lists of the template, which do not come along.
_FOREIGN = ("link", "next", "autoRedefine")
_THEME = "/word/theme/theme1.xml"


def opened(template: bytes) -> WordDocument:
    """Return a template read; raises VaultkitError (2) for what is no Word document (.docx)."""
    from docx import Document

    try:
        return Document(BytesIO(template))
    except (BadZipFile, KeyError, ValueError, SyntaxError) as fault:
        raise VaultkitError(
            Message(
                "report.template n’est pas un document Word (.docx)\u00a0: l’enregistrer sous ce format dans Word",
                "report.template is no Word document (.docx): save it in that format from Word",
            )
        ) from fault


def dress(document: WordDocument, template: WordDocument) -> None:
    """Give a document the defaults, the named styles and the theme of a template; the page stays that of our tables."""
    ours, theirs = document.styles.element, template.styles.element
    _replace_defaults(ours, theirs)
    by_name = {name: style for style in theirs if (name := _name(style)) in _TAKEN}
    ids = {style.get(f"{_W}styleId"): _name(style) for style in theirs}
    own_ids = {_name(style): style.get(f"{_W}styleId") for style in ours}
    for style in list(ours):
        if (name := _name(style)) in by_name:
            ours.replace(style, _adapted(by_name[name], own_ids[name], ids, own_ids))
    _take_theme(document, template)


def _name(style: Any) -> str:
    said = style.find(f"{_W}name")
    return "" if said is None else str(said.get(f"{_W}val") or "").lower()


def _replace_defaults(ours: Any, theirs: Any) -> None:
    old, new = ours.find(f"{_W}docDefaults"), theirs.find(f"{_W}docDefaults")
    if old is not None and new is not None:
        ours.replace(old, deepcopy(new))


def _adapted(style: Any, identifier: str, ids: dict[Any, str], own_ids: dict[str, Any]) -> Any:
    """Return a style of the template under our id, based on our style of the same name, without its lists."""
    copy = deepcopy(style)
    copy.set(f"{_W}styleId", identifier)
    for name in _FOREIGN:
        for one in copy.findall(f"{_W}{name}"):
            copy.remove(one)
    for base in copy.findall(f"{_W}basedOn"):
        known = own_ids.get(ids.get(base.get(f"{_W}val"), ""))
        if known is None or known == identifier:
            copy.remove(base)
        else:
            base.set(f"{_W}val", known)
    for numbers in list(copy.iter(f"{_W}numPr")):
        numbers.getparent().remove(numbers)
    return copy


def _take_theme(document: WordDocument, template: WordDocument) -> None:
    """Take the theme, whose fonts and colours styles name."""
    parts = {str(part.partname): part for part in document.part.package.iter_parts()}
    new = {str(part.partname): part for part in template.part.package.iter_parts()}.get(_THEME)
    if new is not None and _THEME in parts:
        parts[_THEME]._blob = new.blob
