"""What the plugin draws, in a real browser with the app's colours: its own code, and answers of a real daemon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vaultkit.shell import swap

BROWSER = Path(__file__).parent / "browser"
SCENES = (
    "view", "view-clean", "view-off", "view-5000", "status", "reading", "live", "push", "menu", "explain", "settings",
)  # fmt: skip
#: In which colours and language each scene is drawn.
LOOKS = ("light fr", "dark en")
PAGES = [f"{scene} {look}" for scene in SCENES for look in LOOKS]


@pytest.fixture(scope="session")
def drawn(node, npm_project, chromium, tmp_path_factory):
    """What stands on every page, and what each click asked of the daemon; found once for all workers."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    facts, found = shared / "plugin-facts.json", shared / "plugin-pages.json"
    with swap.alone(shared / "plugin-pages.lock", patience=600):
        if not found.exists():
            _run(sys.executable, str(BROWSER / "facts.py"), str(facts))
            said = _run(node, str(BROWSER / "check.mjs"), str(facts), CHROMIUM=chromium)
            found.write_text(said, encoding="utf-8")
    return json.loads(found.read_text(encoding="utf-8"))


def _run(*command, **environ):
    done = subprocess.run(
        command, cwd=BROWSER, env=os.environ | environ, capture_output=True, encoding="utf-8", check=False, timeout=500
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def page(drawn):
    return lambda scene, look=LOOKS[0]: drawn["scenes"][f"{scene} {look}"]


@pytest.fixture
def click(drawn):
    def happened(name):
        assert drawn["clicks"][name]["problems"] == []
        return drawn["clicks"][name]

    return happened


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_an_error_or_asks_the_network(drawn, name):
    assert drawn["scenes"][name]["problems"] == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(drawn, name):
    serious = [v for v in drawn["scenes"][name]["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("name", PAGES)
def test_looks_come_from_the_styles_alone_and_fit_the_width(drawn, name):
    assert drawn["scenes"][name]["styled"] == []
    assert not drawn["scenes"][name]["wide"]


def test_the_view_groups_by_note_and_tells_place_and_remedy(page):
    text = page("view")["text"]
    assert "Sécurité & accès" in text
    assert "valeur «\u00a0urgente\u00a0» inconnue pour «\u00a0priorite\u00a0»" in text
    assert "4:11" in text
    assert "valeurs possibles\u00a0: haute, moyenne, basse" in text


def test_each_language_has_words_of_its_own(page):
    assert "Expliquer" in page("view", "light fr")["text"]
    assert "Explain" in page("view", "dark en")["text"]
    assert "Expliquer" not in page("view", "dark en")["text"]


def test_a_clean_vault_is_told_to_be_in_order(page):
    assert "tout est en ordre" in page("view-clean")["text"]


def test_without_vaultkit_the_view_says_how_to_install_it(page):
    assert "uv tool install" in page("view-off", "dark en")["text"]


def test_the_status_bar_has_a_word_for_each_state(page):
    words = page("status", "dark en")["text"]
    for word in ("in step", "working", "2 waiting", "trouble", "off"):
        assert word in words


def test_five_thousand_findings_are_drawn_bit_by_bit(page, click):
    assert page("view-5000")["elements"] < 4000
    before, after = click("more")["said"]
    assert before < after < 1000


@pytest.mark.parametrize("scene", ["reading", "live"])
def test_each_region_has_a_badge_with_its_sources(page, scene):
    badges = page(scene)["badges"]
    assert len(badges) == 3
    assert "4 notes" in badges[0]
    assert "2 gardés à la main" in badges[0]
    assert "pas à jour" in badges[0]
    assert "pas à jour" not in badges[1]


def test_markers_are_dimmed_in_live_preview_and_say_what_they_are(page):
    titles = page("live", "dark en")["marks"]
    assert any("begin" in title or "end marker" in title for title in titles)
    assert any("Kept by hand" in title for title in titles)
    assert page("reading")["marks"] == []


def test_the_dialog_shows_each_wording_beside_its_source(page):
    text = page("push")["text"]
    for words in (
        "Un seul compte pour toute l’équipe",
        "Compte commun, écrans toujours ouverts",
        "Impayés oubliés, écarts entre soins et factures",
        "Facturation & encaissements",
    ):
        assert words in text


def test_a_click_asks_the_daemon_for_just_that(click):
    [fix] = click("fix")["asked"]
    assert fix["method"] == "act"
    assert fix["params"].items() >= {"act": "fix", "code": "VK403"}.items()
    assert fix["params"]["textDigest"]
    assert click("explain")["asked"] == [{"method": "explain", "params": {"code": "VK403"}}]


@pytest.mark.parametrize("act", ["push", "release"])
def test_a_kept_item_is_pushed_or_released_by_one_click(click, act):
    asked = click(act)["asked"]
    assert asked[0]["method"] == "act"
    assert asked[0]["params"]["act"] == act
    assert {"id", "path", "textDigest"} <= set(asked[0]["params"])
    assert asked[1]["method"] == "regions"


def test_the_keyboard_is_enough(click):
    assert "vaultkit-go" in click("keys")["said"]


def test_a_group_folds(click):
    assert click("fold")["said"] == 2
