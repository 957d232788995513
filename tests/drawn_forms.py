"""Forms as a browser sends them: what the page drew, with what the person then fills in."""

from html.parser import HTMLParser


class DrawnForm(dict):
    """The fields of one POST form with their drawn values, by name; `action` is where it leads."""

    def __init__(self, action):
        super().__init__()
        self.action = action
        self.buttons = []
        self.types = {}


def drawn_forms(response):
    """The POST forms inside the page's main part, in their order."""
    reader = _Reader(response.request["PATH_INFO"])
    reader.feed(response.content.decode())
    return reader.forms


def drawn_form(response, holding=(), without=()):
    """The form that holds these fields and not those; the only one of the page by default."""
    forms = [
        form
        for form in drawn_forms(response)
        if set(holding) <= set(form) and not set(without) & set(form)
    ]
    assert len(forms) == 1, [list(form) for form in forms]
    return forms[0]


class _Reader(HTMLParser):
    def __init__(self, address):
        super().__init__()
        self.address = address
        self.forms = []
        self.form = None
        self.select = self.area = None
        self.is_main = False

    def handle_starttag(self, tag, attributes):
        attributes_by_name = dict(attributes)
        if tag == "main":
            self.is_main = True
        if (
            tag == "form"
            and attributes_by_name.get("method", "").lower() == "post"
            and self.is_main
        ):
            self.form = DrawnForm(attributes_by_name.get("action") or self.address)
            self.forms.append(self.form)
        if self.form is None:
            return
        name = attributes_by_name.get("name")
        if tag == "input" and name and "disabled" not in attributes_by_name:
            self._read_input(name, attributes_by_name)
        elif tag == "button" and name:
            self.form.buttons.append((name, attributes_by_name.get("value", "")))
        elif tag == "select" and name:
            self.select = (name, "multiple" in attributes_by_name)
            self.form.types[name] = "select"
        elif tag == "option" and self.select:
            self._read_option(attributes_by_name)
        elif tag == "textarea" and name:
            self.area, self.form[name] = name, ""
            self.form.types[name] = "textarea"

    def _read_input(self, name, given):
        kind = given.get("type", "text")
        self.form.types[name] = kind
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                self.form[name] = given.get("value", "on")
        elif kind not in {"file", "submit"}:
            self.form[name] = given.get("value", "")

    def _read_option(self, given):
        name, is_multiple = self.select
        if is_multiple:
            if "selected" in given:
                self.form.setdefault(name, []).append(given.get("value", ""))
        elif "selected" in given or name not in self.form:
            self.form[name] = given.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.form[self.area] += data.removeprefix("\n") if not self.form[self.area] else data

    def handle_endtag(self, tag):
        if tag == "main":
            self.is_main = False
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None
