"""Rules about what follows from what: findings, risks, recommendations, priorities and dates."""

from __future__ import annotations

from vaultkit.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
