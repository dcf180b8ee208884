"""What the engine keeps up, event by event, is what reading the vault anew gives: always, whatever happens."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.shell.daemon.small_missions import DOMAINS, domain_note, small_mission, synthesis
from tests.shell.daemon.stage_doubles import Lines, VirtualClock
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.planning import stale_regions
from vaultkit.shell.ports import AppState
from vaultkit.shell.session import Session

#: How many histories a run takes, and how many steps each has.
HISTORIES = int(os.environ.get("VAULTKIT_HISTORIES", "8"))
STEPS = 25
QUIET = "[watch]\nsource_quiet = 0\ntarget_quiet = 0\nbackground_quiet = 0\n"
FOLDERS = ("", "", "", "Mission/", "Archive/Vieux/")
QUERY = '\n<!-- vaultkit:begin query\nTABLE scope FROM "" WHERE category = "domaine"\n-->\n<!-- vaultkit:end query -->\n'


class Held:
    """An app that shows every synthesis in front, so that plans are made and none is written."""

    def __init__(self, root: Path, hold: bool) -> None:
        self.root, self.hold = root, hold

    def state(self) -> AppState:
        """Return that all notes are active, or that the app does not run."""
        if not self.hold:
            return AppState()
        notes = frozenset(file.relative_to(self.root).as_posix() for file in self.root.rglob("*.md"))
        return AppState(True, notes, notes)


class History:
    """Random deeds on the files of a vault, each followed by what the watcher would tell of it."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.chance = root, chance
        self.made = 0
        self.did: list[str] = []
        (root / "vaultkit.toml").write_text(QUIET, encoding="utf-8")
        for path, text in small_mission(chance).items():
            self.put(path, text)

    def put(self, path: str, text: str) -> str:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return path

    def notes(self) -> list[str]:
        found = (file.relative_to(self.root).as_posix() for file in self.root.rglob("*.md"))
        return sorted(path for path in found if not path.startswith("."))

    def a_note(self) -> str:
        return self.chance.choice(self.notes())

    def text(self, path: str) -> str:
        return (self.root / path).read_bytes().decode(errors="replace")

    def new_name(self) -> str:
        self.made += 1
        return f"{self.chance.choice(FOLDERS)}Note {self.made}.md"

    def step(self) -> list[str]:
        """Do something; return the paths that the watcher tells of."""
        deeds: tuple[Callable[[], list[str]], ...] = (
            self.edits, self.edits, self.edits_a_property, self.edits_a_property, self.edits_a_property,
            self.renames, self.deletes, self.creates, self.creates, self.creates_a_synthesis,
            self.copies_in_conflict, self.makes_a_link_ambiguous, self.adds_a_query, self.changes_settings,
            self.changes_a_template, self.spoils, self.moves_a_folder, self.adds_a_canvas, self.adds_a_link,
            self.adds_a_file, self.changes_the_app, self.blanks, self.swaps_two,
        )  # fmt: skip
        deed = self.chance.choice(deeds)
        told = deed()
        self.did.append(f"{deed.__name__} {told}")
        return told

    def edits(self) -> list[str]:
        path = self.a_note()
        lines = self.text(path).split("\n")
        at = self.chance.randrange(len(lines))
        if self.chance.random() < 0.3:
            del lines[at]
        else:
            self.made += 1
            new = (
                f"- ❌ nouveau constat {self.made}",
                "## Risques",
                f"- **Court terme** : chose {self.made}",
                f"mot {self.made}",
            )
            lines.insert(at, self.chance.choice(new))
        return [self.put(path, "\n".join(lines))]

    def edits_a_property(self) -> list[str]:
        path = self.a_note()
        lines = self.text(path).split("\n")
        if lines[0] != "---":
            return [self.put(path, "---\ncategory: domaine\nscope: Cabinet Un\n---\n" + "\n".join(lines))]
        target = self.a_note().removesuffix(".md")
        new = self.chance.choice((
            "category: domaine", "category: entretien", "category: synthese_globale", "scope: Cabinet Un",
            "scope: Cabinet Deux", f'synthese: "[[{target}]]"', "ordre: 3", "statut: brouillon", "priorite: haute",
            "vaultkit_frozen: true", f'backlinks:\n  - "[[{target}]]"', "domaine: Ménage", "scope: [un, deux", "date: 2025-01-02",
        ))  # fmt: skip
        key = new.split(":")[0]
        end = lines.index("---", 1) if "---" in lines[1:] else 1
        same = [n for n in range(1, end) if lines[n].startswith(f"{key}:")]
        if same and self.chance.random() < 0.8:
            lines[same[0]] = new
        else:
            lines.insert(end, new)
        return [self.put(path, "\n".join(lines))]

    def renames(self) -> list[str]:
        old, new = self.a_note(), self.new_name()
        if self.chance.random() < 0.3:
            new = str(Path(old).with_name(Path(old).name.swapcase()[:-3] + ".md"))
        if (self.root / new).exists():
            return []
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)
        return [old, new]

    def deletes(self) -> list[str]:
        if len(self.notes()) < 3:
            return []
        path = self.a_note()
        (self.root / path).unlink()
        return [path]

    def creates(self) -> list[str]:
        _, title, extra = self.chance.choice(DOMAINS)
        path = self.new_name()
        words = [f"w{self.made}{letter}" for letter in "abcd"]
        scope = self.chance.choice(("Cabinet Un", "Cabinet Deux", "cabinet un"))
        return [self.put(path, self.chance.choice(("", domain_note(title, scope, extra, words))))]

    def creates_a_synthesis(self) -> list[str]:
        scope = self.chance.choice(("Cabinet Un", "Cabinet Deux", "Cabinet Trois"))
        regions = tuple(self.chance.sample(("recap", "roadmap", "liens", "diagnostic"), 2))
        extra = self.chance.choice(("", "backlinks:\n", "date: 2026-01-01\n", "vaultkit_frozen: true\n"))
        return [self.put(self.new_name(), synthesis(scope, regions, extra))]

    def copies_in_conflict(self) -> list[str]:
        path = self.a_note()
        stem = path.removesuffix(".md")
        name = self.chance.choice((
            f"{stem} (Conflicted copy PC 202601021200).md", f"{stem}.sync-conflict-20260102-120000-ABCDEFG.md",
            f"{stem} (Copie en conflit de PC 2026-01-02).md",
        ))  # fmt: skip
        return [self.put(name, self.text(path) + "\nautre fin\n")]

    def makes_a_link_ambiguous(self) -> list[str]:
        path = self.a_note()
        other = f"{self.chance.choice(('Autre', 'Mission', 'A/B'))}/{Path(path).name}"
        return [self.put(other, self.chance.choice(("# homonyme\n", self.text(path))))]

    def adds_a_link(self) -> list[str]:
        path, target = self.a_note(), self.a_note()
        linkpath = self.chance.choice(
            (target.removesuffix(".md"), Path(target).stem, "Pas encore là", "Note 3")
        )
        return [self.put(path, f"{self.text(path)}\nVoir [[{linkpath}]] et ![[{linkpath}#Constats]].\n")]

    def adds_a_query(self) -> list[str]:
        path = self.a_note()
        return [self.put(path, self.text(path) + QUERY)]

    def changes_settings(self) -> list[str]:
        text = self.chance.choice(
            (QUIET, QUIET + '\n[vault]\nlanguage = "en"\n', QUIET + '\n[vault]\nlanguage = "fr"\n')
        )
        return [self.put("vaultkit.toml", text)]

    def changes_a_template(self) -> list[str]:
        path = "vaultkit/templates/liens.md"
        if (self.root / path).exists() and self.chance.random() < 0.5:
            (self.root / path).unlink()
            return [path]
        self.made += 1
        return [
            self.put(
                path, "{% for link in links %}\n- [[{{ link }}]] (n° " + str(self.made) + ")\n{% endfor %}\n"
            )
        ]

    def changes_the_app(self) -> list[str]:
        style = self.chance.choice(("shortest", "relative", "absolute"))
        return [self.put(".obsidian/app.json", f'{{"newLinkFormat": "{style}"}}')]

    def spoils(self) -> list[str]:
        path = self.a_note()
        file = self.root / path
        kind = self.chance.randrange(3)
        if kind == 0:
            file.write_bytes(b"\xff\xfe\x00" + file.read_bytes())
        elif kind == 1:
            file.write_bytes(file.read_bytes() + b"\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n")
        else:
            self.put(path, self.text(path).replace("<!-- vaultkit:end", "<!-- vaultkit:begin", 1))
        return [path]

    def blanks(self) -> list[str]:
        return [self.put(self.a_note(), "")]

    def swaps_two(self) -> list[str]:
        one, other = self.a_note(), self.a_note()
        if one == other:
            return []
        self.root.joinpath(one).rename(self.root / ".aside")
        self.root.joinpath(other).rename(self.root / one)
        self.root.joinpath(".aside").rename(self.root / other)
        return [one, other]

    def moves_a_folder(self) -> list[str]:
        folders = sorted({path.split("/")[0] for path in self.notes() if "/" in path})
        if not folders:
            return []
        old = self.chance.choice(folders)
        self.made += 1
        new = f"Dossier {self.made}"
        files = (file for file in (self.root / old).rglob("*") if file.is_file())
        paths = sorted(file.relative_to(self.root).as_posix() for file in files)
        (self.root / old).rename(self.root / new)
        return [*paths, *(f"{new}/{path.split('/', 1)[1]}" for path in paths)]

    def adds_a_canvas(self) -> list[str]:
        path = self.a_note()
        nodes = f'[{{"id":"a","type":"file","file":"{path}","x":0,"y":0,"width":1,"height":1}}]'
        return [self.put(f"tableau {self.chance.randrange(3)}.canvas", f'{{"nodes":{nodes},"edges":[]}}')]

    def adds_a_file(self) -> list[str]:
        return [self.put(self.chance.choice(("plan.pdf", "Mission/photo.png", "Note 2.pdf")), str(self.made))]


def said(session: Session) -> dict[str, object]:
    """Return all that a session says of its vault, so that two can be compared."""
    plan = session.plan()
    return {
        "notes": {note.path: note.digest for note in session.index},
        "files": sorted(entry.path for entry in session.entries),
        "writes": {write.path: (write.text, write.digest, write.regions) for write in plan.changes.writes},
        "refused": sorted((path, message.en) for path, message in plan.changes.refused),
        "summary": sorted(map(repr, plan.changes.summary)),
        "missions": [
            (
                m.path,
                m.scope,
                m.language,
                m.active,
                [c.path for c in m.children],
                m.domains,
                m.sections,
                m.drafts,
            )
            for m in session.missions
        ],
        "edges": sorted(
            (e.source, e.target, e.resolved, e.kind, e.key, e.reference.span) for e in session.graph
        ),
        "problems": sorted((path, message.en) for path, message in session.problems),
        "check": [(d.path, d.kind.code, d.finding.span, d.finding.message.en) for d in session.check(plan)],
        "stale": [(d.path, d.finding.span) for d in stale_regions(plan)],
        "settings": session.settings,
        "app": session.app,
    }


def differences(one: dict[str, object], other: dict[str, object]) -> Iterator[str]:
    """Yield where two sessions disagree."""
    for key, mine in one.items():
        its = other[key]
        if mine == its:
            continue
        if isinstance(mine, dict) and isinstance(its, dict):
            for name in sorted({*mine, *its}):
                if mine.get(name) != its.get(name):
                    yield f"{key} {name}:\n  followed {mine.get(name)!r}\n  anew     {its.get(name)!r}"
        elif isinstance(mine, list) and isinstance(its, list):
            yield f"{key}:\n  only followed {[x for x in mine if x not in its]!r}\n  only anew     {[x for x in its if x not in mine]!r}\n  (else their order)"
        else:
            yield f"{key}:\n  followed {mine!r}\n  anew     {its!r}"


@pytest.mark.parametrize("hold", [True, False], ids=["plans held", "plans written"])
@pytest.mark.parametrize("seed", range(int(os.environ.get("VAULTKIT_SEED", "1")), HISTORIES + 1))
def test_following_events_gives_what_reading_anew_gives(tmp_path, monkeypatch, seed, hold):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "coffre"
    root.mkdir()
    chance = random.Random(seed)
    history, clock, log = History(root, chance), VirtualClock(), Lines()
    for file in root.rglob("*.md"):
        os.utime(file, (clock.wall() - 1000, clock.wall() - 1000))
    engine = Engine(root, clock, Held(root, hold), log)
    engine.start()
    for step in range(STEPS):
        told = [path for _ in range(chance.choice((1, 1, 1, 2, 4))) for path in history.step()]
        chance.shuffle(told)
        for path in told:
            engine.noticed(path)
        if chance.random() < 0.1:
            engine.overlooked(None)
        for _ in range(60):
            due = engine.due_in()
            if due is None or due > 8:
                break  # all is read; what is left waits for the app, or for a program that fights
            clock.now += due + 1e-6
            engine.step()
        found = list(differences(said(engine.session), said(Session.open(root))))
        deeds = "\n".join(history.did[-8:])
        assert not found, (
            f"seed {seed}, step {step}, hold {hold}\n" + "\n".join(found)[:6000] + f"\n--- deeds\n{deeds}"
        )
