"""==Highlight== in the inlines of a tree."""

from __future__ import annotations

from vaultkit.shell.deliverable.tree import Nodes, node, span

_MARK = "=="


def marked(inlines: Nodes) -> Nodes:
    """Return inlines (one level) with what stands between two `==` in a span of class `mark`."""
    if not any(one["t"] == "Str" and _MARK in one["c"] for one in inlines):
        return inlines
    pieces = _pieces(inlines)
    done: Nodes = []
    at = 0
    while at < len(pieces):
        end = _end(pieces, at)
        if end:
            done.append(span(_glued(pieces[at + 1 : end]), "mark"))
            at = end + 1
        else:
            done.append(pieces[at])
            at += 1
    return _glued(done)


def _pieces(inlines: Nodes) -> Nodes:
    """Return inlines with each `==` a piece of its own."""
    done: Nodes = []
    for one in inlines:
        if one["t"] != "Str" or _MARK not in one["c"] or not one["c"].strip("="):
            done.append(node("Str", one["c"]) if one["t"] == "Str" else one)
            continue
        for at, text in enumerate(one["c"].split(_MARK)):
            done += [node("Mark")] if at else []
            done += [node("Str", text)] if text else []
    return done


def _end(pieces: Nodes, start: int) -> int:
    """Return where the mark that opens at `start` ends; 0 where none does: no blank stands inside its ends."""
    if (
        pieces[start]["t"] != "Mark"
        or start + 1 >= len(pieces)
        or pieces[start + 1]["t"] in ("Space", "LineBreak", "Mark")
    ):
        return 0
    for at in range(start + 2, len(pieces)):
        if pieces[at]["t"] == "Mark" and pieces[at - 1]["t"] not in ("Space", "LineBreak"):
            return at
    return 0


def _glued(pieces: Nodes) -> Nodes:
    """Return pieces with marks that marked nothing as text again."""
    done: Nodes = []
    for one in pieces:
        text = _MARK if one["t"] == "Mark" else one["c"] if one["t"] == "Str" else None
        if text is not None and done and done[-1]["t"] == "Str":
            done[-1] = node("Str", done[-1]["c"] + text)
        else:
            done.append(one if text is None else node("Str", text))
    return done
