"""Whatever is done in the stock administration leaves who and why, or is not offered there."""

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from crm.administration import AuditedAdmin, ReferenceAdmin
from crm.models import LegalCategory, Membership, Need, ReferenceFigure, Sdg, SupportRequest, User
from engagements.models import MilestoneTemplate
from impact.models import Indicator
from tests.crm.factories import MembershipFactory, NeedFactory, SupportRequestFactory, UserFactory
from tests.impact.factories import IndicatorFactory, MetricFactory
from volunteers.models import Skill

pytestmark = pytest.mark.django_db

REGISTERED = {model._meta.label_lower: model for model in admin.site._registry}


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, is_superuser=True, full_name="Ada")
    client.force_login(user)
    return user


def template(code, **fields):
    return MilestoneTemplate.objects.create(
        code=code, title_fr="T", title_en="T", kind="product", days=1, **fields
    )


def figure(key):
    return ReferenceFigure.objects.create(
        key=key, name="A", value=1, unit="€", valid_from="2026-01-01", source="S", confidence="high"
    )


ROWS = {
    User: UserFactory,
    Membership: MembershipFactory,
    Need: NeedFactory,
    Indicator: IndicatorFactory,
    Sdg: lambda: (
        Sdg.objects.order_by("pk").first()
        or Sdg.objects.create(
            number=1, name_fr="A", name_en="A", colour="#000000", text_colour="#FFFFFF"
        )
    ),
    LegalCategory: lambda: LegalCategory.objects.create(code="9220", name="A"),
    Skill: lambda: Skill.objects.create(name_fr="A", name_en="A"),
    MilestoneTemplate: lambda: template("a-first-one"),
    ReferenceFigure: lambda: figure("one"),
}


def url(model, what, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def delete_ticked(client, model, *rows):
    ticked = {
        ACTION_CHECKBOX_NAME: [row.pk for row in rows],
        "action": "delete_selected",
        "post": "yes",
    }
    return client.post(url(model, "changelist"), ticked)


def delete_one(client, model, row):
    return client.post(url(model, "delete", row.pk), {"post": "yes"})


def test_the_table_has_every_model_that_is_kept_there():
    assert set(ROWS) == set(REGISTERED.values())


@pytest.mark.parametrize("label", REGISTERED)
def test_each_goes_through_the_one_door(label):
    assert isinstance(admin.site._registry[REGISTERED[label]], AuditedAdmin | ReferenceAdmin)


@pytest.mark.parametrize("way", [delete_ticked, delete_one])
@pytest.mark.parametrize("label", REGISTERED)
def test_deleting_leaves_who_and_why_or_is_not_offered(client, staff, label, way):
    model = REGISTERED[label]
    row = ROWS[model]()
    key = row.pk

    way(client, model, row)

    if model.objects.filter(pk=key).exists():
        assert not admin.site._registry[model].has_delete_permission(_request(staff))
    else:
        last_row = model.history.filter(**{model._meta.pk.name: key}, history_type="-").get()
        assert (last_row.history_user, bool(last_row.history_change_reason)) == (staff, True)


def _request(user):
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = user
    return request


def test_many_at_once_leave_as_much(client, staff):
    rows = [MembershipFactory() for _n in range(3)]

    delete_ticked(client, Membership, *rows)

    last_rows = Membership.history.filter(history_type="-")
    assert not Membership.objects.filter(pk__in=[row.pk for row in rows]).exists()
    assert [(row.history_user, bool(row.history_change_reason)) for row in last_rows] == [
        (staff, True)
    ] * 3


@pytest.mark.parametrize("way", [delete_ticked, delete_one])
def test_what_others_lean_on_is_kept_and_they_are_named(client, staff, way):
    first = template("a-first-one")
    second = template("b-second-one", after=first)

    page = way(client, MilestoneTemplate, first)

    second.refresh_from_db()
    assert second.after == first
    assert page.status_code == 200
    assert str(second) in page.content.decode()


@pytest.mark.parametrize("way", [delete_ticked, delete_one])
def test_an_indicator_in_use_and_a_need_that_was_asked_for_stay(client, staff, way):
    metric, request = MetricFactory(), SupportRequestFactory()

    way(client, Indicator, metric.indicator)
    way(client, Need, request.need) if request.need else None

    assert Indicator.objects.filter(pk=metric.indicator_id).exists()
    assert SupportRequest.objects.get(pk=request.pk).need_id == request.need_id
