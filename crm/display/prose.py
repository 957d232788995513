"""Markdown as people write it, shown as safe HTML: parsed with raw HTML off, then cleaned against a list of tags."""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "a",
    "h3",
    "h4",
    "h5",
    "h6",
}
PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True})
UNDER = 3  # the rank of the deepest heading of a page below which a note is shown


def markdown(text):
    """Safe HTML; the ranks of headings follow each other without a gap, whichever was typed first."""
    tokens = PARSER.parse(text)
    above = []  # the ranks that were typed for the headings around this place
    for token in tokens:
        if token.type == "heading_open":
            typed = int(token.tag[1])
            above = [*(rank for rank in above if rank < typed), typed]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, UNDER + len(above))}"
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    return SafeString(
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener nofollow",
        )
    )
