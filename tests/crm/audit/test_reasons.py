"""A reason that the product gives is said in the language of whoever reads it; what people typed stays as typed."""

import ast
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from crm.audit import write
from crm.audit.reasons import MARK, InBoth, Reason, because
from crm.management.catalogues import gather
from crm.models import Organisation
from crm.services import people
from engagements.domain.stages import Stage
from engagements.models import GatePass
from engagements.services.engagements import StageMove, move_stage
from tests.crm.factories import UserFactory
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db
SOURCES = [
    path
    for app in ("crm", "engagements", "volunteers", "impact")
    for path in (settings.BASE_DIR / app).rglob("*.py")
]
MIGRATION = "impact.migrations.0017_reasons_for_each_reader"
TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}


def kept(reason):
    """The same after a way through the database."""
    organisation = write.save(Organisation(name="Paniers"), by=None, why=reason)
    return organisation.history.get().history_change_reason


def said(reason, language):
    with translation.override(language):
        return str(reason)


class TestWhatIsKept:
    @pytest.mark.parametrize(
        ("values", "english", "french"),
        [
            (
                {"reference": "D-2026-7 100 % {x}"},
                "Merged into D-2026-7 100 % {x}",
                "Fusionnée avec D-2026-7 100 % {x}",
            ),
            (
                {"reference": date(2026, 5, 1)},
                "Merged into 1 May 2026",
                "Fusionnée avec 1er mai 2026",
            ),
            (
                {"reference": Decimal("1234.5")},
                "Merged into 1,234.5",
                "Fusionnée avec 1\u202f234,5",
            ),
            ({"reference": 12_345}, "Merged into 12,345", "Fusionnée avec 12\u202f345"),
            ({"reference": Stage.SCOPING.label}, "Merged into Scoping", "Fusionnée avec Cadrage"),
            (
                {"reference": [date(2026, 5, 1), "x"]},
                "Merged into 1 May 2026, x",
                "Fusionnée avec 1er mai 2026, x",
            ),
            (
                {"reference": InBoth("Poterie", "Pottery")},
                "Merged into Pottery",
                "Fusionnée avec Poterie",
            ),
            ({"reference": because("Added")}, "Merged into Added", "Fusionnée avec Ajouté"),
            (
                {"reference": datetime(2026, 5, 1, 10, 0, tzinfo=UTC)},
                "Merged into 1 May 2026, 12:00",
                "Fusionnée avec 1er mai 2026, 12:00",
            ),
        ],
    )
    def test_is_said_to_each_reader_whoever_wrote_it(self, values, english, french):
        for writer in ("fr", "en"):
            with translation.override(writer):
                reason = kept(because("Merged into %(reference)s", **values))
            assert (said(reason, "en"), said(reason, "fr")) == (english, french)

    @pytest.mark.parametrize(
        "typed", ["Added", "%(name)s", "100 %", '{"text": "Added", "values": {}}', "Ajouté", ""]
    )
    def test_what_a_person_typed_is_never_translated(self, typed):
        assert {said(kept(typed), "en"), said(kept(typed), "fr")} == {typed}

    def test_nobody_types_what_the_product_says(self):
        forged = MARK + '{"text": "Added", "values": {}}'

        assert kept(forged) == '{"text": "Added", "values": {}}'

    def test_a_text_in_one_language_is_refused(self, coordinator):
        with pytest.raises(TypeError):
            write.save(Organisation(name="Paniers"), by=coordinator, why=gettext_lazy("Added"))

    def test_a_value_for_one_reader_only_is_refused(self):
        with pytest.raises(TypeError):
            because("Merged into %(reference)s", reference=1.5)


class TestWhereItIsRead:
    """Written in French, read in English, by each door."""

    @pytest.fixture
    def engagement(self, member, administrator):
        engagement = EngagementFactory(member=member)
        LeadAppointmentFactory(engagement=engagement)
        with translation.override("fr"):
            return move_stage(
                engagement,
                StageMove(to=Stage.DESIGN, reason="Vu."),
                by=administrator,
                at=datetime(2026, 5, 4, 10, tzinfo=UTC),
            )

    def test_on_the_page(self, client, coordinator, engagement):
        client.force_login(coordinator)
        for language, words in (
            ("en", "Moved to Design"),
            ("fr", "Passé à l’étape « Conception »"),
        ):
            page = client.get(engagement.get_absolute_url(), headers={"accept-language": language})
            assert words in page.content.decode()

    def test_in_the_administration(self, client):
        staff = UserFactory(is_staff=True, is_superuser=True)
        client.force_login(staff)
        with translation.override("fr"):
            people.rename_person(staff, full_name="Ada L", by=staff)
        url = reverse("admin:crm_user_history", args=[staff.pk])

        assert "Renamed" in client.get(url, headers={"accept-language": "en"}).content.decode()
        assert "Nom modifié" in client.get(url, headers={"accept-language": "fr"}).content.decode()

    def test_in_the_api(self, client, coordinator, engagement):
        client.force_login(coordinator)
        for language, words in (
            ("en", "Moved to Design"),
            ("fr", "Passé à l’étape « Conception »"),
        ):
            body = client.get(
                f"/api/v1/engagements/{engagement.pk}/changes/?since=2026-01-01",
                headers={"accept-language": language},
            ).json()
            assert words in str(body)

    def test_of_a_gate_that_was_passed(self, member, administrator):
        engagement = EngagementFactory(member=member)
        with translation.override("fr"):
            move_stage(
                engagement,
                StageMove(to=Stage.DESIGN, reason="Lundi."),
                by=administrator,
                at=datetime(2026, 5, 4, 10, tzinfo=UTC),
            )

        assert (
            said(GatePass.objects.get().sentence, "en") == "Appoint a full-time project lead first."
        )


def _reasons_of(tree):
    """The expressions that a module gives as reasons: what stands after `why=`, and what its names stand for."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.Module):
            continue
        assigned = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(function):
            if isinstance(call, ast.Call):
                for given in call.keywords:
                    if given.arg in (
                        "why",
                        "default_change_reason",
                        "sentence",
                    ) and _goes_to_the_rows(call):
                        yield (
                            assigned.get(given.value.id)
                            if isinstance(given.value, ast.Name)
                            else given.value
                        )


def _goes_to_the_rows(call):
    """Not a form that is kept to be given back, whose `why` is a code."""
    return "kept.keep" not in ast.unparse(call.func)


def _says_in_one_language(expression):
    calls = [node for node in ast.walk(expression) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Name) and call.func.id in TRANSLATED for call in calls)


def test_no_reason_is_translated_before_it_is_kept():
    rows = [
        (path.relative_to(settings.BASE_DIR), ast.unparse(expression))
        for path in SOURCES
        if "migrations" not in path.parts
        for expression in _reasons_of(ast.parse(path.read_text(encoding="utf-8")))
        if expression is not None and _says_in_one_language(expression)
    ]

    assert rows == []


def test_the_check_sees_what_it_looks_for():
    rows = [
        'audit.save(row, by=by, why=_("Added"))',
        'why = gettext("Moved to %(s)s") % {"s": 1}\naudit.save(row, by=by, why=why)',
        'audit.save(row, by=by, why=typed or _("Added"))',
    ]

    assert all(any(map(_says_in_one_language, _reasons_of(ast.parse(source)))) for source in rows)


def test_every_reason_of_the_old_rows_is_still_known():
    """Rows hold these texts: one that is reworded in the code would lose its French."""
    reasons = import_module(MIGRATION).REASONS
    texts = {
        text
        for app in ("crm", "engagements", "volunteers", "impact")
        for text, _plural in gather(app)
    }

    assert set(reasons) - texts == set()


@cache
def tables_of_migrations():
    """The models as migrations know them: to these, a reason is a text like any other."""
    return MigrationLoader(connection).project_state().apps


class TestTheOldRows:
    @pytest.fixture
    def mended(self):
        def mend(text):
            row = write.save(Organisation(name="Paniers"), by=None, why=text).history.get()
            import_module(MIGRATION).keep_the_text(
                tables_of_migrations(), connection.schema_editor()
            )
            row.refresh_from_db()
            return row.history_change_reason

        return mend

    @pytest.mark.parametrize(
        ("old", "english"),
        [
            ("Ajouté", "Added"),
            ("Added", "Added"),
            ("Retiré dans l'administration", "Removed in the administration"),
            ("Exécutées", "Marked as carried out"),
        ],
    )
    def test_say_what_the_product_said_to_each_reader(self, mended, old, english):
        result = mended(old)

        assert isinstance(result, Reason)
        assert said(result, "en") == english

    @pytest.mark.parametrize(
        "old", ["Ajouté hier", "ajouté", "Passé à l’étape « Conception »", "", "Jean l'a dit"]
    )
    def test_stay_as_they_are_where_it_is_not_plain(self, mended, old):
        assert mended(old) == old
