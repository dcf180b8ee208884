"""What each kind of diagnostic means, with a small vault that has it and one that has not.

Only `explain` and the table of rules need these texts, so nothing else imports them.
"""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained import (
    audit,
    coverage,
    environment,
    frontmatter,
    links,
    note,
    queries,
    regions,
    sections,
    tracking,
)
from vaultkit.rules.explained.explanation import Explanation

#: The explanation of each kind, by its code.
EXPLANATIONS: Mapping[str, Explanation] = {
    code: explanation
    for family in (
        note,
        frontmatter,
        sections,
        links,
        regions,
        queries,
        audit,
        tracking,
        coverage,
        environment,
    )
    for code, explanation in family.EXPLANATIONS.items()
}
