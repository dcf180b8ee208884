"""What follows from what in a mission: which finding an action answers, and what nothing leads to.

An explicit link decides. Without one words do, as they match in `adopt` and `push`, and only against what is
certain: what words leave over is said to be untraced where nothing on the other side is left over too, for two
sentences can belong together without sharing a word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct

from vaultkit.audit.cleaning import inside
from vaultkit.audit.match import STEM, words
from vaultkit.audit.mission import INTERVIEW, category_of
from vaultkit.audit.model import Action, Domain, DomainNote, Item, Mission
from vaultkit.audit.words import Status, Topic, topic_of
from vaultkit.markdown.note import Note, Reference
from vaultkit.text import pattern, unaccented
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

#: Inline fields that name where something comes from, beside the headings of the sections; and what answers it.
_SOURCES = frozenset(("source", "preuve", "vu"))
_ANSWERS = frozenset(("mesure", "reponse"))
#: A longer text tells something.
_LONGEST = 80


#: What people write where there is nothing to tell, folded: « Aucun risque majeur », « Rien à signaler ».
_NOTHING = pattern(
    r"""
    (?: neant | ras | r\.a\.s | n\.?/?a | aucune? | none | nothing | keine? | nichts
    | rien | rien\ (?:a|de)\ (?:signaler|declarer|relever|particulier|special|grave)
    | nothing\ (?:special|to\ (?:report|declare))
    | (?:aucune?|pas\ de|pas\ d['’]|no|keine?)\ ?(?:risque|constat|probleme|remarque|anomalie|danger|reserve|defaut
      |point\ (?:faible|negatif)|risk|issue|problem|finding|concern|risiko|risiken|mangel)s?
    )
    (?:\ (?:majeur|mineur|important|notable|particulier|identifie|connu|significatif|releve|constate|detecte
    |immediat|critique|grave|reel|a\ signaler|a\ ce\ jour|a\ ce\ stade|pour\ l['’]instant|pour\ le\ moment|actuellement
    |major|known|identified|found|so\ far|at\ present|bekannt)e?s?)*
    """,
    re.VERBOSE,
)


def said_in(domain: Domain, topic: Topic) -> tuple[Item, ...]:
    """Return the items of a topic that tell something; ❌ and ⚠️ always do."""
    return tuple(item for item in domain.items(topic) if not _tells_nothing(item))


def _tells_nothing(item: Item) -> bool:
    said = item.text.strip(" .–-") if item.status in (Status.NONE, Status.GOOD) else ""
    return 0 < len(said) < _LONGEST and _NOTHING.fullmatch(unaccented(said)) is not None


class Trace(Struct, frozen=True):
    """What stands alone in one domain; all is empty where everything leads somewhere.

    `actions` have no finding or risk behind them, `findings` (❌) no action, `risks` no finding.
    """

    domain: Domain
    actions: tuple[Item, ...] = ()
    findings: tuple[Item, ...] = ()
    risks: tuple[Item, ...] = ()


class Said(Struct, frozen=True):
    """What one note (or one section of a synthesis) says of a domain, with what is untraced in all of it."""

    note: DomainNote
    trace: Trace

    @property
    def domain(self) -> Domain:
        """The domain that it speaks of."""
        return self.trace.domain


def said_by_path(missions: Iterable[Mission], index: VaultIndex) -> Mapping[str, tuple[Said, ...]]:
    """Return what each note says of which domain of an active mission, by its path.

    A note that feeds two of them is taken with the first.
    """
    found: dict[str, list[Said]] = {}
    for mission in missions:
        taken = frozenset(found)
        for domain in mission.domains if mission.active else ():
            trace = trace_of(domain, index)
            for source in domain.notes:
                if source.path not in taken:
                    found.setdefault(source.path, []).append(Said(source, trace))
    return {path: tuple(said) for path, said in found.items()}


def trace_of(domain: Domain, index: VaultIndex) -> Trace:
    """Return what stands alone in a domain."""
    actions: Sequence[Item] = [action for action in domain.actions if not action.cancelled]
    findings, risks = said_in(domain, Topic.FINDINGS), said_in(domain, Topic.RISKS)
    bad = [item for item in findings if item.status is Status.BAD]
    links = _Links(domain, index)
    if not actions and not bad and not risks:
        return Trace(domain)
    if not findings and not risks:
        return Trace(domain, actions=tuple(item for item in actions if not links.leads(item)))
    if not actions:
        return Trace(
            domain, (), tuple(item for item in bad if not links.answered(item)), _unfounded(domain, links)
        )
    met_by, spoken = _alike(actions), _alike((*findings, *risks, *domain.items(Topic.OPPORTUNITIES)))
    shown = _alike([item for item in findings if item.status is not Status.GOOD])
    free = [item for item in actions if not links.leads(item) and not shown(item)]
    loose = [item for item in free if not spoken(item)]
    unmet = [item for item in (*findings, *risks) if not links.answered(item) and not met_by(item)]
    return Trace(
        domain,
        () if any(item.status is not Status.GOOD for item in unmet) else tuple(loose),
        ()
        if free
        else tuple(item for item in unmet if item.status is Status.BAD and item.topic is Topic.FINDINGS),
        _unfounded(domain, links),
    )


def named_by(domain: Domain, index: VaultIndex) -> Mapping[Item, frozenset[Item]]:
    """Return which items of a domain a link between their blocks joins, both ways."""
    return {item: frozenset(others) for item, others in _Links(domain, index).pairs.items()}


def _unfounded(domain: Domain, links: _Links) -> tuple[Item, ...]:
    """Return the risks of a domain that has no finding.

    Words decide nothing here: a risk is what may come of a finding, and is seldom said in its words. Where
    one risk names its finding by a link, those that neither link nor share a word are listed.
    """
    risks, findings = said_in(domain, Topic.RISKS), said_in(domain, Topic.FINDINGS)
    loose = tuple(item for item in risks if not links.leads(item))
    if not findings or len(loose) == len(risks):
        return () if findings else loose
    known = _alike(findings)
    return tuple(item for item in loose if not known(item))


# ----------------------------------------------------------------------------------------- words


def _alike(items: Sequence[Item]) -> Callable[[Item], bool]:
    """Return the test whether an item shares a word with one of these; words compare as in `match`, plurals aside."""
    known = frozenset[str]().union(*map(_keys, items))
    return lambda item: not known.isdisjoint(_keys(item))


def _keys(item: Item) -> frozenset[str]:
    return keys_of(f"{item.text} {item.label}" if isinstance(item, Action) else item.text)


@lru_cache(maxsize=1 << 12)
def keys_of(said: str) -> frozenset[str]:
    """Return the keys of a sentence, which several questions compare."""
    return frozenset(word.rstrip("sx")[:STEM] if len(word) > 3 else word for word in words(said))


# ----------------------------------------------------------------------------------------- links


class _Links:
    """The links inside the items of a domain, and what they name: items with a block id, or notes."""

    def __init__(self, domain: Domain, index: VaultIndex) -> None:
        self.domain, self.index = domain, index
        self._leading: set[Item] = set()
        self._answered: set[Item] = set()
        self._named: dict[Item, set[Topic]] = {}
        self.pairs: dict[Item, set[Item]] = {}
        for source in domain.notes:
            note = index.notes.get(source.path)
            if note is not None and (note.links or note.fields):
                for item in source.items:
                    self._read(item, note)

    def _read(self, item: Item, note: Note) -> None:
        for link in inside(note.links, item.span):
            if link.subpath.startswith("#^"):
                self._to_block(item, note, link)
            else:
                self._to_note(item, note, link)
        for field in inside(note.fields, item.span):
            self._field(item, unaccented(field.key.strip()))

    def _to_block(self, item: Item, note: Note, link: Reference) -> None:
        path = resolve_linkpath(self.index, link.linkpath, note.path) if link.linkpath else note.path
        self._leading.add(item)
        if target := self._blocks.get((path or "", link.subpath[2:].lower())):
            self._named.setdefault(target, set()).add(item.topic)
            self._named.setdefault(item, set()).add(target.topic)
            self.pairs.setdefault(target, set()).add(item)
            self.pairs.setdefault(item, set()).add(target)
        elif path != note.path:
            self._to_note(item, note, link)

    def _to_note(self, item: Item, note: Note, link: Reference) -> None:
        """Take a link to a whole note; an interview is where a finding comes from, not what answers it."""
        self._leading.add(item)
        path = resolve_linkpath(self.index, link.linkpath, note.path) if link.linkpath else None
        target = self.index.notes.get(path) if path else None
        if target is not None and target is not note and category_of(target) != INTERVIEW:
            self._answered.add(item)

    def _field(self, item: Item, key: str) -> None:
        topic = topic_of(key)
        if key in _SOURCES or topic in (Topic.FINDINGS, Topic.RISKS):
            self._leading.add(item)
        elif key in _ANSWERS or topic is Topic.ACTIONS:
            self._answered.add(item)

    def leads(self, item: Item) -> bool:
        """Whether an item says by a link or field where it comes from, or is named by a finding or risk."""
        return item in self._leading or bool(self._named.get(item, set()) & {Topic.FINDINGS, Topic.RISKS})

    def answered(self, item: Item) -> bool:
        """Whether a link leads from a finding or risk to an action or a note of its own, or from an action to it."""
        return item in self._answered or Topic.ACTIONS in self._named.get(item, set())

    @cached_property
    def _blocks(self) -> Mapping[tuple[str, str], Item]:
        """The items of the domain that have a block id, by path and id."""
        found: dict[tuple[str, str], Item] = {}
        for source in self.domain.notes:
            note = self.index.notes.get(source.path)
            items = sorted(source.items, key=lambda item: item.span)
            starts = [item.span.start for item in items]
            for block in note.blocks if note else ():
                at = bisect_left(starts, block.span.start)
                if at < len(items) and block.span.holds(items[at].span):
                    found[source.path, block.id] = items[at]
        return found
