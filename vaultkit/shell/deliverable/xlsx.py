"""The tables of a report as a workbook: to sort, to filter, to plan with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from vaultkit.errors import VaultkitError
from vaultkit.render.deliverable.model import Report, Sheet
from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.text import Message, pattern

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.worksheet import Worksheet

_MOST_NAME, _MOST_TEXT, _MOST_ROWS = 31, 32_767, 1_048_575
_NOT_IN_NAMES = pattern(r"[\[\]:*?/\\\x00-\x1f]+")
#: What XML cannot hold.
_UNWRITABLE = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH = date(2020, 1, 1)  # the day of a workbook without one: never that of the clock
#: The columns of a table, of a page upright: more are printed lying.
_UPRIGHT = 5
_LONGEST, _SHORTEST = 60, 8
#: The height of a line in points, and the most that a row may have.
_LINE, _MOST_LINES = 14.5, 27
_DAYS = {"fr": "dd.mm.yyyy", "de": "dd.mm.yyyy", "en": "d mmm yyyy"}


class NoXlsxWriter(VaultkitError):
    """The package that writes workbooks is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Message(
                'XLSX demande le paquet XlsxWriter\u00a0: pip install ".[report]" dans le dossier de vaultkit',
                'XLSX needs the package XlsxWriter: pip install ".[report]" in the folder of vaultkit',
            )
        )


def xlsx(report: Report, brand: Brand) -> bytes:
    """Return the tables of a report as XLSX; raises NoXlsxWriter (2), and VaultkitError (2) where there are none."""
    if not report.sheets:
        raise VaultkitError(
            Message(
                "rien à mettre dans un classeur\u00a0: cette note ne rassemble ni constats ni actions",
                "nothing to put into a workbook: this note gathers neither findings nor actions",
            )
        )
    try:
        from xlsxwriter import Workbook
    except ImportError as fault:
        raise NoXlsxWriter from fault
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, {**options, "strings_to_numbers": False, "nan_inf_to_errors": True}) as book:
        book.set_properties(_properties(report, brand))
        book.set_calc_mode("auto")
        writer = _Writer(book, report, brand)
        taken: set[str] = set()
        for sheet in report.sheets:
            name = sheet_name(sheet.name, taken)
            taken.add(name.casefold())
            writer.write(book.add_worksheet(name), sheet)
    return out.getvalue()


def sheet_name(said: str, taken: set[str]) -> str:
    """Return a name that a sheet may have, unlike those that are taken (folded)."""
    plain = _cut(_NOT_IN_NAMES.sub(" ", _UNWRITABLE.sub("", said)).strip(" '"), _MOST_NAME).strip(" '") or "1"
    name, number = plain, 2
    while name.casefold() in taken or name.casefold() == "history":
        end = f" ({number})"
        name, number = _cut(plain, _MOST_NAME - len(end)) + end, number + 1
    return name


class _Writer:
    """Writes sheets into a workbook in the looks of a brand."""

    def __init__(self, book: Workbook, report: Report, brand: Brand) -> None:
        self._report, self._brand = report, brand
        plain: dict[str, object] = {
            "font_name": brand.font or "Calibri",
            "font_size": 10.5,
            "valign": "top",
            "bottom": 1,
            "bottom_color": "#d9d9d9",
        }
        head = {"bold": True, "bg_color": brand.color, "font_color": brand.on_color, "text_wrap": True}
        self._head = book.add_format({**plain, **head, "valign": "vcenter", "bottom_color": brand.color})
        self._text = book.add_format({**plain, "text_wrap": True})
        self._day = book.add_format(
            {**plain, "num_format": _DAYS.get(report.language, _DAYS["fr"]), "align": "left"}
        )
        self._whole = book.add_format({**plain, "num_format": "#,##0"})
        self._parted = book.add_format({**plain, "num_format": "#,##0.00"})

    def write(self, page: Worksheet, sheet: Sheet) -> None:
        """Write one table: its head stays in sight, and each column can be filtered."""
        last = len(sheet.header) - 1
        for at, title in enumerate(sheet.header):
            page.write_string(0, at, _clean(title), self._head)
        numbers = [self._number(sheet.rows, at) for at in range(last + 1)]
        rows = sheet.rows[:_MOST_ROWS]
        widths = _widths(sheet)
        for down, row in enumerate(rows, 1):
            if (
                lines := _lines(row, widths)
            ) > 1:  # Excel makes a row as high as its words, LibreOffice does not
                page.set_row(down, lines * _LINE)
            for at, value in enumerate(row[: last + 1]):
                self._write_cell(page, down, at, value, numbers[at])
        page.set_row(0, 24)
        for at, width in enumerate(widths):
            page.set_column(at, at, width)
        page.freeze_panes(1, 0)
        if last >= 0:
            page.autofilter(0, 0, len(rows), last)
        self._set_print(page, last + 1)

    def _write_cell(self, page: Worksheet, down: int, at: int, value: object, number: CellFormat) -> None:
        if value is None or value == "":
            page.write_blank(down, at, None, self._text)
        elif isinstance(value, date):
            page.write_datetime(down, at, datetime(value.year, value.month, value.day), self._day)  # noqa: DTZ001 - days have no zone
        elif isinstance(value, int | float) and not isinstance(value, bool):
            page.write_number(down, at, value, number)
        else:
            page.write_string(down, at, _clean(str(value)), self._text)

    def _number(self, rows: Sequence[Sequence[object]], at: int) -> CellFormat:
        """Return the format of the numbers of a column: with cents only where one has them."""
        values = (row[at] for row in rows if at < len(row))
        parted = any(isinstance(value, float) and not value.is_integer() for value in values)
        return self._parted if parted else self._whole

    def _set_print(self, page: Worksheet, columns: int) -> None:
        words = words_of(self._report.language)
        page.set_paper(9)  # A4
        if columns > _UPRIGHT:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.6)
        title = _in_header(f"{self._report.cover.title}")
        page.set_header(f"&L&9{title}&R&9&A")
        counted = words["page_of"].format(page="&P", pages="&N")
        page.set_footer(f"&L&9{_in_header(self._brand.footer or self._brand.firm)}&R&9{counted}")


def _properties(report: Report, brand: Brand) -> dict[str, Any]:
    cover = report.cover
    day = cover.day or _EPOCH
    return {
        "title": _clean(cover.title),
        "subject": _clean(cover.subtitle),
        "author": _clean(cover.consultant),
        "company": _clean(cover.firm or brand.firm),
        "keywords": _clean(", ".join(cover.tags)),
        "created": datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None),
    }


def _widths(sheet: Sheet) -> list[float]:
    """Return how wide the columns are, in letters: as said, else by what stands in them."""
    widths = []
    for at, title in enumerate(sheet.header):
        if at < len(sheet.widths) and sheet.widths[at] > 0:
            widths.append(float(sheet.widths[at]))
            continue
        texts = (str(row[at]) for row in sheet.rows if at < len(row) and row[at] is not None)
        longest = max([len(title) + 3, *map(len, texts)])
        widths.append(float(max(_SHORTEST, min(longest + 2, _LONGEST))))
    return widths


def _lines(row: Sequence[object], widths: Sequence[float]) -> int:
    """Return how many lines the words of a row take in columns of these widths, in characters."""
    texts = ((value, width) for value, width in zip(row, widths, strict=False) if isinstance(value, str))
    return min(_MOST_LINES, max((ceil(len(text) / max(1, width * 1.15)) for text, width in texts), default=1))


def _clean(text: str) -> str:
    plain = _UNWRITABLE.sub("", text)
    cut = _cut(plain, _MOST_TEXT)
    return plain if cut == plain else _cut(plain, _MOST_TEXT - 1) + "…"


def _cut(text: str, most: int) -> str:
    """Return as much of the beginning of a text as Excel takes: it counts in units of UTF-16."""
    return text.encode("utf-16-le", "ignore")[: 2 * most].decode("utf-16-le", "ignore")


def _in_header(text: str) -> str:
    """Return a text for a header of the print: & begins a code there, and 255 characters are all."""
    return _cut(_clean(text).replace("&", "&&"), 90)
