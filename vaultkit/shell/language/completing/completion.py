"""Completion: what could be typed at a place, and what an item means once someone looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from lsprotocol.types import (
    CompletionItem,
    CompletionList,
    CompletionParams,
    MarkupContent,
    MarkupKind,
    TextEdit,
)

from vaultkit.markdown.note import Note
from vaultkit.shell.language.completing.context import place_at
from vaultkit.shell.language.completing.dql_offers import dql_offers
from vaultkit.shell.language.completing.linking import link_offers
from vaultkit.shell.language.completing.offers import MOST, Offer
from vaultkit.shell.language.completing.places import KeyPlace, LinkPlace, Place, QueryPlace, TagPlace
from vaultkit.shell.language.completing.property_offers import key_offers, value_offers, without_line
from vaultkit.shell.language.completing.tag_offers import tag_offers
from vaultkit.shell.language.completing.telling import told_of
from vaultkit.shell.language.workspace import Workspace, offset_of, range_of

#: What opens a list of offers without being asked.
TRIGGERS = ("[", "#", "^", "(", "/", ":", ".", '"', "|", " ")


def complete(workspace: Workspace, params: CompletionParams) -> CompletionList | None:
    """Return what could be typed at a place, the best first; None where nothing of ours stands there.

    The list is never complete: names are compared here, as editors compare them letter by letter.
    """
    note = workspace.note(params.text_document.uri)
    if note is None:
        return None
    at = offset_of(note.lines, params.position)
    place = place_at(note, at)
    if place is None:
        return None
    offers = islice(_offers(workspace, note, place), MOST)
    return CompletionList(True, [_item(note, at, number, offer) for number, offer in enumerate(offers)])


def _offers(workspace: Workspace, note: Note, place: Place) -> Iterable[Offer]:
    match place:
        case LinkPlace():
            return link_offers(workspace, note, place)
        case TagPlace():
            return tag_offers(workspace, place)
        case QueryPlace():
            return dql_offers(workspace, note, place)
        case KeyPlace():
            return key_offers(workspace, without_line(note, place.span.start), place)
    return value_offers(workspace, without_line(note, place.span.start), place)


def _item(note: Note, at: int, number: int, offer: Offer) -> CompletionItem:
    """Return an offer as the protocol has it; an editor filters by what was typed, so that it keeps our order."""
    typed = note.text[offer.span.start : at]
    return CompletionItem(
        label=offer.label,
        kind=offer.sort.value,
        detail=offer.detail or None,
        sort_text=f"{number:03}",
        filter_text=typed or None,
        text_edit=TextEdit(range_of(note.lines, offer.span), offer.text),
        data=dict(offer.data) or None,
    )


def resolve(workspace: Workspace, params: CompletionItem) -> CompletionItem:
    """Return an item with what it means: the beginning of the note, the description of a property, a function."""
    if isinstance(params.data, Mapping):
        data = {str(key): str(value) for key, value in params.data.items()}
        if told := told_of(workspace, data):
            params.documentation = MarkupContent(MarkupKind.Markdown, told)
    return params
