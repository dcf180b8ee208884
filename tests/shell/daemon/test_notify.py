"""What systemd hears of the daemon: nothing where nobody asked, and never a fault."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from vaultkit.shell.daemon.notify import Notifier

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="systemd is there on Linux alone")


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    """A socket that listens as systemd does, and the environment that names it."""
    if request.param == "abstract" and not Path("/proc/self").is_dir():
        pytest.skip("abstract sockets are there on Linux alone")
    name = f"@vaultkit-test-{os.urandom(6).hex()}" if request.param == "abstract" else str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(name.replace("@", "\0", 1))
        there.settimeout(5)
        yield there, {"NOTIFY_SOCKET": name}


def test_the_life_of_a_daemon(manager):
    there, environ = manager
    notifier = Notifier(environ)
    notifier.ready()
    notifier.status("10 420 notes,\nécrit : Synthèse")
    notifier.stopping()
    heard = [there.recv(4096).decode() for _ in range(3)]
    assert heard == ["READY=1", "STATUS=10 420 notes, écrit : Synthèse", "STOPPING=1"]


def test_the_watchdog_is_fed_only_where_it_is_asked_for(manager):
    there, environ = manager
    for other in (
        {},
        {"WATCHDOG_USEC": "x"},
        {"WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"},
        {"WATCHDOG_USEC": "-1"},
    ):
        silent = Notifier(environ | other)
        silent.alive()
        assert silent.watchdog is None
    asked = Notifier(environ | {"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(os.getpid())})
    assert asked.watchdog == 2.0
    asked.alive()
    assert there.recv(4096) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    "name", ["", "/nowhere/at/all", "@nobody-listens", "relative", "/" + "x" * 300, "@\udcff"]
)
def test_nobody_there_is_no_fault(name):
    notifier = Notifier({"NOTIFY_SOCKET": name})
    notifier.ready()
    notifier.status("é\udcff")
    notifier.stopping()


def test_a_manager_that_does_not_read_never_stops_the_daemon(manager):
    _, environ = manager
    notifier = Notifier(environ)
    for _ in range(2000):
        notifier.status("x" * 1000)
