"""One thing, one word, and whole sentences: what `docs/words.md` says is held by the catalogues and the templates."""

import re

import polib
import pytest
from django.conf import settings

from crm.management.catalogues import APPS, path_of

ROW = re.compile(r"^\| (?P<english>[^|]+) \| (?P<french>[^|]+) \| (?P<not>[^|]+) \|$", re.MULTILINE)
TEMPLATES = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.html")]

# Values that may begin with a vowel. A day, a number or an amount that follows « de » does not.
NAMED = (
    "name|names|person|people|month|member|company|sponsor|host|beneficiary|engagement|indicator|title|titles|skill"
    "|other|one|who|whom|twins|unit|criterion|dimension|capacity|function|role"
)
ELIDES = re.compile(
    rf"(?<![\w’'])(de|que|jusque|lorsque|puisque|se|ne|le|la|si) %\((?P<value>{NAMED})\)s",
    re.IGNORECASE,
)
BOTH_ARTICLES = re.compile(
    r"\b(la ou le|le ou la|du ou de la|au ou à la|un ou une)\b", re.IGNORECASE
)

# A text that is no sentence on its own: it waits for the value that the template puts behind it.
WAITS = "|".join(
    [
        "about",
        "after",
        "and",
        "as",
        "at",
        "before",
        "between",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "out",
        "since",
        "than",
        "the",
        "to",
        "until",
        "up",
        "used",
        "when",
        "with",
    ]
)
GLUED = re.compile(
    rf"""\{{\{{-?\s*_\(["'](?P<text>(?:[^"']*\s)?(?:{WAITS}))["']\)\s*-?\}}\}}\s*(?:<\w+[^>]*>)?\s*\{{\{{(?!-?\s*(?:colon|icon)\()"""
)


# A number before a noun in the plural; these holes are filled with a constant, or with what is never one or less.
LIMITS = {"most", "least", "years", "horizon", "weeks", "loans", "allowed", "months"}
FIXED = {  # texts whose number is a constant, or large wherever the text is shown
    "%(number)s files at most, of %(size)s each: %(kinds)s.",
    "Choose a day to come, at most %(days)d days ahead.",
    "What is never sent is deleted after %(days)s days. A request is kept for three years after it ends.",
    "With the loans before it, this person is lent to this host for %(days)s days in %(loans)s loans; one loan lasts "
    "%(allowed)s days at most (L8241-3). Whether they add up is for whoever advises you: check before you sign.",
    "The first %(number)s are shown; all were looked at.",
}
COUNTED = re.compile(
    r"%\((?P<hole>\w+)\)[sd][ \u00a0](?!(?:mais|dans|pas|plus|sans|sous|vers|moins|ans)\b)"
    r"(?!(?:alors|depuis|puis|toujours|vous|des)\b)[a-zà-ÿ]+[sx]\b"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def plain(text):
    return PLACEHOLDER.sub("…", text).replace("’", "'").casefold()


def rows():
    return [
        match.groupdict()
        for match in ROW.finditer((settings.BASE_DIR / "docs/words.md").read_text("utf-8"))
    ][1:]


def not_written():
    """{word: what is written in its place}."""
    return {word.strip(): row["french"] for row in rows() for word in row["not"].split(",")}


def french():
    for app in APPS:
        for entry in polib.pofile(str(path_of(app))):
            for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
                yield app, text


def without_plural():
    for app in APPS:
        for entry in polib.pofile(str(path_of(app))):
            if not entry.msgid_plural and entry.msgid not in FIXED:
                yield app, entry.msgstr


def counts(text):
    return [match[0] for match in COUNTED.finditer(text) if match["hole"] not in LIMITS]


def wrong_words(text):
    """A word of the last column, whole: « mail » is not found in « e-mail »."""
    return [
        word
        for word in not_written()
        if re.search(rf"(?<![\w·-]){re.escape(plain(word))}(?![\w·-])", plain(text))
    ]


def elisions(text):
    return [match[0] for match in ELIDES.finditer(text)]


def test_the_list_says_one_word_for_one_thing():
    words = [row["english"] for row in rows()]

    assert len(words) >= 60
    assert len(words) == len(set(words))


def test_each_thing_has_its_word():
    misspelt = [
        f"{app}: {text!r} has {wrong_words(text)}" for app, text in french() if wrong_words(text)
    ]

    assert not misspelt, "\n".join(misspelt)


def test_no_name_or_month_stands_where_it_would_want_an_elision():
    misspelt = [f"{app}: {text!r} has {elisions(text)}" for app, text in french() if elisions(text)]

    assert not misspelt, "\n".join(misspelt)


def test_what_is_counted_agrees_with_its_number():
    """ "1 jalons", "0.5 jours": a number and its noun stand in a text that has a plural, or the number is a limit."""
    misspelt = [
        f"{app}: {text!r} has {loose}" for app, text in without_plural() if (loose := counts(text))
    ]

    assert not misspelt, "\n".join(misspelt)


@pytest.mark.parametrize(
    "text", ["%(count)s jalons", "il reste %(free)s\u00a0jours libres", "%(number)d personnes"]
)
def test_a_planted_count_is_found(text):
    assert counts(text)


def test_nobody_is_named_with_two_articles():
    misspelt = [f"{app}: {text!r}" for app, text in french() if BOTH_ARTICLES.search(text)]

    assert not misspelt, "\n".join(misspelt)


def test_no_template_joins_a_word_and_a_value():
    misspelt = [
        f"{path.relative_to(settings.BASE_DIR)}: {match['text']!r}"
        for path in TEMPLATES
        for match in GLUED.finditer(path.read_text("utf-8"))
    ]

    assert not misspelt, "\n".join(misspelt)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Un courriel est parti.", "courriel"),
        ("Langue des mails", "mails"),
        ("Garder et continuer", "garder"),
        ("S'en passer", "s’en passer"),
        ("Le porteur de projet répond.", "porteur"),
    ],
)
def test_a_planted_word_is_found(text, word):
    assert word in wrong_words(text)
    assert wrong_words("Un e-mail est parti ; enregistrez, puis continuez.") == []


@pytest.mark.parametrize(
    "text",
    ["Jours de %(month)s à confirmer", "Premier jour de %(name)s", "Dites que %(person)s arrive."],
)
def test_a_planted_elision_is_found(text):
    assert elisions(text)
    assert not elisions("Premier jour : %(name)s, à partir du %(day)s")


@pytest.mark.parametrize(
    "source",
    [
        '{{ _("since") }} {{ day }}',
        '{{ _("written by") }} <a href="/">{{ name }}</a>',
        "{{ _('Published figures, as of') }} {{ day }}",
    ],
)
def test_a_planted_join_is_found(source):
    assert GLUED.search(source)
    assert not GLUED.search('{% translate "Written by" %}</dt><dd>{{ name }}')
    assert not GLUED.search('{% translate "Source:" %} {{ source }}')


APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def test_one_apostrophe_is_written_everywhere():
    misspelt = [f"{app}: {text}" for app, text in french() if APOSTROPHE.search(text)]

    assert not misspelt, "\n".join(misspelt)
    assert APOSTROPHE.search("Ouvrir l'accompagnement")


def test_so_it_is_in_what_relais_brings_along():
    """The reference data and the demo, where English stands beside French: its apostrophes are not asked about."""
    elided = re.compile(
        r"\b([cdjlmnst]|qu|lorsqu|puisqu|jusqu|aujourd)'(?=[^\W\d_]{2})", re.IGNORECASE
    )
    brought = [
        *(settings.BASE_DIR / "fixtures").glob("*.json"),
        *(settings.BASE_DIR / "demo").glob("*.py"),
    ]

    assert len(brought) > 10
    assert [
        f"{path.name}: {match[0]}"
        for path in brought
        for match in elided.finditer(path.read_text("utf-8"))
    ] == []
