"""What no linter knows."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

OURS = ["crm", "engagements", "volunteers", "impact"]
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
SOURCES = [
    path
    for app in OURS
    for path in (settings.BASE_DIR / app).rglob("*.py")
    if "migrations" not in path.parts
]
TEMPLATES = [path for app in OURS for path in (settings.BASE_DIR / app).rglob("*.html")]

# Records that a person changes have history; these are written once by a service and never changed by a person.
WITHOUT_HISTORY = {
    # what Relais does by itself: told by their own columns, and deleted after a month
    "crm.Job",
    "crm.OutgoingMail",
    "crm.Schedule",
    "crm.Worker",
    "crm.Sdg",
    "crm.LegalCategory",
    "crm.RequestEntry",
    "crm.RequestNote",
    "crm.Attachment",
    "crm.SecretLink",
    "crm.SentForm",
    "crm.ApiKey",
    "crm.Session",
    # a mark of two rows, and what a merge did to them: told by its own columns, the rows have their histories
    "crm.KeptApart",
    "crm.Merge",
    "crm.GivenAnswer",
    "crm.TryCount",
    "engagements.TeamMember",
    "engagements.GatePass",
    "engagements.EngagementInteraction",
    "crm.Snooze",
    "crm.SavedView",
    "engagements.CalendarLink",
    "engagements.EngagementLink",
    "engagements.Signature",
    "volunteers.Skill",
    "volunteers.WeekLink",
    "impact.LastReading",
    "impact.ShareLink",
    "impact.Evidence",
    "impact.ShareView",
}
BANNED_NAMES = {
    "csrf_exempt",
    "mark_safe",
    "eval",
    "exec",
    "RawSQL",
    "extra",
    "raw",
    "pickle",
    "os.system",
}


def label(path):
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_tables_point_down_only(model):
    """Foreign keys named by string escape the import linter, so they are checked here."""
    pointed_at = {
        field.related_model._meta.app_label
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
    }
    above = OURS[OURS.index(model._meta.app_label) + 1 :]

    assert pointed_at & set(above) == set()


@pytest.mark.parametrize(
    "model",
    [
        model
        for model in MODELS
        if not model._meta.label.startswith(tuple(f"{app}.Historical" for app in OURS))
    ],
    ids=lambda model: model._meta.label,
)
def test_what_people_change_has_history(model):
    assert hasattr(model, "history") != (model._meta.label in WITHOUT_HISTORY)


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_code_uses_nothing_that_opens_holes(path):
    tree = ast.parse(path.read_text())
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }

    assert (used | imported) & BANNED_NAMES == set()


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_no_request_dictionary_is_expanded_into_the_orm(path):
    """filter(**request.GET) lets a stranger write the query (CVE-2025-64459)."""
    expanded = [
        ast.unparse(keyword.value)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg is None
        and re.search(
            r"request\.|\.GET|\.POST|query_params|validated_data", ast.unparse(keyword.value)
        )
    ]

    assert [call for call in expanded if "validated_data" not in call] == []


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.parent.name in {"api", "serializers"}], ids=label
)
def test_serializers_list_their_fields(path):
    assert "__all__" not in path.read_text()


def test_a_macro_sees_what_it_asks_of_the_page():
    """What a page is given (its token, its reader) reaches a macro only by `import … with context`."""
    texts = {str(path).partition("/templates/")[2]: path.read_text() for path in TEMPLATES}
    imported = re.compile(r"{% from \"([^\"]+)\" import [\w, ]+?( with context)? %}")
    asks = {
        name
        for name, text in texts.items()
        if re.search(r"\bcsrf_input\b|\bpanel\(|\bquerystring\(|\b(user|shell|request)\.", text)
    }
    while (
        more := {
            name
            for name, text in texts.items()
            if {file for file, _ in imported.findall(text)} & asks
        }
        - asks
    ):
        asks |= more

    lost = [
        f"{name}: {file}"
        for name, text in texts.items()
        for file, with_context in imported.findall(text)
        if file in asks and not with_context
    ]

    assert len(asks) > 50
    assert lost == []


def test_forms_that_post_are_made_by_their_component():
    """It bears the tokens, so that no page can forget one half of them."""
    by_hand = re.compile(r"method=[\"']?post\b|\bcsrf_input\b", re.I)

    found = {label(path) for path in TEMPLATES if by_hand.search(path.read_text())}

    assert found == {"crm/templates/components/form.html"}


def test_components_say_what_they_are_and_stand_on_the_style_page():
    templates = settings.BASE_DIR / "crm" / "templates"
    shown = "".join(path.read_text() for path in (templates / "crm" / "style").glob("*.html"))
    components = sorted((templates / "components").glob("*.html"))

    silent = [path.name for path in components if not path.read_text().startswith("{# ")]
    unseen = {path.name for path in components if f"components/{path.name}" not in shown}

    assert silent == []
    # What takes the focus where it stands, what is in the shell, and what wants a row of the reference data
    assert unseen == {"form_errors.html", "language.html", "sdg.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_templates_hold_no_script_style_or_unescaped_text(path):
    text = path.read_text()

    assert not re.search(r"\|\s*safe\b|autoescape off", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.parent.name in {"views", "api"}], ids=label
)
def test_doors_are_scoped(path):
    """A row is only fetched from what its reader may see."""
    unscoped = re.findall(r"get_object_or_404\(\s*[A-Z]\w+\s*,|\.objects\.get\(", path.read_text())

    assert unscoped == []


@pytest.mark.django_db
def test_the_database_keeps_foreign_keys_and_waits_for_its_turn():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("10s",)
        return
    with connection.cursor() as cursor:
        values = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("foreign_keys", "recursive_triggers")
        }
    assert values == {"foreign_keys": 1, "recursive_triggers": 1}
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_repository_names_no_package_host():
    for path in [
        *Path(settings.BASE_DIR / "requirements").glob("*.txt"),
        settings.BASE_DIR / "pyproject.toml",
    ]:
        assert "://" not in path.read_text().replace("https://relais", "")


PACKAGES = [path for path in SOURCES if path.name == "__init__.py"]


@pytest.mark.parametrize(
    "package", PACKAGES, ids=lambda path: str(path.parent.relative_to(settings.BASE_DIR))
)
def test_a_package_names_only_what_it_has(package):
    """`__all__` is read when somebody asks for a star, and not before."""
    module = import_module(".".join(package.parent.relative_to(settings.BASE_DIR).parts))

    assert [name for name in getattr(module, "__all__", []) if not hasattr(module, name)] == []
