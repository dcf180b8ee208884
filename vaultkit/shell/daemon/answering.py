"""What clients of the daemon ask for, answered from what is in memory: JSON as the commands print it."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.diagnostics import Diagnostic
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.acts.act import Kept, Zone
from vaultkit.shell.acts.explaining import explain_code, explain_note
from vaultkit.shell.acts.stage import note_of
from vaultkit.shell.acts.zones import zones
from vaultkit.shell.asking import ask, clock_at, engine_of, file_times
from vaultkit.shell.daemon.acting import Acting
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.daemon.offsets import EditorPlaces, editor_digest, editor_text
from vaultkit.shell.placed import placed
from vaultkit.shell.ports import BatchDone, Clock, SystemClock
from vaultkit.shell.report import SCHEMA_VERSION, as_json
from vaultkit.shell.session import Session
from vaultkit.text import Message, Span, nfc

#: How often what is due is done again for one `rebuild`.
_ROUNDS = 2


class Answers:
    """Answers from the engine; for the thread that it belongs to. `language` is that of messages."""

    def __init__(self, engine: Engine, language: str, clock: Clock | None = None) -> None:
        self._engine = engine
        self._language = language
        self._acting = Acting(engine, clock or SystemClock())

    def answer(self, method: str, params: Mapping[str, object]) -> object:
        """Return the answer as JSON; raises VaultkitError or QueryError."""
        if method == "diagnostics":
            wanted, language = params.get("paths"), params.get("language")
            paths = frozenset(map(str, wanted)) if isinstance(wanted, list) else None
            return self.diagnostics(paths, str(language or self._language))
        if method == "rebuild":
            return self.rebuild()
        if method == "explain":
            return self.explain(params)
        if method == "regions":
            return self.regions(nfc(str(params["path"])))
        if method == "act":
            return self.act(params)
        return self.query(str(params.get("query") or ""), str(params.get("origin") or ""))

    def diagnostics(self, paths: frozenset[str] | None = None, language: str = "") -> dict[str, object]:
        """Return the document of `check --format json`, of these notes or of all; `language` is that of messages."""
        found = self._engine.diagnostics()
        wanted = found if paths is None else [each for each in found if each.path in paths]
        return {"schema_version": SCHEMA_VERSION, "diagnostics": self._as_json(wanted, language)}

    def rebuild(self) -> dict[str, object]:
        """Read all that has changed, write all that may be written, and return the document of `rebuild --json`."""
        self._engine.overlooked(None)
        rounds: list[BatchDone] = []
        for _ in range(_ROUNDS):
            done = self._engine.step(hurry=True)
            if done is None:
                break
            rounds.append(done)
        written = {path: regions for done in rounds for path, regions in done.written}
        refused = {path: said for done in rounds for path, said in done.refused}
        return {
            "schema_version": SCHEMA_VERSION,
            "written": [{"path": path, "regions": list(regions)} for path, regions in written.items()],
            "unchanged": len(self._engine.session.index.notes) - len(written),
            "pending": [{"path": w.path, "because": w.because.value} for w in self._engine.standing().waits],
            "refused": [{"path": path, "message": said.of(self._language)} for path, said in refused.items()],
            "diagnostics": self._as_json(self._engine.diagnostics()),
            "timings": {"rebuild": round(sum(done.seconds for done in rounds), 6)},
        }

    def query(self, text: str, origin: str) -> dict[str, object]:
        """Return the document of `query --format json`."""
        from vaultkit.dql.result_json import to_json

        session = self._engine.session
        times = file_times(session.file_times)
        engine = engine_of(session.files, session.graph, clock_at(None, None), times)
        return {"schema_version": SCHEMA_VERSION, "ok": True, **to_json(ask(engine, text.strip(), origin))}

    def explain(self, params: Mapping[str, object]) -> dict[str, object]:
        """Return what a code means, or what vaultkit sees of a note, by lines."""
        session = self._engine.session
        if "code" in params:
            lines = explain_code(str(params["code"]), session.settings)
        else:
            lines = explain_note(session, nfc(str(params["path"])))
        return {"schema_version": SCHEMA_VERSION, "lines": [_both(line) for line in lines]}

    def regions(self, path: str) -> dict[str, object]:
        """Return the regions of a note as its file says now, with their places in the app's editor."""
        session = self._engine.peek(path)
        note = note_of(session, path)
        place = EditorPlaces(note.lines)
        return {
            "schema_version": SCHEMA_VERSION,
            "path": path,
            "textDigest": editor_digest(editor_text(note.text)),
            "regions": [_zone(zone, place) for zone in zones(session, path)],
        }

    def act(self, params: Mapping[str, object]) -> dict[str, object]:
        """Make an act, and return what became of it."""
        made = self._acting.make(params)
        return {
            "schema_version": SCHEMA_VERSION,
            "told": _both(made.told),
            "handed": list(made.handed),
            "written": list(made.written),
            "refused": [{"path": path, "message": _both(said)} for path, said in made.refused],
        }

    def _as_json(self, found: list[Diagnostic], language: str = "") -> list[dict[str, object]]:
        session: Session = self._engine.session
        return as_json(placed(found, session.lines), language or self._language)


def _both(said: Message) -> dict[str, str]:
    return {"fr": said.fr, "en": said.en}


def _spanned(span: Span, place: EditorPlaces) -> dict[str, object]:
    return {"start": place(span.start), "end": place(span.end)}


def _zone(zone: Zone, place: EditorPlaces) -> dict[str, object]:
    return {
        "key": zone.key,
        "name": zone.name,
        "words": _both(REGION_WORDS.get(zone.name, Message(zone.name, zone.name))),
        **_spanned(zone.span, place),
        "bodyStart": place(zone.begin.end),
        "bodyEnd": place(zone.end.start),
        "stale": zone.stale,
        "sources": list(zone.sources),
        "marks": [_spanned(mark, place) for mark in zone.marks],
        "kept": [_kept(unit, place) for unit in zone.kept],
    }


def _kept(unit: Kept, place: EditorPlaces) -> dict[str, object]:
    return {
        "id": unit.id,
        **_spanned(unit.span, place),
        "wording": unit.wording,
        "generated": unit.generated,
        "sources": list(unit.sources),
        "target": unit.target,
        "proposal": _both(unit.proposal) if unit.proposal else None,
        "without": _both(unit.without) if unit.without else None,
    }
