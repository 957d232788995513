"""Text as search compares and lists sort it: the same on SQLite and PostgreSQL, whatever their collation."""

import re
import unicodedata
from itertools import pairwise

from django.db import models
from django.db.models import Q

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
SIGNS_OF_WORDS = "%&#*_\\"
# Written in full or cut short: who types one means the other. The short one is looked for as a word of its own.
SHORT = {"saint": "st", "sainte": "ste", "et": "&", "and": "&"}
LONG = {"st": "saint", "ste": "sainte", "&": "et"}
MOST_WORDS = 8
NEAR_FROM = 4
MOST_CANDIDATES = 2_000


def normalise(text):
    """Lower case without accents and invisible characters; one kind of dash, of apostrophe and of space."""
    text = unicodedata.normalize("NFKD", text).casefold()  # letters of mathematics have no lower case of their own
    decomposed = unicodedata.normalize("NFKD", text.translate(LETTERS))
    return " ".join("".join(map(_plain, decomposed.translate(LETTERS))).split())


def _plain(sign):
    category = unicodedata.category(sign)
    if category in ("Cf", "Mn", "Me"):  # soft hyphens and joiners; accents
        return ""
    return "-" if category == "Pd" else sign


def words_of(text):
    """Its words in normalised form, without punctuation: "L’Abri-Côté (S.A.S.)" is l, abri, cote, sas."""
    text = INITIALS.sub("", normalise(text))
    return "".join(" " if _parts_words(sign) else sign for sign in text).split()


def _parts_words(sign):
    return unicodedata.category(sign).startswith("P") and sign not in SIGNS_OF_WORDS


class NormalisedField(models.TextField):
    """Follows other columns of its row, as their words in normalised form: to be searched, or to sort by.

    `icontains` would be UPPER(column) LIKE and ignore the trigram index of the PostgreSQL migration.
    """

    def __init__(self, *args, sources=(), **kwargs):
        self.sources = tuple(sources)
        kwargs |= {"editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for forced in ("editable", "default"):
            kwargs.pop(forced, None)
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance, add):
        text = " ".join(words_of(" ".join(filter(None, (getattr(model_instance, name) for name in self.sources)))))
        setattr(model_instance, self.attname, text)
        return text


def rebuild(model, rows_at_once=1_000):
    """Fill the normalised columns of all rows of a model anew; for migrations, when what they hold has changed."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, NormalisedField)]
    rows = model._base_manager.order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last)[:rows_at_once]):
        for row in found:
            for field in fields:
                field.pre_save(row, add=False)
        model._base_manager.bulk_update(found, [field.name for field in fields])
        last = found[-1].pk


class SearchableQuerySet(models.QuerySet):
    """Rows that are searched by words; `searched` names their normalised columns."""

    searched = ("search",)

    def found_by(self, text):
        """Rows that carry every word of the text; where none does, those one slip of the finger away."""
        exact = self.matching(text)
        return exact if exact.exists() else self.near(text)

    def looked_up(self, text, request):
        """One section of the search page: what is near is looked for once no section has anything (crm.views.home)."""
        return self.near(text) if getattr(request, "searches_near", False) else self.matching(text)

    def matching(self, text):
        """Rows that carry every word of the text, in any order."""
        words = words_of(text)[:MOST_WORDS]
        found = self if words else self.none()
        for word in words:
            found = found.filter(self.carrying(word))
        return found

    def near(self, text):
        """Rows that carry every word of the text, one of each word's letters being wrong, missing, added or swapped.

        One slip leaves a third of the word whole, so the database proposes rows that carry a third.
        """
        words = words_of(text)[:MOST_WORDS]
        if not any(len(word) >= NEAR_FROM for word in words):
            return self.none()
        rows = self
        for word in words:
            about = self.carrying(word)
            for part in _thirds(word) if len(word) >= NEAR_FROM else []:
                about |= self.carrying(part)
            rows = rows.filter(about)
        candidates = rows.order_by("pk").values_list("pk", *self.searched)[:MOST_CANDIDATES]
        return self.filter(pk__in=[pk for pk, *texts in candidates if _carries_nearly(" ".join(texts), words)])

    def carrying(self, word):
        """The condition that one of the searched columns holds the word."""
        found = Q()
        short = SHORT.get(word)
        for column in self.searched:
            found |= Q(**{f"{column}__contains": word})
            if word in LONG:
                found |= Q(**{f"{column}__contains": LONG[word]})
            if short:
                found |= Q(**{f"{column}__startswith": f"{short} "}) | Q(**{f"{column}__contains": f" {short} "})
        return found


def _thirds(word):
    cuts = (0, len(word) // 3, 2 * len(word) // 3, len(word))
    return [word[start:end] for start, end in pairwise(cuts)]


def _carries_nearly(text, words):
    """Also where a word is written in two: "entraide" is near "entr'aide"."""
    written, joined = text.split(), text.replace(" ", "")
    return all(
        word in text
        or word in SHORT
        or word in LONG
        or (len(word) >= NEAR_FROM and (word in joined or _is_near_one(word, written)))
        for word in words
    )


def _is_near_one(word, written):
    """Also near the beginning of a longer word: people stop typing when they see what they look for."""
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


class AddressField(models.URLField):
    """A web address; one written without its scheme is https, as will be Django's own rule from 6.0."""

    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "https"} | kwargs)
