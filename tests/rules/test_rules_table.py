"""The table of rules in the docs is the one that is generated."""

from __future__ import annotations

from tests.rules.table import TABLE, table


def test_the_table_of_rules_is_current():
    assert TABLE.read_text(encoding="utf-8") == table(), "run: python -m tests.rules.table"
