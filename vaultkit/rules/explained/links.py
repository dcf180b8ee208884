"""What the rules about links and the graph mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation

EXPLANATIONS: Mapping[str, Explanation] = {}
