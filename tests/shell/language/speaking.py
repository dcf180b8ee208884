"""A client of the language server that speaks bytes: what it sends need not be right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

PATIENCE = 60.0


class Speaker:
    """The real process of `vaultkit lsp`, spoken to over its pipes."""

    def __init__(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vaultkit", "lsp", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "en_US.UTF-8", **(env or {})},
            cwd=cwd,
        )
        self.told: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.applies = True
        self._answers: dict[object, dict[str, Any]] = {}
        self._arrived: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._last_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._errors: list[bytes] = []
        threading.Thread(target=self._read_errors, daemon=True).start()

    # ---------------------------------------------------------------- what is said

    def raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Mapping[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: object = None) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: object = None) -> int:
        self._last_id += 1
        self.send({"id": self._last_id, "method": method, "params": params})
        return self._last_id

    def answer(self, id: object, within: float = PATIENCE) -> dict[str, Any]:
        """Return the whole answer to a request: with `result` or with `error`."""
        end = time.monotonic() + within
        while id not in self._answers:
            self._take(end)
        return self._answers.pop(id)

    def ask(self, method: str, params: object = None) -> Any:
        said = self.answer(self.request(method, params))
        assert "error" not in said, said
        return said.get("result")

    def until(self, method: str, holds: Any = lambda params: True, within: float = PATIENCE) -> Any:
        """Return the parameters of the next notification of this method for which something holds."""
        end = time.monotonic() + within
        at = 0
        while True:
            while at < len(self.told):
                said = self.told[at]
                if said["method"] == method and holds(said.get("params")):
                    del self.told[: at + 1]
                    return said.get("params")
                at += 1
            self._take(end)

    # ---------------------------------------------------------------- the usual things

    def initialize(self, root: Path | None, **more: object) -> Any:
        said = self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri() if root else None,
                "workspaceFolders": [{"uri": root.as_uri(), "name": "v"}] if root else None,
                "capabilities": {"general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]}},
                **more,
            },
        )
        self.notify("initialized", {})
        return said

    def open(self, uri: str, text: str, version: int = 1) -> None:
        document = {"uri": uri, "languageId": "markdown", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, *changes: object) -> None:
        said = [{"text": each} if isinstance(each, str) else each for each in changes]
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": said},
        )

    def insert(self, uri: str, version: int, line: int, character: int, text: str) -> None:
        place = {"line": line, "character": character}
        self.change(uri, version, {"range": {"start": place, "end": place}, "text": text})

    def diagnostics(
        self, uri: str, version: int | None = None, within: float = PATIENCE
    ) -> list[dict[str, Any]]:
        """Return what is published next of a text, of this version where one is said."""
        said = self.until(
            "textDocument/publishDiagnostics",
            lambda params: params["uri"] == uri and version in (None, params.get("version")),
            within,
        )
        found: list[dict[str, Any]] = said["diagnostics"]
        return found

    def goodbye(self) -> int:
        self.ask("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)

    def errors(self) -> str:
        """Return what was said on stderr."""
        return b"".join(self._errors).decode()

    def __enter__(self) -> Speaker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with suppress(OSError):
                stream.close()

    # ---------------------------------------------------------------- inside

    def _take(self, end: float) -> None:
        try:
            said = self._arrived.get(timeout=max(0.001, end - time.monotonic()))
        except Empty:
            raise AssertionError(
                f"the server said nothing more; before: {self.told}\n{self.errors()}"
            ) from None
        if said is None:
            raise AssertionError(f"the server ended\n{self.errors()}")
        if "method" not in said:
            self._answers[said.get("id")] = said
        elif "id" in said:
            self.asked.append(said)
            if said["method"] == "workspace/applyEdit":
                self.send({"id": said["id"], "result": {"applied": self.applies}})
            else:
                self.send({"id": said["id"], "result": None})
        else:
            self.told.append(said)

    def _read(self) -> None:
        for message in messages(self.process.stdout):
            self._arrived.put(message)
        self._arrived.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        try:
            for line in self.process.stderr:
                self._errors.append(line)
        except ValueError:  # closed
            return


def messages(stream: Any) -> Iterator[dict[str, Any]]:
    """Yield the messages of a stream until it ends."""
    length = 0
    try:
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
            elif not header.strip():
                yield json.loads(stream.read(length))
    except ValueError:  # closed
        return
