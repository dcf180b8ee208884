"""How long queries take on a loaded vault: `python -m tests.benchmarks.queries VAULT [ROUNDS]`.

The first answer pays for reading fields that no query has asked for yet; the median is of the others. The
second column is what Dataview's own engine takes on 10,000 notes (Node 20, medians; from issue 4).
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

QUERIES = (
    ('TABLE file.mtime, status, priority FROM "" WHERE status SORT file.name ASC LIMIT 50', 0.75),
    ('TABLE date, client, status FROM "" SORT date DESC', 0.91),
    ('TABLE length(rows) AS n FROM "" GROUP BY client SORT length(rows) DESC', 0.64),
    ('TASK FROM "" WHERE !completed GROUP BY file.link', 1.7),
    ('TABLE t FROM "" FLATTEN file.tags AS t WHERE contains(t, "a") SORT t', 11.6),
    ('TABLE length(file.inlinks) AS n FROM "" SORT length(file.inlinks) DESC LIMIT 20', 0.73),
    ('LIST FROM "" WHERE regextest("[ée]", file.name) AND date > date(2024-01-01) SORT date', 0.70),
)


def main(vault: str, rounds: int = 5) -> None:
    """Print the seconds of each query: the first time, and the median after that."""
    from vaultkit.shell.asking import ask, clock_at, engine_of, file_times
    from vaultkit.shell.session import Session

    session = Session.open(Path(vault))
    engine = engine_of(session.files, session.graph, clock_at(None, None), file_times(session.file_times))
    for text, reference in QUERIES:
        seconds = []
        for _ in range(rounds + 1):
            began = time.perf_counter()
            result = ask(engine, text, "")
            seconds.append(time.perf_counter() - began)
        median = statistics.median(seconds[1:])
        print(
            f"{median:6.3f} s  (first {seconds[0]:6.3f})  plugin {reference:5.2f}  "
            f"{reference / median:5.1f} ×  {len(result.rows):6} rows  {text}"
        )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
