"""The kinds of diagnostics: VK1xx note, 2xx frontmatter, 3xx sections, 4xx links, 5xx regions, 7xx audit."""

from __future__ import annotations

from vaultkit.diagnostics import Kind, Severity
from vaultkit.text import Message

NOT_UTF8 = Kind("VK101", "not-utf8", Severity.WARNING)
UNREADABLE = Kind("VK102", "unreadable-note", Severity.WARNING)
INVALID_FRONTMATTER = Kind("VK201", "invalid-frontmatter", Severity.ERROR)
IMPOSSIBLE_DATE = Kind("VK202", "impossible-date", Severity.WARNING)
SCHEMA_REQUIRED = Kind("VK203", "schema-required", Severity.ERROR)
SCHEMA_ENUM = Kind("VK204", "schema-enum", Severity.ERROR)
PROPERTY_TYPE = Kind("VK205", "property-type", Severity.WARNING)
SECTION_DIFFERS = Kind("VK301", "section-differs", Severity.WARNING)
UNRESOLVED_LINK = Kind("VK401", "unresolved-link", Severity.WARNING)
UNRESOLVED_PROPERTY_LINK = Kind("VK402", "unresolved-link", Severity.ERROR)
PLAIN_BACKLINK = Kind("VK403", "plain-backlink", Severity.WARNING)
MISSING_RECIPROCAL = Kind("VK404", "missing-reciprocal", Severity.WARNING)
MISSING_CHILDREN = Kind("VK405", "missing-children", Severity.INFO)
AMBIGUOUS_LINK = Kind("VK406", "ambiguous-link", Severity.WARNING)
UNRESOLVED_SUBPATH = Kind("VK407", "unresolved-subpath", Severity.WARNING)
DUPLICATE_NAME = Kind("VK408", "duplicate-name", Severity.INFO)
CASE_DUPLICATE = Kind("VK409", "case-duplicate", Severity.WARNING)
BROKEN_MARKER = Kind("VK501", "broken-marker", Severity.ERROR)
STALE_REGION = Kind("VK502", "stale-region", Severity.ERROR)
KEPT_ITEM = Kind("VK503", "kept-item", Severity.INFO)
NO_SOURCE = Kind("VK504", "no-source", Severity.INFO)
UNKNOWN_REGION = Kind("VK505", "unknown-region", Severity.WARNING)
REGION_FAULT = Kind("VK506", "region-fault", Severity.ERROR)
NAME_VARIANT = Kind("VK701", "name-variant", Severity.WARNING)
TWO_SYNTHESES = Kind("VK702", "two-syntheses", Severity.WARNING)

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
}
