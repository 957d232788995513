"""Papers are optional: without their packages the rest works, and says what is missing where it is asked for."""

import sys

import pytest
from django.conf import settings
from django.urls import reverse

from crm.deployment.examinations import examine_machine
from crm.domain import letters
from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.production import SETTINGS, run

OPTIONAL = ["typst", "fontpkg_source_sans_3", "anyascii", "highspy", "numpy"]
START = f"""
import sys
sys.modules.update(dict.fromkeys({OPTIONAL}))
import crm.wsgi
from django.core.management import call_command
from django.test import Client
call_command("setup", organisation="A", full_name="Łucja Œdémon", email="a@partage.test", language="en")
call_command("collectstatic", interactive=False, verbosity=0)
print(Client(headers={{"host": "relais.association.fr"}}).get("/login/", secure=True).status_code)
"""


@pytest.fixture
def without_packages(monkeypatch):
    for name in OPTIONAL:
        monkeypatch.setitem(sys.modules, name, None)
    letters.is_printable.cache_clear()
    yield
    letters.is_printable.cache_clear()


@pytest.mark.one_database
def test_relais_starts_and_is_set_up_without_them(tmp_path):
    done = run(
        *("-W", "ignore", "-c", START),
        environment=SETTINGS
        | {
            "DATABASE_URL": f"sqlite:///{tmp_path}/relais.sqlite3",
            "RELAIS_STATIC": str(tmp_path / "static"),
        },
    )

    assert done.returncode == 0, done.stderr
    assert "Relais is set up for A." in done.stdout
    assert done.stdout.endswith("\n200\n")


@pytest.mark.django_db
class TestWithoutPackages:
    def test_a_paper_is_refused_in_a_sentence(self, client, without_packages):
        client.force_login(person_as(Role.ADMINISTRATOR, language="en"))

        answer = client.get(reverse("volunteers:month-pdf"), headers={"accept-language": "en"})

        assert answer.status_code == 404
        assert "requirements/documents.txt" in answer.content.decode()

    def test_no_button_leads_to_a_paper(self, client, without_packages):
        client.force_login(person_as(Role.ADMINISTRATOR))
        page = client.get(reverse("volunteers:month-list")).content.decode()

        assert reverse("volunteers:month-xlsx") in page
        assert reverse("volunteers:month-pdf") not in page

    def test_the_doctor_says_how_to_have_them(self, without_packages):
        said = [message for message in examine_machine() if message.id == "relais.W007"]
        assert "requirements/documents.txt" in said[0].hint


@pytest.mark.parametrize(
    ("name", "is_printable"),
    [
        ("Zoé d’Œuvre-Łuczak", True),
        ("Ελένη Παππά", True),
        ("Олена Шевченко", True),
        ("Nguyễn Thị Ánh (2)", True),
        ("李小龍", False),
        ("أمينة", False),
    ],
)
def test_names_are_held_to_the_same_letters_with_and_without_them(
    name, is_printable, without_packages
):
    assert letters.is_printable(name) is is_printable


@pytest.mark.parametrize(
    ("name", "is_printable"), [("Zoé d’Œuvre-Łuczak", True), ("李小龍", False)]
)
def test_names_are_held_to_the_letters_of_the_font_where_it_is_there(name, is_printable):
    letters.is_printable.cache_clear()

    assert letters.is_printable(name) is is_printable


def test_no_template_leads_to_a_paper_unasked():
    unasked = [
        path.name
        for app in settings.OURS
        for path in (settings.BASE_DIR / app / "templates").rglob("*.html")
        if ('-pdf"' in (text := path.read_text()) or ', "pdf")' in text)
        and "{% if has_papers() %}" not in text
    ]

    assert unasked == []
