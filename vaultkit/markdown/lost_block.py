"""A note whose properties are nobody's: a block that is never closed, or that does not open the file.

Obsidian then reads no properties at all, only text (`specs/obsidian.md` §2.1).
"""

from __future__ import annotations

from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit
from vaultkit.markdown.delimiters import find_frontmatter
from vaultkit.text import Message, Span, pattern

_BEFORE = pattern(r"\ufeff?(?P<blank>\s*)(?P<sign>---)[ \t]*\r?\n")
_KEY = pattern(r"(?P<quote>[\"']?)(?P<key>\w[^\n:\"'#]{0,60}?)(?P=quote)[ \t]*:(?=[ \t\r\n]|\Z)")
#: A line that goes on with the value of a key: an entry of a list, an indented line.
_MORE = pattern(r"[ \t]*-[ \t]|[ \t]+\S")
#: A single line `key: value` below a rule is a sentence, but for these.
_TELLING = ("category", "scope", "tags", "aliases", "cssclasses", "domaine", "priorite", "statut", "synthese")
#: So many lines are looked at: more would not make it any surer.
_MOST = 20


def lost_block(text: str) -> Finding | None:
    """Return what keeps the properties at the head of a note from being read; None if nothing does.

    Only where what follows the `---` looks like properties: elsewhere it is a rule.
    """
    found = _BEFORE.match(text)
    if found is None or not _are_properties(text, found.end()):
        return None
    place, bare = Span(*found.span("sign")), text[found.start("sign") :]
    whole = find_frontmatter(bare) is not None
    line = text.count("\n", 0, place.start) + 1
    if found["blank"]:
        return Finding(
            place,
            Message(
                f"propriétés illisibles, ligne {line}\u00a0: il y a un blanc avant «\u00a0---\u00a0», "
                "qui doit ouvrir la première ligne",
                f"properties cannot be read, line {line}: there is white space before '---', "
                "which has to open the first line",
            ),
            Message("effacer ce qui est au-dessus", "delete what is above it"),
            (Edit(Span(*found.span("blank")), ""),) if whole else (),
        )
    if whole:
        return None
    return Finding(
        place,
        Message(
            f"propriétés illisibles, ligne {line}\u00a0: «\u00a0---\u00a0» ouvre un bloc qui n’est jamais fermé",
            f"properties cannot be read, line {line}: '---' opens a block that is never closed",
        ),
        Message("mettre une ligne --- sous la dernière propriété", "put a line --- below the last property"),
    )


def _are_properties(text: str, at: int) -> bool:
    """Whether the lines from `at` on look like properties: one that tells, or several, and nothing before them."""
    count = 0
    for _ in range(_MOST):
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)][:200]
        found = _KEY.match(line)
        if found is not None:
            count += 1
            if count > 1 or found["key"].strip().lower() in _TELLING:
                return True
        elif not count or not _MORE.match(line):
            return False
        if end < 0:
            return False
        at = end + 1
    return False
