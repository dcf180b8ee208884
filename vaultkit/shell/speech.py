"""Which language a person is spoken to."""

from __future__ import annotations

from vaultkit.shell import console
from vaultkit.shell.session import Session


def language_of(session: Session, vault_first: bool = False) -> str:
    """Return the language of messages: the settings', else the locale's, else the vault's own."""

    def own() -> str | None:
        return session.own_language

    first, then = (own, console.locale_language) if vault_first else (console.locale_language, own)
    return "fr" if (session.settings.vault_language or first() or then() or "fr") == "fr" else "en"
