"""What can be wrong in the properties of a note, in words that help to mend it."""

from __future__ import annotations

from enum import StrEnum

from vaultkit.diagnostics import Finding
from vaultkit.text import Message, Span, pattern


class Fault(StrEnum):
    """Why a YAML block cannot be read."""

    TAB = "tab"
    TEMPLATE = "template"
    ESCAPE = "escape"
    HASH_IN_LIST = "hash-in-list"
    COLON = "colon"
    RESERVED = "reserved"
    DASH = "dash"
    STAR = "star"
    QUOTE = "quote"
    BRACKET = "bracket"
    NO_COLON = "no-colon"
    INDENT = "indent"
    DUPLICATE_KEY = "duplicate-key"
    UNKNOWN_ALIAS = "unknown-alias"
    ALIAS_INSIDE_ITSELF = "alias-inside-itself"
    TOO_MANY_VALUES = "too-many-values"
    TOO_DEEP = "too-deep"
    SECOND_DOCUMENT = "second-document"
    NOT_A_MAP = "not-a-map"
    OTHER = "other"


class BlockFault(Exception):
    """The block cannot be read; `span` is the place in the note."""

    def __init__(self, fault: Fault, span: Span, detail: str = "") -> None:
        super().__init__(fault.value)
        self.fault, self.span, self.detail = fault, span, detail


_QUOTES = Message('mettre la valeur entre guillemets\u00a0: "…"', 'put the value in quotes: "…"')

#: What is wrong, and what helps; `{}` is the character, key or name it is about.
_WORDS: dict[Fault, tuple[Message, Message | None]] = {
    Fault.TAB: (
        Message("une tabulation sert de retrait", "a tab is used as indentation"),
        Message("remplacer la tabulation par deux espaces", "replace the tab by two spaces"),
    ),
    Fault.TEMPLATE: (
        Message("accolades de modèle sans guillemets", "template braces without quotes"),
        Message('écrire "{{…}}", avec les guillemets', 'write "{{…}}", with the quotes'),
    ),
    Fault.ESCAPE: (
        Message(
            "barre oblique inverse inconnue entre guillemets doubles", "unknown backslash in double quotes"
        ),
        Message(
            "prendre des guillemets simples, par exemple 'C:\\dossier', ou doubler la barre\u00a0: \\\\",
            "use single quotes, as in 'C:\\folder', or double the backslash: \\\\",
        ),
    ),
    Fault.HASH_IN_LIST: (
        Message("le signe # ouvre un commentaire dans la liste", "the # opens a comment inside the list"),
        Message("écrire les tags sans #\u00a0: [a, b]", "write the tags without #: [a, b]"),
    ),
    Fault.COLON: (Message("deux-points de trop dans la valeur", "a second colon in the value"), _QUOTES),
    Fault.RESERVED: (
        Message("une valeur ne peut pas commencer par «\u00a0{}\u00a0»", "a value cannot begin with '{}'"),
        _QUOTES,
    ),
    Fault.DASH: (
        Message(
            "un tiret de liste suit le nom sur la même ligne", "a list dash follows the name on its line"
        ),
        Message("commencer la liste à la ligne suivante", "begin the list on the next line"),
    ),
    Fault.STAR: (
        Message(
            "«\u00a0*\u00a0» ou «\u00a0&\u00a0» ouvre une référence YAML", "'*' or '&' opens a YAML reference"
        ),
        _QUOTES,
    ),
    Fault.QUOTE: (
        Message("guillemet jamais fermé", "a quote is never closed"),
        Message(
            "fermer le guillemet, ou entourer la valeur de guillemets doubles",
            "close the quote, or put the value in double quotes",
        ),
    ),
    Fault.BRACKET: (
        Message("crochet ou accolade mal fermés", "a bracket or brace is not closed properly"),
        _QUOTES,
    ),
    Fault.NO_COLON: (
        Message(
            "une ligne n’a pas la forme «\u00a0nom\u00a0: valeur\u00a0»",
            "a line is not of the form 'name: value'",
        ),
        None,
    ),
    Fault.INDENT: (
        Message("cette ligne ne s’aligne sur rien", "this line lines up with nothing above it"),
        Message(
            "vérifier le retrait, ou mettre la valeur de la ligne entre guillemets",
            "check the indentation, or put the value of the line in quotes",
        ),
    ),
    Fault.DUPLICATE_KEY: (
        Message("la propriété «\u00a0{}\u00a0» est là deux fois", "the property '{}' is there twice"),
        Message("n’en garder qu’une", "keep only one of them"),
    ),
    Fault.UNKNOWN_ALIAS: (
        Message("«\u00a0*{}\u00a0» renvoie à rien", "'*{}' refers to nothing"),
        _QUOTES,
    ),
    Fault.ALIAS_INSIDE_ITSELF: (
        Message("«\u00a0*{}\u00a0» se contient lui-même", "'*{}' holds itself"),
        None,
    ),
    Fault.TOO_MANY_VALUES: (Message("trop de valeurs", "too many values"), None),
    Fault.TOO_DEEP: (Message("listes trop imbriquées", "lists are nested too deeply"), None),
    Fault.SECOND_DOCUMENT: (
        Message("un second document YAML commence ici", "a second YAML document begins here"),
        Message("supprimer cette ligne", "delete this line"),
    ),
    Fault.NOT_A_MAP: (
        Message(
            "le bloc ne contient aucune ligne «\u00a0nom\u00a0: valeur\u00a0»",
            "the block has no line 'name: value'",
        ),
        Message("mettre une espace après les deux-points", "put a space after the colon"),
    ),
    Fault.OTHER: (Message("ce n’est pas du YAML valable", "this is not valid YAML"), _QUOTES),
}


def finding_of(text: str, fault: BlockFault) -> Finding:
    """Return a fault as a finding; its line counts from the first line of the note `text`."""
    says, hint = _WORDS[fault.fault]
    line = text.count("\n", 0, fault.span.start) + 1
    detail = fault.detail
    return Finding(
        fault.span,
        Message(
            f"propriétés illisibles, ligne {line}\u00a0: {says.fr.replace('{}', detail)}",
            f"properties cannot be read, line {line}: {says.en.replace('{}', detail)}",
        ),
        hint,
    )


def impossible_date(span: Span, written: str) -> Finding:
    """Return the remark on a date that is in no calendar."""
    return Finding(
        span,
        Message(
            f"«\u00a0{written}\u00a0» n’est pas une date possible", f"'{written}' is not a possible date"
        ),
        Message("écrire AAAA-MM-JJ, par exemple 2025-08-25", "write YYYY-MM-DD, such as 2025-08-25"),
    )


#: Words of the parser's own message (libyaml's or PyYAML's), and what they amount to.
_PROBLEMS: tuple[tuple[str, Fault], ...] = (
    ("unknown escape character", Fault.ESCAPE),
    ("escape sequence", Fault.ESCAPE),
    ("mapping values are not allowed", Fault.COLON),
    ("cannot start any token", Fault.RESERVED),
    ("sequence entries are not allowed", Fault.DASH),
    ("alphabetic or numeric", Fault.STAR),
    ("unexpected end of stream", Fault.QUOTE),
    ("could not find expected ':'", Fault.NO_COLON),
    ("',' or ']'", Fault.BRACKET),
    ("',' or '}'", Fault.BRACKET),
    ("flow node", Fault.BRACKET),
    ("expected node content", Fault.BRACKET),
    ("document start", Fault.SECOND_DOCUMENT),
    ("expected key", Fault.INDENT),
    ("'-' indicator", Fault.INDENT),
    ("but found", Fault.INDENT),
)
_HASH_AFTER_BRACKET = pattern(r"\[(?:[^\]\n]*?[,\s])??#")


def parser_fault(text: str, body: Span, problem: str, at: int, opened: int | None) -> BlockFault:
    """Say in our words what the YAML parser complains about.

    `problem` holds its own words; `at` is where it stopped and `opened` where the thing it was
    reading began, both as offsets in the note `text`; `body` is the block without its delimiters.
    """
    at = min(max(at, body.start), body.end)
    if at >= len(text.rstrip()) or not text[at : body.end].strip():
        at = body.start + max(len(body.of(text).rstrip()) - 1, 0)
    fault = next((fault for words, fault in _PROBLEMS if words in problem), Fault.OTHER)
    start = at
    if fault in (Fault.QUOTE, Fault.BRACKET, Fault.STAR) and opened is not None and opened < at:
        start = opened
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    if text[at : at + 1] == "\t":
        fault, start = Fault.TAB, at
    elif "{{" in line:
        fault = Fault.TEMPLATE
    elif fault is Fault.BRACKET and (found := _HASH_AFTER_BRACKET.search(line)):
        fault, start = Fault.HASH_IN_LIST, line_start + found.end() - 1
    return BlockFault(fault, Span(start, min(start + 1, len(text))), text[start : start + 1])
