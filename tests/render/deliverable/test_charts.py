"""The charts: what they hold, that they can be drawn, and that no label breaks them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from tests.render.deliverable.small import PRACTICE, SYNTHESIS, domain, shown
from vaultkit.render.deliverable.chart_calendar import schedule
from vaultkit.render.deliverable.charts import STATE_COLORS, WIDTH, matrix, progress
from vaultkit.render.deliverable.model import Picture
from vaultkit.render.deliverable.selected import Shown

#: Labels that break what is careless: quotes, HTML, expressions, the name of a colour, Arabic, emoji, a long word.
HOSTILE = (
    *("« guillemets » \"et\" 'autres'", "<script>alert(1)</script> & <b>gras</b>", "datum.x + signal('y')"),
    *("@color", "العربية أولا", "🔐👩‍⚕️ clé", "mot" * 60, "\\u2028 \\n antislash \\"),
)


def charts(told: Shown, size: int = 4) -> list[Picture]:
    found = matrix(told, size)
    return [*([found] if found else []), *progress(told), *schedule(told)]


def spec(picture: Picture) -> dict[str, Any]:
    assert picture.chart is not None
    return dict(picture.chart)


def within(value: object) -> Iterator[tuple[str, object]]:
    """Yield each key of a specification with its value, at any depth."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key, inner
            yield from within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from within(inner)


def values(picture: Picture) -> list[dict[str, Any]]:
    """Return the rows of all data of a chart."""
    return [row for key, found in within(picture.chart) if key == "values" for row in found]  # type: ignore[attr-defined]


@cache
def drawn(text: str) -> str:
    vl_convert = pytest.importorskip("vl_convert")
    return str(vl_convert.vegalite_to_svg(text))


def svg(picture: Picture) -> str:
    """Return a chart drawn, with the colours of a brand."""
    text = json.dumps(spec(picture))
    for name, color in (("@color", "#1f4e79"), ("@accent", "#c0392b")):
        text = text.replace(f'"color": "{name}"', f'"color": "{color}"')
    return drawn(text)


# ------------------------------------------------------------------------------------ all of them


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_charts_can_be_drawn_and_are_no_wider_than_the_text_of_a_page(language: str) -> None:
    for picture in charts(shown(PRACTICE, language)):
        width = float(re.search(r'width="([\d.]+)"', svg(picture))[1])  # type: ignore[index]
        assert WIDTH - 60 <= width <= WIDTH + 10, picture.name


def test_no_letter_is_smaller_than_eleven() -> None:
    for picture in charts(shown(PRACTICE)):
        sizes = [size for key, size in within(picture.chart) if key.endswith("ontSize")]
        assert sizes
        assert min(sizes) >= 11  # type: ignore[type-var]


def test_a_picture_is_told_in_words() -> None:
    assert [picture.alt for picture in charts(shown(PRACTICE))] == [
        "Matrice des risques\u00a0: S-1 Mot de passe partagé entre tous (16)\u00a0; S-5 Fuite de données patients (12)"
        "\u00a0; S-2 Accès physique large (6)",
        "Avancement par domaine\u00a0: Sécurité (corrigé ou fait 2, en cours 1 et ouvert 3)\u00a0; Courriel (ouvert 4)",
        "Calendrier des actions\u00a0: 01.09.2026 S-9 Installer l’antivirus\u00a0; 01.10.2026 S-7 Sessions au mot de passe"
        " individuel\u00a0; 15.12.2026 S-8 Inventaire des identifiants\u00a0; 15.01.2027 C-3 Boîtes au nom du cabinet",
    ]


def test_hostile_labels_are_words_and_nothing_else() -> None:
    vault = SYNTHESIS
    for at, label in enumerate(HOSTILE):
        note = domain(
            *("## Constats", f"- {label} ❌ (en cours) [probabilite:: {at % 4 + 1}] [impact:: 4]"),
            *("## Actions", f"- **Court terme** : {label} (délai 0{at + 1}.03.2027)"),
            name=f"D{at}",
        ).removeprefix(SYNTHESIS)
        vault += note.replace(f"# D{at}\n", f"# {label}\n")
    found = charts(shown(vault))

    assert [picture.name for picture in found] == ["matrice", "avancement", "calendrier"]
    for picture in found:
        assert "<script" not in svg(picture)
        assert not any(
            row.get("words") == "@color" or row.get("domain") == "@color" for row in values(picture)
        )
    assert "@color" in svg(found[2])


def test_words_are_data_and_never_expressions() -> None:
    for picture in charts(shown(PRACTICE)):
        told = [
            str(said)
            for key, said in within(picture.chart)
            if key in ("expr", "calculate", "filter", "labelExpr")
        ]
        assert set(told) <= {"-9.5 * datum.lines", "(datum.from + datum.to) / 2", "datum.left", "!datum.left"}


# ---------------------------------------------------------------------------------------- matrix


def cells(picture: Picture) -> dict[tuple[str, str], str]:
    return {(row["p"][0], row["i"][0]): row["numbers"] for row in values(picture) if row["numbers"]}


def test_the_matrix_holds_numbers_where_probability_and_impact_meet() -> None:
    picture = matrix(shown(PRACTICE), 4)

    assert picture is not None
    assert len(values(picture)) == 16
    assert cells(picture) == {("4", "4"): "S-1", ("2", "3"): "S-2", ("3", "4"): "S-5"}


@pytest.mark.parametrize("size", [3, 4, 5])
def test_the_matrix_has_the_size_that_is_set_and_holds_what_lies_beyond_it(size: int) -> None:
    told = shown(domain("## Risques", "- Incendie [probabilite:: 5] [impact:: 5]"), matrix=size)
    picture = matrix(told, size)

    assert picture is not None
    assert len(values(picture)) == size * size
    assert cells(picture) == {(str(size), str(size)): "A-1"}


def test_a_full_cell_says_how_many_more_there_are() -> None:
    risks = [f"- Risque numéro {at} [probabilite:: 2] [impact:: 2]" for at in range(30)]
    picture = matrix(shown(domain("## Risques", *risks)), 4)

    assert picture is not None
    [text] = cells(picture).values()
    kept = re.findall(r"A-\d+", text)
    assert text.endswith(f"+{30 - len(kept)}")
    assert text.count("\n") == 2


def test_without_a_rating_there_is_no_matrix() -> None:
    assert matrix(shown(domain("## Constats", "- Trou ❌ [probabilite:: 3]")), 4) is None


# -------------------------------------------------------------------------------------- progress


def test_bars_are_made_of_states_one_after_the_other() -> None:
    [picture] = progress(shown(PRACTICE))
    findings, actions = spec(picture)["hconcat"]

    def bars(panel: dict[str, Any]) -> list[tuple[str, str, int, int]]:
        return [(row["domain"], row["state"], row["from"], row["to"]) for row in panel["data"]["values"]]

    assert findings["title"]["text"] == "Constats"
    assert bars(findings) == [
        ("Sécurité", "corrigé ou fait", 0, 1),
        ("Sécurité", "ouvert", 1, 3),
        ("Courriel", "ouvert", 0, 1),
    ]
    assert bars(actions) == [
        ("Sécurité", "corrigé ou fait", 0, 1),
        ("Sécurité", "en cours", 1, 2),
        ("Sécurité", "ouvert", 2, 3),
        ("Courriel", "ouvert", 0, 3),
    ]


def test_states_differ_in_lightness() -> None:
    def lightness(color: str) -> float:
        red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    found = sorted(map(lightness, STATE_COLORS.values()))
    assert all(b - a > 25 for a, b in pairwise(found))


def test_many_domains_take_several_pictures() -> None:
    vault = SYNTHESIS + "".join(
        domain("## Constats", f"- Trou {at} ❌ (en cours)", name=f"D{at}").removeprefix(SYNTHESIS)
        for at in range(21)
    )

    assert [picture.name for picture in progress(shown(vault))] == ["avancement", "avancement-2"]


def test_two_domains_of_one_short_name_stay_two_bars() -> None:
    vault = SYNTHESIS + "".join(
        domain("## Constats", "- Trou ❌ (en cours)", name=name).removeprefix(SYNTHESIS)
        for name in ("Accès & clés", "Accès & badges")
    )
    [picture] = progress(shown(vault))

    assert len({row["domain"] for row in values(picture)}) == 2


# -------------------------------------------------------------------------------------- calendar


def words(picture: Picture) -> list[str]:
    return [row["words"] for row in values(picture) if "words" in row]


def test_the_calendar_has_a_row_for_each_domain_and_each_action_with_a_day() -> None:
    [picture] = schedule(shown(PRACTICE))
    rows = {round(row["y"]): row["words"] for row in values(picture) if "words" in row and "day" not in row}

    assert [rows[y] for y in sorted(rows)] == [
        "Sécurité & accès",
        "S-9 Installer l’antivirus",
        "S-7 Sessions au mot de passe individuel",
        "S-8 Inventaire des identifiants",
        "Courriel",
        "C-3 Boîtes au nom du cabinet",
    ]


@pytest.mark.parametrize(
    ("language", "month", "day", "late"),
    [
        ("fr", "sept. 2026", "01.10.", "en retard"),
        ("en", "Sep 2026", "1 Oct", "overdue"),
        ("de", "Sept. 2026", "01.10.", "überfällig"),
    ],
)
def test_months_and_days_are_in_the_language_of_the_report(
    language: str, month: str, day: str, late: str
) -> None:
    [picture] = schedule(shown(PRACTICE, language))

    assert month in words(picture)
    assert f"{day} ({late}) · Mélissa" in words(picture)


def test_today_has_a_line_only_where_it_is_near() -> None:
    [near] = schedule(shown(PRACTICE))
    [far] = schedule(shown(domain("## Actions", "- **Court terme** : bâtir (délai 01.06.2031)")))

    assert "22.11.2026" in words(near)
    assert "22.11.2026" not in words(far)


def test_a_sign_tells_the_horizon_by_colour_and_by_shape() -> None:
    [picture] = schedule(shown(PRACTICE))
    scales = [scale for key, scale in within(picture.chart) if key == "scale" and isinstance(scale, dict)]
    signs = [scale for scale in scales if "terminé" in scale.get("domain", ())]

    assert {tuple(scale["domain"]) for scale in signs} == {("Court terme", "Intermédiaire", "terminé")}
    assert ["diamond", "circle", "circle"] in [scale["range"] for scale in signs]
    assert all(f">{sign}<" in svg(picture) for sign in signs[0]["domain"])  # the legend


def test_effort_is_a_bar_before_the_day() -> None:
    [picture] = schedule(shown(PRACTICE))
    work = {row["day"] - row["from"] for row in values(picture) if "from" in row}

    assert work == {0, 2, 4}  # none, two and three working days, as days of a calendar


def test_many_actions_take_several_pictures_and_each_names_its_domain() -> None:
    lines = [f"- **Court terme** : mesure {at} (délai 01.02.2027)" for at in range(60)]
    found = schedule(shown(domain("## Actions", *lines)))

    assert [picture.name for picture in found] == ["calendrier", "calendrier-2", "calendrier-3"]
    assert all("Accès" in words(picture) for picture in found)
    assert sum(row.get("sign") == "Court terme" for picture in found for row in values(picture)) == 60


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-02-28"])
def test_the_first_and_the_last_day_of_all_are_days(day: str) -> None:
    [picture] = schedule(shown(domain("## Actions", f"- bâtir [echeance:: {day}]")))

    assert svg(picture)


def test_without_a_day_there_is_no_calendar() -> None:
    assert schedule(shown(domain("## Actions", "- bâtir"))) == ()
