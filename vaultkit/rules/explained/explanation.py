"""What an explanation of a kind of diagnostic consists of."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from vaultkit.text import Message

#: A small vault: what each file holds, by its path; bytes where it is no text.
Files = Mapping[str, str | bytes]


class Explanation(Struct, frozen=True):
    """Why something is said, and what to do; `bad` is a vault in which it is said, `good` one where it is mended."""

    why: Message
    remedy: Message
    bad: Files
    good: Files
