"""The kinds of diagnostics, each with its stable code and name; the first digit of a code is its family."""

from __future__ import annotations

from vaultkit.diagnostics import Kind, Severity
from vaultkit.text import Message

#: The families of codes, by their first digit.
FAMILIES = {
    "1": Message("note", "note"),
    "2": Message("propriétés", "frontmatter"),
    "3": Message("sections", "sections"),
    "4": Message("liens et graphe", "links and graph"),
    "5": Message("zones", "regions"),
    "6": Message("requêtes", "queries"),
    "7": Message("audit", "audit"),
    "8": Message("environnement", "environment"),
}

# note
NOT_UTF8 = Kind("VK101", "not-utf8", Severity.WARNING)
UNREADABLE = Kind("VK102", "unreadable-note", Severity.WARNING)
CONFLICT_MARKERS = Kind("VK103", "conflict-markers", Severity.ERROR)
CONFLICT_COPY = Kind("VK104", "conflict-copy", Severity.WARNING)
SECRET_PASSWORD = Kind("VK110", "secret-password", Severity.WARNING)
SECRET_AVS = Kind("VK111", "secret-avs", Severity.WARNING)
SECRET_IBAN = Kind("VK112", "secret-iban", Severity.WARNING)
SECRET_CARD = Kind("VK113", "secret-card", Severity.WARNING)
# frontmatter
INVALID_FRONTMATTER = Kind("VK201", "invalid-frontmatter", Severity.ERROR)
IMPOSSIBLE_DATE = Kind("VK202", "impossible-date", Severity.WARNING)
SCHEMA_REQUIRED = Kind("VK203", "schema-required", Severity.ERROR)
SCHEMA_ENUM = Kind("VK204", "schema-enum", Severity.ERROR)
PROPERTY_TYPE = Kind("VK205", "property-type", Severity.WARNING)
SCHEMA_TYPE = Kind("VK206", "schema-type", Severity.ERROR)
SCHEMA_FORMAT = Kind("VK207", "schema-format", Severity.WARNING)
SCHEMA_LINK = Kind("VK208", "schema-link", Severity.WARNING)
SCHEMA_TAG = Kind("VK209", "schema-tag", Severity.WARNING)
SCHEMA_UNIQUE = Kind("VK210", "schema-unique", Severity.WARNING)
SCHEMA_ORDER = Kind("VK211", "schema-order", Severity.WARNING)
SCHEMA_SCOPE = Kind("VK212", "schema-scope", Severity.WARNING)
SCHEMA_UNKNOWN_PROPERTY = Kind("VK213", "schema-unknown-property", Severity.WARNING)
UNKNOWN_WAIVER = Kind("VK214", "unknown-waiver", Severity.WARNING)
UNKNOWN_CATEGORY = Kind("VK215", "unknown-category", Severity.WARNING)
# sections
SECTION_DIFFERS = Kind("VK301", "section-differs", Severity.WARNING)
SECTION_MISSING = Kind("VK302", "section-missing", Severity.WARNING)
SECTION_ORDER = Kind("VK303", "section-order", Severity.INFO)
SECTION_CONTENT = Kind("VK304", "section-content", Severity.WARNING)
SECTION_ITEMS = Kind("VK305", "section-items", Severity.WARNING)
# links and graph
UNRESOLVED_LINK = Kind("VK401", "unresolved-link", Severity.WARNING)
UNRESOLVED_PROPERTY_LINK = Kind("VK402", "unresolved-link", Severity.ERROR)
#: Those whose hint is the nearest name, which takes a pass over all names.
UNRESOLVED = (UNRESOLVED_LINK, UNRESOLVED_PROPERTY_LINK)
PLAIN_BACKLINK = Kind("VK403", "plain-backlink", Severity.WARNING)
MISSING_RECIPROCAL = Kind("VK404", "missing-reciprocal", Severity.WARNING)
MISSING_CHILDREN = Kind("VK405", "missing-children", Severity.INFO)
AMBIGUOUS_LINK = Kind("VK406", "ambiguous-link", Severity.WARNING)
UNRESOLVED_SUBPATH = Kind("VK407", "unresolved-subpath", Severity.WARNING)
DUPLICATE_NAME = Kind("VK408", "duplicate-name", Severity.INFO)
CASE_DUPLICATE = Kind("VK409", "case-duplicate", Severity.WARNING)
# regions
BROKEN_MARKER = Kind("VK501", "broken-marker", Severity.ERROR)
STALE_REGION = Kind("VK502", "stale-region", Severity.ERROR)
KEPT_ITEM = Kind("VK503", "kept-item", Severity.INFO)
NO_SOURCE = Kind("VK504", "no-source", Severity.INFO)
UNKNOWN_REGION = Kind("VK505", "unknown-region", Severity.WARNING)
REGION_FAULT = Kind("VK506", "region-fault", Severity.ERROR)
# queries
INVALID_QUERY = Kind("VK601", "invalid-query", Severity.WARNING)
INVALID_INLINE_QUERY = Kind("VK602", "invalid-inline-query", Severity.WARNING)
# audit
NAME_VARIANT = Kind("VK701", "name-variant", Severity.WARNING)
TWO_SYNTHESES = Kind("VK702", "two-syntheses", Severity.WARNING)
ACTION_WITHOUT_FINDING = Kind("VK703", "action-without-finding", Severity.INFO)
FINDING_WITHOUT_ACTION = Kind("VK704", "finding-without-action", Severity.WARNING)
RISK_WITHOUT_FINDING = Kind("VK705", "risk-without-finding", Severity.INFO)
ACTION_WITHOUT_HORIZON = Kind("VK706", "action-without-horizon", Severity.WARNING)
OVERDUE_ACTION = Kind("VK707", "overdue-action", Severity.WARNING)
PRIORITY_CONTRADICTS = Kind("VK708", "priority-contradicts", Severity.WARNING)
DOMAIN_MISSING = Kind("VK709", "domain-missing", Severity.WARNING)
UNCLAIMED_NOTE = Kind("VK710", "unclaimed-note", Severity.WARNING)
OVERDUE_FINDING = Kind("VK711", "overdue-finding", Severity.WARNING)
STALE_FINDING = Kind("VK712", "stale-finding", Severity.INFO)
UNKNOWN_STATE = Kind("VK713", "unknown-state", Severity.WARNING)
RISK_WITHOUT_OWNER = Kind("VK714", "accepted-by-nobody", Severity.WARNING)
DUPLICATE_ID = Kind("VK715", "duplicate-id", Severity.WARNING)
CONTROL_UNTREATED = Kind("VK720", "control-untreated", Severity.INFO)
CONTROL_UNKNOWN = Kind("VK721", "control-unknown", Severity.WARNING)
CONTROL_UNPLANNED = Kind("VK722", "control-unplanned", Severity.INFO)
# environment
SCHEMA_FAULT = Kind("VK801", "schema-fault", Severity.ERROR)
SCHEMA_UNUSED = Kind("VK802", "schema-unused", Severity.INFO)
NO_SCHEMA = Kind("VK803", "no-schema", Severity.INFO)

#: Every kind, in the order of the codes.
KINDS: tuple[Kind, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Kind)), key=lambda k: k.code)
)


def kinds_named(said: str) -> tuple[Kind, ...]:
    """Return the kinds that a code or a name means, whatever its case; empty if it means none."""
    wanted = said.strip().lower()
    return tuple(kind for kind in KINDS if wanted in (kind.code.lower(), kind.name))


#: What a person calls the regions.
REGION_WORDS = {
    "recap": Message("tableau", "table"),
    "roadmap": Message("feuille de route", "roadmap"),
    "liens": Message("liens", "links"),
    "backlinks": Message("backlinks", "backlinks"),
    "domaine": Message("section", "section"),
    "diagnostic": Message("diagnostic", "diagnosis"),
    "template": Message("modèle", "template"),
    "query": Message("requête", "query"),
    "couverture": Message("couverture", "coverage"),
    "plan": Message("plan d’action", "action plan"),
    "matrice": Message("matrice des risques", "risk matrix"),
    "calendrier": Message("calendrier", "calendar"),
    "avancement": Message("avancement", "progress"),
    "evolution": Message("évolution", "evolution"),
}
