"""What clients of the daemon ask for, answered from what is in memory: JSON as the commands print it."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.diagnostics import Diagnostic
from vaultkit.shell.asking import ask, clock_at, engine_of, file_times
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.placed import placed
from vaultkit.shell.ports import BatchDone
from vaultkit.shell.report import SCHEMA_VERSION, as_json
from vaultkit.shell.session import Session

#: How often what is due is done again for one `rebuild`.
_ROUNDS = 2


class Answers:
    """Answers from the engine; for the thread that it belongs to. `language` is that of messages."""

    def __init__(self, engine: Engine, language: str) -> None:
        self._engine = engine
        self._language = language

    def answer(self, method: str, params: Mapping[str, object]) -> object:
        """Return the answer as JSON; raises VaultkitError or QueryError."""
        if method == "diagnostics":
            wanted = params.get("paths")
            return self.diagnostics(frozenset(map(str, wanted)) if isinstance(wanted, list) else None)
        if method == "rebuild":
            return self.rebuild()
        return self.query(str(params.get("query") or ""), str(params.get("origin") or ""))

    def diagnostics(self, paths: frozenset[str] | None = None) -> dict[str, object]:
        """Return the document of `check --format json`, of these notes or of all."""
        found = self._engine.diagnostics()
        wanted = found if paths is None else [each for each in found if each.path in paths]
        return {"schema_version": SCHEMA_VERSION, "diagnostics": self._as_json(wanted)}

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

    def _as_json(self, found: list[Diagnostic]) -> list[dict[str, object]]:
        session: Session = self._engine.session
        return as_json(placed(found, session.lines), self._language)
