"""Rules that hold notes against their schemas, and schemas against the vault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultkit.audit.mission import category_of
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.rules import kinds
from vaultkit.rules.rule import Check, Family, Look, Rule, VaultRule
from vaultkit.schema.model import Breach
from vaultkit.schema.words import listed
from vaultkit.text import Message, Span


def _breaks(breach: Breach) -> Check:
    """Return the check for one way in which a note can break its schema."""

    def check(note: Note, look: Look) -> Iterable[Finding]:
        found = look.violations(note)
        return [one.finding for one in found if one.breach is breach] if found else ()

    return check


def schema_fault(look: Look) -> Iterator[tuple[str, Finding]]:
    """A schema cannot be understood, so no note is held against it."""
    for fault in look.schemas.faults:
        yield fault.path, fault.finding


def schema_unused(look: Look) -> Iterator[tuple[str, Finding]]:
    """A schema of the vault's own speaks of no note: its category is perhaps misspelled."""
    yield from _no_schemas(look)
    waiting = [schema for schema in look.schemas.schemas if schema.own]
    for note in look.index.notes.values():
        if not waiting:
            return
        waiting = [schema for schema in waiting if not schema.fits(note)]
    for schema in waiting:
        words = Message("aucune note ne va avec ce schéma", "no note goes with this schema")
        yield schema.path, Finding(_head(look, schema.path), words)


def _no_schemas(look: Look) -> Iterator[tuple[str, Finding]]:
    """Yield the files in the schemas' folder that are never read, once for all of them."""
    if not look.schemas.unread:
        return
    names = [path.rsplit("/", 1)[-1] for path in look.schemas.unread]
    yield (
        look.schemas.unread[0],
        Finding(
            Span(0, 0),
            Message(f"pas lu comme schéma\u00a0: {listed(names)}", f"not read as a schema: {listed(names)}"),
            Message(
                "le nom d’un schéma finit par .yaml, .yml ou .toml",
                "the name of a schema ends in .yaml, .yml or .toml",
            ),
        ),
    )


def no_schema(look: Look) -> Iterator[tuple[str, Finding]]:
    """Notes have a category that no schema speaks of; said once, and only in a vault with schemas of its own."""
    if not any(schema.own for schema in look.schemas.schemas):
        return
    count: dict[str, list[Note]] = {}
    for note in look.index:
        if (category := category_of(note)) and not any(look.schemas.of(note)):
            count.setdefault(category, []).append(note)
    if not count:
        return
    first = min((notes[0] for notes in count.values()), key=lambda note: note.path)
    said = {str(notes[0].properties["category"]).strip(): len(notes) for notes in count.values()}
    counts = ", ".join(f"{name} ({number})" for name, number in sorted(said.items()))
    names = " ".join(f'"{name}"' if " " in name else name for name in sorted(said))
    entry = first.frontmatter.properties["category"] if first.frontmatter else None
    yield (
        first.path,
        Finding(
            entry.value_span if entry else Span(0, 0),
            Message(f"catégories sans schéma\u00a0: {counts}", f"categories without a schema: {counts}"),
            Message(
                f"vaultkit schema infer {names} en propose un", f"vaultkit schema infer {names} proposes one"
            ),
        ),
    )


def _head(look: Look, path: str) -> Span:
    """Return the first line of a schema that says something."""
    text = look.schemas.texts.get(path, "")
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip("\ufeff \t\r\n") and not line.lstrip("\ufeff \t").startswith("#"):
            return Span(at, at + len(line.rstrip()))
        at += len(line)
    return Span(0, 0)


RULES = tuple(
    Rule(kind, _breaks(breach))
    for kind, breach in (
        (kinds.SCHEMA_REQUIRED, Breach.REQUIRED),
        (kinds.SCHEMA_ENUM, Breach.ENUM),
        (kinds.SCHEMA_TYPE, Breach.TYPE),
        (kinds.SCHEMA_FORMAT, Breach.FORMAT),
        (kinds.SCHEMA_LINK, Breach.LINK),
        (kinds.SCHEMA_TAG, Breach.TAG),
        (kinds.SCHEMA_UNIQUE, Breach.UNIQUE),
        (kinds.SCHEMA_ORDER, Breach.ORDER),
        (kinds.SCHEMA_SCOPE, Breach.SCOPE),
        (kinds.SCHEMA_UNKNOWN_PROPERTY, Breach.UNKNOWN_PROPERTY),
        (kinds.SECTION_MISSING, Breach.SECTION_MISSING),
        (kinds.SECTION_ORDER, Breach.SECTION_ORDER),
        (kinds.SECTION_CONTENT, Breach.SECTION_CONTENT),
        (kinds.SECTION_ITEMS, Breach.SECTION_ITEMS),
    )
)
FAMILIES = (
    Family(
        RULES, is_about=lambda note, look: look.schemas.may_be_about(note) and bool(look.violations(note))
    ),
)

VAULT_RULES = (
    VaultRule(kinds.SCHEMA_FAULT, schema_fault),
    VaultRule(kinds.SCHEMA_UNUSED, schema_unused),
    VaultRule(kinds.NO_SCHEMA, no_schema),
)
