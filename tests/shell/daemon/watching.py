"""The command `vaultkit watch` as a process of its own, and what it says on stderr."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vaultkit.shell.control.client import Client

#: How long anything may take on a machine that has much else to do, in seconds.
PATIENCE = 30.0
VAULTKIT = (sys.executable, "-m", "vaultkit")


def with_fault(code: str) -> tuple[str, ...]:
    """Return a vaultkit to run in which some lines of Python are run first."""
    end = "import sys; from vaultkit.shell.cli import run; sys.exit(run(sys.argv[1:]))"
    return (sys.executable, "-c", f"{code}\n{end}")


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def homes(state: Path) -> dict[str, str]:
    """Return what makes this folder the home of all that is remembered."""
    return dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"), str(state))


def environment(state: Path, **more: str) -> dict[str, str]:
    """Return the environment of a run that touches no state but its own."""
    return os.environ | homes(state) | {"LC_ALL": "en_US.UTF-8", "NO_COLOR": "1"} | more


@dataclass
class Watching:
    """A daemon that runs. `first` is the line that it is waited for, `lines` are those that were waited for."""

    root: Path
    state: Path
    options: Sequence[str] = ()
    program: Sequence[str] = VAULTKIT
    first: str = r"vaultkit \S+ watches"
    lines: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start it; return once it watches."""
        self.process = subprocess.Popen(
            [*self.program, "watch", *self.options],
            cwd=self.root, env=environment(self.state), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            if self.first:
                self.said(self.first)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stderr
        with self.process.stderr as said:
            for line in said:
                self._said.put(line.decode().rstrip("\n"))
        self._said.put(None)

    def said(self, pattern: str) -> str:
        """Wait for a line that it says; return it."""
        while True:
            line = self._said.get(timeout=PATIENCE)
            assert line is not None, f"it ended without {pattern}: {self.lines}"
            self.lines.append(line)
            if re.search(pattern, line):
                return line

    def batch(self) -> dict[str, Any]:
        """Wait for the next batch that wrote something, of a log in JSON; return it."""
        while True:
            said: dict[str, Any] = json.loads(self.said(r'"event": "batch"'))
            if said["written"]:
                return said

    def ended(self) -> int:
        """Wait for its end; return its exit code."""
        code = self.process.wait(PATIENCE)
        while (line := self._said.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
        return code

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of vaultkit in the vault beside it."""
        return subprocess.run(
            [*VAULTKIT, *arguments], cwd=self.root, env=environment(self.state), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def client(self, name: str = "test") -> Client:
        """Return a connection to it."""
        client = Client.connect(self.root, PATIENCE, name)
        assert client
        return client
