"""The chapter of a report that says what changed since an earlier one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from vaultkit.audit.evolution import Evolution, Moved
from vaultkit.render.deliverable.model import Selection
from vaultkit.render.evolution_view import EvolutionRow, Say, escaped, view_of, word
from vaultkit.text import fold


def progress_chapter(
    evolution: Evolution, selection: Selection, say: Say = lambda text, path: escaped(text)
) -> str:
    """Return the chapter as report Markdown, with its heading of level 2 and a final newline.

    It holds the totals, a table with a row for each domain, and what became of each item with the sentence that
    changed. `say` gives a text of an item, or the name of its owner, as the client reads it.
    """
    language = selection.language
    view = view_of(_selected(evolution, selection), language, say)
    lines = [f"## {word('title', language)}", "", view.sentence, ""]
    if view.rows:
        lines += [f"| {' | '.join(view.header)} |", "|:---|---:|---:|---:|---:|"]
        lines += [
            *(_row(row) for row in view.rows),
            _row(replace(view.total, domain=f"**{view.total.domain}**")),
            "",
        ]
    for one in view.lists:
        lines += [f"### {one.label}", "", *(f"- {item}" for item in one.items), ""]
    return "\n".join(lines)


def _row(row: EvolutionRow) -> str:
    return f"| {row.domain} | {row.opened} | {row.closed} | {row.moved} | {row.slipped} |"


def _selected(evolution: Evolution, selection: Selection) -> Evolution:
    """Return the part of an evolution that was asked for; what stayed as it was is counted by the same measure."""
    if not selection.domain and not selection.owner:
        return evolution
    moved = tuple(one for one in evolution.moved if _is_asked(one, selection))
    still = {id(one.after) for one in evolution.moved if one.after is not None}
    stayed = (
        Moved((), entry, entry, entry.domain) for entry in evolution.after.entries if id(entry) not in still
    )
    return replace(evolution, moved=moved, same=sum(_is_asked(one, selection) for one in stayed))


def _is_asked(one: Moved, selection: Selection) -> bool:
    domains, owners = fold(selection.domain), fold(selection.owner)
    entries = [entry for entry in (one.before, one.after) if entry is not None]
    labels: Iterator[str] = (fold(label) for label in (one.domain, *(entry.domain for entry in entries)))
    return (not domains or any(domains in label for label in labels)) and (
        not owners or any(owners in fold(entry.owner) for entry in entries)
    )
