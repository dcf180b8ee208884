"""Every word that a report adds to what the notes say, in French, English and German.

`WORDS[language][key]`; `{…}` in a word is filled in by `str.format`. French has its no-break blanks and its ’.
What an audit itself is made of (horizons, priorities, states) has its words in `vaultkit.audit`.
"""

from __future__ import annotations

from collections.abc import Sequence

from vaultkit.audit.words import LANGUAGES

#: key: French, English, German.
_ROWS: dict[str, tuple[str, str, str]] = {
    # the cover and what stands around the text
    "client": ("Client", "Client", "Kunde"),
    "consultant": ("Consultant", "Consultant", "Beratung"),
    "firm": ("Société", "Firm", "Firma"),
    "date": ("Date", "Date", "Datum"),
    "version": ("Version", "Version", "Version"),
    "confidentiality": ("Confidentialité", "Confidentiality", "Vertraulichkeit"),
    "prepared_by": ("Préparé par", "Prepared by", "Erstellt von"),
    "extract_domain": ("Extrait\u00a0: {name}", "Extract: {name}", "Auszug: {name}"),
    "extract_owner": ("Extrait pour {name}", "Extract for {name}", "Auszug für {name}"),
    "report": ("Rapport", "Report", "Bericht"),
    "contents": ("Table des matières", "Contents", "Inhaltsverzeichnis"),
    "page": ("Page", "Page", "Seite"),
    "page_of": ("Page {page} sur {pages}", "Page {page} of {pages}", "Seite {page} von {pages}"),
    "note": ("Note", "Note", "Anmerkung"),
    "notes": ("Notes", "Notes", "Anmerkungen"),
    "footnotes": ("Notes de bas de page", "Footnotes", "Fußnoten"),
    "table": ("Tableau", "Table", "Tabelle"),
    "continued": ("{name} (suite)", "{name} (continued)", "{name} (Fortsetzung)"),
    "columns_of": (
        "{name} (colonnes {first} à {last})",
        "{name} (columns {first} to {last})",
        "{name} (Spalten {first} bis {last})",
    ),
    "rest_in_report": (
        "La suite est dans le rapport.",
        "The rest is in the report.",
        "Das Weitere steht im Bericht.",
    ),
    "attachment": ("Pièce jointe\u00a0: {name}", "Attachment: {name}", "Anhang: {name}"),
    "illustration": ("Illustration {number}", "Illustration {number}", "Abbildung {number}"),
    "no_picture": ("Image absente", "Picture missing", "Bild fehlt"),
    "skip": ("Aller au contenu", "Skip to the content", "Zum Inhalt springen"),
    "top": ("Retour en haut", "Back to top", "Nach oben"),
    "print": ("Imprimer", "Print", "Drucken"),
    "details": ("Détails", "Details", "Einzelheiten"),
    "nothing": ("Rien à signaler.", "Nothing to report.", "Nichts zu melden."),
    "yes": ("oui", "yes", "ja"),
    "no": ("non", "no", "nein"),
    "and": (" et ", " and ", " und "),
    "semicolon": ("\u00a0; ", "; ", "; "),
    "colon": ("\u00a0: ", ": ", ": "),
    # callouts that have no title of their own, by their type
    "callout_note": ("Note", "Note", "Hinweis"),
    "callout_abstract": ("En bref", "In brief", "Kurz gefasst"),
    "callout_info": ("À savoir", "Good to know", "Gut zu wissen"),
    "callout_todo": ("À faire", "To do", "Zu erledigen"),
    "callout_tip": ("Conseil", "Tip", "Tipp"),
    "callout_success": ("Point positif", "Positive point", "Positiv"),
    "callout_question": ("Question", "Question", "Frage"),
    "callout_warning": ("Attention", "Caution", "Achtung"),
    "callout_failure": ("Défaut", "Shortcoming", "Mangel"),
    "callout_danger": ("Risque", "Risk", "Risiko"),
    "callout_bug": ("Anomalie", "Fault", "Fehler"),
    "callout_example": ("Exemple", "Example", "Beispiel"),
    "callout_quote": ("Citation", "Quote", "Zitat"),
    # the one page
    "front": ("L’essentiel en une page", "The essentials on one page", "Das Wichtigste auf einer Seite"),
    "urgent": ("À faire d’abord", "First things first", "Zuerst zu tun"),
    "what": ("Quoi", "What", "Was"),
    "why": ("Pourquoi", "Why", "Warum"),
    "who": ("Qui", "Who", "Wer"),
    "by_when": ("Pour quand", "By when", "Bis wann"),
    "how_much": ("Combien", "How much", "Wie viel"),
    "good": ("Ce qui est déjà bien", "What is already good", "Was schon gut ist"),
    "legend": ("Légende des signes", "What the signs mean", "Bedeutung der Zeichen"),
    "totals": ("En chiffres", "In figures", "In Zahlen"),
    "decide": (
        "Décider d’une mesure\u00a0: {what}",
        "Decide what to do: {what}",
        "Maßnahme beschließen: {what}",
    ),
    "overdue": ("en retard", "overdue", "überfällig"),
    "of_which": ("dont {what}", "of which {what}", "davon {what}"),
    "costs": (
        "Coût chiffré des actions à mener\u00a0: {sum} ({count} sur {of})",
        "Known cost of the actions to take: {sum} ({count} of {of})",
        "Bezifferte Kosten der offenen Maßnahmen: {sum} ({count} von {of})",
    ),
    "efforts": (
        "Charge estimée\u00a0: {sum} ({count} sur {of})",
        "Estimated effort: {sum} ({count} of {of})",
        "Geschätzter Aufwand: {sum} ({count} von {of})",
    ),
    # the signs
    "sign_number": (
        "numéro d’un point, le même d’un rapport à l’autre",
        "number of a point, the same in every report",
        "Nummer eines Punktes, in jedem Bericht dieselbe",
    ),
    "sign_bad": ("à corriger", "to be corrected", "zu beheben"),
    "sign_warning": ("à surveiller", "needs attention", "zu beachten"),
    "sign_good": ("conforme, point positif", "sound, a good point", "in Ordnung, positiv"),
    "sign_high": ("priorité haute", "high priority", "hohe Priorität"),
    "sign_medium": ("priorité moyenne", "medium priority", "mittlere Priorität"),
    "sign_low": ("priorité basse", "low priority", "niedrige Priorität"),
    "sign_due": ("échéance", "due date", "Fälligkeit"),
    "task_open": ("à faire", "to do", "zu erledigen"),
    "task_done": ("fait", "done", "erledigt"),
    "task_begun": ("en cours", "under way", "in Arbeit"),
    "task_cancelled": ("abandonné", "cancelled", "entfallen"),
    # chapters
    "findings_chapter": ("Constats par domaine", "Findings by domain", "Feststellungen nach Bereich"),
    "plan_chapter": ("Plan d’action", "Action plan", "Maßnahmenplan"),
    "matrix_chapter": ("Matrice des risques", "Risk matrix", "Risikomatrix"),
    "calendar_chapter": ("Calendrier", "Schedule", "Zeitplan"),
    "progress_chapter": ("Avancement", "Progress", "Fortschritt"),
    "coverage_chapter": (
        "Couverture du référentiel",
        "Coverage of the control framework",
        "Abdeckung des Anforderungskatalogs",
    ),
    # columns of tables and sheets
    "number": ("N°", "No.", "Nr."),
    "domain": ("Domaine", "Domain", "Bereich"),
    "finding": ("Constat", "Finding", "Feststellung"),
    "findings": ("Constats", "Findings", "Feststellungen"),
    "risk": ("Risque", "Risk", "Risiko"),
    "risks": ("Risques", "Risks", "Risiken"),
    "opportunities": ("Opportunités", "Opportunities", "Chancen"),
    "action": ("Action", "Action", "Maßnahme"),
    "actions": ("Actions", "Actions", "Maßnahmen"),
    "measure": ("Mesure", "Measure", "Maßnahme"),
    "horizon": ("Horizon", "Horizon", "Horizont"),
    "no_horizon": ("Sans horizon", "No horizon", "Ohne Horizont"),
    "status": ("Statut", "Rating", "Bewertung"),
    "state": ("État", "Status", "Stand"),
    "owner": ("Responsable", "Owner", "Zuständig"),
    "due": ("Échéance", "Due", "Frist"),
    "cost": ("Coût", "Cost", "Kosten"),
    "currency": ("Devise", "Currency", "Währung"),
    "effort": ("Charge", "Effort", "Aufwand"),
    "effort_days": ("Charge (jours)", "Effort (days)", "Aufwand (Tage)"),
    "evidence": ("Preuve", "Evidence", "Nachweis"),
    "control": ("Contrôle", "Control", "Anforderung"),
    "controls": ("Contrôles", "Controls", "Anforderungen"),
    "framework": ("Référentiel", "Framework", "Katalog"),
    "coverage": ("Couverture", "Coverage", "Abdeckung"),
    "reason": ("Motif", "Reason", "Begründung"),
    "probability": ("Probabilité", "Likelihood", "Wahrscheinlichkeit"),
    "impact": ("Impact", "Impact", "Auswirkung"),
    "score": ("Score", "Score", "Wert"),
    "priority": ("Priorité", "Priority", "Priorität"),
    "seen": ("Vu le", "Last seen", "Zuletzt geprüft"),
    "total": ("Total", "Total", "Summe"),
    "settled_action": ("terminé", "completed", "erledigt"),
    "actions_done": ("Actions faites", "Actions done", "Maßnahmen erledigt"),
    "done_of": ("{done} sur {count}", "{done} of {count}", "{done} von {count}"),
    "settled": ("corrigé ou fait", "fixed or done", "behoben oder erledigt"),
    "share_done": ("Constats réglés", "Findings settled", "Erledigte Feststellungen"),
    "all": ("Ensemble", "Overall", "Gesamt"),
    # sentences
    "score_of": (
        "probabilité {p}, impact {i}, score {score}",
        "likelihood {p}, impact {i}, score {score}",
        "Wahrscheinlichkeit {p}, Auswirkung {i}, Wert {score}",
    ),
    "matrix_read": (
        "Les numéros renvoient au tableau ci-dessous\u00a0; plus la case est foncée, plus le risque est grave.",
        "The numbers refer to the table below; the darker the cell, the more serious the risk.",
        "Die Nummern verweisen auf die Tabelle unten; je dunkler das Feld, desto schwerer das Risiko.",
    ),
    "calendar_read": (
        "Chaque signe marque une échéance\u00a0; la barre claire devant lui est la charge estimée.",
        "Each sign marks a due date; the light bar before it is the estimated effort.",
        "Jedes Zeichen steht für eine Frist; der helle Balken davor ist der geschätzte Aufwand.",
    ),
    "calendar_read_bare": (
        "Chaque signe marque une échéance.",
        "Each sign marks a due date.",
        "Jedes Zeichen steht für eine Frist.",
    ),
    "cost_effort": ("Coût et charge", "Cost and effort", "Kosten und Aufwand"),
    "risk_or_finding": ("Risque ou constat", "Risk or finding", "Risiko oder Feststellung"),
    "rating": ("Probabilité × impact", "Likelihood × impact", "Wahrscheinlichkeit × Auswirkung"),
    "statement": ("Énoncé", "Statement", "Aussage"),
    "answers": ("Répond à", "Answers", "Antwort auf"),
    "accepted_by": ("Accepté par", "Accepted by", "Akzeptiert von"),
    "see": ("Voir", "See", "Siehe"),
    "matrix_alt": ("Matrice des risques\u00a0: {list}", "Risk matrix: {list}", "Risikomatrix: {list}"),
    "calendar_alt": (
        "Calendrier des actions\u00a0: {list}",
        "Schedule of the actions: {list}",
        "Zeitplan der Maßnahmen: {list}",
    ),
    "progress_alt": (
        "Avancement par domaine\u00a0: {list}",
        "Progress by domain: {list}",
        "Fortschritt nach Bereich: {list}",
    ),
    "and_more": ("et {count} de plus", "and {count} more", "und {count} weitere"),
    "today": ("aujourd’hui", "today", "heute"),
    "week": ("semaine", "week", "Woche"),
    "undated": (
        "Sans échéance, donc absentes du calendrier\u00a0: {list}.",
        "Without a due date, and so not in the schedule: {list}.",
        "Ohne Frist und darum nicht im Zeitplan: {list}.",
    ),
    # évolution
    "since": ("Depuis le {day}", "Since {day}", "Seit dem {day}"),
    "opened": ("nouveau", "new", "neu"),
    "closed": ("clos", "closed", "erledigt"),
    "reopened": ("rouvert", "reopened", "wieder offen"),
    "moved": ("déplacé", "moved", "verschoben"),
    "slipped": ("reporté", "postponed", "verzögert"),
    "reworded": ("reformulé", "reworded", "umformuliert"),
    "gone": ("retiré", "removed", "entfallen"),
    "same": ("inchangé", "unchanged", "unverändert"),
    "before": ("Avant", "Before", "Vorher"),
    "after": ("Maintenant", "Now", "Jetzt"),
}

#: One and many of what a report counts: key: (French, English, German), each `one|many`.
_COUNTED: dict[str, tuple[str, str, str]] = {
    "to_correct": (
        "constat à corriger|constats à corriger",
        "finding to correct|findings to correct",
        "Feststellung zu beheben|Feststellungen zu beheben",
    ),
    "good": ("point positif|points positifs", "good point|good points", "positiver Punkt|positive Punkte"),
    "finding": ("constat|constats", "finding|findings", "Feststellung|Feststellungen"),
    "risk": ("risque|risques", "risk|risks", "Risiko|Risiken"),
    "action": ("action|actions", "action|actions", "Maßnahme|Maßnahmen"),
    "to_do": (
        "action à mener|actions à mener",
        "action to take|actions to take",
        "Maßnahme umzusetzen|Maßnahmen umzusetzen",
    ),
    "done": (
        "action terminée|actions terminées",
        "action completed|actions completed",
        "Maßnahme abgeschlossen|Maßnahmen abgeschlossen",
    ),
    "late": (
        "en retard|en retard",
        "overdue|overdue",
        "überfällig|überfällig",
    ),
    "control": ("contrôle|contrôles", "control|controls", "Anforderung|Anforderungen"),
    "day": ("jour de travail|jours de travail", "day of work|days of work", "Arbeitstag|Arbeitstage"),
    "domain": ("domaine|domaines", "domain|domains", "Bereich|Bereiche"),
}

WORDS: dict[str, dict[str, str]] = {
    language: {key: by[at] for key, by in _ROWS.items()} for at, language in enumerate(LANGUAGES)
}


def words_of(language: str) -> dict[str, str]:
    """Return the words of a language; French for one that we do not know."""
    return WORDS.get(language) or WORDS["fr"]


def counted(count: int, what: str, language: str) -> str:
    """Return a number with its noun (a key of `_COUNTED`): `1 action`, `2 actions`; in French 0 is singular."""
    one, many = _COUNTED[what][LANGUAGES.index(language) if language in LANGUAGES else 0].split("|")
    alone = count == 1 or (count == 0 and language == "fr")
    return f"{count}\u00a0{one if alone else many}"


def listed(items: Sequence[str], language: str) -> str:
    """Return items as a sentence names them: `a, b et c`."""
    return (
        words_of(language)["and"].join((", ".join(items[:-1]), items[-1]))
        if len(items) > 1
        else "".join(items)
    )
