"""Rules about a mission: its sections, the names in it, and what its regions hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vaultkit.audit.model import Action, Domain, DomainNote, Mission
from vaultkit.audit.sections import ITEM_TOPICS
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.rules.kinds import (
    KEPT_ITEM,
    NAME_VARIANT,
    NO_SOURCE,
    REGION_FAULT,
    REGION_WORDS,
    SECTION_DIFFERS,
    UNKNOWN_REGION,
)
from vaultkit.rules.name_words import NAME, common_words
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.text import Message, Span, fold, nfc, note_name, unaccented

if TYPE_CHECKING:
    from vaultkit.render.merge import Fate
    from vaultkit.render.refresh import Outcome

_BY_HAND = Message(
    "le corriger dans la note qui le dit, puis effacer <!-- vk:keep -->\u00a0; rien à faire si l’écart est voulu",
    "correct it in the note that says it, then delete <!-- vk:keep -->; nothing is to be done if the gap is wanted",
)


def section_differs(note: Note, look: Look) -> Iterator[Finding]:
    """A domain section of the synthesis says something else than the child note that covers the domain."""
    mission = look.mission(note)
    for domain in mission.domains if mission and mission.active else ():
        section = domain.own_section
        if section is None or not domain.covered or section.heading is None or not section.items:
            continue
        only_here, only_there = _difference(domain, section)
        if not only_here and not only_there:
            continue
        names = ", ".join(note_name(source.path) for source in domain.notes)
        parts_fr = [f"seulement dans la synthèse\u00a0: {_listed(only_here)}"] if only_here else []
        parts_en = [f"only in the synthesis: {_listed(only_here)}"] if only_here else []
        parts_fr += [f"seulement dans {names}\u00a0: {_listed(only_there)}"] if only_there else []
        parts_en += [f"only in {names}: {_listed(only_there)}"] if only_there else []
        french, english = "\u00a0; ".join(parts_fr), "; ".join(parts_en)
        yield Finding(
            section.heading,
            Message(
                f"la section «\u00a0{section.label}\u00a0» diffère de sa note ({french})",
                f"the section '{section.label}' differs from its note ({english})",
            ),
            Message(
                "vaultkit adopt --sections la fait suivre la note",
                "vaultkit adopt --sections makes it follow the note",
            ),
        )


def _difference(domain: Domain, section: DomainNote) -> tuple[list[str], list[str]]:
    def said(items: Sequence[object]) -> dict[str, str]:
        texts = [
            (item.description if isinstance(item, Action) else getattr(item, "text", "")) for item in items
        ]
        return {fold(text) or text: text for text in texts}

    here: dict[str, str] = {}
    there: dict[str, str] = {}
    for topic in ITEM_TOPICS:
        here |= {f"{topic} {key}": text for key, text in said(section.of(topic)).items()}
        there |= {f"{topic} {key}": text for key, text in said(domain.items(topic)).items()}
    return [t for key, t in here.items() if key not in there], [
        t for key, t in there.items() if key not in here
    ]


def _listed(texts: Sequence[str]) -> str:
    shown = " / ".join(texts[:3])
    return f"{shown} / …" if len(texts) > 3 else shown


def name_variant(note: Note, look: Look) -> Iterator[Finding]:
    """A name is spelled with and without its accents in one mission: Mélissa and Melissa.

    Only words that stand capitalised inside a sentence count, and none that also occurs in lower case.
    """
    mission = look.mission(note)
    if mission is None or not mission.active:
        return
    sources = (mission.synthesis, *mission.children)
    several = _several(sources)
    common = {word for source in sources if several for word in common_words(_composed(source))}
    for key, spellings in sorted(several.items()):
        by_accents = {word.casefold(): word for word in spellings}
        if key in common or any(word.casefold() in common for word in spellings):
            continue
        words = sorted(by_accents.values(), key=lambda word: (unaccented(word) == word.casefold(), word))
        source, place = spellings[words[-1]]
        if source.path != note.path:
            place = Span(note.body_start, note.body_start)
        quoted = [f"«\u00a0{word}\u00a0»" for word in words]
        yield Finding(
            place or _place_of(source, words[-1]),
            Message(
                f"un nom écrit de deux façons\u00a0: {' et '.join(quoted)}",
                f"a name spelled two ways: {' and '.join(words)}",
            ),
            Message("choisir une seule écriture", "choose one spelling"),
        )


def spelled_twice(mission: Mission) -> frozenset[str]:
    """Return the names of a mission that are spelled in several ways, or could be words, without accents."""
    return frozenset(_several((mission.synthesis, *mission.children)))


def _several(sources: Sequence[Note]) -> dict[str, dict[str, tuple[Note, Span | None]]]:
    """Return the names that are spelled in several ways: by each way the first note that does, with its place."""
    spelled: dict[str, dict[str, tuple[Note, Span | None]]] = {}
    for source in sources:
        text = _composed(source)
        same = text == source.text
        for found in NAME.finditer(source.text if same else text):
            place = Span(*found.span()) if same else None
            spelled.setdefault(unaccented(found[0]), {}).setdefault(found[0], (source, place))
    return {key: words for key, words in spelled.items() if len({word.casefold() for word in words}) > 1}


def _composed(note: Note) -> str:
    return nfc(note.text).replace("\ufe0f", "")


def _place_of(note: Note, word: str) -> Span:
    at = note.text.find(word)
    return Span(at, at + len(word)) if at >= 0 else Span(0, 0)


# -------------------------------------------------------------------------------------- regions


def kept_item(note: Note, look: Look) -> Iterator[Finding]:
    """A region holds what a person wrote and vaultkit keeps; `push` writes that of two kinds into the child notes."""
    from vaultkit.render.push import PUSHED

    for outcome in look.outcomes(note):
        kept = [fate for fate in outcome.held if fate.kept]
        if not kept:
            continue
        listed = ", ".join(f"«\u00a0{_said(fate)}\u00a0»" for fate in kept)
        english = ", ".join(f"'{_said(fate)}'" for fate in kept)
        yield Finding(
            _place(note, outcome, kept[0]),
            Message(
                f"gardé à la main ({REGION_WORDS[outcome.region.name].fr})\u00a0: {listed}",
                f"kept by hand ({REGION_WORDS[outcome.region.name].en}): {english}",
            ),
            Message(
                f'vaultkit push "{note.name}" le reporte dans les notes',
                f'vaultkit push "{note.name}" writes it into the notes',
            )
            if outcome.region.name in PUSHED
            else _BY_HAND,
        )


def no_source(note: Note, look: Look) -> Iterator[Finding]:
    """A row or item of a region that no child note holds."""
    for outcome in look.outcomes(note):
        for fate in outcome.held:
            if fate.sourceless:
                hint = (
                    Message(
                        "l’écrire dans une note fille, ou l’effacer",
                        "write it into a child note, or delete it",
                    )
                    if fate.kept
                    else Message(
                        "vaultkit rebuild --prune l’enlève", "vaultkit rebuild --prune takes it away"
                    )
                )
                yield Finding(
                    _place(note, outcome, fate),
                    Message(
                        f"sans note source\u00a0: «\u00a0{_said(fate)}\u00a0»", f"no source: '{_said(fate)}'"
                    ),
                    hint,
                )


def _said(fate: Fate) -> str:
    return fate.place if " | " in fate.after or not fate.after else fate.after


def _place(note: Note, outcome: Outcome, fate: Fate) -> Span:
    body = outcome.region.body
    for wanted in (fate.after, fate.place.split(" | ")[0]):
        at = note.text.find(wanted, body.start, body.end) if wanted else -1
        if at >= 0:
            return Span(at, at + len(wanted))
    return outcome.region.begin


def region_fault(note: Note, look: Look) -> Iterator[Finding]:
    """The template or query of a region fails, so the region stands as it stood."""
    if refreshed := look.refreshed.get(note.path):
        yield from refreshed.faults


def unknown_region(note: Note, look: Look) -> Iterator[Finding]:
    """A region has a name that vaultkit does not know; its body is never touched."""
    if refreshed := look.refreshed.get(note.path):
        yield from refreshed.unknown


FAMILIES = (
    Family(
        (Rule(SECTION_DIFFERS, section_differs), Rule(NAME_VARIANT, name_variant)),
        paths=lambda look: look.by_synthesis,
    ),
    Family(
        (
            Rule(KEPT_ITEM, kept_item),
            Rule(NO_SOURCE, no_source),
            Rule(UNKNOWN_REGION, unknown_region),
            Rule(REGION_FAULT, region_fault),
        ),
        paths=lambda look: look.refreshed,
    ),
)
