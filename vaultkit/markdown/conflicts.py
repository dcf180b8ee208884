"""The conflict markers that a git merge leaves in a note."""

from __future__ import annotations

from vaultkit.text import Span


def has_merge_markers(text: str) -> bool:
    """Whether a text holds the conflict markers of a git merge, each at the start of a line."""
    return ">>>>>>> " in text and "\n>>>>>>> " in text and "\n=======" in text and "\n<<<<<<< " in f"\n{text}"


def first_merge_marker(text: str) -> Span | None:
    """Return the place of the first `<<<<<<<` of a text that holds conflict markers, None if it holds none."""
    if not has_merge_markers(text):
        return None
    start = 0 if text.startswith("<<<<<<< ") else text.index("\n<<<<<<< ") + 1
    return Span(start, start + len("<<<<<<<"))
