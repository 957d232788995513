"""Filters that a person keeps under a name."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.domain.refusals import Refused
from crm.models import SavedView
from crm.models.saved_views import PageWithViews
from crm.selectors.saved_views import saved_views
from crm.services.saved_views import remove_view, rename_view, save_view
from tests.crm.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = PageWithViews.ENGAGEMENTS
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def user():
    return UserFactory()


def save(user, name="Urgent", query="needs=late", at=NOW):
    return save_view(user, PAGE.value, name=name, query=query, at=at)


def test_the_address_leads_back_to_what_was_shown(user):
    view = save(user, query="?after=12&sort=-health&needs=late&state=active")

    assert view.get_absolute_url() == "/engagements/?needs=late&sort=-health"


def test_under_a_name_in_use_it_takes_the_place_of_that_view(user):
    first = save(user)
    again = save(user, query="needs=vacant", at=NOW + timedelta(days=1))

    assert again.pk == first.pk
    [kept] = SavedView.objects.all()
    assert (kept.query, kept.saved_at) == ("needs=vacant", NOW + timedelta(days=1))


def test_the_list_as_it_opens_is_no_view(user):
    with pytest.raises(Refused) as refused:
        save(user, query="sort=title&state=active&q=")
    assert "Choose a filter" in str(refused.value)


@pytest.mark.parametrize("query", ["q=" + "a" * 1_000, "&".join(f"a{n}=1" for n in range(51))])
def test_what_is_no_address_of_the_list_is_refused(user, query):
    with pytest.raises(Refused):
        save(user, query=query)
    assert not SavedView.objects.exists()


def test_twenty_of_one_list_and_no_more(user):
    for number in range(SavedView.MAX_OF_A_PAGE):
        save(user, name=f"View {number}")

    save(user, name="View 3", query="needs=vacant")
    with pytest.raises(Refused) as refused:
        save(user, name="One more")
    assert "20 saved views" in str(refused.value)
    save(UserFactory(), name="One more")


def test_renamed_unless_another_one_is_called_so(user):
    view, other = save(user), save(user, name="Calm", query="needs=vacant")

    with pytest.raises(Refused) as refused:
        rename_view(other, "Urgent")
    assert list(refused.value.message_dict) == ["name"]
    rename_view(view, "To act on")

    assert {one.name for one in SavedView.objects.all()} == {"To act on", "Calm"}
    assert SavedView.objects.get(name="To act on").sort_name == "to act on"


def test_a_person_finds_their_own_by_name_and_the_one_that_is_open(user, django_assert_num_queries):
    for name, query in [("late", "needs=late"), ("Écoles", "q=ecole"), ("Vacant", "needs=vacant")]:
        save(user, name=name, query=query)
    save(UserFactory(), name="Not mine")

    with django_assert_num_queries(1):
        found = saved_views(user, PAGE, "sort=title&needs=late&after=4")

    assert [(name, is_open) for _url, name, is_open in found.tabs] == [
        ("Écoles", False),
        ("late", True),
        ("Vacant", False),
    ]
    assert not found.can_keep
    assert saved_views(user, PAGE, "needs=silent").can_keep
    assert not saved_views(user, PAGE, "sort=title").can_keep
    assert not saved_views(user, PAGE, "&".join(f"a{n}=1" for n in range(51))).can_keep


def test_removed_it_is_gone(user):
    remove_view(save(user))
    assert not SavedView.objects.exists()
