"""Whatever opens something in a person's name, and what ends it: the one table of both.

- changing the password ends sessions on other devices and the keys of the API; links and calendar addresses stay, each
  is revoked by itself; so it goes with a password chosen by a mailed link, and the link itself;
- closing an account ends all of it for good: opened again, the account begins with nothing.
"""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import ApiKey, User
from crm.selectors.digests import reader_of_digest, token_of_digest
from crm.selectors.keys import keys_of
from crm.services import invitations
from crm.services.keys import forget_dead_keys
from engagements.models import CalendarLink
from engagements.services import calendars
from impact.models import ShareLink
from impact.services import reports
from tests.crm.factories import PASSWORD, MembershipFactory, UserFactory, person_as
from tests.impact.factories import MeasurementFactory, MetricFactory, publish_as_read
from tests.volunteers.factories import AssignmentFactory
from volunteers.models import WeekLink
from volunteers.services import week_links

pytestmark = pytest.mark.django_db
NEW = "another-believable-2027"


@pytest.fixture
def person(member):
    """A volunteer who coordinates as well: whoever has every kind of credential."""
    assignment = AssignmentFactory(engagement__member=member)
    user = assignment.volunteer.user
    user.email, user.is_staff = "zoe@relais.example", True
    user.set_password(PASSWORD)
    user.save()
    MembershipFactory(user=user, organisation=member, role=Role.COORDINATOR)
    return user


def session(person):
    browser = Client()
    browser.post(reverse("crm:login"), {"username": person.email, "password": PASSWORD})
    return lambda: browser.get(reverse("crm:account")).status_code == 200


def key(person):
    _token, secret = ApiKey.objects.make(person)
    return lambda: (
        Client(headers={"authorization": f"Token {secret}"}).get("/api/v1/me/").status_code == 200
    )


def calendar(person):
    _link, token = calendars.make_calendar_link(person, at=timezone.now())
    return lambda: Client().get(reverse("engagements:calendar", args=[token])).status_code == 200


def week_link(person):
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    token = week_links.make_week_link(person.volunteer, monday, at=timezone.now())
    return lambda: (
        Client().get(reverse("volunteers:week-link-enter", args=[token])).status_code == 302
    )


def share_link(person):
    metric = MetricFactory(engagement=person.volunteer.assignments.get().engagement)
    MeasurementFactory(metric=metric, status="published", published_at=timezone.now())
    report = publish_as_read(metric.engagement, by=person, today=timezone.localdate())
    _link, path = reports.share_report(
        report,
        sent_to="A",
        until=timezone.localdate() + timedelta(days=9),
        by=person,
        at=timezone.now(),
    )
    return lambda: Client().get(path).status_code == 302


def mails_stopped(person):
    token = token_of_digest(person)
    return lambda: reader_of_digest(token) is not None


def token_of_way_in(person):
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        invitations.send_way_in(person)
    return re.search(r"/way-in/r/([^/]+)/", mail.outbox[0].body)[1]


def way_in(person):
    token = token_of_way_in(person)
    return lambda: invitations.open_way_in(token) is not None


CREDENTIALS = [session, key, calendar, week_link, share_link, mails_stopped, way_in]


def change_own(person):
    browser = Client()
    browser.force_login(person)
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert browser.post(reverse("crm:password-change"), data).status_code == 302
    assert browser.get(reverse("crm:account")).status_code == 200


def change_by_command(person):
    """What a reset or an administrator does is the same two lines."""
    person.set_password(NEW)
    person.save()


def close_in_the_administration(person):
    browser = Client()
    browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    url = reverse("admin:crm_user_change", args=[person.pk])
    data = {"full_name": person.full_name, "email": person.email, "is_staff": "on"}
    assert browser.post(url, data).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert browser.post(url, data | {"is_active": "on"}).status_code == 302


def close_on_the_page_of_leaving(person):
    """As an administrator does with *Leaves*; opened again in the administration."""
    browser = Client()
    browser.force_login(person_as(Role.ADMINISTRATOR))
    url = reverse("engagements:person-leave", args=[person.pk])
    assert browser.post(url, {"role": "all", "reason": "left"}).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert not person.is_active
    person.is_active = True
    person.save()


def choose_by_a_mailed_link(person):
    invitations.choose_password(token_of_way_in(person), NEW)


def close_by_hand(person):
    person = User.objects.get(pk=person.pk)
    person.is_active = False
    person.save()
    person.is_active = True
    person.save()


def nothing(person):
    person.full_name = "Another Name"
    person.save()


LINKS = {calendar, week_link, share_link, mails_stopped}
EVENTS = {
    nothing: set(CREDENTIALS),
    change_own: LINKS,
    change_by_command: LINKS,
    choose_by_a_mailed_link: LINKS,
    close_in_the_administration: set(),
    close_on_the_page_of_leaving: set(),
    close_by_hand: set(),
}


@pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("event", EVENTS, ids=lambda each: each.__name__)
def test_what_an_event_ends(person, event, credential):
    opens = credential(person)
    assert opens()

    event(person)

    person.refresh_from_db()
    assert person.is_active
    assert opens() == (credential in EVENTS[event])


@pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda each: each.__name__)
def test_an_account_opened_again_is_given_anew(person, credential):
    close_by_hand(person)
    person.refresh_from_db()

    assert credential(person)()


def test_a_stronger_digest_of_the_same_password_changes_no_password(person, settings):
    before = person.password_changed_at
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    opens = session(person)

    person.refresh_from_db()
    assert person.password.startswith("pbkdf2")
    assert (person.password_changed_at, opens()) == (before, True)


def test_the_change_says_who(person):
    change_own(person)

    row = person.history.first()
    assert (row.history_user, bool(row.history_change_reason)) == (person, True)


def test_dead_keys_are_neither_shown_nor_kept(person, client):
    ApiKey.objects.make(person)
    change_by_command(person)
    ApiKey.objects.make(person)
    now = timezone.now()

    assert len(keys_of(person, now)) == 1
    assert (forget_dead_keys(now), ApiKey.objects.count()) == (1, 1)


def test_every_table_of_credentials_is_in_the_table_above():
    """A model with a secret and a person: whoever adds one says here what ends it."""
    from django.apps import apps

    secret = {"digest", "token", "code", "key"}
    tables = {
        model._meta.label
        for model in apps.get_models()
        if not model._meta.label.split(".")[1].startswith("Historical")
        and secret & {field.name for field in model._meta.concrete_fields}
        and any(
            field.is_relation
            and field.related_model in (User, apps.get_model("volunteers", "Volunteer"))
            for field in model._meta.concrete_fields
        )
    }

    opens_nothing_in_ones_name = {
        *(
            "impact.Evidence",
            "impact.ImpactReport",
            "volunteers.Attestation",
        ),  # papers, and what they are checked by
        "crm.Snooze",  # the key is of a to-do
    }
    assert tables - opens_nothing_in_ones_name == {
        CalendarLink._meta.label,
        WeekLink._meta.label,
        ShareLink._meta.label,
        ApiKey._meta.label,
    }


def test_the_command_of_django_ends_keys(person, monkeypatch):
    opens = key(person)
    monkeypatch.setattr("getpass.getpass", lambda **_prompt: NEW)
    call_command("changepassword", person.email, stdout=StringIO())

    assert not opens()


def test_others_are_not_touched(person, member):
    other = person_as(Role.COORDINATOR, member, email="other@relais.example", password=PASSWORD)
    opens = [key(other), calendar(other), session(other)]
    close_by_hand(person)

    assert all(each() for each in opens)
