"""Keys renamed and values mapped: nothing else of a note changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.markdown.parse import parse_note
from vaultkit.schema.migrate import Migration, NotMigrated, left_alone, migrated

RENAME = Migration({"statut": "état"})
MAP = Migration({}, {"statut": {"fait": "clos", "1": "un"}})


def after(text, migration):
    return migrated(parse_note("N.md", text), migration)


def test_a_renamed_key_keeps_its_place_and_what_stands_around_it():
    text = "\ufeff---\r\na: 1 # un\r\n\"statut\" :   'fait'  # vu\r\nb:\r\n  - x\r\n---\r\ntexte  \r\n"
    assert after(text, RENAME) == text.replace('"statut"', "état")


def test_a_new_key_is_quoted_where_it_has_to_be():
    assert after("---\na: 1\n---\n", Migration({"a": "b: c"})) == "---\n'b: c': 1\n---\n"


def test_a_note_that_has_both_keys_is_refused():
    with pytest.raises(NotMigrated, match="'état' stands there beside 'statut'"):
        after("---\nstatut: a\nétat: b\n---\n", RENAME)


def test_a_note_whose_properties_cannot_be_read_is_refused_where_it_matters():
    with pytest.raises(NotMigrated, match="its properties cannot be read"):
        after("---\nstatut: [\n---\n", RENAME)
    assert after("---\nautre: [\n---\n", RENAME) == "---\nautre: [\n---\n"


def test_values_are_mapped_alone_and_in_lists_and_keep_the_rest_of_their_line():
    assert after("---\nstatut: fait # vu\n---\n", MAP) == "---\nstatut: clos # vu\n---\n"
    assert (
        after("---\nstatut: [fait, 'fait', autre, 1]\n---\n", MAP)
        == "---\nstatut: [clos, clos, autre, un]\n---\n"
    )
    assert (
        after("---\nstatut:\n  - fait # vu\n  - rien\n---\n", MAP)
        == "---\nstatut:\n  - clos # vu\n  - rien\n---\n"
    )
    assert after("---\nstatut: faits\nautre: fait\n---\n", MAP) == "---\nstatut: faits\nautre: fait\n---\n"


def test_a_new_value_is_written_as_it_would_be_typed():
    mapping = Migration({}, {"vu": {"oui": "true", "non": "[[Non]]"}})
    assert after("---\nvu: oui\n---\n", mapping) == "---\nvu: true\n---\n"
    assert after("---\nvu: non\n---\n", mapping) == '---\nvu: "[[Non]]"\n---\n'


def test_values_are_named_by_the_old_key_or_the_new_one():
    for key in ("statut", "état"):
        both = Migration({"statut": "état"}, {key: {"fait": "clos"}})
        assert after("---\nstatut: fait\n---\n", both) == "---\nétat: clos\n---\n"


def test_inline_fields_follow():
    text = "---\nstatut: fait\n---\nstatut:: fait\n- a [statut:: fait] et (statut:: rien)\n`statut:: fait`\n"
    both = Migration({"statut": "état"}, {"statut": {"fait": "clos"}})
    assert after(text, both) == (
        "---\nétat: clos\n---\nétat:: clos\n- a [état:: clos] et (état:: rien)\n`statut:: fait`\n"
    )


def test_what_a_region_holds_is_left_alone():
    text = "<!-- vaultkit:begin query\nLIST\n-->\n\n- [statut:: fait]\n\n<!-- vaultkit:end query -->\n"
    assert after(text, RENAME) == text


@given(
    lines=st.lists(
        st.sampled_from(
            ["statut: fait", "statut:", "statut: [fait, x]", "statut: &a fait", "autre: *a", "autre: fait", "# statut: fait",
             "'statut': \"fait\"", "statut: |\n  fait", "z: {statut: fait}", "statut: !!str fait", "état: 1"]
        ), max_size=4, unique=True,
    ),
    body=st.lists(st.sampled_from(["statut:: fait", "[statut:: fait]", "texte statut", "> statut:: fait"]), max_size=3),
    newline=st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_twice_is_once_and_other_properties_stay(lines, body, newline):
    text = "\n".join(["---", *lines, "---", *body, ""]).replace("\n", newline)
    both = Migration({"statut": "etat"}, {"statut": {"fait": "clos"}})
    try:
        once = after(text, both)
    except NotMigrated:
        return
    assert after(once, both) == once
    before, now = parse_note("N.md", text), parse_note("N.md", once)
    others = {key: value for key, value in before.properties.items() if key != "statut"}
    assert {key: value for key, value in now.properties.items() if key != "etat"} == others
    assert ("etat" in now.properties) == ("statut" in before.properties)


def test_a_note_that_has_the_new_key_in_another_spelling_is_refused():
    with pytest.raises(NotMigrated, match="'Priorité' stands there beside 'prio'"):
        after("---\nprio: a\nPriorité: b\n---\n", Migration({"prio": "priorite"}))
    assert after("---\nPriorité: b\n---\n", Migration({"Priorité": "priorite"})) == "---\npriorite: b\n---\n"


def test_what_differs_in_case_and_accents_only_is_told_and_left():
    note = parse_note(
        "N.md", "---\nPrio: urgent\npriorité: [Urgent, haute]\nautre: Urgent\n---\nPRIO:: urgent\n"
    )
    renamed = Migration({"prio": "priorite"}, {"priorite": {"urgent": "haute"}})
    assert list(left_alone(note, renamed)) == [
        "Prio", "Prio: urgent", "priorité: Urgent", "PRIO", "PRIO: urgent",
    ]  # fmt: skip
    assert migrated(note, renamed) == note.text
    assert list(left_alone(parse_note("N.md", "---\nprio: urgent\n---\n"), renamed)) == []
