"""What is wrong with a page as a browser gets it: read from its HTML alone, whatever drew it."""

import re
from collections import Counter
from itertools import pairwise

import turbohtml
from turbohtml import TokenType
from turbohtml.conformance import check

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
# Where text and what stands in a line of it may be, and no block (HTML, "phrasing content").
LINES = {
    "abbr",
    "b",
    "button",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "ins",
    "kbd",
    "label",
}
LINES |= {"legend", "mark", "p", "pre", "q", "small", "span", "strong", "sub", "sup", "time", "var"}
BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
}
BLOCKS |= {
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
}
BLOCKS |= {
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
}
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
}
PARENTS = {
    "li": {"ul", "ol"},
    "summary": {"details"},
    "legend": {"fieldset"},
    "figcaption": {"figure"},
}
PRESSED = {"a", "button", "summary", "input", "select", "textarea", "label"}
# What the styles hide where it is empty; `:empty` is not true of a space.
BLANK = re.compile(r'<(td|p class="path"|div class="(?:state|ask|stack)")[^>]*>\s+</')
NO_FIELD = {"hidden", "submit", "reset", "image", "button"}
POINTS = (
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "list",
    "form",
    "headers",
    "for",
)


def faults(html):
    """Sentences about one page, none where it is as it should be."""
    is_whole = "<html" in html
    page = turbohtml.parse(html)
    return [
        *(f"HTML: {error.code}" for error in page.errors if is_whole),
        *(
            f"HTML: {told.message}"
            for told in check(page if is_whole else page.select_one("body")).errors
        ),
        *nesting(html),
        *without_token(page),
        *without_label(page),
        *pointing_nowhere(page),
        *(out_of_order(page) if is_whole else ()),
        *nameless(page),
        *dead_without_script(page),
        *(f"<{part}> holds nothing but space, and is not hidden" for part in BLANK.findall(html)),
    ]


def nesting(html):
    """What stands in what, as it was written: a browser moves elements about, and drops a form in a form."""
    errors, path = [], []
    for token in turbohtml.tokenize(html):
        if token.type is TokenType.START_TAG and not (token.self_closing and "svg" in path):
            errors += misplaced(token.tag, path)
            if token.tag not in VOID:
                path.append(token.tag)
        elif token.type is TokenType.END_TAG and (not path or path.pop() != token.tag):
            return [*errors, f"HTML: </{token.tag}> closes something else"]
    return errors + [f"HTML: <{tag}> is never closed" for tag in path]


def misplaced(tag, path):
    parent = path[-1] if path else ""
    inline = next((outer for outer in reversed(path) if outer in LINES), None)
    if "svg" in path:
        return
    if inline and tag in BLOCKS and not between(path, inline, "legend", tag):
        yield f"HTML: <{tag}> in <{inline}>"
    if parent in CHILDREN and tag not in CHILDREN[parent] | {"script", "template"}:
        yield f"HTML: <{tag}> straight in <{parent}>"
    if tag in PARENTS and parent not in PARENTS[tag]:
        yield f"HTML: <{tag}> in <{parent}>"
    if tag == "form" and "form" in path:
        yield "a form in a form"
    if tag in PRESSED - {"label"} and (outer := {"a", "button", "summary"} & set(path)):
        yield f"HTML: <{tag}> in <{outer.pop()}>"


def between(path, inline, allowed, tag):
    """A heading may stand in a legend or a summary."""
    return inline == allowed and re.fullmatch(r"h[1-6]", tag)


def without_token(page):
    for form in page.select("form"):
        if (form.attrs.get("method") or "get").lower() == "post":
            token = form.select_one("input[name=csrfmiddlewaretoken]")
            if token is None or not token.attrs.get("value"):
                yield f"no token in the form to {form.attrs.get('action') or 'its own page'}"


def fields(page):
    for field in page.select("input, select, textarea"):
        if (field.attrs.get("type") or "text").lower() not in NO_FIELD:
            yield field


def without_label(page):
    labels = {label.attrs.get("for"): label.text for label in page.select("label[for]")}
    for field in fields(page):
        around = field.closest("label")
        words = [
            labels.get(field.attrs.get("id")),
            field.attrs.get("aria-label"),
            around.text if around else "",
        ]
        words += [named.text for named in pointed_at(page, field.attrs.get("aria-labelledby"))]
        if not any(word and word.strip() for word in words):
            yield f"no label for the field {field.attrs.get('name') or field.attrs.get('id')}"


def pointed_at(page, ids):
    for one in (ids or "").split():
        yield from page.select(f'[id="{one}"]')


def pointing_nowhere(page):
    ids = {element.attrs["id"] for element in page.select("[id]")}
    for attribute in POINTS:
        for element in page.select(f"[{attribute}]"):
            for one in element.attrs[attribute].split():
                if one not in ids:
                    yield f"{attribute}={one} of <{element.tag}> points to nothing"
    for link in page.select('a[href^="#"]'):
        if link.attrs["href"][1:] not in ids:
            yield f"the link {link.attrs['href']} leads nowhere on the page"
    fields_of = {label.attrs["for"] for label in page.select("label[for]")}
    for element in page.select("[id]"):
        if element.attrs["id"] in fields_of and element.tag not in {
            "input",
            "select",
            "textarea",
            "meter",
            "output",
        }:
            yield f"a label for <{element.tag} id={element.attrs['id']}>, which is no field"


def out_of_order(page):
    """From one heading to the next at most one level down, and a single one of the first level, which comes first."""
    levels = [int(heading.tag[1]) for heading in page.select("h1, h2, h3, h4, h5, h6")]
    if levels[:1] != [1] or Counter(levels)[1] != 1:
        yield f"headings: {Counter(levels)[1]} of the first level, the first is h{levels[0] if levels else '-'}"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"headings: h{after} follows h{before}"


def nameless(page):
    """A link or a button that says nothing to whoever does not see it."""
    for element in page.select("a[href], button, summary"):
        named = (
            element.text.strip()
            or element.attrs.get("aria-label")
            or element.attrs.get("aria-labelledby")
        )
        if not named and not any(image.attrs.get("alt") for image in element.select("img")):
            yield f"<{element.tag}> without a word"


def dead_without_script(page):
    """A button that neither sends a form nor clears one does nothing unless a script listens."""
    for button in page.select("button"):
        kind = button.attrs.get("type") or "submit"
        has_form = button.closest("form") or button.attrs.get("form")
        if kind not in {"submit", "reset"} or not has_form:
            yield f"the button “{button.text.strip()}” does nothing without script"
