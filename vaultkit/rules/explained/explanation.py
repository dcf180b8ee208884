"""What an explanation of a kind of diagnostic consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaultkit.text import Message

#: A small vault: what each file holds, by its path; bytes where it is no text.
Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something is said, and what to do; `bad` is a vault in which it is said, `good` one where it is mended."""

    why: Message
    remedy: Message
    bad: Files
    good: Files
