"""Markdown as people write it, shown as safe HTML."""

import re

import pytest

from crm.display.prose import markdown

pytestmark = pytest.mark.django_db

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://spy.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    '<https://a.example/" onmouseover="alert(1)>',
    '[x](https://a.example "\\" onclick=alert(1) ")',
    "[x]: javascript:alert(1)\n\n[x]",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
    "```html onload=alert(1)\n<script>\n```",
    "<style>*{background:url(javascript:1)}</style>",
    "<object data='javascript:alert(1)'></object>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<base href='https://spy.example/'>",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "[x](https://a.example){onclick=alert(1)}",
    "# <details open ontoggle=alert(1)>",
    "\u202e[x](\u0001javascript:alert(1))",
]


class TestMarkdown:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_nothing_hostile_comes_through(self, text):
        html = markdown(text)

        tags = re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>", html)
        assert {tag for tag, _rest in tags} <= {"p", "a", "em", "strong", "code", "pre", "h4", "br"}
        assert not any(
            re.search(r"\bon\w+\s*=|style|src", rest.partition("href")[0]) for _tag, rest in tags
        )
        for address in re.findall(r'href="([^"]*)"', html):
            assert re.match(r"https?:|mailto:", address)

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("# A", "4"),
            ("## A", "4"),
            ("## A\n\n# B", "44"),
            ("# A\n\n### B\n\n## C\n\n### D", "4556"),
            ("###### A", "4"),
        ],
    )
    def test_headings_follow_each_other_whichever_rank_one_begins_with(self, typed, shown):
        assert "".join(re.findall(r"<h(\d)", markdown(typed))) == shown

    def test_a_link_does_not_vouch_for_what_it_leads_to(self):
        assert (
            markdown("[x](https://a.example)")
            == '<p><a href="https://a.example" rel="noopener nofollow">x</a></p>\n'
        )
