"""What the rules about the follow-up mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation, Files
from vaultkit.text import Message


def _domain(findings: str) -> Files:
    """Return a mission of one domain note with these findings."""
    head = "---\ncategory: {}\nscope: Étude Dufour\n---\n"
    return {
        "Synthèse.md": f"{head.format('synthese_globale')}# Synthèse\n[[Accès]]\n",
        "Accès.md": f"{head.format('domaine')}# Accès\n[[Synthèse]]\n## Constats\n{findings}",
    }


EXPLANATIONS: Mapping[str, Explanation] = {
    "VK711": Explanation(
        Message(
            "Le délai d’un constat ou d’un risque est passé et rien ne dit qu’il est réglé. Le client demande où "
            "l’on en est avant que le rapport ne le dise.",
            "The day on which a finding or risk was to be settled has passed, and nothing says that it is. The client "
            "asks before the report tells.",
        ),
        Message(
            "Réglé\u00a0: finir le constat par (corrigé le 03.10.2025) ou [statut:: corrigé]. Sinon écrire la nouvelle "
            "échéance\u00a0: (délai 01.10.2025, reporté au 01.03.2026).",
            "Settled: end the finding with (fixed on 2025-10-03) or [status:: fixed]. Else write the new date: "
            "(due 2025-10-01, postponed to 2026-03-01).",
        ),
        _domain("- Mot de passe partagé (resp. Mélissa, délai 01.10.2020)\n"),
        _domain("- Mot de passe partagé (resp. Mélissa, délai 01.10.2020, corrigé le 03.10.2020)\n"),
    ),
    "VK712": Explanation(
        Message(
            "Un constat ouvert dit quand il a été vu, et c’était il y a longtemps. Le livrer tel quel, c’est affirmer "
            "ce que personne n’a revérifié.",
            "An open finding says when it was seen, and that was long ago. To deliver it as it stands is to claim what "
            "nobody has checked again.",
        ),
        Message(
            "Vérifier sur place, puis noter (vu le …) avec la date du jour, ou (corrigé le …). Le nombre de jours se "
            "règle avec tracking.stale_days.",
            "Check on site, then note (seen on …) with the day, or (fixed on …). tracking.stale_days sets after how "
            "many days this is said.",
        ),
        _domain("- Sauvegarde jamais testée (vu le 25.08.2020)\n"),
        _domain("- Sauvegarde jamais testée (vu le 25.08.2020, corrigé le 30.09.2020)\n"),
    ),
    "VK713": Explanation(
        Message(
            "Le champ statut contient un mot que vaultkit ne connaît pas\u00a0: le constat compte comme ouvert dans "
            "le plan, l’avancement et le rapport.",
            "The field of the state holds a word that vaultkit does not know: the finding counts as open in the plan, "
            "the progress and the report.",
        ),
        Message(
            "Écrire l’un des états\u00a0: à voir, ouvert, en cours, corrigé, risque accepté, annulé, sans objet.",
            "Write one of the states: to be checked, open, in progress, fixed, risk accepted, cancelled, not "
            "applicable.",
        ),
        _domain("- Mot de passe partagé [statut:: encours]\n"),
        _domain("- Mot de passe partagé [statut:: en cours]\n"),
    ),
    "VK714": Explanation(
        Message(
            "Un risque accepté engage celui qui l’accepte. Sans nom ni date, personne ne s’en souviendra le jour où "
            "il se réalise.",
            "A risk that is accepted binds who accepts it. Without a name and a day nobody will remember when it "
            "happens.",
        ),
        Message(
            "Finir le constat par (risque accepté par Dr Pestalozzi le 12.11.2025), ou ajouter [accepte_par:: …] et "
            "[accepte_le:: …].",
            "End the finding with (risk accepted by Dr Pestalozzi on 2025-11-12), or add [accepted_by:: …] and "
            "[accepted_on:: …].",
        ),
        _domain("- Porte du local sans serrure (risque accepté)\n"),
        _domain("- Porte du local sans serrure (risque accepté par Dr Pestalozzi le 12.11.2025)\n"),
    ),
    "VK715": Explanation(
        Message(
            "Deux constats ou actions d’une mission portent le même identifiant. Le rapport, la matrice et la "
            "comparaison avec le rapport précédent ne les distinguent plus.",
            "Two findings or actions of a mission bear one id. The report, the matrix and the comparison with the "
            "report before cannot tell them apart.",
        ),
        Message(
            "Changer l’un des deux [id:: …]. Sans identifiant, le rapport en attribue un lui-même.",
            "Change one of the two [id:: …]. Where there is none, the report gives one itself.",
        ),
        _domain("- Mot de passe partagé [id:: S-3]\n- Sauvegarde jamais testée [id:: S-3]\n"),
        _domain("- Mot de passe partagé [id:: S-3]\n- Sauvegarde jamais testée [id:: S-4]\n"),
    ),
}
