"""What of a mission a report shows: its items in the words that a client reads, each with its number and state.

Drafts (`à voir`), what is void (cancelled, not applicable) and what was not asked for are left out here, once for
the front page, the chapters, the charts and the workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from vaultkit.audit.evolution import numbers_of
from vaultkit.audit.model import Action, Domain, Item
from vaultkit.audit.plan import VOID
from vaultkit.audit.reasons import reasons_of
from vaultkit.audit.recap import raised
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import standing
from vaultkit.audit.words import HORIZONS, LANGUAGES, UNDEFINED, Horizon, Status, Topic
from vaultkit.render.deliverable.model import Material, Selection
from vaultkit.render.deliverable.wording import words_of
from vaultkit.text import fold, note_name, one_line, pattern, without_emoji
from vaultkit.values import Money
from vaultkit.vault.index import VaultIndex

#: Says a text of a note as the client reads it: takes the text and the path of the note that it stands in.
Say = Callable[[str, str], str]

#: States in which there is something left to do.
TO_DO = (State.OPEN, State.UNDER_WAY)
_LINK = pattern(r"!?\[\[(?P<target>[^\]|\n]*)(?:\\?\|(?P<alias>[^\]\n]*))?\]\]")
_MARKDOWN = pattern(
    r"!?\[(?P<label>[^\]\n]*)\]\([^)\n]*\)|\*\*|==|~~|`|(?<![\w*])[*_](?=\S)|(?<=\S)[*_](?![\w*])"
)
_ESCAPED = pattern(r"\\([!-/:-@\[-`{-~])")
_UNKNOWN = frozenset(fold(word) for word in UNDEFINED.values())


def plain(text: str, path: str = "") -> str:
    """Return a text with its wikilinks as words; the `Say` of those who have no better one."""

    def words(found: object) -> str:
        alias, target = found["alias"], found["target"]  # type: ignore[index]
        return str(alias or note_name(target.split("#")[0]) or target.lstrip("#^"))

    return one_line(_LINK.sub(words, text))


def unmarked(text: str) -> str:
    """Return report Markdown of one line as bare words, for where no markup and no emoji can stand."""
    return without_emoji(_ESCAPED.sub(r"\1", _MARKDOWN.sub(lambda found: found["label"] or "", text)))


class Line(Struct, frozen=True):
    """One item as the report says it; `text` is report Markdown on one line, what nobody wrote is empty or None.

    `reasons` are the findings and risks that it answers, the closest first (actions only), `answers` their numbers;
    `rating` is where it lies on the matrix, probability and impact.
    """

    item: Item
    domain: Domain
    number: str
    text: str
    state: State
    owner: str = ""
    evidence: str = ""
    accepted_by: str = ""
    controls: tuple[str, ...] = ()
    reasons: tuple[Item, ...] = ()
    answers: tuple[str, ...] = ()
    rating: tuple[int, int] | None = None

    @property
    def status(self) -> Status:
        """What its sign says."""
        return self.item.status

    @property
    def due(self) -> date | None:
        """The day on which it is due."""
        return self.item.due

    @property
    def cost(self) -> Money | None:
        """What it costs."""
        return self.item.cost

    @property
    def horizon(self) -> Horizon | None:
        """When an action is due, roughly."""
        return self.item.horizon if isinstance(self.item, Action) else None

    @property
    def good(self) -> bool:
        """Whether it is a point that was good from the first, and so needs nothing."""
        finding = self.item.topic is Topic.FINDINGS
        return finding and self.status is Status.GOOD and self.item.tracking.state is None

    @property
    def to_do(self) -> bool:
        """Whether something is left to do."""
        return self.state in TO_DO and not self.good

    @property
    def score(self) -> int:
        """Probability by impact, 0 where one of them is not known."""
        return self.rating[0] * self.rating[1] if self.rating else 0

    @property
    def planned(self) -> bool:
        """Whether it is an action of the roadmap."""
        return isinstance(self.item, Action) and self.item.in_roadmap

    def overdue(self, today: date) -> bool:
        """Whether it should have been done before this day."""
        return self.to_do and self.due is not None and self.due < today


class Part(Struct, frozen=True):
    """What the report shows of one domain."""

    domain: Domain
    label: str
    short: str
    findings: tuple[Line, ...]
    risks: tuple[Line, ...]
    opportunities: tuple[Line, ...]
    actions: tuple[Line, ...]

    @property
    def plan(self) -> tuple[Line, ...]:
        """The actions of the roadmap; two that are alike are one."""
        found: dict[tuple[str, date | None, str], Line] = {}
        for line in self.actions:
            if line.planned:
                found.setdefault((fold(line.text) or line.text, line.due, fold(line.owner)), line)
        return tuple(found.values())

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them, findings first."""
        return (*self.findings, *self.risks, *self.opportunities, *self.actions)


class Shown(Struct, frozen=True):
    """What the report shows of a mission, by domain in their order."""

    language: str
    words: Mapping[str, str]
    today: date
    parts: tuple[Part, ...]

    @property
    def findings(self) -> tuple[Line, ...]:
        """The findings of all domains."""
        return tuple(line for part in self.parts for line in part.findings)

    @property
    def risks(self) -> tuple[Line, ...]:
        """The risks of all domains."""
        return tuple(line for part in self.parts for line in part.risks)

    @property
    def plan(self) -> tuple[Line, ...]:
        """The actions of the roadmap of all domains."""
        return tuple(line for part in self.parts for line in part.plan)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that is shown, domain by domain."""
        return tuple(line for part in self.parts for line in part.lines)


def shown_of(
    material: Material, selection: Selection, index: VaultIndex | None = None, say: Say = plain
) -> Shown:
    """Return what a report shows of its mission; nothing for a note that gathers nothing.

    `selection.domain` keeps one domain (by its long or short label), `selection.owner` what that person sees to, with
    the findings and risks behind it.
    """
    mission = material.mission
    language = selection.language if selection.language in LANGUAGES else LANGUAGES[0]
    words = words_of(language)
    if mission is None:
        return Shown(language, words, material.today, ())
    asked = mission.domain_of(selection.domain) if selection.domain else None
    numbers = numbers_of(mission, material.record) if material.record else {}
    controls = {note_name(covered.control.path): covered.control.id for covered in material.coverage}
    teller = _Teller(say, numbers, controls, material.matrix, language)
    parts = (
        teller.part(domain, reasons_of(domain, index))
        for domain in mission.domains
        if asked is domain or not selection.domain
    )
    owned = (_of_owner(part, selection.owner) for part in parts)
    return Shown(language, words, material.today, tuple(part for part in owned if part.lines))


def owned_by(owner: str, asked: str) -> bool:
    """Whether `asked` is (one of) the owner(s): all its words, folded, stand among those of the owner."""
    wanted = fold(asked).split()
    return bool(wanted) and set(wanted) <= set(fold(owner).split())


class _Teller(Struct, frozen=True):
    """Says items as the client reads them."""

    say: Say
    numbers: Mapping[Item, str]
    controls: Mapping[str, str]
    matrix: int
    language: str

    def part(self, domain: Domain, reasons: Mapping[Item, tuple[Item, ...]]) -> Part:
        def told(topic: Topic) -> tuple[Line, ...]:
            return tuple(
                self.line(domain, item, reasons.get(item, ()))
                for item in domain.items(topic)
                if standing(item) not in VOID and item.text.strip()
            )

        path = domain.notes[0].path
        return Part(
            domain,
            self.known(domain.label, path),
            self.known(domain.short, path),
            told(Topic.FINDINGS),
            told(Topic.RISKS),
            told(Topic.OPPORTUNITIES),
            told(Topic.ACTIONS),
        )

    def line(self, domain: Domain, item: Item, reasons: tuple[Item, ...]) -> Line:
        tracking = item.tracking
        standing_yet = tuple(reason for reason in reasons if standing(reason) not in VOID)
        names = (note_name(linkpath.split("#")[0]) for linkpath in tracking.controls)
        return Line(
            item,
            domain,
            self.numbers.get(item, ""),
            raised(self.known(_words_of(item, self.language), item.path)),
            standing(item),
            self.known(tracking.owner, item.path),
            self.known(tracking.evidence, item.path),
            self.known(tracking.accepted_by, item.path),
            tuple(self.controls.get(name, name) for name in names),
            standing_yet,
            tuple(filter(None, (self.numbers.get(reason) for reason in standing_yet))),
            tracking.placed(self.matrix),
        )

    def known(self, text: str, path: str) -> str:
        """Return a text as the client reads it, empty where it says that nobody knows yet."""
        return "" if not text or fold(text) in _UNKNOWN else self.say(text, path).strip()


def _words_of(item: Item, language: str) -> str:
    """Return what an item says: an action without its remarks, but with the label that opens it."""
    if not isinstance(item, Action):
        return item.text
    said = item.description or item.text
    if item.label_span is None or not item.label or fold(item.label) in fold(said):
        return said
    colon = "\u00a0:" if language == "fr" else ":"
    return f"{item.label}{colon} {said}"


def _of_owner(part: Part, asked: str) -> Part:
    """Return what of a domain a person sees to, with what is behind their actions; all of it if nobody is asked for."""
    if not asked:
        return part
    actions = tuple(line for line in part.actions if owned_by(line.item.owner, asked))
    behind = {reason for line in actions for reason in line.reasons}

    def theirs(lines: tuple[Line, ...]) -> Iterator[Line]:
        return (line for line in lines if line.item in behind or owned_by(line.item.owner, asked))

    return Part(
        part.domain,
        part.label,
        part.short,
        tuple(theirs(part.findings)),
        tuple(theirs(part.risks)),
        tuple(theirs(part.opportunities)),
        actions,
    )


def horizon_name(horizon: Horizon | None, language: str) -> str:
    """Return what a horizon is called in a report; what has none has a name too."""
    return HORIZONS[horizon][language][0] if horizon else words_of(language)["no_horizon"]
