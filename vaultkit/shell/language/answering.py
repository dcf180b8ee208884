"""What a query in a note gives now, as a person is shown it: a value, or the first rows."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from vaultkit.dql.context import QueryError, QuerySettings
from vaultkit.dql.engine import Engine
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.dql.export_markdown import to_markdown
from vaultkit.dql.inline_text import inline_text
from vaultkit.dql.results import CalendarResult, IdMeaning, ListResult, Result
from vaultkit.markdown.note import Note
from vaultkit.rules.queries import expression_span
from vaultkit.shell.asking import LOCALES, ask, clock_at, dataview_settings, engine_of, file_times
from vaultkit.shell.language.completing.queries import Query
from vaultkit.shell.language.workspace import Workspace
from vaultkit.shell.session import Session
from vaultkit.text import Message

#: So many rows are shown.
_ROWS = 10
_ENGINES: WeakKeyDictionary[Session, tuple[Engine, QuerySettings]] = WeakKeyDictionary()


def answered(workspace: Workspace, note: Note, query: Query) -> str:
    """Return the answer to a query as Markdown, or why there is none."""
    text, language = query.text(note).strip(), workspace.language
    if not text:
        return ""
    engine, settings = _engine(workspace.session)
    try:
        if query.inline:
            said = inline_text(engine.expression(text, note.path, settings), settings)
            return f"= {said}"
        return _first_rows(ask(engine, text, note.path, settings), settings, language)
    except DqlSyntaxError as error:
        if query.inline and expression_span(note.text, query.whole) is None:
            return ""  # code that only looks like a query: `=SUM(A1;A2)`
        said = error.message.of(language)
        return Message(f"requête illisible\u00a0: {said}", f"the query cannot be read: {said}").of(language)
    except (QueryError, RecursionError) as error:
        said = " ".join(str(error).split())
        return Message(f"la requête échoue\u00a0: {said}", f"the query fails: {said}").of(language)


def _engine(session: Session) -> tuple[Engine, QuerySettings]:
    """Return who answers queries on the vault as it stands, made once for each state of it."""
    known = _ENGINES.get(session)
    if known is None:
        vault = session.graph if "graph" in vars(session) else session.index
        engine = engine_of(session.files, vault, clock_at(None, None), file_times(session.file_times))
        settings = QuerySettings.of(dataview_settings(session.files), LOCALES[session.language])
        known = _ENGINES[session] = engine, settings
    return known


def _first_rows(result: Result, settings: QuerySettings, language: str) -> str:
    count = len(result.rows)
    if count == 0:
        return Message("aucun résultat", "no results").of(language)
    shown: Sequence[object] = result.rows[:_ROWS]
    more = f"\n\n… ({count})" if count > _ROWS else ""
    if isinstance(result, CalendarResult):
        links = [entry.link for entry in result.rows[:_ROWS]]
        return to_markdown(ListResult(links, IdMeaning()), settings) + more
    return to_markdown(replace(result, rows=shown), settings).rstrip() + more
