"""Amounts spelled out, as receipts and agreements want them beside the figures. French as Français write it: 80
quatre-vingts, 81 quatre-vingt-un, 200 deux cents, 201 deux cent un, 80 000 quatre-vingt mille."""

from decimal import ROUND_HALF_UP, Decimal

FRENCH = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
FRENCH_TENS = {
    20: "vingt",
    30: "trente",
    40: "quarante",
    50: "cinquante",
    60: "soixante",
    80: "quatre-vingt",
}
ENGLISH = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
ENGLISH_TENS = [
    "_",
    "_",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
SCALES = [(10**9, "milliard", "billion"), (10**6, "million", "million")]


def euros_in_words(amount, language):
    """ "quatre mille six cent quarante-huit euros et trente-neuf centimes", or the same in English."""
    cents = int((Decimal(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    whole, rest = divmod(cents, 100)
    if language == "en":
        words = f"{english(whole)} {'euro' if whole == 1 else 'euros'}"
        return f"{words} and {english(rest)} {'cent' if rest == 1 else 'cents'}" if rest else words
    of = " d’" if whole and whole % 10**6 == 0 else " "
    words = f"{french(whole)}{of}{'euro' if whole < 2 else 'euros'}"
    return f"{words} et {french(rest)} {'centime' if rest == 1 else 'centimes'}" if rest else words


def french(number):
    parts = []
    for scale, name, _english in SCALES:
        count, number = divmod(number, scale)
        if count:
            parts.append(f"{_hundreds(count)} {name}{'s' if count > 1 else ''}")
    thousands, number = divmod(number, 1000)
    if thousands:
        parts.append("mille" if thousands == 1 else f"{_hundreds(thousands, is_last=False)} mille")
    if number or not parts:
        parts.append(_hundreds(number))
    return " ".join(parts)


def _hundreds(number, is_last=True):
    """Below a thousand; "cent" and "vingt" take their s at the end of the number alone, and never before "mille"."""
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _tens(rest, is_last)
    many = "cent" if hundreds == 1 else f"{FRENCH[hundreds]} cent"
    if rest:
        return f"{many} {_tens(rest, is_last)}"
    return f"{many}s" if hundreds > 1 and is_last else many


def _tens(number, is_last):
    if number < 20:
        return FRENCH[number]
    tens = number // 10 * 10
    if tens in (70, 90):
        tens -= 10
    rest = number - tens
    if not rest:
        return "quatre-vingts" if tens == 80 and is_last else FRENCH_TENS[tens]
    joint = " et " if rest in (1, 11) and tens != 80 else "-"
    return f"{FRENCH_TENS[tens]}{joint}{FRENCH[rest]}"


def english(number):
    parts = []
    for scale, name in [*((scale, name) for scale, _french, name in SCALES), (1000, "thousand")]:
        count, number = divmod(number, scale)
        if count:
            parts.append(f"{english(count)} {name}")
    hundreds, rest = divmod(number, 100)
    if hundreds:
        parts.append(f"{ENGLISH[hundreds]} hundred")
    if rest:
        units = (
            ENGLISH[rest]
            if rest < 20
            else "-".join(filter(None, [ENGLISH_TENS[rest // 10], _unit(rest % 10)]))
        )
        parts.append(f"and {units}" if parts else units)
    return " ".join(parts) or ENGLISH[0]


def _unit(number):
    return ENGLISH[number] if number else ""
