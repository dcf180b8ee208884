"""What an editor waits for while a person types: the language server's answers, beside parsing that note.

    python -m tests.benchmarks.language VAULT [KEYSTROKES]

A real `vaultkit lsp` over its pipes, once on its own and once with the daemon (`vaultkit watch`) of the vault. Each
keystroke goes into a note somewhere in the vault; prints, as JSON, milliseconds at p50 and p95: `diagnostics` and
`completion` from the keystroke on, `hover`, and `parse` of the same text; `over` is what p95 has beyond three parses
and 20 ms (nothing, if all is well). The files of the vault stay as they are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measuring import VAULTKIT, steady, timed
from tests.shell.language.speaking import Speaker
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.session import Session

_LINE = "\nVoir [["
_MOST, _PARSES = 0.020, 3


def main(root: Path, keystrokes: int = 100) -> None:
    """Print the figures of both hosts."""
    root = root.resolve()
    chosen = _chosen(root, keystrokes)
    print(json.dumps({"own": _measured(root, chosen, "--no-daemon")}, indent=2), flush=True)
    with tempfile.TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state
        daemon = subprocess.Popen([*VAULTKIT, "watch", str(root)], stderr=subprocess.DEVNULL)
        try:
            _wait_for(root)
            print(json.dumps({"daemon": _measured(root, chosen)}, indent=2))
        finally:
            daemon.terminate()
            daemon.wait()


def _chosen(root: Path, count: int) -> list[tuple[Path, str]]:
    """Return notes from all over the vault, with what they say."""
    notes = Session.open(root).index.notes
    paths = sorted(notes)
    return [
        (root / path, notes[path].text)
        for path in (paths[at * len(paths) // (count + 1)] for at in range(count + 1))
    ]


def _measured(root: Path, chosen: Sequence[tuple[Path, str]], *arguments: str) -> dict[str, object]:
    """Return the figures of one host; the first note is not counted, as it asks for what nobody has asked for yet."""
    seconds: dict[str, list[float]] = {"diagnostics": [], "completion": [], "hover": [], "parse": []}
    with Speaker(*arguments) as editor:
        editor.initialize(root)
        for number, (file, text) in enumerate(chosen):
            found = _typed(editor, file.as_uri(), text)
            for name in found if number else ():
                seconds[name].append(found[name])
        editor.goodbye()
    return _figures(seconds)


def _typed(editor: Speaker, uri: str, text: str) -> dict[str, float]:
    """Open a note, begin a link in it, and type a letter of it; return what each answer took."""
    editor.open(uri, text + _LINE, 1)
    editor.diagnostics(uri, 1)
    line, column = text.count("\n") + 1, len(_LINE) - 1
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column + 1}}
    began = time.perf_counter()
    editor.insert(uri, 2, line, column, "a")
    editor.diagnostics(uri, 2)
    told = time.perf_counter() - began
    time.sleep(0.02)
    began = time.perf_counter()
    editor.insert(uri, 3, line, column + 1, "r")
    place["position"] = {"line": line, "character": column + 2}
    id = editor.request("textDocument/completion", {**place, "context": {"triggerKind": 1}})
    assert editor.answer(id).get("result") is not None
    completed = time.perf_counter() - began
    editor.diagnostics(uri, 3)
    hovered = timed(lambda: editor.ask("textDocument/hover", place))
    parsed = steady(lambda: timed(lambda: parse_note("n.md", f"{text}{_LINE}ar")))
    editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return {"diagnostics": told, "completion": completed, "hover": hovered, "parse": parsed}


def _figures(seconds: dict[str, list[float]]) -> dict[str, object]:
    """Return p50 and p95, and by how much each answer was late, in milliseconds."""
    figures: dict[str, object] = {}
    for name, values in seconds.items():
        said = {"p50": _milli(_share(values, 0.5)), "p95": _milli(_share(values, 0.95))}
        if name != "parse":
            late = [it - _PARSES * parse - _MOST for it, parse in zip(values, seconds["parse"], strict=True)]
            said["over"] = _milli(max(0.0, _share(late, 0.95)))
        figures[name] = said
    return figures


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _milli(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _wait_for(root: Path) -> None:
    """Wait until the daemon lets clients in."""
    from vaultkit.shell.control.client import Client

    while (client := Client.connect(root)) is None:
        time.sleep(0.1)
    client.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
