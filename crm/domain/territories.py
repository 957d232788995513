"""French territories by their number: the 96 departments of the mainland and Corsica, and those overseas."""

import re

from crm.domain.text import words_of

MAINLAND = frozenset(f"{number:02}" for number in range(1, 96)) - {"20"} | {"2A", "2B"}
OVERSEAS = frozenset(
    {"971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988", "989"}
)
NAMES = """
01 Ain, 02 Aisne, 03 Allier, 04 Alpes de Haute Provence, 05 Hautes Alpes, 06 Alpes Maritimes, 07 Ardèche, 08
Ardennes, 09 Ariège, 10 Aube, 11 Aude, 12 Aveyron, 13 Bouches du Rhône, 14 Calvados, 15 Cantal, 16 Charente, 17
Charente Maritime, 18 Cher, 19 Corrèze, 2A Corse du Sud, 2B Haute Corse, 21 Côte d'Or, 22 Côtes d'Armor, 23 Creuse,
24 Dordogne, 25 Doubs, 26 Drôme, 27 Eure, 28 Eure et Loir, 29 Finistère, 30 Gard, 31 Haute Garonne, 32 Gers, 33
Gironde, 34 Hérault, 35 Ille et Vilaine, 36 Indre, 37 Indre et Loire, 38 Isère, 39 Jura, 40 Landes, 41 Loir et Cher,
42 Loire, 43 Haute Loire, 44 Loire Atlantique, 45 Loiret, 46 Lot, 47 Lot et Garonne, 48 Lozère, 49 Maine et Loire,
50 Manche, 51 Marne, 52 Haute Marne, 53 Mayenne, 54 Meurthe et Moselle, 55 Meuse, 56 Morbihan, 57 Moselle, 58
Nièvre, 59 Nord, 60 Oise, 61 Orne, 62 Pas de Calais, 63 Puy de Dôme, 64 Pyrénées Atlantiques, 65 Hautes Pyrénées, 66
Pyrénées Orientales, 67 Bas Rhin, 68 Haut Rhin, 69 Rhône, 70 Haute Saône, 71 Saône et Loire, 72 Sarthe, 73 Savoie,
74 Haute Savoie, 75 Paris, 76 Seine Maritime, 77 Seine et Marne, 78 Yvelines, 79 Deux Sèvres, 80 Somme, 81 Tarn, 82
Tarn et Garonne, 83 Var, 84 Vaucluse, 85 Vendée, 86 Vienne, 87 Haute Vienne, 88 Vosges, 89 Yonne, 90 Territoire de
Belfort, 91 Essonne, 92 Hauts de Seine, 93 Seine Saint Denis, 94 Val de Marne, 95 Val d'Oise, 971 Guadeloupe, 972
Martinique, 973 Guyane, 974 Réunion, 975 Saint Pierre et Miquelon, 976 Mayotte, 977 Saint Barthélemy, 978 Saint
Martin, 984 Terres australes et antarctiques françaises, 986 Wallis et Futuna, 987 Polynésie française, 988 Nouvelle
Calédonie, 989 Clipperton
"""
TERRITORIES = MAINLAND | OVERSEAS
# Both have their own number since 2007, and kept the postcodes of Guadeloupe.
ISLANDS = {"97133": "977", "97150": "978"}


CORSICA = ("2A", "2B")
ARTICLES = {"la", "le", "les", "l"}


def _key(name):
    return " ".join(word for word in words_of(name) if word not in ARTICLES)


BY_NAME = {
    _key(name): [code] for code, name in (each.split(maxsplit=1) for each in NAMES.split(","))
}
BY_NAME |= {
    "corse": [*CORSICA],
    "20": [*CORSICA],
    "guyane francaise": ["973"],
    "polynesie": ["987"],
}


def territory_of(postcode: str) -> str:
    """ "93", "2A" or "974" for a postcode of five digits; "" where it is not known.

    A few villages have the postcode of the next department: the number is that of the post office.
    """
    if postcode.startswith("20"):
        return "2A" if postcode < "20200" else "2B"
    if postcode.startswith(("97", "98")):
        return ISLANDS.get(postcode, postcode[:3])
    return postcode[:2]


def as_territories(text: str) -> list[str]:
    """The numbers in a text: "75, 2a 974" is 2A, 75 and 974; 1 is 01, and 20 both parts of Corsica.

    Names are read as well, with a comma or a line between two of them: "La Réunion, Haute-Savoie".
    """
    codes = set()
    for part in re.split(r"[,;\n]", text):
        if codes_of_name := BY_NAME.get(_key(part)):
            codes.update(codes_of_name)
            continue
        for code in part.split():
            codes.update(BY_NAME.get(_key(code)) or [code.upper().zfill(2)])
    return sorted(codes)
