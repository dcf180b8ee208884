"""The record of a mission: its items with the numbers that reports call them by, the same from report to report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count, product
from string import ascii_uppercase

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.entries import Entry, Record
from vaultkit.audit.mission import INTERVIEW, category_of
from vaultkit.audit.model import Action, Domain, Item, Mission
from vaultkit.audit.pairing import paired
from vaultkit.audit.wording import is_draft, standing
from vaultkit.text import fold, note_name, one_line, pattern, unaccented, without_emoji
from vaultkit.values import printed_money

#: What can be printed as a number; of block ids, of which the app makes some up, letters with digits behind them.
_PRINTABLE = pattern(r"[^\W_][\w.\- ]{0,19}")
_LIKE_NUMBER = pattern(r"[^\W\d_]{1,4}-?\d{1,3}(?:[.-]\d{1,3})*")
_COUNTED = pattern(r"(?P<letters>[A-Z]{1,3})-\d+")

_LEADS = r"(?:(?<!\w)(?:d['’]après|selon|voir|vu avec|cf\.?|source|according to|see|per|laut|siehe|vgl\.?)\s*:?\s*)"
_WIKILINK = pattern(
    rf"(?P<lead>[,;]?\s*{_LEADS})?!?\[\[(?P<target>[^\]|#\n]*)(?:#[^\]|\n]*)?(?:\|(?P<alias>[^\]\n]*))?\]\]"
)
_LINK = pattern(r"!?\[(?P<words>[^\]\n]*)\]\([^)\n]*\)")
_CODE = pattern(r"(?<!`)(?P<ticks>`+)(?!`)(?P<said>.+?)(?<!`)(?P=ticks)(?!`)")
_EMPHASIS = pattern(r"(?P<mark>\*{1,3}|(?<!\w)_{1,3}|==|~~)(?=\S)(?P<words>.+?)(?<=\S)(?P=mark)")
_EMPTIED = pattern(r"\s*\((?:\s|[,;:]|\bet\b|\band\b|\bund\b)*\)")


class _Numbered(Struct):
    """Numbers being given: what is used, and the letters of each domain by its folded label."""

    used: set[str]
    letters: dict[str, str]

    def next(self, letters: str) -> str:
        """Return the next number of these letters that was never given."""
        number = next(n for at in count(1) if (n := f"{letters}-{at}") not in self.used)
        self.used.add(number)
        return number


def record_of(mission: Mission, before: Record | None = None, day: date | None = None) -> Record:
    """Return the items of a mission; numbers are those of `before`, and new ones where an item is new.

    `mission` is to be the `public` part of one, as a record is kept and shown. Drafts (« à voir ») are left out.
    What a person called an item (`[id:: S-3]`) is its number; a block id is one where it looks so (`^S-3`).
    """
    bare = Record(mission.scope, day, tuple(entry for _, entry in _entries(mission)))
    earlier = before or Record(mission.scope)
    pairing = paired(earlier, bare)
    numbers = {id(now): was.number for was, now in pairing.pairs}
    given = {entry.number for entry in earlier.entries} | set(earlier.taken)
    work = _Numbered(set(given), dict(_letters(mission, earlier, {v: k for k, v in pairing.domains.items()})))
    own = _own_numbers(mission, bare.entries)
    work.used |= set(own.values())
    for entry in bare.entries:
        if numbers.get(id(entry)) in own.values():  # a person gave it to another one
            del numbers[id(entry)]
    entries = tuple(
        replace(
            entry,
            number=own.get(id(entry))
            or numbers.get(id(entry))
            or work.next(work.letters[fold(entry.domain)]),
        )
        for entry in bare.entries
    )
    letters = {label: given for label, given in earlier.letters if fold(label) not in work.letters}
    letters |= {_label(domain): work.letters[fold(_label(domain))] for domain in mission.domains}
    ancestors = (*before.ancestors, before.digest) if before else ()
    return Record(mission.scope, day, entries, tuple(sorted(work.used)), tuple(letters.items()), ancestors)


def numbers_of(mission: Mission, record: Record) -> Mapping[Item, str]:
    """Return the number of each item of a mission in its record, for documents that print them."""
    known: dict[Entry, list[str]] = {}
    for entry in reversed(record.entries):
        known.setdefault(replace(entry, number=""), []).append(entry.number)
    return {item: known[entry].pop() for item, entry in _entries(mission) if known.get(entry)}


# ----------------------------------------------------------------------------------------- entries


def _entries(mission: Mission) -> Iterator[tuple[Item, Entry]]:
    """Yield the items with what a record keeps of them, without numbers."""
    interviews = frozenset(fold(note.name) for note in mission.children if category_of(note) == INTERVIEW)
    for domain in mission.domains:
        for note in domain.notes:
            for item in note.items:
                if not is_draft(item) and (text := _words(item, interviews)):
                    yield item, _entry(item, text, domain)


def _label(domain: Domain) -> str:
    return domain.bare_label or domain.label


def _entry(item: Item, text: str, domain: Domain) -> Entry:
    return Entry(
        number="",
        topic=item.topic,
        domain=_label(domain),
        text=text,
        state=standing(item),
        status=item.status,
        id=item.tracking.id,
        horizon=item.horizon if isinstance(item, Action) else None,
        owner=plain(item.owner),
        due=item.due,
        cost=printed_money(item.cost) if item.cost else "",
        path=item.path,
    )


def _words(item: Item, interviews: frozenset[str]) -> str:
    """Return what an item says; of an action its label and its text, without remarks."""
    text = item.text
    if isinstance(item, Action):
        label, text = item.label, item.description or item.label
        if not fold(plain(text)).startswith(fold(plain(label))):
            text = f"{label} – {text}"
    return plain(text, interviews)


def plain(text: str, hidden: frozenset[str] = frozenset()) -> str:
    """Return a text without links, emphasis and code; links to the notes with these folded names go altogether."""

    def said(found: object) -> str:
        get = found.group  # type: ignore[attr-defined]
        target, alias = get("target"), get("alias")
        if fold(note_name(target)) in hidden:
            return ""
        return f"{get('lead') or ''}{alias or without_emoji(note_name(target)) or target}"

    text = _CODE.sub(
        lambda found: "" if found["said"].lstrip().startswith(("=", "$=")) else found["said"], text
    )
    text = _LINK.sub(r"\g<words>", _WIKILINK.sub(said, text))
    while (less := _EMPHASIS.sub(r"\g<words>", text)) != text:
        text = less
    return one_line(_EMPTIED.sub("", text)).rstrip(" ,;")


# ----------------------------------------------------------------------------------------- numbers


def _own_numbers(mission: Mission, entries: tuple[Entry, ...]) -> dict[int, str]:
    """Return the numbers that people gave, by the identity of the entry; of two the first has it."""
    notes = {note.path: note for note in (*mission.children, mission.synthesis)}
    found: dict[str, int] = {}
    for entry in entries:
        note = notes.get(entry.path)
        is_block = note is not None and entry.id in note.blocks_by_id
        if (_LIKE_NUMBER if is_block else _PRINTABLE).fullmatch(entry.id):
            found.setdefault(entry.id, id(entry))
    return {at: name for name, at in found.items()}


def _letters(mission: Mission, before: Record, were: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the letters of each domain by its folded label: those it had, else the first free ones of its name.

    `were` gives the folded label that a domain had before, where that was another one.
    """
    known = {fold(label): letters for label, letters in before.letters}
    numbers = [*(entry.number for entry in before.entries), *before.taken]
    taken = {*known.values(), *(found["letters"] for n in numbers if (found := _COUNTED.fullmatch(n)))}
    for key, letters in _had(before).items():
        known.setdefault(key, letters)
    for domain in mission.domains:
        key = fold(_label(domain))
        had = known.get(key) or known.get(were.get(key, ""))
        letters = had or next(each for each in _possible(domain.short) if each not in taken)
        taken.add(letters)
        yield key, letters


def _had(before: Record) -> dict[str, str]:
    """Return the letters that most numbers of a domain have, of a record in which they are not said."""
    found: dict[str, Counter[str]] = {}
    for entry in before.entries if not before.letters else ():
        if number := _COUNTED.fullmatch(entry.number):
            found.setdefault(fold(entry.domain), Counter())[number["letters"]] += 1
    return {key: counter.most_common(1)[0][0] for key, counter in found.items()}


def _possible(label: str) -> Iterator[str]:
    """Yield what the numbers of a domain can begin with: its first letters, else others of its name, else any."""
    letters = "".join(c for c in unaccented(without_emoji(label)).upper() if c in ascii_uppercase) or "X"
    yield from (letters[:size] for size in (1, 2, 3))
    yield from (letters[0] + other for other in letters[1:])
    for size in (1, 2):
        yield from (letters[0] + "".join(more) for more in product(ascii_uppercase, repeat=size))
