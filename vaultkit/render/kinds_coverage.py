"""The region `couverture`: each retained control with how far the mission meets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from msgspec import Struct

from vaultkit.audit.controls import controls_of
from vaultkit.audit.coverage import Coverage, Covered, coverage_of, sign_of
from vaultkit.audit.coverage_words import state_text, totals_text
from vaultkit.audit.drafts import domain_for
from vaultkit.audit.model import Action, Item
from vaultkit.audit.recap import cell, first_two, raised, shortened
from vaultkit.audit.words import HORIZONS, Status
from vaultkit.markdown.regions import Region
from vaultkit.render.body import Body, plain
from vaultkit.render.merge import Policy
from vaultkit.render.scene import Generated, Scene
from vaultkit.text import fold, nfc, pattern
from vaultkit.values import printed_date
from vaultkit.vault.links import linktext, resolve_linkpath

_LINK = pattern(r"\[\[(?P<linkpath>[^\]|#\n]+)[^\]|\n]*(?:\|(?P<display>[^\]\n]*))?\]\]")
_FIRST_WORD = pattern(r"[\s*_`]*(?P<word>[^\s*_`:]+)")

#: How much of what was found, and of an action, a cell says.
_LONG = 80
_RANK = {Status.BAD: 0, Status.WARNING: 1, Status.NONE: 2, Status.GOOD: 3}


class CoverageView(Struct, frozen=True):
    """A control as the template sees it; all texts are clean and escaped for a table cell."""

    control: str
    domain: str
    state: str
    said: str


def coverage(scene: Scene, region: Region, mine: Body) -> Generated:
    """Say the coverage of the retained controls as a table, with totals below it.

    A row is known by the id of its control, so that it is followed where the note of the control has another name.
    """
    covered = covered_in(scene)
    policy = Policy(_identity(scene), prune=scene.prune)
    if not covered:
        return Generated(Body(()), policy)
    rows = tuple(_view(scene, one) for one in covered)
    totals = totals_text(covered, scene.mission.language)
    return Generated(scene.drawn("couverture.md", more=(("coverage", rows), ("totals", totals))), policy)


def covered_in(scene: Scene) -> tuple[Covered, ...]:
    """Return the coverage of the mission of a scene, worked out once."""
    if "coverage" not in scene.memo:
        mission = scene.mission
        scene.memo["coverage"] = coverage_of(mission, scene.index, controls_of(mission.controls))
    covered: tuple[Covered, ...] = scene.memo["coverage"]
    return covered


def control_in(scene: Scene, label: str) -> Covered | None:
    """Return the control that the label of a row names: by its link, else by the id that it shows."""
    known = covered_in(scene)
    said = plain(label).replace("\\|", "|")
    found = _LINK.search(said)
    path = resolve_linkpath(scene.index, found["linkpath"].strip(), scene.mission.path) if found else None
    name = _named(said)
    linked = (one for one in known if one.control.path == path)
    called = (one for one in known if name and _key(one.control.id) == name)
    return next(linked, None) or next(called, None)


def _identity(scene: Scene) -> Callable[[str], str | None]:
    @cache
    def identity(label: str) -> str | None:
        one = control_in(scene, label)
        return one.control.path if one else f"? {_named(label) or fold(label)}"

    return identity


def _named(label: str) -> str:
    """Return the id that opens a label: what its link shows, else its first word."""
    said = plain(label).replace("\\|", "|")
    if found := _LINK.search(said):
        return _key(found["display"] or found["linkpath"].rsplit("/", 1)[-1])
    first = _FIRST_WORD.match(said)
    return _key(first["word"]) if first else ""


def _key(name: str) -> str:
    return nfc(name).strip().casefold()


# ------------------------------------------------------------------------------------- rows


def _view(scene: Scene, one: Covered) -> CoverageView:
    control, language = one.control, scene.mission.language
    said = linktext(scene.index, control.path, scene.mission.path)
    link = f"[[{said}]]" if said == control.id else f"[[{said}|{control.id}]]"
    title = "" if control.title == control.id else control.title
    return CoverageView(
        cell(f"{link} {title}"), _domain(scene, one), state_text(one.coverage, language), _said(one, language)
    )


def _domain(scene: Scene, one: Covered) -> str:
    """Return the domain that a control speaks of, as the mission calls it; else that of its first item."""
    mission = scene.mission
    if known := domain_for(mission, one.control.domain):
        return cell(known.short)
    if one.control.domain:
        return cell(one.control.domain)
    paths = [item.path for item in (*one.findings, *one.actions)]
    return next((cell(d.short) for d in mission.domains for note in d.notes if note.path in paths), "")


def _said(one: Covered, language: str) -> str:
    """Return what was found, and for what is planned which action and when; why, for what is out of question."""
    match one.coverage:
        case Coverage.NOT_APPLICABLE:
            return cell(raised(one.reason))
        case Coverage.PLANNED if one.planned:
            found = _found([item for item in one.findings if sign_of(item) is not Status.GOOD][:1])
            return cell(
                f"{found} → {_measure(one.planned, language)}" if found else _measure(one.planned, language)
            )
        case _:
            worst = sorted(one.findings, key=lambda item: _RANK[sign_of(item)])
            return cell(_found(first_two(worst)))


def _found(items: Sequence[Item]) -> str:
    """Return what was found; each with its sign where one is good and another is not."""
    signs = [sign_of(item) for item in items]
    said = [shortened(item.text, _LONG).rstrip(".") for item in items]
    if len(set(signs)) > 1:
        said = [f"{sign} {text}".lstrip() for sign, text in zip(signs, said, strict=True)]
    return raised(" ; ".join(said))


def _measure(action: Action, language: str) -> str:
    """Return an action as the table names it: `sécurité PC, 01.10.2025`, or its horizon where no day is known."""
    label = shortened(action.label or action.text, _LONG)
    if action.due:
        return f"{label}, {printed_date(action.due, language)}"
    return f"{label}, {HORIZONS[action.horizon][language][0].lower()}" if action.horizon else label
