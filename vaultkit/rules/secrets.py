"""Rules about what should not stand in a client's notes: passwords and numbers that identify a person."""

from __future__ import annotations

from vaultkit.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
