"""Which item of one record is which item of another: by name, by words, by likeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from msgspec import Struct

from vaultkit.audit.entries import Entry, Record, in_one_order
from vaultkit.audit.match import STEM, words
from vaultkit.audit.words import Topic
from vaultkit.text import fold

#: From how much likeness on (0 to 1) two wordings in one domain, or in one note, are of one item.
ALIKE = 0.55

_Key = Callable[[Entry], Hashable]


class Pairing(Struct, frozen=True):
    """The pairs of the same items, and what is left on either side, in an order of their own.

    `domains` gives for the folded label of a domain of before its folded label now, where that is another one.
    """

    pairs: tuple[tuple[Entry, Entry], ...]
    gone: tuple[Entry, ...]
    new: tuple[Entry, ...]
    domains: Mapping[str, str]


def paired(before: Record, after: Record) -> Pairing:
    """Return which entry of `before` is which of `after`: one to one, and the same in whatever order they come.

    Numbers tell where those of `after` come from `before`; then the names that people gave; then the same words in the
    same domain, in the same note, anywhere; then likeness within a domain or a note, the most alike first. A domain or
    note that is called otherwise now is known by what most of its items have become.
    """
    work = _Work(before.entries, after.entries)
    if before.digest in after.ancestors:
        work.named(lambda entry: entry.number)
    work.named(lambda entry: entry.id and (entry.topic, entry.id))
    for key in (
        lambda e: (e.topic, fold(e.domain), e.path, _words(e)),
        lambda e: (e.topic, fold(e.domain), _words(e)),
        lambda e: (e.topic, e.path, _words(e)),
        lambda e: (e.topic, _words(e)),
        lambda e: e.topic is not Topic.ACTIONS and (fold(e.domain), _words(e)),
    ):
        work.same(key)
    domains, paths = work.renamed(lambda e: fold(e.domain), votes=True), work.renamed(lambda e: e.path)
    work.alike(lambda e: (e.topic, domains.get(fold(e.domain), fold(e.domain))), _domain_now)
    work.alike(lambda e: (e.topic, paths.get(e.path, e.path)), _path_now)
    domains = work.renamed(lambda e: fold(e.domain), votes=True)
    return Pairing(tuple(work.pairs), tuple(work.old), tuple(work.new), domains)


def _words(entry: Entry) -> str:
    return fold(entry.text) or entry.text


def _domain_now(entry: Entry) -> Hashable:
    return entry.topic, fold(entry.domain)


def _path_now(entry: Entry) -> Hashable:
    return entry.path and (entry.topic, entry.path)


class _Work:
    """A pairing in progress: what is paired, and what is left."""

    def __init__(self, before: Iterable[Entry], after: Iterable[Entry]) -> None:
        self.all_old, self.all_new = in_one_order(before), in_one_order(after)
        self.old, self.new = list(self.all_old), list(self.all_new)
        self.pairs: list[tuple[Entry, Entry]] = []

    def named(self, key: _Key) -> None:
        """Pair what one name means on both sides; a name that is given twice means nothing."""
        old, new = Counter(map(key, self.all_old)), Counter(map(key, self.all_new))
        self.same(lambda e: (name := key(e)) and old[name] == new[name] == 1 and (name,))

    def same(self, key: _Key) -> None:
        """Pair what has the same key; a key that is false is none."""
        groups = _grouped(self.new, key)
        found: list[tuple[int, int]] = []
        for at, entry in enumerate(self.old):
            wanted = key(entry)
            if wanted and groups.get(wanted):
                found.append((at, groups[wanted].pop(0)))
        self._take(found)

    def alike(self, was: _Key, now: _Key) -> None:
        """Pair the wordings of one group that are most alike, those first that are more so."""
        groups = _grouped(self.new, now)
        scored: list[tuple[float, bool, int, int]] = []
        for at, entry in enumerate(self.old):
            for other in groups.get(was(entry), ()):
                score = likeness(entry.text, self.new[other].text)
                if score >= ALIKE:
                    scored.append((-score, entry.path != self.new[other].path, at, other))
        taken: tuple[set[int], set[int]] = (set(), set())
        found = []
        for _, _, at, other in sorted(scored):
            if at not in taken[0] and other not in taken[1]:
                taken[0].add(at)
                taken[1].add(other)
                found.append((at, other))
        self._take(found)

    def renamed(self, name: Callable[[Entry], str], votes: bool = False) -> dict[str, str]:
        """Return the names that are gone, each with the one that came in its place: where most of its items are.

        With `votes` a note that stands at the same path counts as an item.
        """
        old, new = set(map(name, self.all_old)), set(map(name, self.all_new))
        count = Counter((name(was), name(now)) for was, now in self.pairs)
        if votes:
            count.update({(name(w), name(n)) for w in self.all_old for n in self._at(w.path)})
        likely = [(-n, was, now) for (was, now), n in count.items() if was not in new and now not in old]
        total = Counter(name(was) for was, _ in self.pairs)
        found: dict[str, str] = {}
        for n, was, now in sorted(likely):
            if was not in found and now not in found.values() and -n * 2 >= total[was]:
                found[was] = now
        return found

    def _at(self, path: str) -> Sequence[Entry]:
        if not hasattr(self, "_by_path"):
            self._by_path: dict[str, list[Entry]] = {}
            for entry in self.all_new:
                self._by_path.setdefault(entry.path, []).append(entry)
        return self._by_path.get(path, ()) if path else ()

    def _take(self, found: Sequence[tuple[int, int]]) -> None:
        self.pairs += [(self.old[at], self.new[other]) for at, other in found]
        gone, come = {at for at, _ in found}, {other for _, other in found}
        self.old = [entry for at, entry in enumerate(self.old) if at not in gone]
        self.new = [entry for at, entry in enumerate(self.new) if at not in come]


def _grouped(entries: Sequence[Entry], key: _Key) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for at, entry in enumerate(entries):
        if name := key(entry):
            groups.setdefault(name, []).append(at)
    return groups


def likeness(one: str, other: str) -> float:
    """Return how alike two wordings are, 0 to 1: half by their letters, half by the words that carry meaning."""
    from rapidfuzz import fuzz

    letters = fuzz.token_sort_ratio(fold(one), fold(other)) / 100
    mine, theirs = set(map(_stem, words(one))), set(map(_stem, words(other)))
    shared = 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine or theirs else letters
    return round((letters + shared) / 2, 6)


def _stem(word: str) -> str:
    return word[:STEM].removesuffix("s")
