"""How an item of an audit is followed up: its state, who owns it, until when, what it costs, what proves it.

People write it in words at the end of the item, « (resp. Mélissa, délai 01.10.2025, CHF 1’200, en cours) », or as
inline fields (`[responsable:: Mélissa]`), which are the second spelling (DESIGN §5.4).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from vaultkit.values import Money


class State(StrEnum):
    """What has become of a finding, risk or action, in the order of its life."""

    TO_SEE = "à voir"
    OPEN = "ouvert"
    UNDER_WAY = "en cours"
    FIXED = "corrigé"
    ACCEPTED = "risque accepté"
    CANCELLED = "annulé"
    NOT_APPLICABLE = "sans objet"


class Tracking(Struct, frozen=True, gc=False):
    """What is written at an item beside what it says; all is empty where nobody wrote it.

    `id` is the stable name that a person gave it: `[id:: S-3]`, else its block id. `state` is None where neither
    words nor fields say one; `reason` is why it is `sans objet`, `accepted_by` and `accepted_on` who took the risk
    and when. `effort` is in person-days, `evidence` what shows it (`preuve`), `probability` and `impact` count from 1
    (lowest); those said in words count on a scale of four, whatever the matrix has (see `placed`). `controls` are the
    linkpaths of the controls that it cites. `seen` is the day on which it was last looked at (`vu`, `revu`).
    """

    id: str = ""
    state: State | None = None
    reason: str = ""
    accepted_by: str = ""
    accepted_on: date | None = None
    owner: str = ""
    due: date | None = None
    cost: Money | None = None
    effort: Decimal | None = None
    evidence: str = ""
    probability: int | None = None
    impact: int | None = None
    controls: tuple[str, ...] = ()
    seen: date | None = None
    probability_in_words: bool = False
    impact_in_words: bool = False

    def placed(self, size: int) -> tuple[int, int] | None:
        """Return probability and impact on a matrix of `size` steps (3 to 5), None where one of them is missing.

        A number beyond the matrix is its last step. Words lie on four steps; on five « faible » is the second.
        """
        if self.probability is None or self.impact is None:
            return None
        more = size - 4 if size > 4 else 0
        probability = self.probability + more * self.probability_in_words
        impact = self.impact + more * self.impact_in_words
        return min(probability, size), min(impact, size)


#: What most items have.
UNTRACKED = Tracking()
