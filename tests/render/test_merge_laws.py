"""What holds for every region, whatever stood there and whatever happens to it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.render.conftest import KEEP, Notes
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.render.body import parse_body
from vaultkit.render.print_body import print_body


def law(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


LINES = (
    "",
    " ",
    ">",
    "> a",
    "> > a",
    "> - a",
    "> | a | b |",
    "> |---|---|",
    "a",
    "  a",
    "    code",
    "\ta",
    "a  ",
    "a\\",
    "- a",
    "- ",
    "-",
    "* b",
    "+ c, d.",
    "  - nested",
    "  continued",
    "1. **Court terme** → a, b.",
    "2) **Structurant :** c, (d, e), `f, g`",
    "- *Intermédiaire* -> [[h, i]], j",
    "1. **Court terme** <!-- vk:keep --> → k",
    "- x <!-- vk:keep -->",
    "- x <!--vk:keep--> ^id",
    "<!-- vk:keep -->",
    "  <!-- vk:keep -->",
    "| a | b |",
    "|---|:-:|",
    "| --- |",
    "| 🔐 Sécurité | x \\| y | [[a\\|b]] |",
    "| 🔐 Sécurité <!-- vk:keep --> |  | z",
    "| <!-- vk:keep --> |",
    "a | b",
    "--- | ---",
    "||",
    "|",
    "# Titre",
    "### Constats",
    "Titre",
    "===",
    "---",
    "***",
    "```",
    "~~~",
    "  ```",
    "$$",
    "<div>",
    "</div>",
    "<!-- note -->",
    "> [!danger] Non",
    "- [ ] tâche ⏳",
    "- [x] faite ^abc",
    "&amp; \\* _b_ **c**",
    "e\u0301\ufe0f\u00a0",
    "\u2028",
    "a\rb",
    "\ufeff",
    "\0",
)
BODIES = st.lists(st.sampled_from(LINES), max_size=9).map("\n".join)

KINDS = ("recap", "roadmap", "liens", "diagnostic", "domaine id=securite-et-acces", "template src=t.md")

SYNTHESIS = """\
---
category: synthese_globale
scope: X
---
# Synthèse

## Avant
Texte  
"""

CHILD = """\
---
category: domaine
scope: X
ordre: {order}
priorite: {priority}
---
# {label}

## En bref
- **Constat** : {finding}
- **Risque** : {risk}

## Constats
- {finding} ❌

## Actions
{actions}
"""


def synthesis(kind: str, body: str, end: str = "", prefix: str = "") -> str:
    inside = "".join(f"{prefix}{line}\n" for line in body.split("\n"))
    name = kind.split()[0]
    marked = f"{prefix}<!-- vaultkit:begin {kind} -->\n{inside}{prefix}<!-- vaultkit:end {name}{end} -->\n"
    return f"{SYNTHESIS}\n{marked}\nAprès"


def child(order: int, label: str, words: list[str], actions: list[str], priority: str = "haute") -> str:
    listed = "\n".join(f"- **Court terme** : {action}" for action in actions)
    return CHILD.format(
        order=order, label=label, finding=words[0], risk=words[1], actions=listed, priority=priority
    )


def two_children() -> dict[str, str]:
    return {
        "A.md": child(1, "🔐 Sécurité & Accès", ["sessions partagées", "fuites"], ["verrouiller", "badges"]),
        "B.md": child(2, "📧 Mails", ["bluewin", "perte"], ["chiffrer"]),
    }


TEMPLATE = """\
### Domaines

| D | P |
|---|---|
{% for d in domains %}
| {{ d.name }} | {{ d.priority }} |
{% endfor %}

{% for d in domains %}
- {{ d.name }}
{% endfor %}

Fin _du_ texte.
"""

SECTIONS = """\
{% for d in domains %}
### {{ d.name }}
{% for one in d.actions %}
- {{ one }}
{% endfor %}

{% endfor %}
"""


# ------------------------------------------------------------------------------- any text


@law(150)
@given(BODIES, st.booleans())
def test_printing_what_was_read_gives_the_lines_back(text: str, roadmap: bool) -> None:
    printed = "\n".join(print_body(parse_body(text, roadmap=roadmap)))
    assert without_blanks(printed) == without_blanks(text)


def without_blanks(text: str) -> list[str]:
    """Return the lines of a text, blank ones emptied, without those around it."""
    lines = [line.rstrip("\r") if line.strip() else "" for line in text.split("\n")]
    while lines and not lines[0].strip(" >"):
        lines.pop(0)
    while lines and not lines[-1].strip(" >"):
        lines.pop()
    return lines


@law(300)
@given(st.sampled_from(KINDS), BODIES, st.sampled_from(["", "> "]))
@example("liens", "- ", "")
@example("recap", "| a | b |\n| --- |", "")
def test_refreshing_twice_is_once_and_the_outside_is_untouched(kind: str, body: str, prefix: str) -> None:
    notes = Notes(two_children() | {"S.md": synthesis(kind, body, prefix=prefix)}, {"t.md": TEMPLATE})
    if not find_regions(parse_note("S.md", notes.text)).faults:
        notes.rebuild()


@law(200)
@given(st.sampled_from(KINDS), BODIES)
def test_no_word_of_a_body_that_was_just_adopted_is_lost(kind: str, body: str) -> None:
    notes = Notes(two_children() | {"S.md": synthesis(kind, body)}, {"t.md": TEMPLATE})
    if not find_regions(parse_note("S.md", notes.text)).faults:
        notes.rebuild()
        for _ in range(2):
            notes.rebuild(prune=True)
        assert lost(body, notes.text) == []


def lost(before: str, after: str) -> list[str]:
    """Return the words of a text that another does not hold."""
    words = re.findall(r"\w+", before.replace(KEEP, "").replace("<!--vk:keep-->", ""))
    return [word for word in dict.fromkeys(words) if word not in after]


STAMPS = st.sampled_from(
    [
        "sum=",
        "sum=zz",
        "sum=0123abcd units=abc",
        "sum=0123abcd units=abcdef,012345 rows=1",
        "sum=0123abcd units=abcdef rows=1,-1 kept=-1:-",
        "sum=0123abcd units=abcdef kept=9:-",
        "sum=0123abcd units=abcdef kept=0:x gone=0",
        "sum=0123abcd units=abcdef gone=7",
        "sum=0123abcd units=abcdef,abcdef,abcdef rows=1,2 kept=0:-,2:012345 gone=1 head=012345",
        "units=abcdef",
        "kept=0",
        "rows=a",
        "v=1",
    ]
)


@law(150)
@given(st.sampled_from(KINDS), BODIES, STAMPS)
def test_no_stamp_however_garbled_makes_trouble(kind: str, body: str, stamp: str) -> None:
    notes = Notes(two_children() | {"S.md": synthesis(kind, body, f" {stamp}")}, {"t.md": TEMPLATE})
    if not find_regions(parse_note("S.md", notes.text)).faults:
        notes.rebuild()


@law(60)
@given(st.permutations(list(two_children())), st.sampled_from(KINDS), BODIES)
def test_the_order_in_which_notes_are_given_does_not_matter(order: list[str], kind: str, body: str) -> None:
    texts = two_children() | {"S.md": synthesis(kind, body)}
    shuffled = {path: texts[path] for path in ["S.md", *order]}
    results = {Notes(given, {"t.md": TEMPLATE}).refresh().text for given in (texts, shuffled)}
    assert len(results) == 1


# --------------------------------------------------------------------------- formatters


def formatted(text: str, seed: int) -> str:
    """Return a note as a formatter might leave it: it says the same, in another style."""
    chance = random.Random(seed)
    pad, bullet, ones = chance.random() < 0.5, chance.choice("-*+"), chance.random() < 0.5
    star = chance.choice(["**", "__"])
    amp = chance.choice(["&", "&amp;"])
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith(("<!-- vaultkit", "---")) or "::" in line or re.match(r"\w+:", line):
            lines.append(line)
            continue
        line = re.sub(r"^(\s*)[-*+] ", rf"\1{bullet} ", line)
        line = re.sub(r"^(\s*)\d+\.", r"\g<1>1." if ones else r"\g<0>", line)
        line = re.sub(r"\*\*([^*]+)\*\*", rf"{star}\1{star}", line)
        line = line.replace("&", amp) if "&amp;" not in line else line
        if line.startswith("|") and pad:
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            rule = all(re.fullmatch(r" *:?-+:? *", cell) for cell in cells)
            line = "| " + " | ".join("-" * 30 if rule else cell.strip().ljust(30) for cell in cells) + " |"
        lines.append(line.rstrip())
    return "\n".join(lines)


@law(60)
@given(st.sampled_from(KINDS), st.integers(0, 30))
def test_a_body_that_says_the_same_is_not_touched_by_a_byte(kind: str, seed: int) -> None:
    notes = Notes(two_children() | {"S.md": synthesis(kind, "")}, {"t.md": TEMPLATE})
    notes.rebuild()
    notes.texts["S.md"] = formatted(notes.text, seed)
    before = notes.text
    done = notes.rebuild()
    assert notes.text == before
    assert done.edits == ()


# ----------------------------------------------------------------------------- histories

LABELS = {
    "A.md": "🔐 Sécurité & Accès",
    "B.md": "📧 Mails & Courrier",
    "C.md": "💰 Facturation",
    "D.md": "🗄️ Archives",
}


@dataclass
class History:
    """A vault and a person at work on it; `written` are his words, each of them a mot that stands nowhere else."""

    chance: random.Random
    notes: Notes
    written: list[str] = field(default_factory=list)
    count: int = 0
    trail: list[str] = field(default_factory=list)

    def word(self, mine: bool = True) -> str:
        self.count += 1
        word = f"{'mot' if mine else 'source'}{self.count:03}x"
        if mine:
            self.written.append(word)
        return word

    def lines(self, pattern: str) -> list[int]:
        """Return the lines inside the regions that fit a pattern."""
        inside, found = False, []
        for at, line in enumerate(self.notes.text.split("\n")):
            if "vaultkit:" in line:
                inside = "begin" in line
            elif inside and re.match(pattern, line):
                found.append(at)
        return found

    def rewrite(self, at: int, *new: str) -> None:
        lines = self.notes.text.split("\n")
        gone = lines[at]
        lines[at : at + 1] = new
        self.notes.texts["S.md"] = "\n".join(lines)
        self.written = [
            word for word in self.written if word not in gone or any(word in line for line in new)
        ]
        self.trail.append(f"{gone!r} -> {new!r}")

    # what a person does

    def edit_cell(self) -> None:
        if rows := self.lines(r"\|(?! ?-)(?! Domaine)(?! D )"):
            at = self.chance.choice(rows)
            cells = re.split(r"(?<!\\)\|", self.notes.text.split("\n")[at])
            place = self.chance.randrange(1, len(cells) - 1)
            mark = f" {KEEP}" if KEEP in cells[place] and self.chance.random() < 0.5 else ""
            cells[place] = f" {self.word()}{mark} "
            self.rewrite(at, "|".join(cells))

    def insert_row(self) -> None:
        if rows := self.lines(r"\|"):
            at = self.chance.choice(rows[1:])
            line = self.notes.text.split("\n")[at]
            self.rewrite(at, line, f"| {self.word()} | {self.word()} |  |  | {self.word()} |")

    def edit_item(self) -> None:
        if items := self.lines(r"\s*[-*+] "):
            at = self.chance.choice(items)
            line = self.notes.text.split("\n")[at]
            bullet = re.match(r"\s*[-*+] ", line)
            assert bullet
            self.rewrite(at, f"{bullet[0]}{self.word()}")

    def insert_item(self) -> None:
        if items := self.lines(r"\s*([-*+] |\d+\. )"):
            at = self.chance.choice(items)
            line = self.notes.text.split("\n")[at]
            new = f"- {self.word()}" if line.lstrip()[0] in "-*+" else f"4. **{self.word()}** → {self.word()}"
            self.rewrite(at, line, new)

    def edit_entry(self) -> None:
        if items := self.lines(r"\d+\. "):
            at = self.chance.choice(items)
            lead, arrow, rest = self.notes.text.split("\n")[at].partition(" → ")
            entries = rest.rstrip(".").split(", ")
            if self.chance.random() < 0.3:
                entries.insert(self.chance.randrange(len(entries) + 1), self.word())
            else:
                entries[self.chance.randrange(len(entries))] = self.word()
            self.rewrite(at, lead + arrow + ", ".join(entries) + ".")

    def delete_line(self) -> None:
        if items := self.lines(r"\|(?! ?-)(?! Domaine)|[-*+] |\d+\. "):
            self.rewrite(self.chance.choice(items))

    def swap_lines(self) -> None:
        if len(items := self.lines(r"[-*+] |\| [^-]")) > 2:
            at = self.chance.choice(items[1:-1])
            lines = self.notes.text.split("\n")
            if at + 1 in items and "| D" not in lines[at]:
                lines[at], lines[at + 1] = lines[at + 1], lines[at]
                self.notes.texts["S.md"] = "\n".join(lines)
                self.trail.append(f"swapped {at}")

    def format(self) -> None:
        self.notes.texts["S.md"] = formatted(self.notes.text, self.chance.randrange(100))
        self.trail.append("formatted")

    # what happens around him

    def change_source(self) -> None:
        path = self.chance.choice(list(LABELS))
        actions = [self.word(mine=False) for _ in range(self.chance.randrange(3))]
        words = [self.word(mine=False), self.word(mine=False)]
        priority = self.chance.choice(["haute", "moyenne", "basse"])
        self.notes.texts[path] = child(list(LABELS).index(path), LABELS[path], words, actions, priority)
        self.trail.append(f"source {path} {words} {actions}")

    def remove_source(self) -> None:
        path = self.chance.choice(list(LABELS))
        self.notes.texts.pop(path, None)
        self.trail.append(f"removed {path}")

    def rebuild(self) -> None:
        prune = self.chance.random() < 0.2
        self.notes.rebuild(prune)
        self.trail.append(f"rebuilt {'prune' if prune else ''}")
        for word in self.written:
            times = self.notes.text.count(word)
            assert times == 1, (word, times, self.trail, self.notes.text)
            [line] = [line for line in self.notes.text.split("\n") if word in line]
            inside = line.strip().startswith(("|", "-", "*", "+")) or re.match(r"\d+\. ", line)
            assert KEEP in line or not inside or f"**{word}**" in line, (word, self.trail, self.notes.text)


def begun(seed: int) -> History:
    """Return a mission with every kind of region, rebuilt once."""
    regions = "\n".join(
        f"## {kind}\n<!-- vaultkit:begin {kind} -->\n<!-- vaultkit:end {kind.split()[0]} -->\n"
        for kind in ("recap", "roadmap", "liens", "diagnostic", "template src=t.md")
    )
    made = History(random.Random(seed), Notes({"S.md": f"{SYNTHESIS}\n{regions}"}, {"t.md": SECTIONS}))
    for path in LABELS:
        if made.chance.random() < 0.7:
            words = [made.word(mine=False), made.word(mine=False)]
            made.notes.texts[path] = child(
                list(LABELS).index(path), LABELS[path], words, [made.word(mine=False)]
            )
    made.rebuild()
    return made


def history(seed: int, steps: int) -> History:
    made = begun(seed)
    deeds = [
        *[
            made.edit_cell,
            made.insert_row,
            made.edit_item,
            made.insert_item,
            made.edit_entry,
            made.delete_line,
        ],
        *[made.swap_lines, made.format, made.change_source, made.change_source, made.remove_source],
    ]
    for _ in range(steps):
        for _ in range(made.chance.randrange(1, 4)):
            made.chance.choice(deeds)()
        made.rebuild()
    return made


@law(60)
@given(st.integers(0, 1_000_000), st.integers(1, 8))
@example(84, 5)  # a pruned link whose place a kept item takes
def test_over_any_history_no_word_of_the_person_is_lost_or_doubled(seed: int, steps: int) -> None:
    history(seed, steps)


@law(40)
@given(st.integers(0, 1_000_000), st.integers(1, 8))
@example(6, 7)  # a heading comes before another: what is remembered stands in the order of the blocks
@example(253, 6)  # two lists come to stand beside each other: they are one when they are read again
def test_what_only_sources_change_is_never_taken_for_a_persons(seed: int, steps: int) -> None:
    made = begun(seed)
    for _ in range(steps):
        for _ in range(made.chance.randrange(1, 4)):
            made.chance.choice([made.change_source, made.change_source, made.remove_source])()
        made.rebuild()
        assert KEEP not in made.notes.text, (made.trail, made.notes.text)
