"""What the rules about queries in notes mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation

EXPLANATIONS: Mapping[str, Explanation] = {}
