"""Every mail that the product sends, in both languages, with names that are evil, long or in other scripts."""

import re
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from crm import mail
from crm.services import digest
from engagements.services import links, survival
from volunteers.services import week_links

DECLARED = [digest.DIGEST_MAIL, links.SIGNATURE_MAIL, survival.QUESTION_MAIL, week_links.WEEK_MAIL]
EVERY_MAIL = list(mail.MAILS.values())
SITE = "https://relais.example"
NAMES = {
    "markup": "<b>L’Œuvre</b> & \"Fils\" <script>alert('x')</script>",
    "lines": "Paniers\r\nBcc: everybody@evil.example\n\nhttps://evil.example/ Se connecter",
    "signs": "100 % bio %s %(due)s {{ url }} {% now %}",
    "long": "Association des " + "très " * 40 + "longs noms",
    "arabic": "جمعية الأمل",
    "chinese": "李小龍協會 🌱",
    "controls": "Zoé\u2028Durand\x85\x0bet\u202efils",
}
DAY = date(2026, 12, 1)


class Asked(dict):
    """The names of the values that texts ask for."""

    def __missing__(self, name):
        return self.setdefault(name, 3)


def composed(words, language, name):
    asked = Asked()
    for text in (words.subject, *words.lines, words.why):
        text % asked  # each place asks for its value
    facts = dict.fromkeys(asked, name)
    facts |= {each: DAY for each in ("due", "until", "since", "week") if each in facts}
    facts |= {"many": 3} if "many" in facts else {}
    return mail.compose(
        words, "a@b.example", language=language, path="/r/abc/", leave="/l/x/", **facts
    )


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def test_all_of_them_are_here():
    """Those of each app are declared; the digest puts what waits in place of its lines: the last test below."""
    assert all(words in EVERY_MAIL for words in DECLARED)
    root = Path(__file__).parents[2]
    apps = ("crm", "engagements", "volunteers", "impact")
    sources = {
        path.relative_to(root).as_posix()
        for app in apps
        for path in (root / app).rglob("*.py")
        if "mail.Words(" in path.read_text("utf-8")
    }
    assert sources == {
        "crm/services/digest.py",
        "engagements/services/links.py",
        "engagements/services/survival.py",
        "volunteers/services/week_links.py",
    }


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("words", EVERY_MAIL, ids=range(len(EVERY_MAIL)))
class TestEveryMail:
    def test_has_a_subject_of_one_line(self, words, name, language):
        message = composed(words, language, name)

        assert len(message.subject.splitlines()) == 1
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", message.subject)
        read = message_from_bytes(message.message().as_bytes(), policy=default)
        assert " ".join(read["Subject"].split()) == " ".join(message.subject.split())
        assert read["Bcc"] is None
        assert read["To"] == "a@b.example"

    def test_leads_to_us_and_nowhere_else(self, words, name, language):
        message = composed(words, language, name)
        [(html, _kind)] = message.alternatives

        linked = re.findall(r'(?:href|src)="([^"]*)"', html)
        assert f"{SITE}/r/abc/" in linked
        assert all(link.startswith(SITE) for link in linked)
        lines = message.body.splitlines()
        assert f"{SITE}/r/abc/" in lines
        assert not any(line.strip().startswith("https://evil") for line in lines)

    def test_says_at_its_end_why_it_came(self, words, name, language):
        message = composed(words, language, name)
        [(html, _kind)] = message.alternatives

        why = {"fr": "Vous recevez ce message", "en": "You get this message"}[language]
        assert message.body.count(why) == html.count(why) == 1

    def test_says_the_name_as_it_is_written(self, words, name, language):
        message = composed(words, language, name)
        [(html, _kind)] = message.alternatives

        assert not re.search(r"&(#x27|#39|#34|lt|gt|amp|quot);", message.body)
        assert "<script>" not in html
        assert "<b>" not in html
        if name != NAMES["signs"]:  # which holds one
            assert "%(" not in message.body + message.subject + html


def test_what_waits_for_somebody_stands_on_one_line_each():
    """The lines of the digest hold titles and names themselves."""
    line = NAMES["lines"].replace("%", "%%")

    message = mail.compose(
        mail.Words("Three", (line,), "Open", ""), "a@b.example", language="en", path="/"
    )

    assert message.body.splitlines()[0] == " ".join(NAMES["lines"].split())
