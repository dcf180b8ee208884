"""Rules that hold notes against their schemas, and schemas against the vault."""

from __future__ import annotations

from vaultkit.rules.rule import Rule, VaultRule

RULES: tuple[Rule, ...] = ()

VAULT_RULES: tuple[VaultRule, ...] = ()
