"""One remark mended, a synthesis prepared, a code or a note explained: the plans behind commands and buttons."""

from __future__ import annotations

import pytest

from tests.shell.acts.mission import SYNTHESIS, Mission
from vaultkit.errors import Refused, VaultkitError
from vaultkit.settings import Settings
from vaultkit.shell.acts.adopting import adopt
from vaultkit.shell.acts.explaining import explain_code, explain_note
from vaultkit.shell.acts.fixing import fix, fixes


@pytest.fixture
def wrong(mission: Mission) -> Mission:
    """A synthesis whose backlinks are plain text."""
    mission.replace("synthese_globale\n", 'synthese_globale\nbacklinks: ["Accès", "Mails"]\n')
    return mission


# -------------------------------------------------------------------------------------- fix


def test_the_remark_at_a_place_is_mended(wrong: Mission) -> None:
    session = wrong.session
    found = [d for d in session.check(session.plan(), [SYNTHESIS]) if d.kind.name == "plain-backlink"]
    line, column = session.index.notes[SYNTHESIS].lines.place(found[0].finding.span.start)
    act = fix(session, SYNTHESIS, "plain-backlink", line, column)
    assert act.told.en == f"✔ mended: {found[0].kind.code} plain-backlink"
    wrong.make(act)
    assert 'backlinks: ["[[Accès]]", "[[Mails]]"]' in wrong.read()


def test_several_diagnostics_are_mended_in_one_write(wrong: Mission) -> None:
    session = wrong.session
    found = [d for d in session.check(session.plan(), [SYNTHESIS]) if d.kind.name == "plain-backlink"]
    [write] = fixes(session, found).writes
    assert 'backlinks: ["[[Accès]]", "[[Mails]]"]' in write.text


def test_a_remark_that_is_not_there_is_refused(wrong: Mission) -> None:
    with pytest.raises(Refused):
        fix(wrong.session, SYNTHESIS, "plain-backlink", 999, 1)


def test_a_remark_that_nothing_can_mend_is_refused(mission: Mission) -> None:
    mission.write("Journal.md", "Voir [[Nulle part du tout]].\n")
    with pytest.raises(Refused):
        fix(mission.session, "Journal.md", "unresolved-link", 1, 6)


# ------------------------------------------------------------------------------------ adopt


def test_a_synthesis_written_by_hand_gets_its_markers(bare: Mission) -> None:
    bare.write("S.md", "---\ncategory: synthese_globale\n---\n# S\n\n## Liens\n\n- [[Accès]]\n")
    act = adopt(bare.session, "S.md")
    assert act.told.en.splitlines()[0] == "✔ S prepared: markers around liens; its text is unchanged."
    bare.make(act)
    assert "<!-- vaultkit:begin liens -->\n\n- [[Accès]]\n" in bare.read("S.md")


def test_one_that_has_its_markers_is_left_alone(mission: Mission) -> None:
    act = adopt(mission.session, SYNTHESIS)
    assert not act.changes
    assert act.told.en == "🦷 Synthèse has its markers already."


def test_what_is_no_synthesis_is_not_adopted(mission: Mission) -> None:
    with pytest.raises(VaultkitError, match="no synthesis"):
        adopt(mission.session, "Accès.md")


# ---------------------------------------------------------------------------------- explain


def test_a_code_is_explained_in_both_languages() -> None:
    lines = explain_code("kept-item", Settings())
    assert lines[0].en.startswith("VK503 kept-item – ")
    assert lines[0].fr != lines[0].en
    assert explain_code(" vk503 ", Settings()) == lines


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(VaultkitError, match="did you mean VK503 kept-item"):
        explain_code("kept-itm", Settings())


def test_a_note_is_explained_as_the_command_does(mission: Mission) -> None:
    said = [line.en for line in explain_note(mission.session, "Accès.md")]
    assert said[:2] == ["Accès.md", "  It is a domain note (category: domaine)"]
    with pytest.raises(VaultkitError):
        explain_note(mission.session, "Rien.md")
