"""A report made by hand that holds every construct of report Markdown, for the tests of all formats.

`report()` is the whole of it, `pictures()` and `brand()` what it is drawn with; `text_of` unpacks a document.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from datetime import date

from vaultkit.render.deliverable.model import Cover, FrontPage, Picture, Report, Sheet, Urgent
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.images import Drawn

DAY = date(2026, 3, 2)

BODY = """
## Évolution depuis la dernière livraison {#evolution}

Du 25.08.2025 au 02.03.2026 : 3 constats clos, 2 nouveaux, 1 reporté.

- ✅ **Sessions** : chaque personne a la sienne (clos)
- ❌ **Sauvegarde** : la copie du vendredi n’a pas été essayée (nouveau)

## Diagnostic global

Le cabinet travaille avec **Dentagest**, qui est au centre de tout ; le reste s’est ajouté *au fil des ans*. Le détail est au chapitre [Accès](#acces), les mesures au [plan d’action](#plan).

- 🔐 **Sécurité & accès** : sessions partagées ❌ mais une session d’administration protégée ✅
- 📧 **Courriel** : ==les résultats partent en clair== depuis une boîte Bluewin ⚠️
- 🦷 **Imagerie** : Digora et Dentagest en parallèle ⚠️

> [!info] Comment lire ce rapport
> Les signes sont expliqués à la première page. Voir aussi <https://www.ncsc.admin.ch/>.

## 1. 🔐 Sécurité & accès {#acces}

### Constats

1. Mot de passe de session partagé ❌
2. Pas de verrouillage automatique ❌[^1]
   - au secrétariat
   - en salle 2, « provisoirement » depuis 2023
3. Accès physique large ⚠️
4. ✅ La session d’administration est protégée par Mélissa seule

[^1]: Essayé le 25.08.2025 : après 40 minutes, l’écran montrait encore le **dossier** d’un patient.

### Risques

> [!danger]
> - Fuite de données de patients
> - Intrusion physique que rien ne retient
>
>   > [!warning]- À ne pas oublier : la LPD
>   > Le secret médical vaut aussi pour `dentagest.exe` et ses copies.

- Un point avec un encadré :

  > [!tip] Petit effort
  > Verrouiller l’écran : `Win+L` suffit.

### Opportunités

> [!success] Ce qui est déjà là
> Mettre en valeur la session d’administration comme base de gouvernance.

> [!quote]
> « Nous voulons que ce soit simple ! »

### Actions

- [x] Verrouillage automatique après 5 minutes
- [ ] Sessions individuelles
- [/] Inventaire des identifiants

## 2. 📧 Courriel & correspondance

Texte avec ~~biffé~~, `du code : brut`, H₂O, une formule $p \\times i \\ge 9$ et un mot anticonstitutionnellement long.

$$\\sum_{k=1}^{n} p_k \\times i_k$$

```python
def verrouiller(minutes: int) -> None:  # : ; ! ?
    print("session fermée")
```

هذه فقرة باللغة العربية مع كلمة Dentagest في الوسط.

זו פסקה בעברית עם המספר 42.

> [!question] Externaliser ?
> À décider en mai.

> [!example]
> Un patient écrit à info@ ; personne ne répond avant lundi.

> [!failure] Essai manqué
> La restauration du 3 février n’a rien rendu.

## Plan d’action {#plan}

| N° | Action | Responsable | Échéance | Coût |
|:---|:-------|:------------|:--------:|-----:|
| S-1 | Sessions individuelles pour chaque personne, avec verrouillage automatique après cinq minutes | Mélissa | 01.04.2026 | CHF 1’200 |
| S-2 | Inventaire des identifiants et coffre-fort de mots de passe partagé | Cedric | 15.05.2026 | CHF 480 |
| C-1 | Résultats par PDF chiffré ; mot de passe par SMS | Dr Pestalozzi | 30.06.2026 | – |
| C-2 | Canal sécurisé pour les patients (portail) | à désigner | automne 2026 | CHF 3’600 |

### Matrice des risques

![Matrice des risques : S-1 en haut à droite, C-1 au milieu](matrice)

### Plan du cabinet

![Plan du cabinet avec les trois postes](plan-cabinet)

![Photo perdue du serveur](absente)

### Relevé de tous les postes

{WIDE}

---

Fin du rapport.
"""

#: A table of sixty columns, as an export of a spreadsheet makes one.
WIDE = "\n".join(
    [
        "| Poste |" + "".join(f" Mesure {n} |" for n in range(1, 60)),
        "|---|" + "--:|" * 59,
        *(f"| {name} |" + "".join(f" {n * k} |" for n in range(1, 60)) for k, name in enumerate(("Accueil", "Salle 1", "Salle 2"), 1)),
    ]
)  # fmt: skip

CHART: Mapping[str, object] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "width": 320,
    "height": 220,
    "data": {"values": [{"p": 3, "i": 3, "n": "S-1"}, {"p": 2, "i": 2, "n": "C-1"}]},
    "mark": {"type": "point", "filled": True, "size": 300, "color": "@accent"},
    "encoding": {
        "x": {"field": "p", "type": "ordinal", "title": "Probabilité"},
        "y": {"field": "i", "type": "ordinal", "title": "Impact", "sort": "descending"},
    },
}

URGENT = (
    Urgent("Sessions individuelles avec **verrouillage** automatique", "Des données de patients restent à l’écran", "🔐 Sécurité & accès", "Mélissa", "01.04.2026", "CHF 1’200", "S-1"),
    Urgent("Envoyer les résultats chiffrés", "Le secret médical n’est pas tenu : ils partent en clair", "📧 Courriel", "Dr Pestalozzi", "30.06.2026", "", "C-1"),
    Urgent("Essayer la restauration de la sauvegarde", "Le dernier essai n’a rien rendu", "🗄️ Archivage", "", "", "CHF 350", "A-2"),
)  # fmt: skip

FRONT = FrontPage(
    urgent=URGENT,
    good=(
        "La session d’administration est protégée",
        "**Dentagest** est déjà la base centrale",
        "info@ est bien adoptée par les patients",
    ),
    legend=(("❌", "à corriger"), ("⚠️", "à surveiller"), ("✅", "en ordre"), ("🚨", "priorité haute")),
    totals=("4 constats à corriger", "9 actions", "CHF 5’280"),
)


def report(body: str = BODY, **changed: object) -> Report:
    """The report of the fictitious Cabinet Pestalozzi; `changed` are fields of `Report` to have otherwise."""
    fields: dict[str, object] = {
        "language": "fr",
        "cover": Cover(
            title="Synthèse IT – Cabinet Pestalozzi",
            subtitle="Audit de l’informatique et de la protection des données",
            client="Cabinet Pestalozzi",
            consultant="Cedric Exemple",
            firm="Exemple Conseil Sàrl",
            day=DAY,
            version="1.2",
            confidentiality="Confidentiel – réservé au cabinet",
            tags=("IT", "synthese"),
        ),
        "front": FRONT,
        "body": body.replace("{WIDE}", WIDE),
        "pictures": (
            Picture("matrice", "Matrice des risques : S-1 en haut à droite, C-1 au milieu", chart=CHART),
            Picture("plan-cabinet", "Plan du cabinet avec les trois postes", path="Images/plan.png", width=300),
            Picture("absente", "Photo perdue du serveur", path="Images/serveur.jpg"),
        ),
        "sheets": (
            Sheet("Actions", ("N°", "Action", "Échéance", "CHF"), (("S-1", "Sessions", date(2026, 4, 1), 1200.0), ("C-1", "PDF chiffré", None, None)), (6, 40, 12, 10)),
        ),
    }  # fmt: skip
    return Report(**(fields | changed))  # type: ignore[arg-type]


def pictures() -> dict[str, Drawn]:
    """The pictures that could be drawn: a chart with its vectors, an image; the third one is missing."""
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="220" viewBox="0 0 320 220">'
        b'<rect width="320" height="220" fill="#fff"/><path d="M40 10v180h270" fill="none" stroke="#555"/>'
        b'<circle cx="260" cy="50" r="14" fill="#c0562f"/><circle cx="160" cy="110" r="14" fill="#1f4e79"/></svg>'
    )
    return {
        "matrice": Drawn(png(640, 440, (31, 78, 121)), 320, 220, svg),
        "plan-cabinet": Drawn(png(600, 240, (200, 214, 230)), 300, 120),
    }


def brand() -> Brand:
    """A firm with all that the settings can say of it."""
    return Brand(
        firm="Exemple Conseil Sàrl",
        logo=Drawn(png(240, 80, (192, 86, 47)), 120, 40),
        footer="Exemple Conseil Sàrl · Lausanne",
    )


def png(width: int, height: int, color: tuple[int, int, int]) -> bytes:
    """A PNG of one colour."""
    rows = (b"\0" + bytes(color) * width) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )
