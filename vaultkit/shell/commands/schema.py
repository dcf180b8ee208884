"""`schema`: schemas inferred from a vault, and changes of keys and values carried through."""

from __future__ import annotations

import re
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from vaultkit.audit.mission import category_of
from vaultkit.edits import Changes, Write
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.schema.migrate import Migration, NotMigrated, left_alone, migrated, pairs_of
from vaultkit.schema.words import HINTS, shown
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context, show_diff, tell_refused, tell_undo
from vaultkit.shell.names import find_paths
from vaultkit.shell.planning import unexpected
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message, fold

_NOT_UTF8 = Message("cette note n’est pas en UTF-8", "this note is not UTF-8")


def overview(arguments: Namespace) -> int:
    """Run `schema`: say which schemas stand, and of how many notes each speaks; 1 if one has an error."""
    context = open_context(arguments)
    schemas, voice = context.session.schemas, context.voice
    counts = {id(schema): 0 for schema in schemas.schemas}
    for note in context.session.index:
        for schema in schemas.of(note):
            counts[id(schema)] += 1
    for schema in sorted(schemas.schemas, key=lambda schema: schema.path):
        count = counts[id(schema)]
        voice.say(
            f"{schema.path}\u00a0: {report.nombre(count, 'note')}",
            f"{schema.path}: {report.number(count, 'note')}",
        )
    for fault in schemas.faults:
        lines = context.session.lines(fault.path)
        place = ":".join(map(str, lines.place(fault.finding.span.start))) if lines else "1:1"
        said = fault.finding.message.of(context.language)
        voice.warn(Message(f"✖ {fault.path}:{place}\u00a0: {said}", f"✖ {fault.path}:{place}: {said}"))
    voice.say(
        "→ vaultkit schema infer en propose d’autres, d’après les notes",
        "→ vaultkit schema infer proposes others, from the notes",
    )
    return int(bool(schemas.faults))


def infer(arguments: Namespace) -> int:
    """Run `schema infer`: print what the notes of each category have in common, write it, or show that."""
    from vaultkit.schema.infer import inferred

    context = open_context(arguments)
    _known_categories(context, arguments.categories)
    made = inferred(context.session.index, context.language, arguments.categories)
    if not made:
        context.voice.say("Aucune note n’a de catégorie.", "No note has a category.")
        return 0
    folder = context.session.settings.schemas_folder.rstrip("/")
    if not arguments.write and not arguments.diff:
        print("---\n".join(f"# {folder}/{one.name}\n{one.text}" for one in made), end="")
        return 0
    taken = {f"{folder}/{one.name}" for one in made if (context.session.root / folder / one.name).exists()}
    there = Message("ce fichier existe déjà", "this file is there already")
    writes = [Write(f"{folder}/{one.name}", one.text, None, (), "schema infer") for one in made]
    changes = Changes(
        tuple(write for write in writes if write.path not in taken),
        refused=tuple((path, there) for path in sorted(taken)),
    )
    if arguments.diff:
        return show_diff(context, changes)
    done = context.session.apply(changes, "schema infer")
    for write in done.written:
        print(f"  + {write.path}")
    tell_undo(context, done)
    return tell_refused(context, done.refused)


def _known_categories(context: Context, said: Iterable[str]) -> None:
    """Raise VaultkitError (2) for a category that no note has."""
    from difflib import get_close_matches

    known = {
        category_of(note): str(note.properties["category"])
        for note in context.session.index
        if category_of(note)
    }
    for one in said:
        if fold(one) not in known:
            near = get_close_matches(fold(one), known, n=1)
            more_fr = f" (peut-être {known[near[0]]}\u00a0?)" if near else ""
            more_en = f" (did you mean {known[near[0]]}?)" if near else ""
            raise VaultkitError(
                Message(
                    f"aucune note n’a la catégorie «\u00a0{one}\u00a0»{more_fr}",
                    f"no note has the category '{one}'{more_en}",
                )
            )


def migrate(arguments: Namespace) -> int:
    """Run `schema migrate`: keys renamed, values mapped; a note where that is not safe is left, then 3."""
    migration = _migration(arguments)
    context = open_context(arguments)
    session = context.session
    index = session.index
    paths = find_paths(index, session.root, arguments.paths) if arguments.paths else sorted(index.notes)
    writes, refused = [], []
    for path in paths:
        note = index.notes[path]
        try:
            text = migrated(note, migration)
        except NotMigrated as fault:
            refused.append((path, _NOT_UTF8 if note.readonly else fault.message))
            continue
        if text != note.text and note.readonly:
            refused.append((path, _NOT_UTF8))
        elif text != note.text:
            writes.append(Write(path, text, note.digest, (), "schema migrate"))
    if arguments.expect is not None and len(writes) != arguments.expect:
        raise unexpected(arguments.expect, len(writes))
    changes = Changes(tuple(writes), refused=tuple(refused))
    left = Counter(one for path in paths for one in left_alone(index.notes[path], migration))
    if arguments.diff:
        code = show_diff(context, changes)
        _tell_left(context.voice.warn, left)
        return code
    done = session.apply(changes, "schema migrate")
    for write in done.written:
        print(f"✔ {write.path}")
    if not writes and not refused:
        context.voice.say("Rien à changer.", "Nothing to change.")
    tell_undo(context, done)
    _tell_left(context.voice.tell, left)
    _tell_rest(context, migration)
    return tell_refused(context, done.refused)


def _tell_left(tell: Callable[[Message], None], left: Counter[str]) -> None:
    """Say which keys and values differ from the old ones only in case or accents, and so were left alone."""
    for said, count in sorted(left.items())[:HINTS]:
        words = shown(harmless(said))
        tell(
            Message(
                f"laissé\u00a0: {words} ({report.nombre(count, 'fois', 'fois')})\u00a0; pas tout à fait l’ancien nom",
                f"left: {words} ({report.number(count, 'time')}); not quite the old name",
            )
        )
    if len(left) > HINTS:
        tell(Message(f"… et {len(left) - HINTS} autres", f"… and {len(left) - HINTS} more"))


def _migration(arguments: Namespace) -> Migration:
    """Return what the arguments ask for; raises VaultkitError (2) where they make no sense."""
    renames: dict[str, str] = {}
    for said, (old, new) in zip(arguments.rename, pairs_of(arguments.rename), strict=True):
        if not old or not new or "\n" in new or old in renames:
            raise _unclear("--rename", said, "ANCIEN=NOUVEAU", "OLD=NEW")
        renames[old] = new
    values: dict[str, dict[str, str]] = {}
    for said in arguments.map:
        key, sign, pair = said.partition(":")
        old, new = next(pairs_of([pair]))
        if not key.strip() or not sign or not old or not new or "\n" in new:
            raise _unclear("--map", said, "CLÉ:ANCIEN=NOUVEAU", "KEY:OLD=NEW")
        values.setdefault(key.strip(), {})[old] = new
    if not renames and not values:
        raise VaultkitError(
            Message(
                "dire ce qui change\u00a0: --rename ANCIEN=NOUVEAU, --map CLÉ:ANCIEN=NOUVEAU",
                "say what changes: --rename OLD=NEW, --map KEY:OLD=NEW",
            )
        )
    for pairs in (renames, *values.values()):
        for new in pairs.values():
            if new in pairs or (pairs is renames and list(pairs.values()).count(new) > 1):
                raise VaultkitError(
                    Message(
                        f"«\u00a0{new}\u00a0» est à la fois un ancien nom et un nouveau\u00a0: le faire en deux fois",
                        f"'{new}' is both an old name and a new one: do it in two steps",
                    )
                )
    return Migration(renames, values)


def _unclear(option: str, said: str, fr: str, en: str) -> VaultkitError:
    return VaultkitError(
        Message(f"{option} «\u00a0{said}\u00a0»\u00a0: il faut {fr}", f"{option} '{said}': expected {en}")
    )


def _tell_rest(context: Context, migration: Migration) -> None:
    """Say where the old keys are still named: queries and schemas, which a person has to look at."""
    if not migration.renames:
        return
    names = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, migration.renames))})(?![\w-])")
    found = [
        note.path for note in context.session.index if any(names.search(query) for query in _queries(note))
    ]
    found += [path for path, text in context.session.schemas.texts.items() if names.search(text)]
    if found:
        listed = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
        context.voice.say(
            f"L’ancien nom est encore dans une requête ou un schéma, à revoir à la main\u00a0: {listed}",
            f"The old name still stands in a query or a schema, to be looked at by hand: {listed}",
        )


def _queries(note: Note) -> Iterator[str]:
    """Yield the texts in a note that may hold a query: code, and what regions are made from."""
    for span in (*note.code, *note.comments):
        said = span.of(note.text)
        if "dataview" in said or "vaultkit:begin" in said:
            yield said
