"""Two branches of a mission that change different domains: what merging them makes.

Each deed is a value that can be done again elsewhere: the law compares the merged synthesis, once rebuilt,
with the one that all deeds make on one line, and finds every word that a person wrote on either branch.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.render.conftest import KEEP, Notes, explain, outside
from tests.render.test_merge_laws import SECTIONS, child, law
from vaultkit.audit.gathering import missions
from vaultkit.edits import apply_edits
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.render.backlinks import backlink_edits
from vaultkit.render.refresh import Refreshed, refresh
from vaultkit.render.scene import Scene
from vaultkit.shell.commands.merge_driver import merge_versions
from vaultkit.vault.index import VaultIndex

#: How many histories a run takes; the issue asks for 300: VAULTKIT_HISTORIES=300.
HISTORIES = int(os.environ.get("VAULTKIT_HISTORIES", "40"))

SYNTHESIS = """\
---
category: synthese_globale
scope: X
backlinks:
---
# Synthèse

Prose gauche.

## recap
<!-- vaultkit:begin recap -->
<!-- vaultkit:end recap -->

Au milieu.

## roadmap
<!-- vaultkit:begin roadmap -->
<!-- vaultkit:end roadmap -->

Encore au milieu.

## liens
<!-- vaultkit:begin liens -->
<!-- vaultkit:end liens -->

## diagnostic
<!-- vaultkit:begin diagnostic -->
<!-- vaultkit:end diagnostic -->

Vers la fin.

## template
<!-- vaultkit:begin template src=t.md -->
<!-- vaultkit:end template -->

Prose droite.
"""

#: The domains of the two branches: neither touches what is the other's.
DOMAINS = {
    "gauche": {"A.md": "🔐 Sécurité & Accès", "C.md": "💰 Facturation", "E.md": "🖨️ Imprimantes"},
    "droite": {"B.md": "📧 Mails & Courrier", "D.md": "🗄️ Archives", "F.md": "📱 Téléphones"},
}
ORDER = "ABCDEF"


class Vault(Notes):
    """A vault in memory that keeps `backlinks` too, as a rebuild on the disk does."""

    def refresh(self, prune: bool = False) -> Refreshed:
        index = VaultIndex.of([parse_note(path, text) for path, text in self.texts.items()])
        mission = next(one for one in missions(index) if one.path == "S.md")
        render = lambda name, context: str(self.templates.render(name, context))  # noqa: E731
        done = refresh(mission.synthesis, Scene(mission, index, render, prune), explain)
        edits = (*done.edits, *backlink_edits(index, mission))
        return replace(done, text=apply_edits(self.text, edits), edits=edits)

    def rebuild(self, prune: bool = False) -> Refreshed:
        """Write the synthesis anew, and check that doing so again changes nothing."""
        done = self.refresh(prune)
        self.texts["S.md"] = done.text
        again = self.refresh(prune)
        assert again.text == done.text, "a second rebuild must not change anything"
        return done

    def copy(self) -> Vault:
        made = Vault({})
        made.texts, made.templates = dict(self.texts), self.templates
        return made


@dataclass(frozen=True)
class Deed:
    """One thing that happened: a child written or removed, words of the synthesis rewritten, or a rebuild."""

    kind: str
    old: str = ""
    new: str = ""

    def do(self, vault: Vault) -> None:
        if self.kind == "child":
            vault.texts[self.old] = self.new
        elif self.kind == "remove":
            vault.texts.pop(self.old, None)
        elif self.kind == "rebuild":
            vault.rebuild(prune=self.new == "prune")
        elif self.kind == "cell":
            label, _, column = self.old.partition("|")
            vault.texts["S.md"] = with_cell(vault.text, label, int(column), self.new)
        elif self.kind == "entry":
            added = re.sub(rf"(?<= ){self.old}(?=[,.])", f"{self.old}, {self.new}", vault.text, count=1)
            vault.texts["S.md"] = added
        elif self.old in vault.text:
            vault.texts["S.md"] = vault.text.replace(self.old, self.new, 1)


def with_cell(text: str, label: str, column: int, new: str) -> str:
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line.startswith(f"| {label} ") and line.count("|") == 6:
            cells = line.split("|")
            cells[column] = f" {new} "
            lines[at] = "|".join(cells)
    return "\n".join(lines)


@dataclass
class Branch:
    """A person at work on the domains of one branch; `commits` are the states of the vault, the fork first."""

    name: str
    vault: Vault
    chance: random.Random
    words: Callable[[], str]
    deeds: list[Deed] = field(default_factory=list)
    commits: list[Vault] = field(default_factory=list)
    rebuilt: list[bool] = field(default_factory=list)

    def do(self, *deeds: Deed) -> None:
        for deed in deeds:
            deed.do(self.vault)
            self.deeds.append(deed)

    @property
    def domains(self) -> dict[str, str]:
        return DOMAINS[self.name]

    def own_rows(self) -> list[list[str]]:
        """Return the cells of the rows of its domains."""
        labels = {short(label) for label in self.domains.values()}
        rows = [line.split("|") for line in self.vault.text.split("\n") if line.startswith("| ")]
        return [row for row in rows if len(row) == 7 and row[1].strip() in labels]

    # what a person does

    def write_child(self) -> None:
        path = self.chance.choice(list(self.domains))
        self.do(Deed("child", path, a_child(path, self.domains[path], self.words, self.chance)))

    def remove_child(self) -> None:
        path = self.chance.choice(list(self.domains))
        if path in self.vault.texts:
            self.do(Deed("remove", path))

    def edit_cell(self) -> None:
        if rows := self.own_rows():
            label = self.chance.choice(rows)[1].strip()
            self.do(Deed("cell", f"{label}|{self.chance.randrange(2, 6)}", f"{self.words()}mot"))

    def empty_or_release_cell(self) -> None:
        held = [(row[1].strip(), at) for row in self.own_rows() for at in range(2, 6) if KEEP in row[at]]
        if held:
            label, column = self.chance.choice(held)
            said = next(row[column] for row in self.own_rows() if row[1].strip() == label).replace(KEEP, "")
            self.do(Deed("cell", f"{label}|{column}", said.strip()))

    def insert_row(self) -> None:
        if rows := self.own_rows():
            line = "|".join(self.chance.choice(rows))
            self.do(
                Deed(
                    "text",
                    line,
                    f"{line}\n| {self.words()}mot | {self.words()}mot |  |  | {self.words()}mot |",
                )
            )

    def edit_word(self) -> None:
        """Rewrite one of the words that its notes gave to a list: a link, an item, an entry of the roadmap."""
        if found := re.findall(rf"{self.name[0]}\d+acte", self.vault.text):
            word = self.chance.choice(found)
            self.do(Deed("text", word, f"{self.words()}mot"))

    def edit_link(self) -> None:
        path = self.chance.choice(list(self.domains))
        self.do(Deed("text", f"- [[{path[0]}]]\n", f"- [[{path[0]}]] {self.words()}mot\n"))

    def insert_item(self) -> None:
        path = self.chance.choice(list(self.domains))
        self.do(Deed("text", f"- [[{path[0]}]]\n", f"- [[{path[0]}]]\n- {self.words()}mot\n"))

    def insert_entry(self) -> None:
        if found := re.findall(rf"{self.name[0]}\d+acte(?=[,.])", self.vault.text):
            word = self.chance.choice(found)
            self.do(Deed("entry", word, f"{self.words()}mot"))

    def write_prose(self) -> None:
        line = re.search(rf"^Prose {self.name}.*$", self.vault.text, re.M)
        assert line
        self.do(Deed("text", line[0], f"Prose {self.name} {self.words()}mot."))

    def give_back(self) -> None:
        if found := re.findall(rf"{self.name[0]}\d+mot {KEEP}", self.vault.text):
            held = self.chance.choice(found)
            self.do(Deed("text", held, held.removesuffix(f" {KEEP}")))

    def rewrite_kept(self) -> None:
        if found := re.findall(rf"{self.name[0]}\d+mot(?= {KEEP})", self.vault.text):
            self.do(Deed("text", self.chance.choice(found), f"{self.words()}mot"))

    def work(self, commits: int) -> None:
        """Do a few deeds and commit, several times; most commits follow a rebuild."""
        self.commits = [self.vault.copy()]
        deeds = [
            *[self.write_child] * 3,
            *[self.remove_child, self.edit_cell, self.edit_cell, self.empty_or_release_cell, self.insert_row],
            *[self.edit_word, self.edit_word, self.edit_link, self.insert_item, self.insert_entry],
            *[self.write_prose, self.give_back, self.rewrite_kept],
        ]
        for number in range(commits):
            for _ in range(self.chance.randrange(1, 4)):
                self.chance.choice(deeds)()
            if number + 1 == commits or self.chance.random() < 0.7:
                self.do(Deed("rebuild", new="prune" if self.chance.random() < 0.1 else ""))
            self.commits.append(self.vault.copy())
            self.rebuilt.append(bool(self.deeds) and self.deeds[-1].kind == "rebuild")


def short(label: str) -> str:
    return label.split(" & ")[0]


def a_child(path: str, label: str, words: Callable[[], str], chance: random.Random) -> str:
    actions = [f"{words()}acte" for _ in range(chance.randrange(4))]
    said = [f"{words()}constat", f"{words()}risque"]
    return child(ORDER.index(path[0]), label, said, actions, chance.choice(["haute", "moyenne", "basse"]))


def words_of(name: str, start: int) -> Callable[[], str]:
    """Return what makes words that stand nowhere else; no two share the six letters that count as one word."""
    numbers = iter(range(start, 1_000_000))
    return lambda: f"{name[0]}{next(numbers):04}"


def merged(base: Vault, ours: Vault, theirs: Vault) -> tuple[Vault, int]:
    """Merge two states of the vault file by file, as git does."""
    made, conflicts = ours.copy(), 0
    for path in sorted({*base.texts, *ours.texts, *theirs.texts}):
        was, mine, new = (one.texts.get(path) for one in (base, ours, theirs))
        if mine == new or new == was:
            continue
        if mine == was:
            made.texts.pop(path, None)
            made.texts |= {path: new} if new is not None else {}
            continue
        assert path == "S.md", "the branches change different domain notes"
        assert was is not None
        assert mine is not None
        assert new is not None
        with redirect_stderr(StringIO()) as said:
            data, count = merge_versions(was.encode(), mine.encode(), new.encode())
        assert said.getvalue() == ""
        made.texts[path] = data.decode()
        conflicts += count
    return made, conflicts


def join(chance: random.Random, ours: Branch, theirs: Branch) -> Vault:
    """Bring what theirs has done to ours: by merging it, by rebasing it on ours, or picking its commits."""
    if chance.random() < 0.5:
        result, conflicts = merged(ours.commits[0], ours.vault, theirs.vault)
        assert conflicts == 0, result.text
        return result
    result = ours.vault
    for before, after, rebuilt in zip(theirs.commits, theirs.commits[1:], theirs.rebuilt, strict=False):
        result, conflicts = merged(before, result, after)
        assert conflicts == 0, result.text
        if rebuilt and chance.random() < 0.3:
            result.rebuild()
    return result


def history(seed: int) -> None:
    chance = random.Random(seed)
    vault = Vault({"S.md": SYNTHESIS}, {"t.md": SECTIONS})
    words = {name: words_of(name, 1) for name in DOMAINS}
    for name, domains in DOMAINS.items():
        for path, label in domains.items():
            if chance.random() < 0.7:
                vault.texts[path] = a_child(path, label, words[name], chance)
    vault.rebuild()
    for _ in range(chance.randrange(1, 3)):
        branches = [
            Branch(name, vault.copy(), random.Random(chance.random()), words[name]) for name in DOMAINS
        ]
        for branch in branches:
            branch.work(chance.randrange(1, 4))
        assert not any(marked_without_words(branch.vault.text) for branch in branches)
        ours, theirs = branches if chance.random() < 0.5 else branches[::-1]
        vault = joined(chance, ours, theirs)


def joined(chance: random.Random, ours: Branch, theirs: Branch) -> Vault:
    """Bring two branches together, and hold the result against what their deeds make on one line."""
    line = ours.vault.copy()
    for deed in theirs.deeds:
        deed.do(line)
    line.rebuild()
    vault = join(chance, ours, theirs)
    for word in personal(ours.vault.text) | personal(theirs.vault.text):
        stood = word in ours.commits[0].text
        if not stood or (word in ours.vault.text and word in theirs.vault.text):
            assert vault.text.count(word) == 1, (word, vault.text)
    vault.rebuild()
    assert not doubled(vault.text), (doubled(vault.text), vault.text)
    children, others = ({**one.texts, "S.md": ""} for one in (vault, line))
    assert children == others
    if not any(deed.new == "prune" for deed in (*ours.deeds, *theirs.deeds)):
        # (a prune takes what is there: on one line that is more, or less, than on a branch)
        assert outline(vault, line) == outline(line, vault), f"{vault.text}\n=====\n{line.text}"
    return vault


def marked_without_words(text: str) -> bool:
    """Whether a rebuild has taken generated words for a person's."""
    return any(KEEP in line and not personal(line) for line in text.split("\n"))


def personal(text: str) -> set[str]:
    return set(re.findall(r"[gd]\d+mot", text))


def doubled(text: str) -> set[str]:
    """Return the generated actions that one region names twice: no deed here writes one down again."""
    found: set[str] = set()
    for region in find_regions(parse_note("S.md", text)).regions:
        said = re.findall(r"[gd]\d+acte", region.body.of(text))
        found |= {word for word in said if said.count(word) > 1}
    return found


def outline(vault: Vault, other: Vault) -> dict[str, object]:
    """Return what a synthesis says, region by region, without the order of what stands where a person put it.

    Of a region that in one of the two holds something without source only what a person wrote: for which of
    the others a kept unit stands is then told by its place, and so by the order in which things happened.
    """
    said: dict[str, object] = {"outside": outside(vault.text)}
    for region in find_regions(parse_note("S.md", vault.text)).regions:
        text = vault.text[region.begin.end : region.end.end]
        if all("gone=" not in end for end in (text, other.region(region.key).end.of(other.text))):
            said[region.key] = region_outline(text)
        else:
            said[region.key] = sorted(personal(text))
    return said


def region_outline(text: str) -> list[object]:
    said: list[object] = []
    for line in text.split("\n"):
        if line.startswith("<!-- vaultkit:end"):
            said.append(stamp_outline(line))
        elif re.match(r"\d+\. ", line):
            lead, _, entries = line.partition(" → ")
            said.append((lead, *sorted(entries.removesuffix(".").split(", "))))
        else:
            said.append((line,))
    return sorted(said, key=str)


def stamp_outline(line: str) -> tuple[object, ...]:
    """Return what an end marker remembers, in no order; the digest of the whole tells the order."""
    options = dict(re.findall(r"(\w+)=(\S+)", line))
    units = options.get("units", "").split(",")
    kept = [entry.split(":") for entry in options.get("kept", "").split(",") if entry]
    gone = [units[int(at)] for at in options.get("gone", "").split(",") if at]
    held = sorted((units[int(at)], source) for at, source in kept)
    return ("stamp", sorted(units), held, sorted(gone), options.get("head", ""), options.get("notes", ""))


@law(HISTORIES)
@given(st.integers(0, 1_000_000))
def test_merging_gives_what_all_deeds_on_one_line_would_have_given(seed: int) -> None:
    history(seed)


def of_domains(**actions: str) -> Vault:
    """Return a rebuilt vault whose notes have these actions, each note a domain in the order of its letter."""
    labels = {path: label for own in DOMAINS.values() for path, label in own.items()}
    notes = {f"{name}.md": words for name, words in actions.items()}
    made = Vault({"S.md": SYNTHESIS}, {"t.md": SECTIONS})
    made.texts |= {
        path: child(ORDER.index(path[0]), labels[path], ["constat", "risque"], words.split())
        for path, words in notes.items()
    }
    made.rebuild()
    return made


def sections(vault: Vault) -> list[str]:
    return [line for line in vault.lines("template") if not line.startswith("<!--")]


def test_a_section_that_moves_takes_its_list_along() -> None:
    vault = of_domains(A="verrouiller badges", B="chiffrer", D="ranger")
    vault.texts["D.md"] = vault.texts["D.md"].replace("ordre: 3", "ordre: -1")
    vault.rebuild()
    assert sections(vault) == [
        *("### Archives", "- ranger"),
        *("### Sécurité & Accès", "- verrouiller", "- badges"),
        *("### Mails & Courrier", "- chiffrer"),
    ]
    assert "gone=" not in vault.text


def test_what_a_removed_note_said_stays_under_its_own_heading() -> None:
    vault = of_domains(A="", C="facturer", D="ranger")
    del vault.texts["C.md"]
    vault.texts["A.md"] = of_domains(A="verrouiller").texts["A.md"]
    vault.rebuild()
    del vault.texts["D.md"]
    vault.rebuild()
    vault.texts["B.md"] = of_domains(B="chiffrer").texts["B.md"]
    vault.rebuild()
    assert sections(vault)[:2] == ["### Sécurité & Accès", "- verrouiller"]
    for section in (["### Mails & Courrier", "- chiffrer"], ["### Facturation", "- facturer"]):
        at = sections(vault).index(section[0])
        assert sections(vault)[at : at + 2] == section
    at = sections(vault).index("### Archives")
    assert sections(vault)[at : at + 2] == ["### Archives", "- ranger"]


def test_a_new_list_under_a_heading_that_another_branch_pruned_stands_once() -> None:
    base = of_domains(B="chiffrer", C="", D="ranger")
    del base.texts["C.md"]
    base.rebuild()
    ours, theirs = base.copy(), base.copy()
    ours.texts["C.md"] = of_domains(C="facturer").texts["C.md"]
    ours.rebuild()
    theirs.texts["B.md"] = of_domains(B="trier").texts["B.md"]
    theirs.rebuild(prune=True)
    made, conflicts = merged(base, ours, theirs)
    made.rebuild()
    assert conflicts == 0
    assert sections(made) == [
        *("### Mails & Courrier", "- trier"),
        *("### Facturation", "- facturer"),
        *("### Archives", "- ranger"),
    ]


def test_words_written_in_a_section_go_with_it_where_another_branch_has_moved_it() -> None:
    base = of_domains(A="verrouiller badges", B="chiffrer", D="ranger jeter")
    ours, theirs = base.copy(), base.copy()
    ours.texts["D.md"] = ours.texts["D.md"].replace("ordre: 3", "ordre: -1")
    theirs.texts["S.md"] = theirs.text.replace("- jeter", "- tout brûler")
    for one in (ours, theirs):
        one.rebuild()
    made, conflicts = merged(base, ours, theirs)
    made.rebuild()
    assert conflicts == 0
    assert sections(made) == [
        *("### Archives", "- ranger", f"- tout brûler {KEEP}"),
        *("### Sécurité & Accès", "- verrouiller", "- badges"),
        *("### Mails & Courrier", "- chiffrer"),
    ]


def test_new_sections_of_two_branches_stand_once_each_where_one_that_went_stood_between_them() -> None:
    base = of_domains(C="facturer", D="ranger")
    ours, theirs = base.copy(), base.copy()
    later, sooner = of_domains(F="appeler").texts["F.md"], of_domains(E="imprimer trier").texts["E.md"]
    del ours.texts["D.md"]
    ours.texts["F.md"] = later
    ours.rebuild(prune=True)
    theirs.texts["E.md"] = sooner
    theirs.rebuild()
    made, conflicts = merged(base, ours, theirs)
    made.rebuild()
    assert conflicts == 0
    assert sections(made) == [
        *("### Facturation", "- facturer"),
        *("### Imprimantes", "- imprimer", "- trier"),
        *("### Téléphones", "- appeler"),
    ]
    assert "gone=" not in made.text


@law(HISTORIES)
@given(st.integers(0, 1_000_000))
def test_no_new_word_of_a_person_vanishes_where_both_write_in_the_same_domains(seed: int) -> None:
    chance = random.Random(seed)
    vault = Vault({"S.md": SYNTHESIS}, {"t.md": SECTIONS})
    for path, label in DOMAINS["gauche"].items():
        vault.texts[path] = a_child(path, label, words_of("gauche", 100 * ORDER.index(path[0])), chance)
    vault.rebuild()
    sides = []
    for start in (5000, 7000):
        side = Branch("gauche", vault.copy(), random.Random(chance.random()), words_of("gauche", start))
        side.work(chance.randrange(1, 4))
        sides.append(side.vault.text)
    ours, theirs = sides
    data, conflicts = merge_versions(vault.text.encode(), ours.encode(), theirs.encode())
    text = data.decode()
    for word in personal(ours) | personal(theirs):
        assert word in text, (word, text)
    if not conflicts:
        assert not find_regions(parse_note("S.md", text)).faults
    assert ("<<<<<<< " in text) == bool(conflicts)


def shuffled(text: str, chance: random.Random, words: Callable[[], str]) -> str:
    """Return a synthesis after one thing that a person did to it: words written, or a section or region moved."""
    sections = re.split(r"(?m)^(?=## )", text)
    deed = chance.randrange(5)
    if deed == 0:
        section = sections.pop(chance.randrange(1, len(sections)))
        sections.insert(chance.randrange(1, len(sections) + 1), section)
        return "".join(one.rstrip("\n") + "\n\n" for one in sections)
    if deed == 1:
        heading = chance.choice(re.findall(r"(?m)^## .*$", text))
        return text.replace(heading, f"{heading} {words()}titre", 1)
    if deed == 2:
        region = chance.choice(REGION.findall(text))
        rest = text.replace(region, "", 1)
        place = chance.choice(
            [found.start() for found in re.finditer(r"(?m)^(?:## |Prose|Encore|Vers)", rest)]
        )
        return f"{rest[:place]}{region}\n{rest[place:]}"
    if deed == 3:
        link = chance.choice(re.findall(r"(?m)^- \[\[[A-F]\]\].*$", text) or ["- "])
        return text.replace(link, f"{link[:7]} {words()}mot", 1)
    label = chance.choice([short(label) for own in DOMAINS.values() for label in own.values()])
    return with_cell(text, label, chance.randrange(2, 6), f"{words()}mot")


REGION = re.compile(r"(?ms)^<!-- vaultkit:begin \w.*?^<!-- vaultkit:end [^\n]*\n")
HUNK = re.compile(r"<{7} ours\n(?P<ours>.*?)={7}\n(?P<theirs>.*?)>{7} theirs\n", re.S)


@law(HISTORIES)
@given(st.integers(0, 1_000_000))
def test_no_conflict_of_prose_takes_words_of_a_region_with_it(seed: int) -> None:
    chance = random.Random(seed)
    vault = Vault({"S.md": SYNTHESIS}, {"t.md": SECTIONS})
    for path, label in DOMAINS["gauche"].items():
        vault.texts[path] = a_child(path, label, words_of("gauche", 100 * ORDER.index(path[0])), chance)
    vault.rebuild()
    sides = []
    for start in (5000, 7000):
        side, words = vault.copy(), words_of("gauche", start)
        for _ in range(chance.randrange(1, 5)):
            side.texts["S.md"] = shuffled(side.text, chance, words)
        side.rebuild()
        sides.append(side.text)
    data, conflicts = merge_versions(vault.text.encode(), *(one.encode() for one in sides))
    text = data.decode()
    hunks = list(HUNK.finditer(text))
    assert len(hunks) == conflicts
    assert not any("vaultkit:" in hunk[0] for hunk in hunks), text
    for word in (word for one in sides for word in re.findall(r"g\d+(?:mot|titre)", one)):
        assert word in text, (word, text)
    of_regions = {
        word for hunk in hunks if re.search(r"(?m)^(?:\||- |\d)", hunk[0]) for word in personal(hunk[0])
    }
    for side in ("ours", "theirs"):
        made = HUNK.sub(lambda found, side=side: found[side], text)  # type: ignore[misc]
        assert personal(text) - personal(made) <= of_regions, text
        assert not find_regions(parse_note("S.md", made)).faults
