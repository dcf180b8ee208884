"""`check --index`: what git has staged, judged before it is committed.

Nothing heavy is imported here: most often a hook runs, nothing of a vault is staged, and all ends at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.shell.console import locale_language
from vaultkit.shell.git.difference import Differences, changed_paths, difference_from_head, differences
from vaultkit.shell.git.nothing import take
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.git.vaults import Marks, is_marked
from vaultkit.shell.names import find_vault, is_folder, vault_path
from vaultkit.text import Message, nfc

if TYPE_CHECKING:
    from argparse import Namespace

    from vaultkit.shell.git.memory import Recollection


def check_index(arguments: Namespace) -> int:
    """Run the command for each vault that the commit touches; return the worst exit code.

    What is wrong with the settings of one vault does not keep the others from being judged.
    """
    _only_looking(arguments)
    repository, found = _looked(arguments)
    if (known := _known(repository, found, arguments)) is not None:
        return _judged(repository, known[0], found, arguments, known=known[1])
    if arguments.vault is None:
        roots = list(_vaults(repository, found, arguments.paths, Marks(repository)))
    else:
        roots = list(_said(repository, arguments))
    if arguments.format != "text":
        roots = [_the_one(repository, roots)]
    if len(roots) < 2:
        return max((_judged(repository, root, found, arguments) for root in roots), default=0)
    from vaultkit.shell.snippet import harmless

    code = 0
    for root in roots:
        try:
            code = max(code, _judged(repository, root, found, arguments, _shown(repository, root)))
        except VaultkitError as fault:
            code = max(code, fault.exit_code)
            said = fault.message.of("en" if locale_language() == "en" else "fr")
            print(f"vaultkit: {_shown(repository, root)}: {harmless(said)}", file=sys.stderr)
    return code


def _looked(arguments: Namespace) -> tuple[Repository, Differences]:
    """Return the repository and what is staged in it, as far as that was seen at once without asking git again."""
    seen = take()
    if seen is not None and arguments.vault is None and Path(seen[1]) == Path.cwd():
        repository = Repository.seen(*seen[:3])
        found = difference_from_head(repository, seen[3])
        if found is not None:
            return repository, found
    repository = _repository(arguments)
    return repository, differences(repository)


def _repository(arguments: Namespace) -> Repository:
    """Return the repository of the vault that was said, else the one that we stand in."""
    if arguments.vault is not None and is_folder(Path(arguments.vault)):
        return Repository.of_vault(Path(arguments.vault).resolve())
    return Repository.open(Path.cwd())


def _said(repository: Repository, arguments: Namespace) -> Iterator[Path]:
    """Yield the vault that was said, which need not be on the disk (a sparse checkout).

    On a branch without it a hook has nothing to judge. Raises VaultkitError (2) for one that nobody knows.
    """
    root = Path(arguments.vault).resolve()
    if root.is_relative_to(repository.top) and not is_folder(root):
        lead = nfc(repository.prefix(root))
        if any(
            nfc(entry.path.decode("utf-8", "surrogateescape")).startswith(lead)
            for entry in repository.entries
        ):
            yield root
            return
        if arguments.brief:
            return
    yield find_vault(arguments.vault).resolve()


def _shown(repository: Repository, root: Path) -> str:
    """Return a vault as it is called where there are several."""
    from vaultkit.shell.snippet import harmless

    return harmless(repository.prefix(root).removesuffix("/") or ".")


def _the_one(repository: Repository, roots: Sequence[Path]) -> Path:
    """Return the vault that a document is about; raises VaultkitError (2) if there are several."""
    if len(roots) > 1:
        listed = ", ".join(_shown(repository, root) for root in roots)
        raise VaultkitError(
            Message(
                f"ce commit touche plusieurs coffres ({listed})\u00a0: dire lequel avec --vault",
                f"this commit touches several vaults ({listed}): say which with --vault",
            )
        )
    return roots[0] if roots else repository.top


def _only_looking(arguments: Namespace) -> None:
    """Refuse options that write: what is staged is the person's; raises VaultkitError (2)."""
    for name in ("fix", "add_missing", "diff", "write_baseline"):
        if getattr(arguments, name, False):
            option = f"--{name.replace('_', '-')}"
            raise VaultkitError(
                Message(
                    f"--index et {option} ne vont pas ensemble\u00a0: rien n’est écrit dans l’index de git",
                    f"--index and {option} do not go together: nothing is written into git's index",
                )
            )


def _known(
    repository: Repository, found: Differences, arguments: Namespace
) -> tuple[Path, Recollection] | None:
    """Return the one vault that a commit touches and what is known of it from before; None where that will not do."""
    deltas = [delta for parent, of_parent in found.items() for delta in of_parent if parent is not None]
    if len(found) != 1 or not deltas or arguments.vault is not None or arguments.paths:
        return None
    on_disk = list(_vaults(repository, found, (), Marks(repository, ())))
    if len(on_disk) != 1:
        return None
    from vaultkit.shell.git.memory import Recollection, changes_since, remembered

    kept = remembered(on_disk[0])
    if kept is None:
        return None
    memory, store = kept
    if list(_vaults(repository, found, (), Marks(repository, memory.vaults))) != on_disk:
        return None
    changed = changes_since(memory, repository, on_disk[0], deltas)
    return None if changed is None else (on_disk[0], Recollection(memory, changed, store))


def _judged(
    repository: Repository,
    root: Path,
    found: Differences,
    arguments: Namespace,
    title: str = "",
    known: Recollection | None = None,
) -> int:
    deltas = changed_paths(repository, root, found)
    said = [one for one in arguments.paths if vault_path(root, Path.cwd() / one) is not None]
    if not said and not any(deltas.values()) and arguments.format == "text":
        return 0
    from vaultkit.shell.commands.judged import judge

    return judge(repository, root, deltas, said, arguments, title, known)


# ------------------------------------------------------------------------------------ the vaults


def _vaults(repository: Repository, found: Differences, said: Sequence[str], marked: Marks) -> Iterator[Path]:
    """Yield the vaults of a repository that a commit touches: the one that we stand in, else of each change.

    A vault is the nearest folder with `vaultkit.toml` or `.obsidian/`, in the index or on the disk. In a
    repository without any such folder the top is the vault; else what lies in none is no note of anyone.
    """
    top, here = repository.top, Path.cwd().resolve()
    if here != top and (vault := marked.above(repository.prefix(here))) is not None:
        yield top / vault
        return
    raw = {delta.path for deltas in found.values() for delta in deltas}
    paths = [path.decode("utf-8", "surrogateescape") for path in raw]
    paths += [p for one in said if (p := vault_path(top, here / one)) is not None]
    vaults = {marked.above(folder) for folder in {path.rpartition("/")[0] for path in paths}}
    known = sorted(vault for vault in vaults if vault is not None)
    if paths and not known and not marked.anywhere():
        yield next((folder for folder in top.parents if is_marked(folder)), top)
    for vault in known:
        yield top / vault
