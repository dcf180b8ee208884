"""The page: one file without script or fetch, with its landmarks and names; looked at in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.shell.deliverable import example
from vaultkit.render.deliverable.model import Cover
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.html import html

LOOK = Path(__file__).with_name("look.mjs")


@pytest.fixture(scope="module")
def page():
    return html(example.report(), example.pictures(), example.brand()).decode()


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.all = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.all.append((tag, dict(attrs)))

    def of(self, *names):
        return [attrs for tag, attrs in self.all if tag in names]


def test_it_has_one_title_a_language_landmarks_and_a_way_past_the_contents(page):
    tags = Tags(page)
    assert tags.of("html") == [{"lang": "fr"}]
    assert len(tags.of("h1")) == len(tags.of("main")) == len(tags.of("header")) == len(tags.of("footer")) == 1
    assert tags.of("a")[0] == {"class": "skip", "href": "#main"}
    assert "Aller au contenu" in page


def test_it_fetches_nothing_and_runs_nothing(page):
    tags = Tags(page)
    assert tags.of("script", "link", "iframe", "object", "base") == []
    assert all(one["src"].startswith("data:image/") for one in tags.of("img"))
    assert not [name for _, attrs in tags.all for name in attrs if name.startswith("on") or name == "style"]
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import", page)


def test_a_script_in_the_note_is_not_in_the_page():
    text = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n## <svg onload=alert(1)>"
    report = example.report(text, front=None, cover=Cover("<script>alert(1)</script>", client='"><script>'))
    tags = Tags(html(report, {}, Brand(firm="</style><script>", font='x"; } </style>')).decode())
    assert tags.of("script", "svg", "img") == []
    assert not [name for _, attrs in tags.all for name in attrs if name.startswith("on")]


def test_each_link_of_the_contents_leads_to_a_heading(page):
    tags = Tags(page)
    ids = [attrs["id"] for _, attrs in tags.all if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = {one["href"][1:] for one in tags.of("a") if one["href"].startswith("#")}
    assert inner <= set(ids)
    assert "acces" in inner


def test_tables_can_be_scrolled_by_keyboard_and_their_heads_have_a_scope(page):
    tags = Tags(page)
    regions = [one for one in tags.of("div") if one.get("role") == "region"]
    assert [one["tabindex"] for one in regions] == ["0"] * 2
    assert regions[0]["aria-label"] == "Tableau\u00a01\u00a0: Plan d’action"
    assert all(one["scope"] == "col" for one in tags.of("th"))


def test_callouts_and_signs_have_names(page):
    tags = Tags(page)
    notes = [one["aria-label"] for one in tags.of("div") if one.get("role") == "note"]
    assert "À ne pas oublier\u00a0: la LPD" in notes
    signs = {one["aria-label"] for one in tags.of("span") if one.get("role") == "img"}
    assert {"à corriger", "à surveiller", "en ordre", "fait", "à faire", "en cours"} <= signs


def test_pictures_have_words_and_vectors_stay_vectors(page):
    images = Tags(page).of("img")
    assert [one["alt"] for one in images] == [
        "Exemple Conseil Sàrl", "Matrice des risques\u00a0: S-1 en haut à droite, C-1 au milieu", "Plan du cabinet avec les trois postes",
    ]  # fmt: skip
    assert images[1]["src"].startswith("data:image/svg+xml;base64,")
    assert "Image absente" in page


def test_it_is_the_same_each_time(page):
    assert html(example.report(), example.pictures(), example.brand()).decode() == page


def test_text_from_the_right_is_marked(page):
    assert len([one for one in Tags(page).of("div") if one.get("dir") == "rtl"]) == 2


def test_in_a_browser_nothing_is_wrong_on_a_phone_and_on_a_desk_light_and_dark(
    page, node, npm_project, chromium, tmp_path
):
    file = tmp_path / "rapport.html"
    file.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [node, str(LOOK), str(file)], env=os.environ | {"CHROMIUM": chromium}, capture_output=True, text=True, check=False,
        timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    right = {"problems": [], "violations": [], "wide": False, "headings": 1}
    assert json.loads(done.stdout) == dict.fromkeys(
        ("390 light", "1280 light", "390 dark", "1280 dark"), right
    )
