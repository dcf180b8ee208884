"""`query`: a Dataview query answered, or many."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from vaultkit.dql.context import QueryError, QuerySettings
from vaultkit.dql.date_format import ENGLISH
from vaultkit.dql.engine import Engine
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.errors import VaultkitError
from vaultkit.shell import console, report
from vaultkit.shell.asking import LOCALES, ask, clock_at, dataview_settings, engine_of, file_times, read_times
from vaultkit.shell.collector import without_collector
from vaultkit.shell.commands.context import Context, open_context
from vaultkit.shell.names import find_note
from vaultkit.text import Message


def query(arguments: Namespace) -> int:
    """Run the command; 1 if the query is wrong or fails."""
    clock = clock_at(arguments.now, arguments.timezone)
    context = open_context(arguments)
    session = context.session
    times = read_times(Path(arguments.times)) if arguments.times else file_times(session.file_times)
    strict = bool(arguments.strict or arguments.batch)
    engine = engine_of(session.files, session.index, clock, times, strict)
    locale = arguments.locale or _locale(context)
    with without_collector():
        if arguments.batch:
            return _batch(engine, Path(arguments.batch), locale)
        settings = QuerySettings.of(dataview_settings(context.session.files), locale)
        return _one(context, engine, arguments, settings)


def _locale(context: Context) -> str:
    """Return the locale of results: the vault's language, else that of the machine."""
    language = context.session.settings.vault_language or console.locale_language() or "en"
    return LOCALES.get(language, ENGLISH)


def _batch(engine: Engine, file: Path, locale: str) -> int:
    """Print the answers to a file of questions as one JSON list, in their order."""
    from vaultkit.dql.batch import answer

    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise VaultkitError(
            Message(
                f"--batch\u00a0: {file} ne peut pas être lu\u00a0: {fault}",
                f"--batch: {file} cannot be read: {fault}",
            )
        ) from fault
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise VaultkitError(
            Message(
                f"--batch\u00a0: {file} n’est pas une liste d’objets",
                f"--batch: {file} is no list of objects",
            )
        )
    print(report.as_document([answer(engine, entry, locale) for entry in entries]))
    return 0


def _one(context: Context, engine: Engine, arguments: Namespace, settings: QuerySettings) -> int:
    """Answer one query in the format asked for."""
    session = context.session
    origin = find_note(session.index, session.root, arguments.origin) if arguments.origin else ""
    text = sys.stdin.read() if arguments.dql == "-" else arguments.dql
    as_json = arguments.format == "json"
    try:
        result = ask(engine, text.strip(), origin, settings)
        if as_json:
            from vaultkit.dql.result_json import to_json

            print(report.document(ok=True, **to_json(result)))
        elif arguments.format == "csv":
            from vaultkit.dql.export_csv import to_csv

            print(to_csv(result), end="")
        else:
            from vaultkit.dql.export_markdown import to_markdown

            print(to_markdown(result, settings), end="")
    except DqlSyntaxError as error:
        if as_json:
            print(report.document(ok=False, error=error.report))
            return 1
        context.voice.warn(
            Message(
                f"requête illisible, ligne {error.line}, colonne {error.column}\u00a0: {error.message.fr}",
                f"the query cannot be read, line {error.line}, column {error.column}: {error.message.en}",
            )
        )
        print(error.drawing, file=sys.stderr)
        return 1
    except QueryError as error:
        if as_json:
            print(report.document(ok=False, error=str(error)))
            return 1
        context.voice.warn(Message(f"la requête échoue\u00a0: {error}", f"the query fails: {error}"))
        return 1
    return 0
