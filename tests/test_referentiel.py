"""The référentiel that comes with vaultkit: what it holds of the guide, that it holds in a vault, and how it gets there.

`FACTS` is the checklist: each recommendation of the guide by its fact, the control that has it, and what its note must
say (folded) for that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NO_SHARED, SHARED, Vault
from vaultkit.audit.controls import Control, controls_of
from vaultkit.audit.gathering import missions
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.commands.make import DOMAINS
from vaultkit.shell.resources import preset_schemas, templates_home
from vaultkit.text import fold, unaccented
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

GUIDE = SHARED / "seeds" / "hygiene-numerique-cabinet-dentaire.txt"
HOME = templates_home() / "referentiels" / "hygiene-numerique"
FOLDER = "Référentiels/Hygiène numérique"
#: How many words in a row a note may have in common with the guide.
LONGEST_RUN = 4

#: What the guide recommends: the fact, the control that has it, and what its note says.
FACTS = (
    # what is at stake, and who advises
    ("patients, suppliers and partners are protected", "HN-0.1", ("patients", "fournisseurs", "partenaires")),
    ("medical secrecy", "HN-0.1", ("secret medical",)),
    ("appointments, their notes and quotes are data", "HN-0.1", ("rendez-vous", "couronne", "devis")),
    ("so are radios and cone beams", "HN-0.1", ("radio", "cone beam")),
    ("how often one writes and comes is data too", "HN-0.1", ("rythme des consultations", "metadonnees")),
    ("prosthetists and colleagues: prices, cases", "HN-0.1", ("prothesiste", "confreres", "prix", "cas ")),
    ("every other profession is concerned", "HN-0.1", ("avocat", "notaire", "psychologue", "ecole")),
    ("toxic services have their page", "HN-0.1", ("malbouffe",)),
    ("advice is independent of who installs", "HN-0.2", ("independante", "installateur")),
    ("as the architect and the mason", "HN-0.2", ("architecte", "macon", "electricien")),
    ("the usual supplier does the work", "HN-0.2", ("prestataire habituel pour l.execution",)),
    ("the author advises too", "HN-0.2", (r"gers-informatique\.com", "dans le gers")),
    ("have it done rather than tinker", "HN-0.3", ("professionnel execute", "bricole")),
    ("one may do it oneself, or an assistant", "HN-0.3", ("faire soi-meme", "assistante")),
    ("the practice steers", "HN-0.3", ("pilote",)),
    ("ask the provider: he waits for it", "HN-0.4", ("attendent la demande", "prestataire habituel")),
    ("show him the list", "HN-0.4", ("joindre a la demande d.offre",)),
    ("it costs little, for years already", "HN-0.5", ("coutent peu", "dizaine d.annees")),
    ("a web site costs much more", "HN-0.5", ("un site coute bien davantage",)),
    ("an hour or two to learn the files", "HN-0.6", ("une a deux heures",)),
    ("agenda and contacts: as one is used to", "HN-0.6", ("comme avant", "configuration")),
    ("the time pays off", "HN-0.6", ("rembourse",)),
    # step 1
    ("Firefox", "HN-1.1", ("firefox est installe", "par defaut")),
    ("PaleMoon and Falkon as alternatives", "HN-1.1", ("palemoon", "falkon")),
    ("private window for shopping", "HN-1.2", ("fenetre privee", "achats en ligne")),
    ("and for what should leave no trace", "HN-1.2", ("trace",)),
    ("by the menu Fichier or Ctrl+Maj+P", "HN-1.2", ("menu fichier", r"ctrl\+maj\+p")),
    ("uBlock Origin", "HN-1.3", ("ublock origin est installe",)),
    ("no other blocker is vouched for", "HN-1.3", ("seul bloqueur", "pas ete evalues")),
    ("AdBlock Plus is worse than none", "HN-1.4", ("adblock plus", "google", "mieux vaut alors aucun")),
    ("DownloadHelper and PrintFriendly", "HN-1.5", ("downloadhelper", "printfriendly")),
    ("Firefox on the phone", "HN-1.6", ("firefox est installe", "telephones")),
    ("Brave gives a false security", "HN-1.7", ("brave", "rassure plus qu.elle ne garantit")),
    ("it is made from Chrome", "HN-1.7", ("socle logiciel de google chrome",)),
    ("Thunderbird", "HN-1.8", ("thunderbird",)),
    ("BlueMind's own mail is a fair replacement", "HN-1.8", ("bluemind", "bon remplacement", "agenda")),
    ("webmail as little as possible", "HN-1.9", ("webmail reste l.exception",)),
    ("but away without one's laptop, or in need", "HN-1.9", ("ordinateur portable", "urgence", "panne")),
    ("several mailboxes in one place", "HN-1.10", ("ensemble de ses boites", "un seul thunderbird")),
    ("CardBook, CardDAV", "HN-1.11", ("cardbook", "carddav")),
    ("instead of the default address book", "HN-1.11", ("non son carnet par defaut",)),
    ("early, for the sake of step 3", "HN-1.11", ("des le debut", "etape 3")),
    (
        "on Radis, Nextcloud, CosyCloud, BlueMind",
        "HN-1.11",
        ("radis", "nextcloud", "cozy", "bluemind"),
    ),
    ("FairMail or K9Mail on the phone", "HN-1.12", ("fairemail", "fairmail", "k-9 mail")),
    ("or TMail", "HN-1.12", ("tmail", r"github\.com/linagora/tmail-flutter")),
    # step 2
    ("mailboxes at one's own domain", "HN-2.1", ("nom de domaine du cabinet", "titulaire")),
    ("one's image, not a multinational's brand", "HN-2.1", ("enseigne", "multinationale")),
    ("all is explained at mon-mail-a-moi.com", "HN-2.1", (r"mon-mail-a-moi\.com",)),
    ("not gmail, hotmail, orange", "HN-2.2", (r"gmail\.com", r"hotmail\.fr", r"orange\.fr")),
    ("who writes is protected", "HN-2.2", ("protege d.abord les correspondants", "confreres")),
    ("small, local providers with clear values", "HN-2.3", ("local ou national", "valeurs claires")),
    ("associations and cooperatives", "HN-2.3", ("associations et cooperatives", "prix tres doux")),
    ("on its page of explanations", "HN-2.3", ("explications", r"mon-mail-a-moi\.com")),
    ("no web site is needed for mail", "HN-2.4", ("aucun site n.est requis",)),
    ("mail matters more than the site", "HN-2.4", ("courriel passe avant le site", "coute peu")),
    ("do not be talked into a site", "HN-2.4", ("refuser le site",)),
    ("Ouvaton, a cooperative", "HN-2.5", (r"ouvaton \(cooperative\)",)),
    ("Ikoula", "HN-2.5", ("ikoula",)),
    ("Oxyd / Ecritel", "HN-2.5", ("oxyd", "ecritel")),
    ("Infomaniak", "HN-2.5", ("infomaniak",)),
    ("LWS", "HN-2.5", ("lws",)),
    ("Porkbun", "HN-2.5", ("porkbun",)),
    ("details stand at mon-mail-a-moi.com", "HN-2.5", (r"mon-mail-a-moi\.com",)),
    ("registrar and host may differ", "HN-2.6", ("deux contrats", "registraire separe")),
    ("the same is simpler, not an obligation", "HN-2.6", ("simplifie", "rien ne l.impose")),
    ("a good local host comes first", "HN-2.6", ("bon hebergeur de proximite passe avant",)),
    ("the DNS zone points to the host", "HN-2.7", ("zone", "dns", "hebergeur")),
    ("providers help with it", "HN-2.7", ("aide des deux fournisseurs",)),
    ("a host that does mail and sharing", "HN-2.8", ("messagerie, fichiers, agendas et contacts",)),
    ("even if the domain is elsewhere", "HN-2.8", ("domaine enregistre ailleurs",)),
    ("a professional sets the mailboxes up", "HN-2.9", ("professionnel met les boites",)),
    # step 3
    ("files shared within and with partners", "HN-3.1", ("equipe", "prothesiste", "patient")),
    ("a quote, a report, a radio", "HN-3.1", ("devis", "bilans", "radio")),
    ("the agenda shared with the assistant", "HN-3.2", ("assistante",)),
    ("and with who takes the appointments", "HN-3.2", ("centre d.appels", "prend les rendez-vous")),
    ("typed once, seen everywhere", "HN-3.2", ("saisi une fois, vu aussitot",)),
    ("the same contacts on computer and phone", "HN-3.3", ("ordinateur et le telephone", "carddav")),
    ("a Radis server will do", "HN-3.3", ("serveur radis",)),
    ("open source is a guarantee for both sides", "HN-3.4", ("code ouvert vaut garantie", "client", "heberg")),
    ("Nextcloud and Cozy: files, agendas, contacts", "HN-3.5", ("nextcloud et cozy partent des fichiers",)),
    ("BlueMind: mail, agendas, contacts", "HN-3.5", ("bluemind part de la messagerie",)),
    ("CosyCloud and la-maison-de-mes-donnees", "HN-3.5", ("cosycloud", r"cosy\.io", "maison-de-mes-donnees")),
    ("as a service, not self-hosted", "HN-3.6", ("exploite par un specialiste", "heberger soi-meme")),
    ("the software's page of partners", "HN-3.7", ("partenaires",)),
    ("which respected data in 2020", "HN-3.7", ("2020", "respectueux des donnees")),
    ("the same provider as for mail, in a pack", "HN-3.8", ("meme prestataire", "offre commune")),
    ("not an obligation", "HN-3.8", ("pas une obligation",)),
    ("nobody exploits the contents", "HN-3.9", ("exclut toute exploitation",)),
    ("nor when, where and who", "HN-3.9", ("quand, d.ou, a quelle frequence", "metadonnees")),
    ("users, and a common space", "HN-3.10", ("compte nominatif", "espace commun")),
    ("phone and computer are configured", "HN-3.11", ("ordinateur", "telephone", "serveur")),
    ("contacts and agenda are backed up by it", "HN-3.12", ("tient lieu de sauvegarde", "serveur")),
)  # fmt: skip

NOTES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HOME.glob("*.md"))}
CONTROLS = {name: text for name, text in NOTES.items() if name.startswith("HN-")}


def parsed() -> dict[str, Note]:
    return {name: parse_note(f"{FOLDER}/{name}.md", text) for name, text in NOTES.items()}


def controls() -> dict[str, Control]:
    return {one.id: one for one in controls_of(parsed().values()).values()}


# ------------------------------------------------------------------------------- what it holds


@pytest.mark.parametrize(("fact", "control", "said"), FACTS, ids=[f"{c} {f}" for f, c, _ in FACTS])
def test_each_recommendation_of_the_guide_has_its_control(
    fact: str, control: str, said: tuple[str, ...]
) -> None:
    text = unaccented(NOTES[control]).replace("\u00a0", " ")
    assert not [words for words in said if not re.search(words, text)], fact


def test_every_control_has_a_fact_of_the_guide_behind_it() -> None:
    assert {control for _, control, _ in FACTS} == set(CONTROLS)


def test_every_name_and_address_of_the_guide_has_its_place() -> None:
    """Whatever the guide spells with a capital inside a word, or as an address, is a product or a provider."""
    if not GUIDE.is_file():
        pytest.skip(NO_SHARED)
    guide, said = GUIDE.read_text(encoding="utf-8"), "\n".join(NOTES.values())
    hosts = set(re.findall(r"(?:www\.|https?://)(?:www\.)?([\w-]+(?:\.[\w-]+)+)", guide))
    hosts = {host for host in hosts if not host.endswith("dr-dupond-toulouse.fr")}
    assert {"mon-mail-a-moi.com", "github.com", "hygiene-numerique.org"} <= hosts
    names = set(re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", guide)) - {"ThunderBird", "WebMail", "ShareAlike"}
    assert {"PaleMoon", "CardBook", "NextCloud"} <= names
    plain = unaccented(said).replace("k-9 mail", "k9mail")
    assert not [name for name in hosts | names if name.lower() not in plain]


def test_no_sentence_of_the_guide_stands_in_a_note() -> None:
    if not GUIDE.is_file():
        pytest.skip(NO_SHARED)
    guide = words(GUIDE.read_text(encoding="utf-8"))
    for name, text in NOTES.items():
        assert longest_run(words(text), guide) <= LONGEST_RUN, name


def test_a_sentence_of_the_guide_would_be_found() -> None:
    assert (
        longest_run(words("On dit : « Utiliser Firefox pour naviguer »."), words("utilisér firefox pour"))
        == 3
    )


def words(text: str) -> list[str]:
    """Return the words, folded; addresses are names and count for none."""
    bare = re.sub(r"https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:com|org|io|fr)\b", " ", text)
    return re.findall(r"[^\W_]+", unaccented(bare))


def longest_run(mine: list[str], theirs: list[str]) -> int:
    """Return how many words in a row stand in both."""
    length = 0
    while True:
        known = {tuple(theirs[at : at + length + 1]) for at in range(len(theirs) - length)}
        if not any(tuple(mine[at : at + length + 1]) in known for at in range(len(mine) - length)):
            return length
        length += 1


# ------------------------------------------------------------------------- each note by itself


def test_ids_are_the_names_of_the_files_and_count_through_each_step() -> None:
    found = controls()
    assert list(found) == [note.name for note in map(parsed().get, found) if note]
    assert len(found) == len(CONTROLS)
    for step, count in {"0": 6, "1": 12, "2": 9, "3": 12}.items():
        ids = [one.id for one in found.values() if one.step == step]
        assert ids == [f"HN-{step}.{number}" for number in range(1, count + 1)]


def test_a_control_says_what_it_asks_why_how_and_from_where() -> None:
    sections = ["Énoncé", "Pourquoi", "Comment", "Alternatives", "Source"]
    for name, note in parsed().items():
        if name not in CONTROLS:
            continue
        headings = [(heading.level, heading.text) for heading in note.headings]
        title = note.properties["enonce"]
        assert headings == [(1, f"{name} – {title}"), *((2, section) for section in sections)]
        assert note.properties["licence"] == "CC BY-SA 4.0"
        assert "hygiene-numerique.org" in str(note.properties["source"])
        assert "**Preuve**" in note.text
        assert 20 <= len(note.text.splitlines()) <= 40


def test_domains_are_those_of_a_new_mission_or_the_advice() -> None:
    of_mission = {fold(label) for label in DOMAINS["fr"]}
    said = {one.domain for one in controls().values()}
    assert {domain for domain in said if fold(domain) not in of_mission} == {"Conseil & pilotage"}
    assert {one.step for one in controls().values() if one.domain == "Conseil & pilotage"} == {"0"}


def test_every_link_leads_to_a_note_of_the_referentiel() -> None:
    index = VaultIndex.of(parsed().values())
    for note in index:
        for link in note.links:
            if link.wiki:
                target = resolve_linkpath(index, link.linkpath, note.path)
                assert target == f"{FOLDER}/{link.linkpath}.md", (note.path, link.original)


def test_the_note_that_introduces_it_lists_each_control_once_and_gives_credit() -> None:
    text = NOTES["Hygiène numérique"]
    listed = re.findall(r"^- \[\[(HN-[\d.]+)\]\] (.+)$", text, re.M)
    assert listed == [(one.id, one.title) for one in controls().values()]
    for credit in (
        "https://www.hygiene-numerique.org",
        "CC BY-SA 4.0",
        "creativecommons.org/licenses/by-sa/4.0",
    ):
        assert credit in text
    assert "adaptation" in text
    assert "étapes 4 à 7" in text


def test_a_mission_retains_a_whole_step_by_the_heading_that_lists_it() -> None:
    """As the note that introduces the référentiel says it."""
    [link] = re.findall(r'`"(\[\[Hygiène numérique#.+?\]\])"`', NOTES["Hygiène numérique"])
    synthesis = parse_note(
        "S.md", f'---\ncategory: synthese_globale\nscope: X\ncontroles: ["{link}"]\n---\n# S\n'
    )
    [mission] = missions(VaultIndex.of([synthesis, *parsed().values()]))
    assert [note.name for note in mission.controls] == [f"HN-2.{number}" for number in range(1, 10)]


def test_french_typography_is_kept() -> None:
    for name, text in NOTES.items():
        body = parse_note("x.md", text)
        said = re.sub(r"`[^`]*`|\]\([^)]*\)|> \[!\w+\]", "", body.text[body.body_start :])
        assert not re.search(r" [:;?!»]|« |\w'\w", said), name


# ----------------------------------------------------------------------------------- in a vault


def test_new_referentiel_puts_it_into_a_vault_that_stays_clean(vault: Vault) -> None:
    vault.run("new", "mission", "Cabinet Essai")
    done = vault.run("new", "referentiel", "hygiene-numerique", LC_ALL="fr_FR.UTF-8")
    assert (done.code, done.err) == (0, "")
    assert f"+ {FOLDER}/ ({len(NOTES)} notes)" in done.out
    assert "[controle:: [[HN-0.1]]]" in done.out
    assert {name: vault.read(f"{FOLDER}/{name}.md") for name in NOTES} == NOTES
    for quiet in (("check",), ("rebuild", "--check"), ("doctor",)):
        ran = vault.run(*quiet)
        assert (ran.code, re.findall(r"\b(?:warning|error|info)\b|[✖⚠]", ran.out)) == (0, []), ran.out
    assert vault.run("graph", "--orphans").out.count("HN-") == 0
    assert vault.run("graph", "--unresolved").out.count("HN-") == 0


def test_a_second_run_writes_nothing_and_undo_takes_it_all_back(vault: Vault) -> None:
    vault.run("new", "referentiel", "hygiene-numerique")
    before = vault.snapshot()
    again = vault.run("new", "référentiel", "Hygiène numérique")
    assert again.out == "This référentiel is there already, nothing was written.\n"
    assert (again.code, vault.snapshot()) == (0, before)
    assert vault.run("undo").code == 0
    assert not list(vault.root.rglob("*.md"))


def test_what_the_consultant_made_of_a_control_stays_wherever_he_keeps_it(vault: Vault) -> None:
    """
    == Cadres/HN-2.1.md
    ---
    category: controle
    id: HN-2.1
    referentiel: hygiene-numerique
    ---
    # HN-2.1 – Comme je le dis, moi
    == Cadres/Hygiène numérique.md
    ---
    category: referentiel
    id: hygiene-numerique
    ---
    # Mon introduction
    == Ailleurs/HN-2.2.md
    Une note à moi, qui n’est pas ce contrôle.
    """
    before = {path: vault.read(path) for path in ("Cadres/HN-2.1.md", "Cadres/Hygiène numérique.md")}
    done = vault.run("new", "referentiel", "hygiene-numerique")
    assert "2 notes were there already and not touched: HN-2.1, Hygiène numérique\n" in done.out
    assert f"+ Cadres/ ({len(NOTES) - 2} notes)" in done.out
    assert {path: vault.read(path) for path in before} == before
    assert vault.read("Cadres/HN-2.2.md") == NOTES["HN-2.2"]
    assert not (vault.root / "Référentiels").exists()


def test_a_file_that_stands_where_a_control_would_is_not_overwritten(vault: Vault) -> None:
    """
    == Référentiels/Hygiène numérique/hn-1.1.md
    Autre chose.
    """
    done = vault.run("new", "referentiel", "hygiene-numerique")
    assert "1 note was there already and not touched: hn-1.1\n" in done.out
    assert vault.read(f"{FOLDER}/hn-1.1.md") == "Autre chose.\n"
    assert not (vault.root / FOLDER / "HN-1.1.md").exists()


def test_an_unknown_name_lists_those_that_there_are(vault: Vault) -> None:
    """
    == vaultkit/templates/referentiels/iso-27001/A.5.1.md
    ---
    category: controle
    ---
    # A.5.1 – Une politique de sécurité est écrite
    """
    done = vault.run("new", "referentiel", "hygiene-dentaire", LC_ALL="fr_FR.UTF-8")
    assert (done.code, done.out) == (2, "")
    assert "aucun référentiel «\u00a0hygiene-dentaire\u00a0»" in done.err
    assert "hygiene-numerique, iso-27001" in done.err


def test_a_vault_has_referentiels_of_its_own(vault: Vault) -> None:
    """
    == vaultkit/templates/referentiels/iso-27001/ISO 27001.md
    ---
    category: referentiel
    ---
    # ISO 27001
    == vaultkit/templates/referentiels/iso-27001/A.5/A.5.1.md
    ---
    category: controle
    referentiel: iso-27001
    ---
    # A.5.1 – Une politique {{ de sécurité }} est écrite
    Voir [[ISO 27001]] et {% raw
    """
    own = "vaultkit/templates/referentiels/iso-27001/"
    done = vault.run("new", "referentiel", "iso-27001")
    assert "+ Référentiels/ISO 27001/ (2 notes)" in done.out, done.err
    for path in ("ISO 27001.md", "A.5/A.5.1.md"):
        assert vault.read(f"Référentiels/ISO 27001/{path}") == vault.read(own + path)
    assert vault.run("check").out == "✔ Nothing to report.\n"
    assert vault.run("doctor").code == 0
    assert vault.run("new", "mission", "Cabinet Essai").code == 0


def test_init_does_not_pour_the_controls_into_the_templates(vault: Vault) -> None:
    assert vault.run("init").code == 0
    paths = vault.snapshot()
    assert "vaultkit/templates/domaine.md" in paths
    assert "vaultkit/schemas/controle.yaml" in paths
    assert not [path for path in paths if "HN-" in path or "referentiels" in path]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_referentiel_that_lies_outside_the_vault_is_none(vault: Vault, tmp_path: Path) -> None:
    outside = tmp_path / "dehors"
    outside.mkdir()
    (outside / "X-1.md").write_text("---\ncategory: controle\n---\n# X-1\n", encoding="utf-8")
    templates = vault.root / "vaultkit" / "templates" / "referentiels"
    templates.mkdir(parents=True)
    (templates / "dehors").symlink_to(outside, target_is_directory=True)
    done = vault.run("new", "referentiel", "dehors")
    assert done.code == 2
    assert "there is: hygiene-numerique\n" in done.err


# ----------------------------------------------------------------------------------- its schema


def schema_faults(vault: Vault, properties: str) -> Iterator[str]:
    vault.write("X-1.md", f"---\n{properties}\n---\n# X-1 – Une chose est faite\n")
    for line in vault.run("check").out.splitlines():
        if line.startswith("X-1.md:"):
            yield line


def test_the_schema_asks_of_a_control_no_more_than_its_category(vault: Vault) -> None:
    assert ("controle.yaml" in dict(preset_schemas())) is True
    for fine in (
        "category: controle",
        "category: Contrôle\nid: 2.10\nreferentiel: 27001\netape: 2\nautre: [1]",
    ):
        assert list(schema_faults(vault, fine)) == []
    [fault] = schema_faults(vault, "category: controle\ndomaine: [a, b]")
    assert "domaine" in fault
    [near] = schema_faults(vault, "category: controles")
    assert "unknown category 'controles'" in near
