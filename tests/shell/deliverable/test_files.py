"""Where documents go: their names, their places, and what they never replace; and Markdown with its folder."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shell.deliverable.example import brand, pictures, report
from vaultkit.errors import VaultkitError
from vaultkit.render.deliverable.model import Format, FrontPage
from vaultkit.shell import swap
from vaultkit.shell.deliverable import naming, writing
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.markdown import markdown
from vaultkit.shell.deliverable.naming import formats_of, safe_name, targets

TODAY = date(2026, 3, 2)

# ------------------------------------------------------------------------------------------- names


@given(st.text(max_size=200))
def test_every_system_can_have_the_name(said):
    name = safe_name(said)
    assert 0 < len(name.encode()) <= 120
    assert not set('<>:"/\\|?*') & set(name)
    assert name == name.strip(" .")
    assert name.split(".")[0].casefold() not in ("con", "nul", "aux", "prn", "com1", "lpt1")
    assert safe_name(name) == name


def test_a_long_title_gives_way_to_its_day():
    assert safe_name("Synthèse " * 40 + "2026-03-02").endswith(" 2026-03-02")


@pytest.mark.parametrize(
    ("said", "output", "expected"),
    [
        ([], None, "docx"),
        ([], "rapport.pdf", "pdf"),
        ([], "rapport", "docx"),
        (["pdf", "docx"], None, "pdf docx"),
        (["pdf,html"], None, "pdf html"),
        (["PDF", ".pdf", "word"], None, "pdf docx"),
        (["excel", "markdown"], None, "xlsx md"),
        ([], "-", "docx"),
    ],
)
def test_the_format_is_the_one_that_is_meant(said, output, expected):
    assert " ".join(formats_of(said, output)) == expected


def test_an_unknown_format_lists_those_that_there_are():
    with pytest.raises(VaultkitError) as caught:
        formats_of(["odt"], None)
    assert caught.value.exit_code == 2
    assert "docx, pdf, html, xlsx, md, pptx" in caught.value.message.fr


def places(formats, output, here):
    return {
        str(one): str(path)
        for one, path in targets(formats, output, Path(here), naming.stem_of(report(), TODAY)).items()
    }


def test_the_title_and_the_day_name_the_file_in_this_folder(tmp_path):
    name = "Synthèse IT – Cabinet Pestalozzi 2026-03-02"
    assert places([Format.PDF], None, tmp_path) == {"pdf": f"{tmp_path}/{name}.pdf"}
    assert places([Format.PDF], str(tmp_path), ".") == {"pdf": f"{tmp_path}/{name}.pdf"}


def test_an_extract_does_not_take_the_name_of_the_whole():
    assert naming.stem_of(report(), TODAY, ("Accès", "", "de")) == (
        "Synthèse IT – Cabinet Pestalozzi – Accès – de 2026-03-02"
    )


def test_several_formats_share_the_name_that_is_given(tmp_path):
    both = [Format.DOCX, Format.PDF]
    assert places(both, f"{tmp_path}/r.docx", ".") == {
        "docx": f"{tmp_path}/r.docx",
        "pdf": f"{tmp_path}/r.pdf",
    }
    assert places(both, f"{tmp_path}/r v1.2", ".") == {
        "docx": f"{tmp_path}/r v1.2.docx",
        "pdf": f"{tmp_path}/r v1.2.pdf",
    }


@pytest.mark.parametrize("output", ["r.docx", "nulle/part/r.pdf"])
def test_an_output_that_cannot_be_is_refused(tmp_path, output):
    with pytest.raises(VaultkitError) as caught:
        targets([Format.PDF], str(tmp_path / output), tmp_path, "r")
    assert caught.value.exit_code == 2


# ------------------------------------------------------------------------------------------ writing


def test_a_document_replaces_the_one_before_in_one_step(tmp_path):
    target = tmp_path / "r.docx"
    target.write_bytes(b"before")
    written = writing.put(target, b"after")
    assert written.remark is None
    assert target.read_bytes() == b"after"
    assert [path.name for path in tmp_path.iterdir()] == ["r.docx"]


@pytest.mark.parametrize(
    "lock", ["~$r.docx", "~$rapport.docx", "~$apport.docx", "~$pport.docx", ".~lock.rapport.docx#"]
)
def test_what_word_or_libreoffice_holds_open_gets_a_second_name(tmp_path, lock):
    target = tmp_path / ("r.docx" if lock == "~$r.docx" else "rapport.docx")
    target.write_bytes(b"before")
    (tmp_path / lock).write_bytes(b"")
    written = writing.put(target, b"after")
    assert target.read_bytes() == b"before"
    assert written.path.name == f"{target.stem} (2).docx"
    assert written.path.read_bytes() == b"after"
    assert f"écrit dans «\u00a0{target.stem} (2).docx\u00a0»" in written.remark.fr
    assert writing.put(target, b"third").path.name == f"{target.stem} (3).docx"


def test_a_sharing_violation_gets_a_second_name(tmp_path, monkeypatch):
    """What Windows does with a file that Word holds, and that no lock file tells of."""
    target, real = tmp_path / "r.docx", os.replace
    target.write_bytes(b"before")

    def held(source, place):
        if Path(place) == target:
            raise PermissionError(13, "held", str(place))
        real(source, place)

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(swap, "PAUSES", (0.0,) * 5)
    assert writing.put(target, b"after").path.name == "r (2).docx"
    assert target.read_bytes() == b"before"


def test_a_read_only_document_is_left_as_it_is(tmp_path):
    target = tmp_path / "r.pdf"
    target.write_bytes(b"before")
    target.chmod(0o444)
    assert writing.put(target, b"after").path.name == "r (2).pdf"
    assert target.read_bytes() == b"before"


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path):
    note = tmp_path / "note.md"
    note.write_text("une note")
    (tmp_path / "r.md").symlink_to(note)
    writing.put(tmp_path / "r.md", b"rapport")
    assert note.read_text() == "une note"


# ----------------------------------------------------------------------------------------- markdown


def test_markdown_has_its_pictures_in_a_folder_beside():
    text, files = markdown(report(), pictures(), brand(), "Rapport – images")
    assert set(files) == {"matrice.svg", "plan-cabinet.png"}
    assert "](Rapport%20%E2%80%93%20images/matrice.svg)" in text
    assert "*Photo perdue du serveur*" in text
    assert text.startswith("# Synthèse IT – Cabinet Pestalozzi\n")


def test_markdown_says_the_one_page_and_keeps_anchors_that_are_linked_to():
    text, _ = markdown(report(), {}, brand(), "x")
    assert "1. **Sessions individuelles avec verrouillage automatique** (🔐 Sécurité & accès · S-1)" in text
    assert "Qui\u00a0: Mélissa · Pour quand\u00a0: 01.04.2026 · Combien\u00a0: CHF 1’200" in text
    assert '<a id="plan"></a>\n\n## Plan d’action\n' in text
    assert "{#" not in text


def test_code_in_markdown_stays_as_it_is():
    body = "## A {#a}\n\n```\n# B {#b}\n![x](matrice)\n```\n"
    text, _ = markdown(report(body, front=FrontPage()), pictures(), Brand(), "x")
    assert "```\n# B {#b}\n![x](matrice)\n```" in text


def test_nothing_is_installed_for_markdown(monkeypatch):
    import sys

    for name in ("PIL", "vl_convert", "typst", "pypandoc", "docx", "xlsxwriter", "fontTools"):
        monkeypatch.setitem(sys.modules, name, None)
    assert naming.formats_of(["md"], None) == (Format.MARKDOWN,)
    assert "Plan d’action" in markdown(report(), {}, Brand(), "x")[0]
