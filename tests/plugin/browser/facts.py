"""What a real daemon says of the sample vault with some faults in it, for the pages that the browser shows.

`python facts.py FILE` writes it as JSON: the answers of the control socket as the plugin gets them, and the
synthesis as text and as the blocks that a reading view has.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
MISSION = "Cabinet Pestalozzi"
SYNTHESIS = f"{MISSION}/Synthèse IT – Cabinet Pestalozzi.md"
SECURITY = f"{MISSION}/Sécurité & accès.md"
MAIL = f"{MISSION}/Courriels & correspondance.md"
BILLS = f"{MISSION}/🧾 Factures et rappels – Mélissa.md"
JOURNAL = "Journal/2026-11-02.md"

#: Written by hand into the synthesis before a rebuild: from then on it is kept.
BY_HAND = (
    (SYNTHESIS, "| Compte commun, écrans toujours ouverts |", "| Un seul compte pour toute l’équipe |"),
    (
        SYNTHESIS,
        "| Impayés oubliés, écarts entre soins et factures |",
        "| Des impayés que personne ne relance |",
    ),
)
#: Slips of the consultant, made after it.
SLIPS = (
    (SYNTHESIS, '  - "[[Organisation & archivage]]"', "  - Organisation & archivage"),
    (SECURITY, "[[🖥️ Postes et réseau – Mélissa|Mélissa, poste par poste]]", "[[Postes et reseau – Mélissa]]"),
    (SECURITY, "priorite: haute", "priorite: urgente"),
    (SECURITY, "Alimente la [[Synthèse IT – Cabinet Pestalozzi]].", "Alimente la [[Synthèse Pestalozzi]]."),
    (MAIL, "## Risques", "## Risque"),
    (MAIL, "constat_cle: analyses", "constat_clé: analyses"),
    (BILLS, "date: 2026-11-05", "date: 5 novembre"),
    (JOURNAL, "  - journal\n", "  - journal\nhumeur: [bonne\n"),
)  # fmt: skip


def facts(folder: Path) -> dict[str, Any]:
    """Return everything that the pages are made of; `folder` is empty, and for this alone."""
    vault = folder / MISSION
    shutil.copytree(ROOT / "sample_vault", vault)
    _shorten(vault / SYNTHESIS)
    environ = os.environ | {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("STATE", "CACHE")}
    environ |= {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    _change(vault, BY_HAND)
    _vaultkit(vault, environ, "rebuild")
    _change(vault, SLIPS)
    text = (vault / SYNTHESIS).read_text(encoding="utf-8")
    return {
        "path": SYNTHESIS,
        "text": text,
        "blocks": blocks(text),
        "check": json.loads(_vaultkit(vault, environ, "check", "--format", "json")),
        **_asked(vault, environ),
    }


def _shorten(synthesis: Path) -> None:
    """Leave the tables of the follow-up out: they are too wide and too many for a picture."""
    text = synthesis.read_text(encoding="utf-8")
    head, _, rest = text.partition("## 🛠️ Plan d’action")
    synthesis.write_text(head + "## 📅 Prochain" + rest.partition("## 📅 Prochain")[2], encoding="utf-8")


def blocks(text: str) -> list[dict[str, Any]]:
    """Return the blocks of a note below its properties: first and last line from 0, and HTML."""
    from markdown_it import MarkdownIt

    skipped = text[: text.index("\n---\n", 4) + 5] if text.startswith("---\n") else ""
    lead = skipped.count("\n")
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(text[len(skipped) :])
    made, opened = [], 0
    for number, token in enumerate(tokens):
        if token.level == 0 and token.map:
            opened = number
        if token.level == 0 and token.nesting <= 0 and (start := tokens[opened].map):
            html = "" if token.type == "html_block" else _html(parser.renderer.render(tokens[opened : number + 1], parser.options, {}))  # fmt: skip
            made.append({"start": lead + start[0], "end": lead + start[1] - 1, "html": html})
    return made


def _html(rendered: str) -> str:
    """Draw links between notes as the app does; what the comments say is not seen."""
    rendered = re.sub(r"&lt;!--.*?--&gt;|<!--.*?-->", "", rendered)

    def link(found: re.Match[str]) -> str:
        name, _, shown = found[1].partition("|")
        return f'<a class="internal-link" data-href="{name}" href="{name}">{shown or name}</a>'

    return re.sub(r"\[\[([^\]]+)\]\]", link, rendered)


def _change(vault: Path, changes: tuple[tuple[str, str, str], ...]) -> None:
    for path, old, new in changes:
        text = (vault / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old)
        (vault / path).write_text(text.replace(old, new), encoding="utf-8")


def _vaultkit(vault: Path, environ: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "vaultkit", *arguments],
        cwd=vault, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def _asked(vault: Path, environ: dict[str, str]) -> dict[str, Any]:
    """Ask a daemon of its own."""
    from vaultkit.shell.control.client import Client

    os.environ.update({key: value for key, value in environ.items() if key.startswith("XDG_")})
    daemon = subprocess.Popen(
        [sys.executable, "-m", "vaultkit", "watch", str(vault)],
        env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        client = None
        while client is None:
            assert daemon.poll() is None, "vaultkit watch has ended"
            time.sleep(0.1)
            client = Client.connect(vault, 60.0, "pages")
        with client:
            found = client.call("diagnostics")
            codes = sorted({one["code"] for one in found["diagnostics"]})
            return {
                "hello": client.hello,
                "status": client.call("status"),
                "diagnostics": found,
                "regions": client.call("regions", path=SYNTHESIS),
                "explained": {code: client.call("explain", code=code) for code in codes},
            }
    finally:
        daemon.terminate()
        daemon.wait(60)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vaultkit-pages-") as made:
        said = json.dumps(facts(Path(made)), ensure_ascii=False, indent=1).replace(made, "/vaults")
    Path(sys.argv[1]).write_text(said, encoding="utf-8")
