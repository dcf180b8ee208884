"""Rules about the queries in notes: Dataview blocks and inline queries."""

from __future__ import annotations

from vaultkit.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
