"""Puts values into a form of a rendered page, whatever view rendered it. Pure: text in, text out."""

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

FRESH = {"csrfmiddlewaretoken", "drawn"}  # fields that keep the value of the page
NEVER = {"file", "password", "submit", "button", "image", "reset"}  # types that are not filled in


@dataclass
class _Form:
    action: str
    starts_after: int
    names: set = field(default_factory=set)
    edits: list = field(default_factory=list)


def refill(html, path, own_path, fields, *, in_form, beside):
    """The page with `fields` ({name: [values]}) in its form that leads to `path`, and `in_form` at its top.

    Where the page has no such form, `beside` stands at the top of its main part.
    """
    reader = _Reader(html, fields)
    reader.feed(html)
    forms = [form for form in reader.forms if (form.action.partition("?")[0] or own_path) == path]
    names = set(fields) - FRESH
    best = max(forms, key=lambda form: len(form.names & names), default=None)
    if best is None or (names and not best.names & names):
        return _edited(html, [(reader.main, reader.main, beside)])
    return _edited(html, [*best.edits, (best.starts_after, best.starts_after, in_form)])


def _edited(html, edits):
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    return html


class _Reader(HTMLParser):
    def __init__(self, html, fields):
        super().__init__(convert_charrefs=False)
        self.fields = fields
        self.lines = [0]
        for line in html.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.forms, self.form = [], None
        self.select = self.area = None
        self.main = 0

    def _here(self):
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag, attributes):
        start, attributes_by_name = self._here(), dict(attributes)
        end = start + len(self.get_starttag_text())
        if tag == "main":
            self.main = end
        elif tag == "form":
            is_post = attributes_by_name.get("method", "").lower() == "post"
            self.form = _Form(attributes_by_name.get("action") or "", end) if is_post else None
            self.forms += [self.form] if is_post else []
        elif self.form is not None:
            self._read(tag, attributes_by_name, start, end)

    def _read(self, tag, attributes, start, end):
        name = attributes.get("name")
        if tag == "option" and self.select:
            chosen = attributes.get("value", "") in self.fields[self.select]
            self._write(tag, attributes, start, end, "selected", chosen)
        if not name or tag == "button" or attributes.get("type", "").lower() in NEVER:
            return
        self.form.names.add(name)
        if name in FRESH or "disabled" in attributes:
            return
        if tag == "select":
            self.select = name if name in self.fields else None
        elif tag == "textarea":
            self.area = (name, end) if name in self.fields else None
        elif tag == "input":
            self._read_input(name, attributes, start, end)

    def _read_input(self, name, attributes, start, end):
        kind = attributes.get("type", "text").lower()
        if kind == "checkbox" or (kind == "radio" and name in self.fields):
            chosen = (attributes.get("value") or "on") in self.fields.get(name, [])
            self._write("input", attributes, start, end, "checked", chosen)
        elif kind != "radio" and name in self.fields:
            self._write("input", attributes | {"value": self.fields[name][0]}, start, end)

    def _write(self, tag, attributes, start, end, mark=None, is_marked=False):
        written = {name: value for name, value in attributes.items() if name != mark}
        if is_marked:
            written[mark] = None
        words = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"'
            for name, value in written.items()
        )
        self.form.edits.append((start, end, f"<{tag}{words}>"))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area and self.form is not None:
            name, start = self.area
            self.form.edits.append((start, self._here(), "\n" + escape(self.fields[name][0])))
            self.area = None
