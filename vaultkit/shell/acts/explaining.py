"""What a code means, and what vaultkit sees of a note: as lines, for a console, a window or a hover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.diagnostics import Kind
from vaultkit.errors import VaultkitError
from vaultkit.markdown.waivers import WAIVERS
from vaultkit.rules.choice import severities_of
from vaultkit.rules.explained.explanation import Files
from vaultkit.rules.kinds import (
    FAMILIES,
    INVALID_FRONTMATTER,
    KINDS,
    SCHEMA_FAULT,
    SCHEMA_UNUSED,
    UNREADABLE,
    kinds_named,
)
from vaultkit.settings import NOTE_NAME, Settings
from vaultkit.shell.report import SEVERITIES
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.shell.session import Session

#: What is said of files without properties, or of notes whose properties cannot be read: no note can waive it.
_NO_PROPERTIES = (UNREADABLE, INVALID_FRONTMATTER, SCHEMA_FAULT, SCHEMA_UNUSED)
_FAMILY = re.compile(r"vk(\d)(?:xx)?", re.IGNORECASE)
_CODE = re.compile(r"vk\d*", re.IGNORECASE)


class Line(Struct, frozen=True):
    """A line of an explanation: `is_prose` is a sentence that may be broken, `is_file` the name of a file."""

    said: Message
    is_prose: bool = False
    is_file: bool = False


def explain_code(code: str, settings: Settings) -> tuple[Message, ...]:
    """Return what a code or name means (`VK101`, `VK1xx`, `kept-item`), a line each, empty ones between.

    Raises VaultkitError (2) if nothing is called so.
    """
    lines = explained(code.strip(), settings)
    if lines is None:
        raise unknown(code.strip())
    return tuple(line.said for line in lines)


def explain_note(session: Session, path: str) -> tuple[Message, ...]:
    """Return what vaultkit sees of a note, a line each. Raises VaultkitError (2) if there is no such note."""
    from vaultkit.shell.acts import explaining_note
    from vaultkit.shell.acts.stage import note_of

    if path == NOTE_NAME and any(entry.path == path for entry in session.entries):
        return SETTINGS_NOTE
    note_of(session, path)
    return tuple(explaining_note.explain_note(session, path))


SETTINGS_NOTE = (
    Message(NOTE_NAME, NOTE_NAME),
    Message(
        "  La note des réglages de vaultkit\u00a0: ses propriétés disent ce que dirait vaultkit.toml",
        "  The settings note of vaultkit: its properties say what vaultkit.toml would say",
    ),
    Message(
        "  Elle n’est d’aucune mission, et check n’en dit rien",
        "  It belongs to no mission, and check says nothing of it",
    ),
)


# ------------------------------------------------------------------------------------- codes


def explained(said: str, settings: Settings) -> list[Line] | None:
    """Return what a code, a name or a family means, None if it is none. Raises VaultkitError for a wrong code."""
    if kinds := kinds_named(said):
        return list(_kinds(kinds, settings))
    if (family := _FAMILY.fullmatch(said)) and family[1] in FAMILIES:
        return list(_family(family[1], settings))
    if _CODE.fullmatch(said):
        raise unknown(said)
    return None


def nearest(said: str) -> list[str]:
    """Return the code or name that is most like what was said, if any is."""
    known = [name for kind in KINDS for name in (kind.code.lower(), kind.name)]
    return get_close_matches(said.lower(), known, n=1, cutoff=0.7)


def unknown(said: str) -> VaultkitError:
    """Return the error of a name that no kind of remark has."""
    near = [kind for name in nearest(said) for kind in kinds_named(name)]
    fr = f"\u00a0; peut-être {near[0].code} {near[0].name}\u00a0?" if near else ""
    en = f"; did you mean {near[0].code} {near[0].name}?" if near else ""
    return VaultkitError(
        Message(f"aucune remarque ne s’appelle «\u00a0{said}\u00a0»{fr}", f"no remark is called '{said}'{en}")
    )


_EMPTY = Line(Message("", ""))


def _kinds(kinds: Sequence[Kind], settings: Settings) -> Iterator[Line]:
    """Explain each kind of those that have one name."""
    for number, kind in enumerate(kinds):
        if number:
            yield _EMPTY
        yield from _kind(kind, settings)


def _family(digit: str, settings: Settings) -> Iterator[Line]:
    """List the kinds of a family, a line each."""
    from vaultkit.rules.explained import EXPLANATIONS

    name = FAMILIES[digit]
    yield Line(Message(f"VK{digit}xx – {name.fr}", f"VK{digit}xx – {name.en}"))
    for kind in KINDS:
        if kind.code[2] == digit:
            severity, own = SEVERITIES[kind.severity], _own_severity(kind, settings)
            yield _EMPTY
            yield Line(
                Message(
                    f"{kind.code} {kind.name} – {severity.fr}{own.fr}",
                    f"{kind.code} {kind.name} – {severity.en}{own.en}",
                )
            )
            if found := EXPLANATIONS.get(kind.code):
                first = (f"  {why.split('. ')[0].rstrip('.')}" for why in (found.why.fr, found.why.en))
                yield Line(Message(*first), is_prose=True)
    yield _EMPTY
    yield Line(Message("→ vaultkit explain CODE en dit plus", "→ vaultkit explain CODE tells more"))


def _kind(kind: Kind, settings: Settings) -> Iterator[Line]:
    """Say what a kind means, why it matters, what to do, with an example, and how to hear no more of it."""
    from vaultkit.rules.explained import EXPLANATIONS

    found = EXPLANATIONS.get(kind.code)
    family, severity = FAMILIES[kind.code[2]], SEVERITIES[kind.severity]
    own = _own_severity(kind, settings)
    yield Line(
        Message(
            f"{kind.code} {kind.name} – {family.fr}, {severity.fr}{own.fr}",
            f"{kind.code} {kind.name} – {family.en}, {severity.en}{own.en}",
        )
    )
    if found is not None:
        yield _EMPTY
        yield Line(found.why, is_prose=True)
        yield Line(Message(f"→ {found.remedy.fr}", f"→ {found.remedy.en}"), is_prose=True)
        yield from _example(Message("Exemple\u00a0:", "Example:"), found.bad, {})
        yield from _example(Message("Corrigé\u00a0:", "Mended:"), found.good, found.bad)
    yield _EMPTY
    if kind not in _NO_PROPERTIES:
        yield Line(
            Message(
                f"Ne plus le dire d’une note\u00a0: dans ses propriétés, {WAIVERS}: [{kind.code}]",
                f"To hear no more of it in one note: in its properties, {WAIVERS}: [{kind.code}]",
            )
        )
    yield Line(
        Message(
            f'Dans tout le coffre\u00a0: vaultkit.toml, [check] ignore = ["{kind.code}"]'
            "\u00a0; ou info, warning, error pour une autre gravité",
            f'In the whole vault: vaultkit.toml, [check] ignore = ["{kind.code}"]; '
            "or info, warning, error for another severity",
        )
    )


def _own_severity(kind: Kind, settings: Settings) -> Message:
    """Return what the vault's settings make of a kind, empty where they leave it alone."""
    own = severities_of(settings).get(kind.code, kind.severity)
    if own is kind.severity:
        return Message("", "")
    if own is None:
        return Message(" (ignoré dans ce coffre)", " (ignored in this vault)")
    word = SEVERITIES[own]
    return Message(f" (dans ce coffre\u00a0: {word.fr})", f" (in this vault: {word.en})")


def _example(title: Message, files: Files, before: Files) -> Iterator[Line]:
    """Yield the files of an example; those that it has in common with the one before are left out."""
    shown = {path: content for path, content in files.items() if before.get(path) != content}
    gone = [path for path in before if path not in files]
    yield _EMPTY
    yield Line(title)
    for path, content in shown.items():
        yield Line(Message(f"  {path}", f"  {path}"), is_file=True)
        text = content if isinstance(content, str) else content.decode(errors="replace")
        for line in text.rstrip("\n").split("\n"):
            said = f"  │ {harmless(line)}".rstrip()
            yield Line(Message(said, said))
    for path in gone:
        yield Line(Message(f"  {path}\u00a0: n’existe plus", f"  {path}: is gone"))
