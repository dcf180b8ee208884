"""Acts as the plugin asks for them: a daemon in its own process, its socket, a real vault, a writer or none."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import notes_of
from tests.shell.acts.mission import KEEP, SYNTHESIS, TEXTS, Mission
from tests.shell.daemon.stage_doubles import edited
from tests.shell.daemon.watching import PATIENCE, Watching, homes, until
from vaultkit.shell.control.client import Client
from vaultkit.shell.control.protocol import Code, Fault, Request
from vaultkit.shell.ports import EditRequest, TextEdit

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and sockets of Unix")

QUIET = "[watch]\nsource_quiet = 600\ntarget_quiet = 600\nbackground_quiet = 600\n"
WORDING = "Comptes 👥 partagés"


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mission:
    """A mission in which a cell is kept, where everything else has to be quiet for ten minutes."""
    for name, value in homes(tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "Coffre d’équipe 🔐"
    (root / ".obsidian").mkdir(parents=True)
    (root / "vaultkit.toml").write_text(QUIET, encoding="utf-8")
    mission = Mission(root)
    for path, text in notes_of(TEXTS).items():
        mission.write(path, text)
    mission.rebuild()
    mission.keep("Sessions partagées", WORDING)
    return mission


@pytest.fixture
def client(mission: Mission, tmp_path: Path) -> Iterator[Client]:
    """A client of the daemon of that vault."""
    with Watching(mission.root, tmp_path / "state"):
        found = Client.connect(mission.root, PATIENCE)
        assert found is not None
        with found as client:
            yield client


def kept_id(client: Client) -> str:
    """Return the id of the cell that is kept."""
    said: Any = client.call("regions", path=SYNTHESIS)
    [unit] = said["regions"][0]["kept"]
    assert unit["wording"] == WORDING
    return str(unit["id"])


def act(client: Client, act: str, **params: object) -> dict[str, Any]:
    """Return the answer to an act."""
    said = client.call("act", act=act, **params)
    assert isinstance(said, dict)
    return said


def make(mission: Mission, client: Client) -> str:
    """Make the next edit, as an app does that saves at once; return the path of its note."""
    said = client.told(PATIENCE)
    while said is not None and said.method != "edit":
        said = client.told(PATIENCE)
    assert isinstance(said, Request)
    asked: Any = said.params
    path, text = asked["path"], mission.read(asked["path"])
    edits = tuple(TextEdit(each["start"], each["end"], each["text"]) for each in asked["edits"])
    assert hashlib.sha256(text.encode()).hexdigest() == asked["textDigest"]
    mission.write(path, edited(text, EditRequest(asked["id"], path, asked["textDigest"], edits)))
    client.reply(said, {"status": "applied"})
    return str(path)


def test_without_a_writer_an_act_is_in_the_files_when_it_is_answered(
    mission: Mission, client: Client
) -> None:
    before = mission.all()
    digest = hashlib.sha256(before[SYNTHESIS].encode()).hexdigest()
    said = act(client, "release", path=SYNTHESIS, id=kept_id(client), textDigest=digest)
    assert said["written"] == [SYNTHESIS]
    assert KEEP not in mission.read()
    assert mission.rebuild() == []
    assert act(client, "undo")["written"] == [SYNTHESIS]
    assert mission.all() == before
    assert act(client, "push", path=SYNTHESIS)["written"] == ["Accès.md", SYNTHESIS]
    assert WORDING in mission.read("Accès.md")
    assert mission.rebuild() == []


def test_with_a_writer_it_makes_all_the_edits_one_note_after_the_other(
    mission: Mission, client: Client
) -> None:
    assert client.call("writer/claim", name="plugin") == {"claimed": True}
    before = mission.all()
    said = act(client, "push", path=SYNTHESIS, id=kept_id(client))
    assert (said["handed"], said["written"]) == (["Accès.md", SYNTHESIS], [])
    assert make(mission, client) == "Accès.md"
    assert WORDING in mission.read()
    assert make(mission, client) == SYNTHESIS
    assert mission.rebuild() == []
    until(lambda: is_handed(client, "undo"))
    assert sorted([make(mission, client), make(mission, client)]) == ["Accès.md", SYNTHESIS]
    assert mission.all() == before


def is_handed(client: Client, name: str) -> bool:
    """Ask for an act; return whether the daemon had seen that the edits before it are saved."""
    try:
        return bool(act(client, name)["handed"])
    except Fault as fault:
        if "just writing" in fault.message.en:
            return False
        raise


def test_a_note_that_was_just_changed_is_left_alone(mission: Mission, client: Client) -> None:
    digest = hashlib.sha256(mission.read().encode()).hexdigest()
    id = kept_id(client)
    mission.replace("La fin.", "La fin, tapée 👋.")
    before = mission.read()
    with pytest.raises(Fault) as fault:
        act(client, "release", path=SYNTHESIS, id=id, textDigest=digest)
    assert fault.value.code == Code.FAILED
    assert fault.value.data["exitCode"] == 3
    assert mission.read() == before
    said: Any = client.call("regions", path=SYNTHESIS)
    assert said["textDigest"] == hashlib.sha256(before.encode()).hexdigest()


def test_adopt_and_fix_and_explain(mission: Mission, client: Client) -> None:
    mission.write("Autre.md", "---\ncategory: synthese_globale\n---\n# S\n\n## Liens\n\n- [[Accès]]\n")
    assert act(client, "adopt", path="Autre.md")["written"] == ["Autre.md"]
    mission.replace("synthese_globale\n", 'synthese_globale\nbacklinks: ["Accès"]\n')
    client.call("rebuild")
    found: Any = client.call("diagnostics", paths=[SYNTHESIS])
    one = next(each for each in found["diagnostics"] if each["name"] == "plain-backlink")
    place = {"line": one["line"], "column": one["column"]}
    assert act(client, "fix", path=SYNTHESIS, code=one["code"], **place)["written"] == [SYNTHESIS]
    assert 'backlinks: ["[[Accès]]"' in mission.read()
    lines: Any = client.call("explain", code=one["code"])
    assert "plain-backlink" in lines["lines"][0]["en"]
    lines = client.call("explain", path=SYNTHESIS)
    assert lines["lines"][0]["fr"] == SYNTHESIS


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("act", {"act": "release", "path": SYNTHESIS, "id": "0.0-00000000"}),
        ("act", {"act": "release", "path": "Rien.md", "id": "0.0-00000000"}),
        ("act", {"act": "push", "path": "Accès.md"}),
        ("act", {"act": "adopt", "path": "../Dehors.md"}),
        ("regions", {"path": "Rien.md"}),
        ("explain", {"code": "VK999"}),
        ("explain", {"path": "/etc/passwd"}),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    client: Client, method: str, params: dict[str, object]
) -> None:
    with pytest.raises(Fault) as fault:
        client.call(method, **params)
    assert fault.value.code == Code.FAILED
    assert fault.value.message.fr != fault.value.message.en
