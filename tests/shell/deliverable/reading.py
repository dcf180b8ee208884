"""What a written document says: the words of its paragraphs, with its changes accepted or rejected."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part_of(archive: bytes, name: str) -> str:
    """One file of a Word document or a presentation, as text."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name).decode()


def everything_of(archive: bytes) -> str:
    """All texts of an archive, with the names of its files."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        texts = [opened.read(name).decode("utf-8", "replace") for name in opened.namelist()]
        return "\n".join([*opened.namelist(), *texts])


def paragraphs(document: bytes, *, reject: bool = False) -> list[str]:
    """The paragraphs of a Word document that say something, its changes accepted, or rejected.

    A paragraph whose mark goes is one with the next; a row that goes takes its paragraphs with it. Cover and contents
    are left out: they are those of the new report.
    """
    gone = f"{W}ins" if reject else f"{W}del"
    body = etree.fromstring(part_of(document, "word/document.xml").encode()).find(f"{W}body")
    blocks = list(body)
    starts = [at for at, one in enumerate(blocks) if one.tag == f"{W}sdt" or _starts_page(one)]
    after = (
        blocks[starts[0] :]
        if body.find(f"{W}sdt") is None
        else blocks[blocks.index(body.find(f"{W}sdt")) + 1 :]
    )
    found: list[str] = []
    said = ""
    for paragraph in (each for one in after for each in one.iter(f"{W}p")):
        if any(row.find(f"{W}trPr/{gone}") is not None for row in paragraph.iterancestors(f"{W}tr")):
            continue
        said += _words(paragraph, gone)
        if paragraph.find(f"{W}pPr/{W}rPr/{gone}") is None:
            found.append(said)
            said = ""
    return [one for one in [*found, said] if one.strip()]


def _starts_page(block: etree._Element) -> bool:
    after_break = f"./{W}r/{W}br[@{W}type='page']"
    return block.find(f"{W}pPr/{W}pageBreakBefore") is not None or block.find(after_break) is not None


def _words(paragraph: etree._Element, gone: str) -> str:
    texts = paragraph.iter(f"{W}t", f"{W}delText", f"{W}br", f"{W}footnoteReference")
    mine = [one for one in texts if next(one.iterancestors(f"{W}p")) is paragraph]
    kept = [one for one in mine if not any(True for _ in one.iterancestors(gone))]
    return "".join(one.text or "\n" for one in kept)
