"""The texts of the interface, gathered from code and templates without gettext's own tools.

Used by `manage.py catalogues` and by the test that no text lacks its French.
"""

import ast
from pathlib import Path

from django.conf import settings
from django.template import engines

APPS = ["crm", "engagements", "volunteers", "impact"]
SINGLE = {"_", "gettext", "gettext_lazy", "because"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
ENGINE = engines["jinja2"].env  # type: ignore[attr-defined]  # that engine has an environment


def gather(app):
    """{(singular, plural or None): the file it stands in} of one app."""
    texts = {}
    root = Path(settings.BASE_DIR) / app
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts:
            for text in _in_code(path.read_text(encoding="utf-8")):
                texts.setdefault(text, path.relative_to(settings.BASE_DIR))
    for path in sorted(root.rglob("*.html")):
        for text in _in_template(path.read_text(encoding="utf-8")):
            texts.setdefault(text, path.relative_to(settings.BASE_DIR))
    return texts


def _in_code(source):
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [
            arg.value
            for arg in node.args
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if name in WITH_CONTEXT:
            raise ValueError(f"Contexts are not gathered yet: {ast.unparse(node)}")
        if name in SINGLE and texts:
            yield texts[0], None
        elif name in PLURAL and len(texts) >= 2:
            yield texts[0], texts[1]


def _in_template(source):
    for _line, function, texts in ENGINE.extract_translations(source):
        if function in WITH_CONTEXT:
            raise ValueError(
                "Contexts are not gathered yet: say what the text means in other words."
            )
        if function in PLURAL:
            yield texts[0], texts[1]
        elif function in SINGLE:
            yield (texts if isinstance(texts, str) else texts[0]), None


def path_of(app):
    return Path(settings.BASE_DIR) / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
