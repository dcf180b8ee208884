"""Small missions to type in: one or two syntheses, domain notes, an interview, a note with a query."""

from __future__ import annotations

import random
import re

DOMAINS = (
    ("Sécurité", "🔐 Sécurité & Accès", "priorite: haute\n"),
    ("💰 Facturation", "💰 Facturation", "priorite: moyenne\n"),
    ("Courriel", "📧 Courriel", ""),
    ("Fichiers partagés", "🗄️ Organisation des fichiers", "statut: en cours\n"),
)
HORIZONS = ("Court terme", "Intermédiaire", "Structurant")
_REGION = re.compile(r"<!-- vaultkit:(begin|end) ([a-z]+)")


def domain_note(title: str, scope: str, extra: str, words: list[str]) -> str:
    """Return a domain note as a consultant writes it."""
    one, two, three, four = words
    return (
        f"---\ncategory: domaine\nscope: {scope}\n{extra}---\n# {title}\n\nVu sur place.\n\n"
        f"## Constats\n- Constat {one} ❌\n- Constat {two} ⚠️\n- ✅ Point positif {three}\n\n"
        f"## Risques\n> [!danger]\n> - Risque {one}\n\n## Opportunités\n- Chance {three}\n\n"
        f"## Actions\n- **{HORIZONS[0]}** : action {four} (resp. Anne)\n- **{HORIZONS[2]}** : **projet {two}** – en détail\n"
    )


def synthesis(scope: str, regions: tuple[str, ...], backlinks: str) -> str:
    """Return a synthesis whose regions are still empty, with prose between them."""
    parts = [f"---\ncategory: synthese_globale\nscope: {scope}\n{backlinks}---\n# Synthèse {scope}\n"]
    for number, name in enumerate(regions):
        parts.append(f"\nProse {number} de la synthèse,\nsur deux lignes.\n")
        parts.append(f"\n## {name}\n\n<!-- vaultkit:begin {name} -->\n<!-- vaultkit:end {name} -->\n")
    return "".join([*parts, "\nLa fin.\n"])


def small_mission(chance: random.Random) -> dict[str, str]:
    """Return the notes of a small vault."""
    notes: dict[str, str] = {}
    regions = ("recap", "roadmap", "liens", "diagnostic")[: chance.choice((3, 3, 4))]
    scopes = ("Cabinet Un", "Cabinet Deux")[: chance.choice((1, 1, 2))]
    for number, scope in enumerate(scopes):
        backlinks = chance.choice(("", "backlinks:\n"))
        notes[f"Synthèse {scope}.md"] = synthesis(scope, regions, backlinks)
        for name, title, extra in chance.sample(DOMAINS, 2 if number else chance.choice((2, 3))):
            words = [chance.choice("abcdefgh") * 3 + str(chance.randrange(99)) for _ in range(4)]
            path = f"{name}{' 2' if number else ''}.md"
            notes[path] = domain_note(title, scope, extra, words)
    if chance.random() < 0.4:
        text = f"---\ncategory: entretien\nscope: {scopes[0]}\n---\n# Entretien\n\nVoir [[Sécurité]].\n"
        notes["Entretien Anne.md"] = text
    if chance.random() < 0.3:
        query = '<!-- vaultkit:begin query\nLIST FROM "" WHERE category = "domaine"\n-->\n<!-- vaultkit:end query -->\n'
        notes["Accueil.md"] = f"# Accueil\n\nListe :\n\n{query}\nFin.\n"
    return notes


# ------------------------------------------------------------------------------- what stands where


def has_regions(text: str) -> bool:
    """Whether a note has regions."""
    return "vaultkit:begin" in text


def places(text: str) -> list[tuple[int, int, str]]:
    """Return each line with its place: `front`, `marker`, `out`, or the name of its region; spans without newline."""
    found, at, region, front = [], 0, "", text.startswith("---\n")
    for number, line in enumerate(text.split("\n")):
        mark = _REGION.search(line)
        if front:
            found.append((at, at + len(line), "front"))
            front = number == 0 or line != "---"
        elif mark or (region == "query" and line.strip() == "-->"):
            found.append((at, at + len(line), "marker"))
            region = region if not mark else mark[2] if mark[1] == "begin" else ""
        else:
            found.append((at, at + len(line), region or "out"))
        at += len(line) + 1
    return found


def place_at(text: str, at: int) -> str:
    """Return the place that a position lies in."""
    return next((place for start, end, place in places(text) if start <= at <= end), "out")


def outside(text: str, *, properties: bool = True) -> str:
    """Return what no rebuild may touch: all but the bodies of regions and the stamps of their markers."""
    kept = []
    for start, end, place in places(text.replace("\r\n", "\n")):
        line = text.replace("\r\n", "\n")[start:end]
        if place == "marker":
            mark = _REGION.search(line)
            kept.append(mark[0] if mark else line)
        elif place == "out" or (place == "front" and properties):
            kept.append(line)
    return "\n".join(kept)


def rows_of(text: str) -> list[str]:
    """Return the rows of the recap."""
    lines = (text[start:end] for start, end, place in places(text) if place == "recap")
    return [line for line in lines if line.lstrip().startswith("|")][2:]
