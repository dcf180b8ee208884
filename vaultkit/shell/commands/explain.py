"""`explain`: what a code means, or what vaultkit sees of a note."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

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
from vaultkit.shell import console
from vaultkit.shell.names import find_note, find_vault, vault_path
from vaultkit.shell.report import SEVERITIES
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.shell.commands.context import Context

#: How many columns a sentence takes.
WIDTH = 96
#: What is said of files without properties, or of notes whose properties cannot be read: no note can waive it.
_NO_PROPERTIES = (UNREADABLE, INVALID_FRONTMATTER, SCHEMA_FAULT, SCHEMA_UNUSED)
_FAMILY = re.compile(r"vk(\d)(?:xx)?", re.IGNORECASE)
_CODE = re.compile(r"vk\d*", re.IGNORECASE)


def explain(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    said: str = arguments.what.strip()
    if kinds := kinds_named(said):
        _explain_kinds(kinds, _settings(arguments.vault))
    elif (family := _FAMILY.fullmatch(said)) and family[1] in FAMILIES:
        _explain_family(family[1], _settings(arguments.vault))
    elif _CODE.fullmatch(said):
        raise _unknown(said)
    else:
        _explain_file(arguments, said)
    return 0


def _explain_kinds(kinds: Sequence[Kind], settings: Settings) -> None:
    """Explain each kind of those that have one name."""
    voice = console.Voice(settings.vault_language or console.locale_language() or "fr")
    for number, kind in enumerate(kinds):
        if number:
            print()
        _explain_kind(kind, settings, voice)


def _explain_file(arguments: Namespace, said: str) -> None:
    """Say what vaultkit sees of a note, the settings note too; raises VaultkitError (2) for what is no note."""
    from vaultkit.shell.commands.context import open_context
    from vaultkit.shell.commands.explain_note import explain_note

    context = open_context(arguments)
    if _is_settings_note(context, said):
        for line in _SETTINGS_NOTE:
            context.voice.tell(line)
        return
    try:
        path = find_note(context.session.index, context.session.root, said)
    except VaultkitError:
        if _nearest(said) and not re.search(r"[/.\s]", said):
            raise _unknown(said) from None
        raise
    for line in explain_note(context.session, path):
        context.voice.tell(line)


_SETTINGS_NOTE = (
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


def _is_settings_note(context: Context, said: str) -> bool:
    """Whether a person means the settings note, which is in no index."""
    root = context.session.root
    there = any(entry.path == NOTE_NAME for entry in context.session.entries)
    return there and any(
        vault_path(root, base / name) == NOTE_NAME
        for base in (Path.cwd(), root)
        for name in (said, f"{said}.md")
    )


def _explain_family(digit: str, settings: Settings) -> None:
    """List the kinds of a family, a line each."""
    from vaultkit.rules.explained import EXPLANATIONS

    voice = console.Voice(settings.vault_language or console.locale_language() or "fr")
    language = voice.language
    print(f"VK{digit}xx – {FAMILIES[digit].of(language)}")
    for kind in KINDS:
        if kind.code[2] == digit:
            severity = SEVERITIES[kind.severity].of(language)
            own = _own_severity(kind, settings, language)
            print(f"\n{kind.code} {kind.name} – {severity}{own}")
            if explained := EXPLANATIONS.get(kind.code):
                print(_wrapped(f"  {explained.why.of(language).split('. ')[0].rstrip('.')}"))
    print()
    voice.say("→ vaultkit explain CODE en dit plus", "→ vaultkit explain CODE tells more")


def _settings(vault: str | None) -> Settings:
    """Return the settings of the vault around here, the defaults where there is none."""
    from vaultkit.shell.configuration import vault_settings
    from vaultkit.shell.files import DiskFiles

    try:
        return vault_settings(DiskFiles(find_vault(vault)), ())
    except VaultkitError:
        return Settings()


def _nearest(said: str) -> list[str]:
    known = [name for kind in KINDS for name in (kind.code.lower(), kind.name)]
    return get_close_matches(said.lower(), known, n=1, cutoff=0.7)


def _unknown(said: str) -> VaultkitError:
    near = [kind for name in _nearest(said) for kind in kinds_named(name)]
    fr = f"\u00a0; peut-être {near[0].code} {near[0].name}\u00a0?" if near else ""
    en = f"; did you mean {near[0].code} {near[0].name}?" if near else ""
    return VaultkitError(
        Message(f"aucune remarque ne s’appelle «\u00a0{said}\u00a0»{fr}", f"no remark is called '{said}'{en}")
    )


def _explain_kind(kind: Kind, settings: Settings, voice: console.Voice) -> None:
    """Say what a kind means, why it matters, what to do, with an example, and how to hear no more of it."""
    from vaultkit.rules.explained import EXPLANATIONS

    language = voice.language
    explained = EXPLANATIONS.get(kind.code)
    family, severity = FAMILIES[kind.code[2]].of(language), SEVERITIES[kind.severity].of(language)
    print(f"{kind.code} {kind.name} – {family}, {severity}{_own_severity(kind, settings, language)}")
    if explained is not None:
        print(f"\n{_wrapped(explained.why.of(language))}\n{_wrapped('→ ' + explained.remedy.of(language))}")
        _example(Message("Exemple", "Example"), explained.bad, {}, voice)
        _example(Message("Corrigé", "Mended"), explained.good, explained.bad, voice)
    print()
    if kind not in _NO_PROPERTIES:
        voice.say(
            f"Ne plus le dire d’une note\u00a0: dans ses propriétés, {WAIVERS}: [{kind.code}]",
            f"To hear no more of it in one note: in its properties, {WAIVERS}: [{kind.code}]",
        )
    voice.say(
        f'Dans tout le coffre\u00a0: vaultkit.toml, [check] ignore = ["{kind.code}"]'
        "\u00a0; ou info, warning, error pour une autre gravité",
        f'In the whole vault: vaultkit.toml, [check] ignore = ["{kind.code}"]; '
        "or info, warning, error for another severity",
    )


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _own_severity(kind: Kind, settings: Settings, language: str) -> str:
    """Return what the vault's settings make of a kind, empty where they leave it alone."""
    own = severities_of(settings).get(kind.code, kind.severity)
    if own is kind.severity:
        return ""
    if own is None:
        return " (ignoré dans ce coffre)" if language == "fr" else " (ignored in this vault)"
    word = SEVERITIES[own].of(language)
    return f" (dans ce coffre\u00a0: {word})" if language == "fr" else f" (in this vault: {word})"


def _example(title: Message, files: Files, before: Files, voice: console.Voice) -> None:
    """Print the files of an example; those that it has in common with the one before are left out."""
    shown = {path: content for path, content in files.items() if before.get(path) != content}
    gone = [path for path in before if path not in files]
    colon = "\u00a0:" if voice.language == "fr" else ":"
    print(f"\n{title.of(voice.language)}{colon}")
    for path, content in shown.items():
        print(f"  {console.paint(path, '1')}")
        text = content if isinstance(content, str) else content.decode(errors="replace")
        for line in text.rstrip("\n").split("\n"):
            print(f"  │ {harmless(line)}".rstrip())
    for path in gone:
        voice.say(f"  {path}\u00a0: n’existe plus", f"  {path}: is gone")
