"""The data of an audit: what a domain note holds, and the mission that a synthesis gathers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field

from vaultkit.audit.tracking import UNTRACKED, State, Tracking
from vaultkit.audit.words import Horizon, Priority, Status, Topic
from vaultkit.markdown.note import Note
from vaultkit.text import Span, fold, leading_emoji, without_emoji
from vaultkit.values import Money


class Item(Struct, frozen=True, gc=False):
    """A finding, risk, opportunity or action as it stands in a note.

    `text` is what it says, cleaned for use elsewhere: NFC, one line, without status emoji, inline
    fields, final tags, block id and comments. `shown` still has its status emoji. `span` is its place, `tracking`
    how it is followed up.
    """

    topic: Topic
    text: str
    shown: str
    status: Status
    path: str
    span: Span
    tracking: Tracking = UNTRACKED

    @property
    def is_draft(self) -> bool:
        """Whether nobody has looked at it yet (« à voir »): then it is in no recap, roadmap or report."""
        return self.tracking.state is State.TO_SEE

    @property
    def owner(self) -> str:
        """Who sees to it, or the empty text."""
        return self.tracking.owner

    @property
    def due(self) -> date | None:
        """The day on which it is due."""
        return self.tracking.due

    @property
    def cost(self) -> Money | None:
        """What it costs."""
        return self.tracking.cost


class Action(Item, frozen=True, gc=False):
    """An action; `label` is what the roadmap calls it, `description` its text without label and remarks.

    `label_span` is the place of a label of its own (bold words or `[libelle:: …]`), None if it is made
    from the text; `text_span` is where its text begins, behind the horizon. `done` says that nothing is
    left to do: it is ticked, said to be done, or `cancelled`, and then it is on no roadmap.
    """

    horizon: Horizon | None = None
    label: str = ""
    description: str = ""
    in_roadmap: bool = True
    done: bool = False
    label_span: Span | None = None
    text_span: Span = field(default=Span(0, 0))
    cancelled: bool = False


class Wording(Struct, frozen=True, gc=False):
    """A recap cell as a note words it, with its place; None where several entries say it together."""

    text: str
    span: Span | None


class DomainNote(Struct, frozen=True):
    """What one note (or one section of the synthesis) says about one domain.

    `label` is the long label with its emoji, `short` the short one. `order` is None where nobody gave
    one. `priority_said` is the raw value of `priorite`. `wordings` holds the recap cells that the note
    words itself. `heading` is the span of the heading of a section of the synthesis, None for a note.
    """

    path: str
    label: str
    short: str
    order: float | None
    priority: Priority | None
    priority_said: str
    wordings: Mapping[Topic, Wording]
    findings: tuple[Item, ...]
    risks: tuple[Item, ...]
    opportunities: tuple[Item, ...]
    actions: tuple[Action, ...]
    heading: Span | None = None
    section: Span | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, findings first."""
        return (*self.findings, *self.risks, *self.opportunities, *self.actions)

    def of(self, topic: Topic) -> tuple[Item, ...]:
        """Return the items of one topic."""
        return {
            Topic.FINDINGS: self.findings,
            Topic.RISKS: self.risks,
            Topic.OPPORTUNITIES: self.opportunities,
            Topic.ACTIONS: self.actions,
        }[topic]


class Domain(Struct, frozen=True):
    """A domain of a mission: one recap row. `notes` are its sources in order, at least one."""

    label: str
    short: str
    notes: tuple[DomainNote, ...]
    own_section: DomainNote | None = None

    @property
    def key(self) -> str:
        """The folded long label."""
        return fold(self.label)

    @property
    def emoji(self) -> str:
        """The emoji before the label, or the empty text."""
        return leading_emoji(self.label)

    @property
    def bare_label(self) -> str:
        """The long label without its emoji."""
        return without_emoji(self.label)

    @property
    def covered(self) -> bool:
        """Whether a child note covers it, not only a section of the synthesis."""
        return self.notes[0].heading is None

    @property
    def priority(self) -> Priority | None:
        """The highest priority that one of the notes gives."""
        said = [note.priority for note in self.notes if note.priority]
        return min(said, key=list(Priority).index, default=None)

    @property
    def priority_said(self) -> str:
        """What the notes say as priority where it is none that we know."""
        return next((note.priority_said for note in self.notes if note.priority_said), "")

    def items(self, topic: Topic) -> tuple[Item, ...]:
        """Return the items of one topic from all notes, in order; drafts, which nobody has looked at yet, are none."""
        return tuple(item for note in self.notes for item in note.of(topic) if not item.is_draft)

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of all notes, in order, without drafts."""
        return tuple(action for note in self.notes for action in note.actions if not action.is_draft)


class Mission(Struct, frozen=True):
    """A synthesis with what it gathers.

    `children` are the notes that feed it (domain notes and interviews) in the order of its links;
    `sections` the synthesis's own domain sections; `language` that of its headings or settings.
    `active` is false for a frozen synthesis, and for an older one of the same scope. `controls` are the notes of the
    controls that it retains or that its notes cite, `deliveries` the frozen syntheses of its scope, oldest first.
    """

    synthesis: Note
    scope: str
    language: str
    active: bool
    children: tuple[Note, ...] = ()
    domains: tuple[Domain, ...] = ()
    sections: tuple[DomainNote, ...] = ()
    drafts: tuple[str, ...] = field(default=())
    controls: tuple[Note, ...] = ()
    deliveries: tuple[Note, ...] = ()

    @property
    def path(self) -> str:
        """The path of the synthesis."""
        return self.synthesis.path

    def domain_of(self, label: str) -> Domain | None:
        """Return the domain that a label names, by its long or its short form."""
        wanted = fold(label)
        for form in (lambda d: d.key, lambda d: fold(d.short)):
            if wanted and (found := next((d for d in self.domains if form(d) == wanted), None)):
                return found
        return None
