"""Rules about controls: those that nobody has looked at, that nobody knows, and that nothing is planned for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vaultkit.audit.controls import Control, controls_of
from vaultkit.audit.extract import plain_key
from vaultkit.audit.model import Mission
from vaultkit.audit.retained import EXCLUDED, RETAINED, Named, Search, named_in
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note, Property
from vaultkit.rules.citing import cited_in_vain, field_of
from vaultkit.rules.kinds import CONTROL_UNKNOWN, CONTROL_UNPLANNED, CONTROL_UNTREATED
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.schema.words import nearest, shown
from vaultkit.text import Message, Span

if TYPE_CHECKING:
    from vaultkit.audit.coverage import Covered
    from vaultkit.audit.drafts import Drafts

#: As many controls are named in one message.
_NAMED = 12


def control_untreated(note: Note, look: Look) -> Iterator[Finding]:
    """Retained controls that nobody has judged yet; a draft of each can be put into its domain note."""
    mission, covered = _coverage(note, look)
    if mission is None:
        return
    from vaultkit.audit.coverage import Coverage
    from vaultkit.audit.drafts import drafts_of

    waiting = [one.control for one in covered if one.coverage is Coverage.TO_SEE]
    if not waiting:
        return
    drafts = drafts_of(mission, look.index, covered)
    said = _listed(waiting)
    yield Finding(
        _place(note),
        Message(
            f"contrôles retenus que personne n’a encore jugés\u00a0: {said}",
            f"controls retained that nobody has judged yet: {said}",
        ),
        _way(drafts, [one.control for one in covered if one.unexplained and one.coverage is Coverage.TO_SEE]),
        elsewhere=drafts.edits,
    )


def _way(drafts: Drafts, unexplained: Sequence[Control]) -> Message:
    """Return how the controls get judged: by the drafts that can be written, or stand there already."""
    french, english = [], []
    if unexplained:
        french.append(f"sans objet, mais personne ne dit pourquoi\u00a0: {_listed(unexplained)}")
        english.append(f"not applicable, but nobody says why: {_listed(unexplained)}")
    if drafts.written:
        french.append(
            f"vaultkit check --add-missing écrit dans les notes de domaine {len(drafts.written)} "
            f"constat{'s' if len(drafts.written) > 1 else ''} «\u00a0à voir\u00a0»"
        )
        english.append(
            f"vaultkit check --add-missing writes {len(drafts.written)} "
            f"finding{'s' if len(drafts.written) > 1 else ''} «\u00a0à voir\u00a0» into the domain notes"
        )
    if drafts.homeless:
        domains = dict.fromkeys(one.domain for one in drafts.homeless if one.domain)
        about = f" ({', '.join(domains)})" if domains else ""
        french.append(f"aucune note de domaine pour {_listed(drafts.homeless)}{about}")
        english.append(f"no domain note for {_listed(drafts.homeless)}{about}")
    if not french:
        return Message(
            "mettre ✅, ⚠️ ou ❌ au constat qui cite le contrôle, et enlever [statut:: à voir]",
            "put ✅, ⚠️ or ❌ at the finding that cites the control, and take away [statut:: à voir]",
        )
    return Message("\u00a0; ".join(french), "; ".join(english))


def control_unplanned(note: Note, look: Look) -> Iterator[Finding]:
    """Controls that are not met, and no action that is still to be done cites them or answers their findings."""
    mission, covered = _coverage(note, look)
    if mission is None:
        return
    from vaultkit.audit.coverage import gaps

    if found := [one.control for one in gaps(covered)]:
        said = _listed(found)
        yield Finding(
            _place(note),
            Message(
                f"contrôles non conformes ou partiels sans action prévue\u00a0: {said}",
                f"controls that are not or partly met, and no action is planned: {said}",
            ),
            Message(
                f"citer le contrôle dans l’action qui y répond\u00a0: [controle:: [[{found[0].id}]]]",
                f"cite the control in the action that answers it: [controle:: [[{found[0].id}]]]",
            ),
        )


def control_unknown(note: Note, look: Look) -> Iterator[Finding]:
    """A finding, risk or action cites a control that is not there, or the synthesis names one."""
    for item, linkpath in cited_in_vain(note, look):
        yield _unknown(linkpath, field_of(note, item, linkpath), look)
    mission = look.mission(note)
    if mission is None or not mission.active or note.frontmatter is None:
        return
    search = Search(look.index)
    for keys in (RETAINED, EXCLUDED):
        for named in named_in(note, keys):
            path = search.resolved(named.linkpath, note.path)
            is_link = path is None and any(
                link.reference.linkpath == named.linkpath for link in note.property_links
            )
            if not is_link and not search.controls(named, note.path):
                yield _unknown(
                    named.linkpath + named.subpath,
                    _entry(note.frontmatter.properties[named.key], named),
                    look,
                )


def _entry(entry: Property, named: Named) -> Span:
    return entry.entries[named.at] if named.at < len(entry.entries) else entry.value_span


def _unknown(said: str, place: Span, look: Look) -> Finding:
    near = nearest(said.rsplit("/", 1)[-1], [one.id for one in look.controls.values()])
    return Finding(
        place,
        Message(
            f"«\u00a0{shown(said)}\u00a0» ne mène à aucun contrôle", f"'{shown(said)}' leads to no control"
        ),
        Message(f"peut-être [[{near}]]\u00a0?", f"did you mean [[{near}]]?") if near else None,
    )


def _coverage(note: Note, look: Look) -> tuple[Mission | None, tuple[Covered, ...]]:
    """Return the active mission of a synthesis and its coverage; nothing where it retains no control."""
    mission = look.mission(note)
    if mission is None or not mission.active or not mission.controls:
        return None, ()
    from vaultkit.audit.coverage import coverage_of

    return mission, coverage_of(mission, look.index, controls_of(mission.controls))


def _place(note: Note) -> Span:
    """Return where the synthesis names controls, else its title."""
    for key, entry in note.frontmatter.properties.items() if note.frontmatter else ():
        if plain_key(key) in RETAINED:
            return entry.key_span
    return note.headings[0].span if note.headings else Span(note.body_start, note.body_start)


def _listed(controls: Sequence[Control]) -> str:
    named = ", ".join(one.id for one in controls[:_NAMED])
    return f"{named}, … ({len(controls)})" if len(controls) > _NAMED else named


FAMILIES = (
    Family(
        (Rule(CONTROL_UNTREATED, control_untreated), Rule(CONTROL_UNPLANNED, control_unplanned)),
        paths=lambda look: (path for path, one in look.by_synthesis.items() if one.active and one.controls),
    ),
    Family((Rule(CONTROL_UNKNOWN, control_unknown),), paths=lambda look: {**look.said, **look.by_synthesis}),
)
