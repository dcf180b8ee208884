"""An evolution in words, for the region and for the progress report: totals, a row for each domain, lists of items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct

from vaultkit.audit.entries import Entry
from vaultkit.audit.evolution import Evolution, Move, Moved, has_slipped, tallies
from vaultkit.audit.recap import cell
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import state_label
from vaultkit.audit.words import HORIZONS, LANGUAGES, Status
from vaultkit.text import fold, one_line, pattern
from vaultkit.values import printed_date

#: Says a text of an item: takes the text and the path of its note.
Say = Callable[[str, str], str]

#: The lists, in their order: an item stands in the first that it belongs to.
_LISTS = (
    Move.CLOSED,
    Move.REOPENED,
    Move.OPENED,
    Move.SLIPPED,
    Move.MOVED,
    Move.REWORDED,
    Move.GONE,
    Move.NOTED,
)

#: key: French, English, German; two forms of a counted word are parted by `|`.
_WORDS: dict[str, tuple[str, str, str]] = {
    "title": ("Évolution", "Progress", "Entwicklung"),
    "since": (
        "Depuis le {day}\u00a0: {totals}.",
        "Since {day}: {totals}.",
        "Seit dem {day}: {totals}.",
    ),
    "since_undated": (
        "Depuis la livraison précédente\u00a0: {totals}.",
        "Since the earlier report: {totals}.",
        "Seit dem früheren Bericht: {totals}.",
    ),
    "none": (
        "Aucune livraison antérieure à laquelle comparer.",
        "There is no earlier report to compare with.",
        "Es gibt keinen früheren Bericht zum Vergleich.",
    ),
    "none_until": (
        "Aucune livraison jusqu’au {day} à laquelle comparer.",
        "There is no report up to {day} to compare with.",
        "Es gibt bis zum {day} keinen Bericht zum Vergleich.",
    ),
    "nothing": ("rien n’a changé", "nothing has changed", "nichts hat sich geändert"),
    "domain": ("Domaine", "Domain", "Bereich"),
    "total": ("Total", "Total", "Gesamt"),
    "col_opened": ("Ouverts", "Opened", "Neu"),
    "col_closed": ("Clos", "Closed", "Erledigt"),
    "col_moved": ("Déplacés", "Moved", "Geändert"),
    "col_slipped": ("Décalés", "Slipped", "Verschoben"),
    "list_closed": ("Clos", "Closed", "Erledigt"),
    "list_reopened": ("Rouverts", "Opened again", "Wieder offen"),
    "list_opened": ("Ouverts", "Opened", "Neu"),
    "list_slipped": ("Décalés", "Slipped", "Verschoben"),
    "list_moved": ("Déplacés ou modifiés", "Moved or changed", "Geändert"),
    "list_reworded": ("Reformulés", "Reworded", "Neu formuliert"),
    "list_gone": ("Disparus sans être clos", "Gone without being closed", "Weggefallen, nicht erledigt"),
    "list_noted": ("Nouveaux points positifs", "New good points", "Neue positive Punkte"),
    "opened": ("ouvert|ouverts", "opened|opened", "neu|neu"),
    "closed": ("clos|clos", "closed|closed", "erledigt|erledigt"),
    "reopened": ("rouvert|rouverts", "opened again|opened again", "wieder offen|wieder offen"),
    "moved": ("déplacé|déplacés", "moved|moved", "geändert|geändert"),
    "slipped": ("décalé|décalés", "slipped|slipped", "verschoben|verschoben"),
    "reworded": ("reformulé|reformulés", "reworded|reworded", "neu formuliert|neu formuliert"),
    "gone": ("disparu|disparus", "gone|gone", "weggefallen|weggefallen"),
    "noted": ("point positif|points positifs", "good point|good points", "positiver Punkt|positive Punkte"),
    "same": ("inchangé|inchangés", "unchanged|unchanged", "unverändert|unverändert"),
    "was": (
        "auparavant «\u00a0{text}\u00a0»",
        "before: “{text}”",
        "bisher „{text}“",
    ),
    "field_domain": ("domaine", "domain", "Bereich"),
    "field_horizon": ("horizon", "horizon", "Horizont"),
    "field_owner": ("responsable", "owner", "zuständig"),
    "field_state": ("état", "state", "Stand"),
    "field_status": ("appréciation", "rating", "Bewertung"),
    "field_due": ("délai", "due", "Frist"),
    "field_cost": ("coût", "cost", "Kosten"),
    "colon": ("\u00a0: ", ": ", ": "),
    "nobody": ("—", "—", "—"),
}

#: What would be markup in a text that is plain.
_MARKUP = pattern(r"[<`*\\]|(?<!\w)[#_](?=\w)|(?<=\w)_(?!\w)|\[(?=[\[^])|%(?=%)|=(?==)|~(?=~)")
_COMMENT = pattern(r"<!--|-->")


class EvolutionRow(Struct, frozen=True):
    """One row of the table: the label of a domain (pipes escaped), or of the total, and how many."""

    domain: str
    opened: int
    closed: int
    moved: int
    slipped: int


class EvolutionList(Struct, frozen=True):
    """One list: what became of its items, and each of them as Markdown on one line."""

    label: str
    items: tuple[str, ...]


class EvolutionView(Struct, frozen=True):
    """An evolution as templates see it; where nothing changed, or nothing can be compared, only the sentence is there.

    `header` are the five words of the table's first row, `total` its last row.
    """

    sentence: str
    header: tuple[str, ...] = ()
    rows: tuple[EvolutionRow, ...] = ()
    total: EvolutionRow = EvolutionRow("", 0, 0, 0, 0)
    lists: tuple[EvolutionList, ...] = ()


def word(key: str, language: str) -> str:
    """Return one of the words of an evolution."""
    return _WORDS[key][LANGUAGES.index(language)]


def nothing_to_compare(language: str, until: date | None = None) -> EvolutionView:
    """Return the view where no delivery is there, or none up to a day."""
    if until is None:
        return EvolutionView(word("none", language))
    return EvolutionView(word("none_until", language).format(day=printed_date(until, language)))


def view_of(found: Evolution, language: str, say: Say = lambda text, path: escaped(text)) -> EvolutionView:
    """Return an evolution in words; `say` gives a text of an item as Markdown on one line."""
    day = found.before.day
    sentence = word("since" if day else "since_undated", language).format(
        day=printed_date(day, language) if day else "", totals=_totals(found, language)
    )
    if not found.moved:
        return EvolutionView(sentence)
    rows = tuple(
        EvolutionRow(cell(escaped(t.domain)), t.opened, t.closed, t.moved, t.slipped) for t in tallies(found)
    )
    sums = (sum(getattr(row, name) for row in rows) for name in ("opened", "closed", "moved", "slipped"))
    lines = _Lines(language, say)
    lists = (
        EvolutionList(word(f"list_{move}", language), tuple(map(lines.line, items)))
        for move in _LISTS
        if (items := [one for one in found.moved if _list_of(one) is move and _is_told(one)])
    )
    header = tuple(
        word(key, language) for key in ("domain", "col_opened", "col_closed", "col_moved", "col_slipped")
    )
    return EvolutionView(sentence, header, rows, EvolutionRow(word("total", language), *sums), tuple(lists))


def escaped(text: str) -> str:
    """Return a plain text as Markdown that says just that, on one line."""
    return _MARKUP.sub(r"\\\g<0>", one_line(_COMMENT.sub(" ", text)))


def _is_told(one: Moved) -> bool:
    """Whether a list names an item: what was done and is no longer written down is none of them."""
    return one.after is not None or (one.before is not None and one.before.is_open)


def _list_of(one: Moved) -> Move:
    return next(move for move in _LISTS if move in one.moves)


def _totals(found: Evolution, language: str) -> str:
    if not found.moved:
        return word("nothing", language)
    told = [one for one in found.moved if _is_told(one)]
    counts = {move: sum(move in one.moves for one in told) for move in Move}
    pieces = [
        _counted(counts[move], str(move), language)
        for move in Move
        if counts[move] or move in (Move.OPENED, Move.CLOSED)
    ]
    return ", ".join([*pieces, _counted(found.same, "same", language)])


def _counted(number: int, key: str, language: str) -> str:
    one, several = word(key, language).split("|")
    single = number == 1 or (number == 0 and language == "fr")
    return f"{number} {one if single else several}"


class _Lines(Struct):
    """Says items in a language."""

    language: str
    say: Say

    def line(self, one: Moved) -> str:
        """Return one item as a line: its number, domain and words, and in parentheses what is otherwise now."""
        entry = one.entry
        number = f"**{escaped(entry.number)}** " if entry.number else ""
        details = (
            "\u00a0; ".join(self.details(one)) if self.language == "fr" else "; ".join(self.details(one))
        )
        said = f"{number}{self.say(entry.text, entry.path)} ({escaped(one.domain)})"
        return f"{said}{word('colon', self.language)}{details}" if details else said

    def details(self, one: Moved) -> Iterator[str]:
        """Yield what is otherwise than it was; of what is new only how it was closed."""
        was, now = one.before, one.after
        if now and (Move.CLOSED in one.moves) and now.state is not State.FIXED:
            yield state_label(now.state, self.language, now.topic)
        if was is None or now is None:
            return
        if Move.MOVED in one.moves or Move.SLIPPED in one.moves:
            yield from self.fields(was, now, one.domain)
        if Move.REWORDED in one.moves:
            yield word("was", self.language).format(text=self.say(was.text, was.path))

    def fields(self, was: Entry, now: Entry, domain: str) -> Iterator[str]:
        """Yield the fields that are otherwise: `délai 01.10.2025 → 01.12.2025`."""
        both_open = was.is_open and now.is_open
        if fold(was.domain) != fold(now.domain):
            yield self.change("domain", escaped(was.domain), escaped(domain))
        if was.horizon is not now.horizon:
            yield self.change(
                "horizon", *(HORIZONS[h][self.language][0] if h else "" for h in (was.horizon, now.horizon))
            )
        if fold(was.owner) != fold(now.owner):
            yield self.change("owner", *(self.say(e.owner, e.path) if e.owner else "" for e in (was, now)))
        if was.is_open is now.is_open and was.state is not now.state:
            yield self.change("state", *(state_label(e.state, self.language, e.topic) for e in (was, now)))
        if both_open and was.status is not now.status:
            yield self.change(
                "status", *("" if e.status is Status.NONE else str(e.status) for e in (was, now))
            )
        if was.due != now.due and (both_open or has_slipped(was, now)):
            yield self.change(
                "due", *(printed_date(e.due, self.language) if e.due else "" for e in (was, now))
            )
        if both_open and was.cost != now.cost:
            yield self.change("cost", was.cost, now.cost)

    def change(self, key: str, was: str, now: str) -> str:
        """Return one field with what it said and what it says."""
        nothing = word("nobody", self.language)
        return f"{word(f'field_{key}', self.language)} {was or nothing} → {now or nothing}"
