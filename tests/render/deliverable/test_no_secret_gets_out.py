"""A hundred secrets in every place that stays inside: a report holds none, and finds nothing to complain about."""

from __future__ import annotations

import pytest

from tests.render.deliverable.conftest import all_of, report
from tests.render.deliverable.secret_vault import PUBLIC, SYNTHESIS, secret_vault
from vaultkit.render.deliverable.model import Report

TEXTS, SECRETS = secret_vault()
INTERVIEW = next(
    path for path in TEXTS if "Atelier" in path and "/Entretien " in path and path.endswith(".md")
).removesuffix(".md")


def answer(text: str, origin: str) -> str:
    """Answer as Dataview does: with a link to the interview, its path and all, and a comment in a value."""
    name = INTERVIEW.rsplit("/", 1)[-1]
    return f"- [[{INTERVIEW}.md|{name}]]\n- publicretour %% {SECRETS[0]} %%\n"


@pytest.fixture(scope="module")
def made() -> Report:
    return report(TEXTS, SYNTHESIS, answer, lambda text, origin: "publicretour")


def test_there_are_more_than_a_hundred_secrets() -> None:
    assert len(set(SECRETS)) > 130
    assert all(any(secret in text or secret in path for path, text in TEXTS.items()) for secret in SECRETS)


def test_no_secret_gets_out(made: Report) -> None:
    said = all_of(made).casefold()
    assert [secret for secret in SECRETS if secret.casefold() in said] == []
    assert [p.name for p in made.pictures if any(s.casefold() in p.name.casefold() for s in SECRETS)] == []


def test_what_is_public_gets_out(made: Report) -> None:
    said = all_of(made).casefold()
    assert [word for word in PUBLIC if word not in said] == []


def test_nothing_is_called_a_leak(made: Report) -> None:
    assert [leak.finding.message.en for leak in made.leaks] == []


def test_remarks_name_places_but_no_secret_text(made: Report) -> None:
    """A remark is for the consultant: it says which note and line."""
    assert all(remark.en.startswith("Clients/Atelier Public/") for remark in made.remarks)
    assert len(made.remarks) >= 6


@pytest.mark.parametrize("path", [path for path in TEXTS if path.endswith("Domaine.md")])
def test_the_report_on_a_domain_note_holds_none_either(path: str) -> None:
    said = all_of(report(TEXTS, path, answer)).casefold()
    assert "publicconstat" in said
    assert [secret for secret in SECRETS if secret.casefold() in said] == []
