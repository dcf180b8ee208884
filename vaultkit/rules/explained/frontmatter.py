"""What the rules about frontmatter mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation

EXPLANATIONS: Mapping[str, Explanation] = {}
