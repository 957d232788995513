"""Text as search compares and lists sort it: the same on SQLite and PostgreSQL, whatever their collation."""

import re
import unicodedata
from itertools import pairwise

# What Unicode does not take apart: letters with a stroke or a hook, ligatures, the dotless i, and the marks that people
# and their telephones write for an apostrophe.
LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "þ": "th",
        "ð": "d",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ƒ": "f",
        "ƶ": "z",
        "ɓ": "b",
        "ɗ": "d",
        "ɖ": "d",
        "ƙ": "k",
        "ɛ": "e",
        "ɔ": "o",
        **dict.fromkeys("’‘ʼʻʹʾʿ′´`＇‛ˈ", "'"),
        "−": "-",
    }
)
INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\"]{2,}")
PHONE = re.compile(
    r"(?<![0-9+])(?:\+ ?|00 ?)(?P<abroad>33(?:[ ./()-]{0,3}0)?(?:[ ./()-]{0,3}[0-9]){9}"
    r"|(?!33)[1-9](?:[ ./()-]{0,3}[0-9]){7,13})(?![0-9])"
    r"|(?<![0-9+])0[1-9](?:[ ./-]{0,2}[0-9]{2}){4}(?![0-9])"
)
BEFORE_PHONE = re.compile(r"\btel ?[:.]? ?(?=[+0])")
SIGNS_OF_WORDS = "%&#*_\\"
# Written in full or cut short: who types one means the other. The short one is looked for as a word of its own.
SHORT = {"saint": "st", "sainte": "ste", "et": "&", "and": "&"}
LONG = {"st": "saint", "ste": "sainte", "&": "et"}
MAX_WORDS = 8
NEAR_FROM = 4


def normalise(text):
    """Lower case without accents and invisible characters; one kind of dash, of apostrophe and of space."""
    # Taken apart first: letters of mathematics have no lower case of their own.
    text = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", text.translate(LETTERS))
    return " ".join("".join(map(_plain, decomposed.translate(LETTERS))).split())


def _plain(sign):
    category = unicodedata.category(sign)
    if category in ("Cf", "Mn", "Me"):  # soft hyphens and joiners; accents
        return ""
    return "-" if category == "Pd" else sign


def words_of(text):
    """Its words in normalised form, without punctuation: "L’Abri-Côté (S.A.S.)" is l, abri, cote, sas.

    A telephone number is one word of digits, however it is written: "+33 (0)6 12 34 56 78" is 0612345678.
    """
    text = PHONE.sub(_phone_word, INITIALS.sub("", normalise(text)))
    return "".join(" " if _parts_words(sign) else sign for sign in text).split()


def _parts_words(sign):
    return unicodedata.category(sign).startswith("P") and sign not in SIGNS_OF_WORDS


def _phone_word(match):
    """As one dials it: in France from 0 on, from elsewhere with the country's number."""
    digits = re.sub(r"[^0-9]", "", match["abroad"] or match[0])
    if match["abroad"] and digits.startswith("33"):
        digits = "0" + digits[2:].lstrip("0")
    return f" {digits} "


def address_in(text):
    """The address of e-mail that the text holds, as "Marie <marie@asso.org>" does, in lower case; or ""."""
    match = ADDRESS.search(normalise(text))
    return match[0].strip(".") if match else ""


def is_of_a_person(text):
    """Whether one looks for somebody by an address of e-mail or a telephone number."""
    return bool(address_in(text) or PHONE.search(normalise(text)))


def looked_for(text):
    """The words that a row must carry; what stands around an address of e-mail, or "tel:" before a number, is none."""
    return words_of(address_in(text) or BEFORE_PHONE.sub("", normalise(text)))[:MAX_WORDS]


def thirds_of(word):
    """The word in three parts: one slip of the finger leaves at least one of them whole."""
    cuts = (0, len(word) // 3, 2 * len(word) // 3, len(word))
    return [word[start:end] for start, end in pairwise(cuts)]


def carries_nearly(text, words):
    """Whether a normalised text carries every word, or one that is a slip away.

    A word may be written in two: "entraide" is near "entr'aide".
    """
    written, joined = text.split(), text.replace(" ", "")
    return all(
        word in text
        or word in SHORT
        or word in LONG
        or (len(word) >= NEAR_FROM and (word in joined or _is_near_one(word, written)))
        for word in words
    )


def _is_near_one(word, written):
    """Whether the word is a slip away from a written one, or from its beginning: people stop typing early."""
    lengths = (len(word) - 1, len(word), len(word) + 1)
    return any(is_one_slip_away(word, other[:length]) for other in written for length in lengths)


def is_one_slip_away(one, other):
    """Whether one letter changed, added or left out, or two neighbours swapped, make one word the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    if one == other:
        return True
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and len(other) > 1 and one[2:] == other[2:])
    )


def is_key(text: str) -> bool:
    """Whether what somebody sent may be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19
