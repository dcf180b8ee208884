"""The file of a cache: what is kept under a name, and how much the next one has to read to open it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from vaultkit.shell.cache.store import Store


def keep(store, **states):
    store.keep((), lambda _: states)


def test_what_is_kept_under_a_name_is_replaced_and_found_again(tmp_path):
    store = Store(tmp_path / "x.sqlite")
    keep(store, a=b"1", b=b"2" * 3_000_000)
    keep(store, a=b"3")
    for each in (store, Store(tmp_path / "x.sqlite")):
        assert (each.state("a"), each.state("b"), each.state("c")) == (b"3", b"2" * 3_000_000, None)
        assert each.notice is None


def test_a_name_is_found_without_reading_what_is_kept_under_another(tmp_path):
    keep(Store(tmp_path / "x.sqlite"), index=b"1" * 3_000_000, sound=b"2")
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as db:
        said = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'state'").fetchone()[0]
        plan = db.execute("EXPLAIN QUERY PLAN SELECT data FROM state WHERE name = 'sound'").fetchone()[3]
    assert "WITHOUT ROWID" not in said
    assert "INDEX" in plan


def test_the_log_that_the_next_one_reads_stays_short(tmp_path):
    file = tmp_path / "x.sqlite"
    keep(Store(file), x=b"")
    most = 0
    for number in range(60):  # each as a process of its own, which ends without closing the file
        store = Store(file)
        keep(store, x=bytes([number]) * 40_000)
        most = max(most, file.with_name("x.sqlite-wal").stat().st_size)
    assert most < 2_000_000
    assert Store(file).state("x") == bytes([59]) * 40_000
