"""A note becomes the text that a client reads: report Markdown (see `model`), without a word of the workshop.

The way: what stays inside is cut out (`client_text_cut`, `internal`), queries are answered (`client_text_code`),
signs, links and embeds become words (`client_text_signs`, `_links`, `_pieces`), and what is left is put in order
(`client_text_finish`). What cannot be shown goes, and is said in a remark with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from vaultkit.audit.mission import scope_of
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.client_text_cut import cut, plain
from vaultkit.render.deliverable.client_text_finish import finished, words_only
from vaultkit.render.deliverable.client_text_pieces import piece, text_of
from vaultkit.render.deliverable.client_text_work import Answered, Work, other_scopes, title_of
from vaultkit.render.deliverable.model import Picture
from vaultkit.text import Message, Span, one_line
from vaultkit.vault.index import VaultIndex

#: Takes a query and the path of the note that holds it; raises what queries raise.
Ask = Callable[[str, str], str]


class ClientText(Struct, frozen=True):
    """The text of a note, its pictures, what should be said about it, and what it holds of which notes.

    `sources` are the paths of the notes whose text stands in it, the note's own first; `answers` what queries said.
    """

    text: str
    pictures: tuple[Picture, ...] = ()
    remarks: tuple[Message, ...] = ()
    sources: tuple[str, ...] = ()
    answers: tuple[Answered, ...] = ()


def client_text(
    note: Note,
    index: VaultIndex,
    ask: Ask,
    inline: Ask,
    language: str = "fr",
    left_out: Mapping[str, Iterable[Edit]] | None = None,
    title: str | None = None,
    around: tuple[str, str] = ("", ""),
    rename: Callable[[str], str] = str,
    in_place: Mapping[str, Iterable[Edit]] | None = None,
) -> ClientText:
    """Return what a client reads of a note: report Markdown that begins at level 2.

    `left_out` are edits to the plain text (`plain`) of notes by path: stretches to leave out, or words that stay in
    their place; `in_place` are such that put finished text in. `title` is what the document is called (else what the
    note is): a first heading that says the same goes. `around` are finished chapters to stand before and behind it,
    which its links can lead into; `rename` is as in `Work`.
    """
    others = other_scopes(index, scope_of(note))
    work = Work(index, language, ask, inline, left_out, rename, in_place, others)
    inner = work.cut(note)
    text = piece(work, inner, Span(0, len(inner.text)), 1, top=title_of(note) if title is None else title)
    done = finished(work, text, *around)
    return ClientText(
        done,
        tuple(work.pictures),
        tuple(work.remarks),
        (note.path, *work.embedded),
        tuple(work.answered),
    )


def sayer(index: VaultIndex, language: str, inline: Ask, scope: str = "") -> Callable[[str, str], str]:
    """Return what says a piece of a line of the note at a path as the client of a scope reads it, on one line."""
    others = other_scopes(index, scope)
    known: dict[tuple[str, str], str] = {}

    def say(text: str, path: str) -> str:
        if (text, path) not in known:
            work = Work(index, language, lambda text, origin: "", inline, others=others)
            inner = cut(plain(parse_note(path, text)))
            said = text_of(work, path, inner.text, 6, ())
            known[text, path] = one_line(words_only(said))
        return known[text, path]

    return say
