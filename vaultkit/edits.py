"""Changes to notes, as values: nothing here writes."""

from collections.abc import Iterable

from msgspec import Struct, field

from vaultkit.text import Message, Span


class Edit(Struct, frozen=True, array_like=True, gc=False):
    """Put `text` in the place of `span`; an empty span inserts."""

    span: Span
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with the edits made; insertions at one place keep their order.

    Raises ValueError if two edits overlap.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: e.span):
        if edit.span.start < at:
            raise ValueError(f"two edits overlap at {edit.span.start}")
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    pieces.append(text[at:])
    return "".join(pieces)


class Write(Struct, frozen=True):
    """Make the note at `path` say `text`, if it still has `digest`.

    `digest` is the SHA-256 (hex) of the bytes that the plan was made from, None for a note that is
    not there yet. `regions` names what changed in it; `reason` is kept in the journal. `needs` are the notes
    of the same plan without whose writes this one must not be made.
    """

    path: str
    text: str
    digest: str | None
    regions: tuple[str, ...] = ()
    reason: str = ""
    needs: tuple[str, ...] = ()


class Change(Struct, frozen=True):
    """What one unit of a region said and says, for the summary. Empty means absent.

    `fresh` says that the region held nothing before.
    """

    path: str
    region: str
    place: str
    before: str
    after: str
    fresh: bool = False


class Changes(Struct, frozen=True):
    """A plan: the writes, in order, what they mean, and the notes that were refused with the reason."""

    writes: tuple[Write, ...] = ()
    summary: tuple[Change, ...] = ()
    refused: tuple[tuple[str, Message], ...] = field(default=())

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.writes)
