"""Rules about notes that drop out of their mission without a word: no category that is known, no synthesis."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from vaultkit.audit.extract import plain_key
from vaultkit.audit.mission import CHILD_CATEGORIES, category_of, declared_synthesis, scope_of
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note, Property, PropertyValue
from vaultkit.rules.kinds import UNCLAIMED_NOTE, UNKNOWN_CATEGORY
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.rules.traits import FIELD
from vaultkit.schema.spoken import inline_fields
from vaultkit.schema.words import nearest, shown
from vaultkit.text import Message, Span, fold, nfc, note_name


def unknown_category(note: Note, look: Look) -> Iterator[Finding]:
    """What says the category or scope of a note is spelled so that nobody reads it, or stands where nobody looks.

    Only what is one slip away from something known: every other category is someone's own.
    """
    if note.path in look.copies or (note.frontmatter is not None and note.frontmatter.error is not None):
        return
    if category_of(note) not in look.categories:
        yield from _lost_category(note, look.categories)
    elif not scope_of(note):
        yield from _lost_key(note, "scope")


def _lost_category(note: Note, known: frozenset[str]) -> Iterator[Finding]:
    entry = note.frontmatter.properties.get("category") if note.frontmatter else None
    if entry is None or entry.value in (None, ""):
        yield from _lost_key(note, "category", known)
        return
    said = entry.value
    for one in said if isinstance(said, list) else [said]:
        near = _meant(one, known)
        if near is None:
            continue
        if isinstance(said, list):
            message = Message(
                "«\u00a0category\u00a0» est une liste\u00a0: la catégorie n’est pas lue",
                "'category' is a list: the category is not read",
            )
        else:
            message = Message(
                f"catégorie inconnue «\u00a0{shown(one)}\u00a0»", f"unknown category '{shown(one)}'"
            )
        hint = Message(f"peut-être category: {near}\u00a0?", f"did you mean category: {near}?")
        yield Finding(entry.value_span, message, hint)
        return


def _lost_key(note: Note, wanted: str, known: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Yield the property, or else the inline field, that was meant to be `wanted`; a category has to be a known one."""
    for key, entry in note.frontmatter.properties.items() if note.frontmatter else ():
        if key != wanted and _is_near_key(key, wanted) and _tells(entry.value, known):
            message = Message(
                f"«\u00a0{shown(key)}\u00a0» n’est pas lu\u00a0: la propriété s’appelle «\u00a0{wanted}\u00a0»",
                f"'{shown(key)}' is not read: the property is called '{wanted}'",
            )
            yield Finding(entry.key_span, message, _write(wanted, entry, known))
            return
    if all(plain_key(nfc(field.key)) != wanted for field in note.fields):
        return
    one = inline_fields(note).get(wanted)
    if one is not None and _tells(one.value, known):
        said = _meant(one.value, known) or shown(one.value)
        yield Finding(
            one.value_span,
            Message(
                f"«\u00a0{wanted}\u00a0» n’est lu que dans les propriétés, pas dans le texte",
                f"'{wanted}' is read in the properties only, not in the text",
            ),
            Message(
                f"écrire {wanted}: {said} entre les deux --- en tête de la note",
                f"write {wanted}: {said} between the two --- at the head of the note",
            ),
        )


def _write(wanted: str, entry: Property, known: frozenset[str]) -> Message:
    said = _meant(entry.value, known) or shown(entry.value) or "…"
    return Message(f"écrire {wanted}: {said}", f"write {wanted}: {said}")


def _tells(value: PropertyValue, known: frozenset[str]) -> bool:
    """Whether a value is a category that is known, or nearly; any text or number where nothing is known."""
    if known:
        return _meant(value, known) is not None
    return isinstance(value, str | int | float) and bool(str(value).strip())


def _meant(value: PropertyValue, known: frozenset[str]) -> str | None:
    """Return the known category that a value is, or is one slip away from, as it is written."""
    key = fold(value) if isinstance(value, str) and len(value) <= 80 else ""
    if not key:
        return None
    return _near(key, known)


@lru_cache(maxsize=1 << 12)
def _near(key: str, known: frozenset[str]) -> str | None:
    near = key if key in known else next((one for one in sorted(known) if one_slip(key, one)), None)
    return near.replace(" ", "_") if near else None


@lru_cache(maxsize=1 << 12)
def _is_near_key(key: str, wanted: str) -> bool:
    """Whether a key was meant to be `wanted`: `Category`, `catégorie`, `catgory`, `scop`; `score` is another word."""
    plain = plain_key(key) if len(key) <= 40 else ""
    if wanted == "scope":
        return plain == wanted or (len(plain) != len(wanted) and one_slip(plain, wanted))
    return plain in (wanted, "categorie") or one_slip(plain, wanted) or one_slip(plain, "categorie")


def one_slip(one: str, other: str) -> bool:
    """Whether two words differ in one letter: one more, one less, another, or two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 4:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return left[:2] == right[:2][::-1] and left[2:] == right[2:]


def unclaimed_note(note: Note, look: Look) -> Iterator[Finding]:
    """No synthesis gathers a domain note or an interview, so nothing that it says reaches a client.

    A delivered synthesis gathers too. In a vault without any synthesis nothing is said, nor of a note whose
    scope is missing where its schema asks for one.
    """
    if category_of(note) not in CHILD_CATEGORIES or note.path in look.missions_of or note.path in look.copies:
        return
    if not look.all_missions:
        return
    scope = scope_of(note)
    if not scope and any(
        "scope" in (schema.frontmatter.get("required") or ()) for schema in look.schemas.of(note)
    ):
        return
    properties = note.frontmatter.properties if note.frontmatter else {}
    entry = properties.get("scope" if scope else "category")
    target = declared_synthesis(look.index, note)
    yield Finding(
        entry.value_span if entry else Span(0, 0),
        Message("aucune synthèse ne reprend cette note", "no synthesis gathers this note"),
        _way_home(note, look, target),
    )


def _way_home(note: Note, look: Look, target: str | None) -> Message | None:
    """Return what would let a synthesis gather a note."""
    if target is not None:
        name = note_name(target)
        return Message(
            f"sa propriété synthese mène à «\u00a0{name}\u00a0», qui n’est pas une synthèse",
            f"its property synthese leads to '{name}', which is no synthesis",
        )
    scopes = list(
        dict.fromkeys(mission.scope for mission in look.all_missions if mission.active and mission.scope)
    )
    near = nearest(str(note.properties.get("scope") or ""), scopes)
    if near is None and len(scopes) == 1:
        near = scopes[0]
        return Message(f"la synthèse ouverte a scope: {near}", f"the open synthesis has scope: {near}")
    return Message(f"peut-être scope: {near}\u00a0?", f"did you mean scope: {near}?") if near else None


def _may_be_lost(note: Note, look: Look) -> bool:
    """Whether a note has no category, one that is no more than near a known one, or a known one and no scope."""
    said = note.category
    if not said:
        return bool(note.properties or (look.traits(note) & FIELD and note.fields))
    return _is_near(said, look.categories) and not (category_of(note) in look.categories and scope_of(note))


@lru_cache(maxsize=1 << 12)
def _is_near(category: str, known: frozenset[str]) -> bool:
    return fold(category) in known or _meant(category, known) is not None


FAMILIES = (
    Family((Rule(UNKNOWN_CATEGORY, unknown_category),), is_about=_may_be_lost),
    Family(
        (Rule(UNCLAIMED_NOTE, unclaimed_note),),
        categories=CHILD_CATEGORIES,
    ),
)
