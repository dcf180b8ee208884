"""The values of what can be asked of a note: its regions, what is kept in them, and what a wish would change."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from vaultkit.edits import Changes
from vaultkit.shell.session import Session
from vaultkit.text import Message, Span


class Act(Struct, frozen=True):
    """What a wish would change, and the sentence that tells a person what was done.

    Writes that need others can be made in one go with them, or later: `later` plans them anew in the session in
    which the others are made.
    """

    changes: Changes
    told: Message
    later: Callable[[Session], Changes] | None = None


class Kept(Struct, frozen=True):
    """A unit of a region that a person worded: a cell, a line, an entry.

    `id` names it in one text of the note (it holds no words), `span` lies in that text. `wording` is what it says,
    `generated` what would be written in its place (None: nothing would), `sources` the notes that it follows from.
    `target` is the note that `push` would write to, with the sentence that says so; `without` why none takes it.
    """

    id: str
    region: str
    span: Span
    wording: str
    generated: str | None
    sources: tuple[str, ...] = ()
    target: str | None = None
    proposal: Message | None = None
    without: Message | None = None


class Zone(Struct, frozen=True):
    """A region of a note as a reader sees it: `span` has the marker lines too, `sources` are the notes it gathers.

    `stale` says that a rebuild would change it; `marks` are the spans of the keep marks in it.
    """

    key: str
    name: str
    span: Span
    begin: Span
    end: Span
    sources: tuple[str, ...] = ()
    stale: bool = False
    kept: tuple[Kept, ...] = ()
    marks: tuple[Span, ...] = ()
