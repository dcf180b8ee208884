"""Tells the editor what is wrong in its open texts: after each change, of the newest text alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from vaultkit.shell.language.serving.asking import Asker

#: Seconds that a change waits, so that what was asked together with it is answered first.
_YIELD = 0.004
#: Seconds after the last change until what is said of the other open texts is looked at again.
_OTHERS = 1.0

#: Sends a notification whose parameters are JSON.
Send = Callable[[str, dict[str, Any]], None]


class Publisher:
    """Publishes diagnostics, one text after the other; a text that was changed again waits for its turn again."""

    def __init__(self, asker: Asker, send: Send, failed: Callable[[Exception], None]) -> None:
        self._asker = asker
        self._send = send
        self._failed = failed
        self._waiting: dict[str, None] = {}
        self._work: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    def changed(self, uri: str) -> None:
        """An open text has changed, and what is said of others may have with it."""
        self._waiting[uri] = None
        self._begin()
        if self._later is not None:
            self._later.cancel()
        if len(self._asker.documents) > 1:
            self._later = asyncio.get_running_loop().call_later(_OTHERS, self.all_changed)

    def all_changed(self) -> None:
        """The vault has changed."""
        self._waiting |= dict.fromkeys(self._asker.documents)
        self._begin()

    def closed(self, uri: str) -> None:
        """A text is open no more: nothing is said of it."""
        self._waiting.pop(uri, None)
        self._send(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, {"uri": uri, "diagnostics": []})

    def _begin(self) -> None:
        if self._waiting and (self._work is None or self._work.done()):
            self._work = asyncio.ensure_future(self._publish())

    async def _publish(self) -> None:
        while self._waiting:
            await asyncio.sleep(_YIELD)
            uri = next(iter(self._waiting), None)
            document = None if uri is None else self._asker.documents.get(uri)
            if uri is None or document is None:
                self._waiting.pop(uri or "", None)
                continue
            del self._waiting[uri]
            version = document.version
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
            try:
                report = await self._asker.ask(types.TEXT_DOCUMENT_DIAGNOSTIC, params)
            except Exception as error:  # what is said of one text must not keep others from being heard
                self._failed(error)
                continue
            if isinstance(report, dict) and self._asker.documents.get(uri) is document:
                if document.version != version:
                    self._waiting.setdefault(uri)
                    continue
                said = {"uri": uri, "version": version, "diagnostics": report["items"]}
                self._send(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, said)
                self._asker.prepare()
