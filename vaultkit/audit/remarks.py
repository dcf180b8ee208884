"""What stands in parentheses at the end of an item about its follow-up, and what inline fields say of it.

`Sauvegarde jamais testée (resp. Mélissa, délai 01.10.2025, CHF 1’200, effort 2 j, en cours, preuve : capture)`.
A remark is parted at its commas. Of an action, whatever speaks of owner, day, cost, state or roadmap is a remark; of a
finding only what says nothing else, since there other words are what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from vaultkit.audit.tracking import State
from vaultkit.audit.wording import level_named, state_named
from vaultkit.markdown.note import InlineField
from vaultkit.text import fold, pattern, unaccented
from vaultkit.values import NAMED_DATE, find_money, parse_date, parse_effort

#: What was said of an item, by the fields of `Tracking`.
Said = dict[str, Any]

#: A date in a larger pattern, over unaccented text.
DATE = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})|{NAMED_DATE})"
FINAL_PAREN = pattern(r"\s*\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)\s*[.;]?\s*$")
PIECES = pattern(r"[,;]\s|[,;]$|\n")

_ON = r"(?:\s+(?:le|au|on|am|:))*"
_COLON = r"(?:\s*[:=]\s*|\s+)"
_ABOUT = r"(?:(?:env\.|environ|ca\.|about|approx\.|circa|~)\s*)?"
_OWNER = pattern(
    r"(?:responsables?|resp(?:\.|\b)|owners?|verantwortlich(?:er?)?|verantw(?:\.|\b)|pilotes?|porteur|porteuse)"
    r"(?![a-z])\s*:?\s*(?P<value>.+)"
)
_DUE = pattern(
    rf"(?:delais?|echeances?|due|deadline|frist|termin)(?:\s+(?:le|au|by|on|am|bis|fin|ende|end of))*\s*:?\s*{DATE}"
    rf"(?:\s*(?:→|->)?\s*(?:reporte|repousse|decale|prolonge)e?s?\s+(?:au|a|jusqu['’]au)\s+{DATE})*"
    rf"|(?:reporte|repousse|decale|prolonge)e?s?\s+(?:au|a|jusqu['’]au)\s+{DATE}"
    rf"|(?:postponed|moved|extended)\s+(?:to|until)\s+{DATE}|(?:verschoben|verlangert)\s+(?:auf|bis)\s+{DATE}"
)
_EVIDENCE = pattern(r"(?:preuves?|evidence|proof|nachweise?|belege?)\s*:\s*(?P<value>.+)")
_SEEN = pattern(
    r"(?:(?:re)?vue?s?|verifiee?s?|seen|reviewed|checked|gesehen|gepruft)(?:\s+(?:sur place|on site|vor ort))?"
    rf"{_ON}\s*:?\s*(?P<day>{DATE})"
)
_BOTH = pattern(r"[pwl]\s*=?\s*(?P<p>[1-5])\s*[x×*/·]?\s*[ia]\s*=?\s*(?P<i>[1-5])")
_BOTH_TURNED = pattern(r"[ia]\s*=?\s*(?P<i>[1-5])\s*[x×*/·]?\s*[pwl]\s*=?\s*(?P<p>[1-5])")
_LEVEL = pattern(
    r"(?:(?P<p>probabilite|vraisemblance|probability|likelihood|(?:eintritts)?wahrscheinlichkeit)"
    rf"|(?P<i>impact|gravite|severity|auswirkung|schadensausmass)){_COLON}(?P<value>.+)"
)
_ONE_LEVEL = pattern(r"\s*[a-z]?\s*(?P<level>[1-5])(?:\s*/\s*[3-5])?\s*")
_EFFORT = pattern(rf"(?P<lead>(?:effort|charge|aufwand|work|temps){_COLON})?{_ABOUT}(?P<value>.+)")
_BESIDE_MONEY = pattern(
    r"(?:(?:couts?|budget|prix|montant|cost|price|kosten|preis)\s*:?)?\s*(?:env\.|environ|ca\.|about|approx\.|circa|~)?"
    r"|\s*(?:ht|ttc|hors tva|hors taxes|excl\. vat|exkl\. mwst)?\s*"
    r"(?:(?:par|/|per|pro)\s*(?:an|mois|year|month|jahr|monat))?\s*"
)
_CONTROL = pattern(rf"(?:controles?|controls?|kontrollen?){_COLON}(?P<value>.+)")
_CONTROL_NAME = pattern(r"\[\[(?P<link>[^\]\[|#]+)(?:[#|][^\]\[]*)?\]\]|(?P<name>[A-Za-z]{1,8}-?\d[\w.-]*)")
_ID = pattern(r"id\s*:\s*(?P<value>[\w.-]+)")
_STATE_LEAD = pattern(rf"(?:statut|etat|status|state|zustand){_COLON}")
_ACCEPTED = pattern(
    r"(?:(?P<risk>risque\s+)?(?:accepte|assume)e?s?(?:\s+par\s+(?:l[ea]\s+)?(?P<fr>.+?))?"
    r"|(?P<risk2>risk\s+)?accepted(?:\s+risk)?(?:\s+by\s+(?P<en>.+?))?"
    r"|(?P<risk3>risiko\s+)?(?:akzeptiert|getragen)(?:\s+(?:von|durch)\s+(?P<de>.+?))?)"
    rf"(?:{_ON}\s+(?P<day>{DATE}))?\s*\.?"
)
_NOT_APPLICABLE = pattern(
    r"(?:sans objet|non applicable|not applicable|nicht zutreffend|gegenstandslos|entfallt|n/a)"
    r"(?:\s*[:–—-]\s*|\s+(?:car|puisque|because|since|weil|da)\s+)(?P<value>.+)"
)
_WHEN = pattern(
    rf"\s+(?:(?:le|en|on|am|im|in|au|depuis|since|seit)\s+)?(?:(?:[a-z]+\s+)?\d{{4}}|{DATE})\s*\.?$"
)
_ALREADY = pattern(r"(?:deja|already|bereits)\s+")
_BARE_DATE = pattern(rf"\s*{DATE}\s*\.?\s*")

#: A longer piece of a remark is prose; of so many remarks behind each other the last are read.
_LONGEST, _MOST = 300, 20

#: Words that, alone in parentheses behind a finding, say nothing but what has become of it.
_TO_SEE = ("à voir", "to be checked", "zu prüfen")
_PLAIN_STATES = (
    *_TO_SEE, "en cours", "in progress", "under way", "in Arbeit",
    "corrigé", "corrigée", "résolu", "résolue", "réglé", "réglée", "fixed", "resolved", "behoben", "gelöst",
    "risque accepté", "risque assumé", "risk accepted", "accepted risk", "Risiko akzeptiert",
    "sans objet", "non applicable", "not applicable", "nicht zutreffend", "gegenstandslos",
)  # fmt: skip

#: The inline fields that follow an item up, by the name that we give them; further spellings of each.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "statut": ("statut", "status", "etat", "state", "zustand"),
    "responsable": ("responsable", "resp", "owner", "verantwortlich", "pilote", "porteur"),
    "echeance": ("echeance", "delai", "due", "deadline", "frist", "termin", "fallig"),
    "cout": ("cout", "cost", "kosten", "budget", "prix"),
    "effort": ("effort", "charge", "aufwand"),
    "preuve": ("preuve", "preuves", "evidence", "proof", "nachweis", "beleg"),
    "probabilite": ("probabilite", "vraisemblance", "probability", "likelihood", "wahrscheinlichkeit"),
    "impact": ("impact", "gravite", "severity", "auswirkung"),
    "id": ("id", "identifiant", "kennung"),
    "controle": ("controle", "controles", "control", "controls", "kontrolle", "kontrollen"),
    "accepte_par": ("accepte_par", "accepted_by", "akzeptiert_von"),
    "accepte_le": ("accepte_le", "accepted_on", "akzeptiert_am"),
    "raison": ("raison", "motif", "reason", "grund"),
    "vu": (
        *("vu", "vu_le", "revu", "revu_le", "verifie", "verifie_le"),
        *("seen", "seen_on", "reviewed", "gesehen", "gesehen_am", "gepruft", "gepruft_am"),
    ),
}
_NAMES = {spelling: name for name, spellings in FIELDS.items() for spelling in spellings}


def field_name(key: str) -> str:
    """Return what a key is called whatever its case, accents, blanks and hyphens: `Accepté par` is `accepte_par`."""
    return "_".join(unaccented(key).replace("-", " ").replace("_", " ").split())


def is_state_field(key: str) -> bool:
    """Whether an inline field of this key gives a state."""
    return _NAMES.get(field_name(key)) == "statut"


def fields_by_name(fields: Sequence[InlineField]) -> dict[str, list[InlineField]]:
    """Return the fields of the follow-up among these, by our name for them."""
    found: dict[str, list[InlineField]] = {}
    for field in fields:
        if name := _NAMES.get(field_name(field.key)):
            found.setdefault(name, []).append(field)
    return found


# ------------------------------------------------------------------------------------- remarks


def without_remarks(text: str) -> tuple[str, list[str]]:
    """Part what a finding, risk or opportunity says from the remarks at its end that are about its follow-up only.

    A remark that says something else besides is read, and its words stay: « (resp. Luc, qui part en mars) ».
    """
    words, remarks = text, list[str]()
    while len(remarks) < _MOST and words.rstrip(" .;").endswith(")") and (found := FINAL_PAREN.search(words)):
        _, sure, rest = _read(found["inside"])
        if not sure or not words[: found.start()].strip():
            break
        remarks.insert(0, found["inside"])
        if rest:
            break
        words = words[: found.start()]
    return words, remarks


def is_follow_up(remark: str) -> bool:
    """Whether a remark says how an item is followed up, and nothing else."""
    _, sure, rest = _read(remark)
    return sure and not rest


def said_in(remarks: Sequence[str]) -> Said:
    """Return what remarks say; of two that say one thing, the first counts."""
    said: Said = {}
    for remark in remarks:
        for name, value in _read(remark)[0].items():
            said.setdefault(name, value)
    return said


@lru_cache(maxsize=1 << 12)
def _read(remark: str) -> tuple[Said, bool, bool]:
    """Return what a remark says, whether it surely is about the follow-up, and whether it says more than that."""
    said: Said = {}
    sure = rest = False
    open_end = ""
    for piece in filter(None, (piece.strip() for piece in PIECES.split(remark))):
        found, certain = _piece(piece, said)
        if found is None and open_end:
            said[open_end] = f"{said[open_end]}, {piece}"
        elif found is None and said.get("state") is State.ACCEPTED and "accepted_by" not in said:
            said["accepted_by"] = piece
        elif found is None:
            rest = True
        else:
            open_end = next((name for name in ("evidence", "reason") if name in found), "")
            sure |= certain
            said = found | said
    return said, sure, rest


def _piece(piece: str, before: Said) -> tuple[Said | None, bool]:
    """Return what one piece of a remark says, None if nothing that we know, and whether it can mean nothing else."""
    if len(piece) > _LONGEST:
        return None, False
    plain = _flat(piece)
    for reader in _READERS:
        if (said := reader(piece, plain)) is not None:
            return said, True
    if day := parse_date(plain) if _BARE_DATE.fullmatch(plain) else None:
        accepted = before.get("state") is State.ACCEPTED and "accepted_on" not in before
        return {"accepted_on": day} if accepted else {}, False
    return _weak(piece, plain), False


def _weak(piece: str, plain: str) -> Said | None:
    """Return what a piece says that could as well be a fact: an amount, a duration, a word such as « fait »."""
    if found := find_money(piece):
        money, place = found
        beside = (plain[: place.start], plain[place.end :])
        return {"cost": money} if all(_BESIDE_MONEY.fullmatch(part) for part in beside) else None
    effort = _EFFORT.fullmatch(plain)
    if effort and (days := parse_effort(effort["value"])) is not None:
        return {"effort": days}
    if (found_level := _LEVEL.fullmatch(plain)) and (level := level_of(found_level["value"])):
        return _level("probability" if found_level["p"] else "impact", level)
    if (state := state_of(piece)) not in (None, State.TO_SEE):
        return {"state": state}
    return None


@cache
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _state(piece: str, plain: str) -> Said | None:
    lead = _STATE_LEAD.match(plain)
    piece, plain = (piece[lead.end() :], plain[lead.end() :]) if lead else (piece, plain)
    if found := _ACCEPTED.fullmatch(plain):
        who = next((piece[slice(*found.span(name))] for name in ("fr", "en", "de") if found[name]), "")
        if not (lead or who or found["risk"] or found["risk2"] or found["risk3"] or " risk" in plain):
            return None
        day = parse_date(found["day"]) if found["day"] else None
        said = {"state": State.ACCEPTED, "accepted_by": who.strip(), "accepted_on": day}
        return {name: value for name, value in said.items() if value}
    if found := _NOT_APPLICABLE.fullmatch(plain):
        return {"state": State.NOT_APPLICABLE, "reason": piece[slice(*found.span("value"))].strip()}
    bare = fold(_WHEN.sub("", plain))
    plain_states = _folded(_PLAIN_STATES)
    if lead or bare in plain_states or bare.removesuffix("s") in plain_states:
        state = state_of(piece)
        return (
            {"state": state}
            if state and (lead or state is not State.TO_SEE or bare in _folded(_TO_SEE))
            else None
        )
    return None


def _owner(piece: str, plain: str) -> Said | None:
    return _value("owner", _OWNER.fullmatch(plain), piece)


def _evidence(piece: str, plain: str) -> Said | None:
    return _value("evidence", _EVIDENCE.fullmatch(plain), piece)


def _id(piece: str, plain: str) -> Said | None:
    return _value("id", _ID.fullmatch(plain), piece)


def _value(name: str, found: Any, piece: str) -> Said | None:
    return {name: piece[slice(*found.span("value"))].strip()} if found else None


def _due(piece: str, plain: str) -> Said | None:
    return {} if _DUE.fullmatch(plain) else None


def _seen(piece: str, plain: str) -> Said | None:
    found = _SEEN.fullmatch(plain)
    day = parse_date(found["day"]) if found else None
    return {"seen": day} if day else None


def _risk(piece: str, plain: str) -> Said | None:
    found = _BOTH.fullmatch(plain) or _BOTH_TURNED.fullmatch(plain)
    if found:
        return {"probability": int(found["p"]), "impact": int(found["i"])}
    named = _LEVEL.fullmatch(plain)
    if (
        named
        and (_ONE_LEVEL.fullmatch(named["value"]) or ":" in plain)
        and (level := level_of(named["value"]))
    ):
        return _level("probability" if named["p"] else "impact", level)
    return None


def _level(name: str, level: tuple[int, bool]) -> Said:
    return {name: level[0]} | ({f"{name}_in_words": True} if level[1] else {})


def _effort(piece: str, plain: str) -> Said | None:
    found = _EFFORT.fullmatch(plain)
    days = parse_effort(found["value"]) if found and found["lead"] else None
    return {"effort": days} if days is not None else None


def _controls(piece: str, plain: str) -> Said | None:
    found = _CONTROL.fullmatch(plain)
    names = controls_in(piece[found.start("value") :]) if found else ()
    return {"controls": names} if names and found and _only_controls(found["value"]) else None


def _only_controls(plain: str) -> bool:
    return all(word in ("", "et", "and", "und") for word in _CONTROL_NAME.sub(" ", plain).split())


#: What can mean nothing else than the follow-up, in the order in which a piece is tried.
_READERS: tuple[Callable[[str, str], Said | None], ...] = (
    _owner, _due, _state, _evidence, _seen, _risk, _effort, _controls, _id,
)  # fmt: skip


# ------------------------------------------------------------------------------------- values


def state_of(words: str) -> State | None:
    """Return the state that words name: `corrigé le 03.10.2025`, `risque accepté par X`; None if they name none."""
    if len(words) > _LONGEST:
        return None
    plain = _flat(words.strip()).strip(" .*_")
    plain = _ALREADY.sub("", plain, count=1)
    for said in (plain, _WHEN.sub("", plain)):
        if state := state_named(said):
            return state
    if _ACCEPTED.fullmatch(plain):
        return State.ACCEPTED
    return State.NOT_APPLICABLE if _NOT_APPLICABLE.fullmatch(plain) else None


def level_of(words: str) -> tuple[int, bool] | None:
    """Return a level of probability or impact, 1 to 5, and whether it was said in words: `3`, `P3`, `3/5`, `élevée`."""
    if found := _ONE_LEVEL.fullmatch(unaccented(words)):
        return int(found["level"]), False
    level = level_named(words)
    return (level, True) if level else None


def controls_in(words: str) -> tuple[str, ...]:
    """Return the linkpaths of the controls that a value names: `[[HN-2.1]], [[HN-3|sauvegarde]]`, `HN-2.1`."""
    found = (one["link"] or one["name"] for one in _CONTROL_NAME.finditer(words))
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in found))))


def effort_of(value: str) -> Decimal | None:
    """Return the person-days that the value of a field is; a bare number is one of days."""
    days = parse_effort(value)
    return days if days is not None else parse_effort(f"{value.strip()} j")


def _flat(text: str) -> str:
    """Return a text unaccented and in lower case, each sign at its place."""
    plain = unaccented(text)
    if len(plain) == len(text):
        return plain
    return "".join(one if len(one := unaccented(sign)) == 1 else sign for sign in text)
