"""Passwords and numbers in a client's notes: what is one, what is prose, and that no value is ever told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.rules.growth import assert_linear
from vaultkit.diagnostics import Finding
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.rule import Look
from vaultkit.rules.secrets import RULES, secret_avs, secret_card, secret_iban, secret_password, values
from vaultkit.vault.index import VaultIndex

NOTHING = Look(VaultIndex.of(()), ())


def found(rule, text: str) -> Sequence[Finding]:
    return list(rule(parse_note("Note.md", text), NOTHING))


# ------------------------------------------------------------------------------------- passwords


@pytest.mark.parametrize(
    "text",
    [
        "Session de la réception, mot de passe : voir le coffre-fort",
        "- Mot de passe session partagé ❌",
        "- **Structurant** : **coffre de mots de passe** – un gestionnaire (resp. Luc, délai 28.11.2025)",
        "- Standardiser → résultats par PDF chiffré + SMS mot de passe",
        "Mot de passe : à changer",
        "mdp : ****",
        "mdp : ••••••••",
        "mdp : xxxx",
        "Mot de passe : partagé par 4 personnes",
        "Mots de passe : 12 caractères au moins",
        "Mots de passe recensés : 1450",
        "Mot de passe changé le : 30.09.2025",
        "Mot de passe du Wi-Fi : WPA2, affiché au mur",
        "Un seul mot de passe, collé sous le clavier : poste4B",
        "Mot de passe : [[Coffre2]]",
        "Mot de passe : https://coffre.example/a1b2",
        "password: {{password1}}",
        "Mot de passe : dans Acces_2024.xlsx",
        "Mot de passe : Acces_2024.xlsx",
        "Mot de passe : info@cabinet.ch",
        "Mot de passe : perdu ?",
        "code PIN : inconnu",
        "Le pin : 12 m de haut, planté en 1994",
        "`WHERE password != null`",
        "| Poste | Mot de passe |\n|---|---|\n| 1 | partagé |\n| 2 | aucun |\n",
        "> [!quote]\n> « Mon mot de passe, je l’ai depuis 2009 »\n",
        "Mot de passe : PDF/A-3",
        "Mot de passe : BitLocker2",
        "Mot de passe est M365",
        "Mots de passe : Excel2016 sur le bureau",
        "Mot de passe session : NON!",
        "Mot de passe : post-it!",
        "Mot de passe : 365j",
        "Politique de mot de passe : ISO27001, NIST800-63B",
        "Password policy: strong2024",
        "Gestionnaire de mots de passe : Coffre2024",
        "| Politique de mot de passe | Sourire24 |\n|---|---|\n| 1 | 2 |\n",
        "Mot de passe : Q4-2025",
        "Mot de passe : T3/2026",
        "Mot de passe : LAPS4",
        "Password: Azure-AD/Entra2",
        "Mot de passe : v2.3.1",
        "Mot de passe : RGPD2018 ?",
        "Mot de passe du poste « Accueil2 », perdu",
        "Mot de passe : #projet2024",
        "Mot de passe : $NAS_PASSWORD1",
        "Mots de passe :\n- admin : partagé\n",
        "Mot de passe :\n\nSourire24\n",
        "---\nmdp:\nordre2:\n---\n",
        "Code d’accès : 8 chiffres",
        "Code postal : 1204",
        "Identifiants : admin / partagé",
        "Passage : Sourire24",
        "Pass culturel : Sourire24",
        "Clé USB : Sourire24",
    ],
)
def test_prose_about_passwords_is_none(text):
    assert found(secret_password, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Mot de passe : Sourire2024!",
        "- mdp: abc123",
        "> - **Mot de passe** : Dent1ste",
        "Mot de passe du Wi-Fi : `cabinet`",
        "Mot de passe : « Sourire24 »",
        "Mot de passe : Sourire24 (à changer)",
        "Le mot de passe de la session est Sourire24.",
        "Le mot de passe `Sourire24` circule.",
        "identifiant / mdp : admin / Sourire24",
        "mdp : 123456",
        "code PIN de l’alarme : 4711",
        "- **PIN** : 4711",
        "Passwort: Zahn-2024",
        "Kennwort = Z@hnarzt",
        "[mdp:: Sourire24]",
        "mdp:: Sourire24",
        "---\nmot_de_passe: Sourire24\n---\n",
        "| Poste | Mot de passe |\n|---|---|\n| 1 | Sourire24 |\n",
        "| Poste | 1 |\n|---|---|\n| Mot de passe | Sourire24 |\n",
        "| Mot de passe | Sourire24 |\n|---|---|\n| Poste | 1 |\n",
        "Mot de passe : $ecretNas1",
        "Mot de passe : @dmin2024",
        "Mot de passe : #Admin2024",
        "Mot de passe : (Admin2024)",
        "| Poste | Mot de passe |\n|---|---|\n| nas | $ecretNas1 |\n",
        'Mot de passe "Sourire2024"',
        "- Mot de passe :\n  - Sourire2024\n",
        "> **Mot de passe :**\n> Sourire2024\n",
        "- mdp:\r\n  - Sourire2024\r\n",
        "Mot de passe du NAS [Synology] : Sourire2024",
        "mdp2 : Sourire2024",
        "PW: Sourire2024",
        "pwd: Sourire2024",
        "pass : Sourire2024",
        "| Poste | Pass |\n|---|---|\n| 1 | Sourire24 |\n",
        "Clé WiFi : Sourire2024",
        "CLÉ Wi-Fi : Sourire2024",
        "Cle\u0301 WiFi : Sourire2024",
        "Clef du wifi : Sourire2024",
        "Clé WPA2 : Sourire2024",
        "Code alarme : 4711#",
        "Code d'accès : 4711",
        "Code d’accès du parking : 471100",
        "Code de la porte : 4711",
        "Identifiant : admin / Sourire2024!",
        "---\nmotDePasse: Sourire98\n---\n",
    ],
)
def test_a_value_behind_a_label_is_one(text):
    assert len(found(secret_password, text)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mot de passe : **Sourire24**, partagé", "Sourire24"),
        ("Mot de passe : (Sourire24)", "Sourire24"),
        ("mdp : admin / $ecret24", "$ecret24"),
        ("- mdp :\n  - `Sourire24`\n", "Sourire24"),
        ("| Poste | mdp |\n|---|---|\n| 1 | Sourire24 |\n", "Sourire24"),
        ("AVS 756.9217.0769.85", "756.9217.0769.85"),
        ("Compte CH93 0076 2011 6238 5295 7, Genève", "CH93 0076 2011 6238 5295 7"),
    ],
)
def test_the_place_of_the_value_is_known_to_those_who_cover_it(text, value):
    assert [place.of(text) for place in values(parse_note("Note.md", text), NOTHING)] == [value]


def test_the_place_is_that_of_the_label_so_not_even_the_length_is_told():
    text = "Réception, mot de passe : Sourire2024!"
    [finding] = found(secret_password, text)
    assert finding.span.of(text) == "mot de passe"


def test_each_row_of_a_table_is_told_at_its_cell():
    text = "| Poste | mdp |\n|---|---|\n| 1 | Sourire24 |\n| 2 | partagé |\n| 3 | Dent1ste |\n"
    lines = parse_note("Note.md", text).lines
    assert [lines.line(finding.span.start) + 1 for finding in found(secret_password, text)] == [3, 5]


# --------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize("text", ["756.9217.0769.85", "7569217076985", "AVS 756 9217 0769 85, dossier 3"])
def test_an_avs_number_is_one_by_its_check_digit(text):
    assert len(found(secret_avs, text)) == 1
    assert found(secret_avs, text.replace("85", "86")) == []


@pytest.mark.parametrize(
    "text",
    [
        "CH93 0076 2011 6238 5295 7",
        "CH9300762011623852957",
        "DE89 3704 0044 0532 0130 00 COBADEFF",
        "BE68 5390 0754 7034 chez ING",
        "GB82 WEST 1234 5698 7654 32",
        "CH93\u00a00076\u00a02011\u00a06238\u00a05295\u00a07",
    ],
)
def test_an_iban_is_one_by_its_country_length_and_check_digits(text):
    [finding] = found(secret_iban, f"Compte : {text}, à vérifier")
    assert "COBADEFF" not in finding.span.of(f"Compte : {text}, à vérifier")
    assert (
        found(
            secret_iban, text.replace("93", "94").replace("89", "88").replace("68", "67").replace("82", "81")
        )
        == []
    )
    assert found(secret_card, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4111111111111111",
        "5500-0000-0000-0004",
        "3782 822463 10005",
        "378282246310005",
        "4111 1111 1111 1111 12/27",
        "4111 1111 1111 1111 123",
    ],
)
def test_a_card_is_one_by_its_issuer_and_its_check_digit(text):
    assert len(found(secret_card, f"carte {text}")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "4111 1111 1111 1111 1111",
        "20250825143000",
        "1700000000000",
        "+41 79 123 45 67",
        "21 00000 00003 13947 14300 09017",
        "4006381333931",
        "https://exemple.ch/commande/4111111111111111",
        "DE89 3704 0044 0532 0130 00",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_telephones_times_references_and_bar_codes_are_no_cards(text):
    assert found(secret_card, text) == []


# ------------------------------------------------------------------------------------------ laws

SECRETS = ["Sourire2024!", "756.9217.0769.85", "CH93 0076 2011 6238 5295 7", "4111 1111 1111 1111"]
PIECES = st.sampled_from(
    [
        *SECRETS,
        "mot de passe : ",
        "mdp:",
        "code PIN ",
        "| mdp | x |\n|---|---|\n",
        "|",
        "`",
        "«",
        "\n",
        " / ",
        "est ",
        "é🔐",
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
@example("mdp: mdp: mdp:")
def test_no_message_holds_a_value_and_every_place_lies_in_the_text(text):
    note = parse_note("Note.md", text)
    for rule in RULES:
        for finding in rule.check(note, NOTHING):
            assert 0 <= finding.span.start <= finding.span.end <= len(text)
            for message in (finding.message, finding.hint):
                assert message is not None
                assert not any(char.isdigit() for char in message.fr + message.en)
                assert "Sourire" not in message.fr + message.en


@pytest.mark.parametrize(
    "piece",
    [
        "mdp:",
        "mdp: a1b2c3\n",
        "mot de passe ",
        "CH93 0076 ",
        "4111 1111 1111 1111 ",
        "756.1234.5678.97 ",
        "| mdp | a1b2 |\n",
        "|",
        "mdp:\n",
        "mdp [a] [b] ",
        "politique de mot de passe : a1b2 ",
        'mot de passe "',
    ],
)
def test_long_hostile_text_takes_time_in_proportion(piece):
    def look(size: int) -> None:
        note = parse_note("Note.md", piece * size)
        for rule in RULES:
            list(rule.check(note, NOTHING))

    assert_linear(look)
