"""When an account was closed and a password set, by whichever hand."""

import pytest
from django.utils import timezone

from crm.models import User
from tests.crm.factories import UserFactory

pytestmark = pytest.mark.django_db


class TestClosedAt:
    def test_is_kept_when_the_account_is_opened_again(self):
        user = UserFactory(is_active=False)
        closed_at = User.objects.get(pk=user.pk).closed_at
        user.is_active = True
        user.save()

        assert closed_at is not None
        assert User.objects.get(pk=user.pk).closed_at == closed_at

    def test_is_empty_of_an_account_that_was_never_closed(self):
        user = UserFactory()
        user.save()

        assert User.objects.get(pk=user.pk).closed_at is None

    def test_moves_when_it_is_closed_a_second_time(self):
        user = UserFactory(is_active=False)
        first = user.closed_at
        user.is_active = True
        user.save()
        user.is_active = False
        user.save()

        assert user.closed_at > first


class TestPasswordChangedAt:
    def test_is_when_one_was_set_and_not_when_the_row_was_saved(self):
        user = UserFactory()
        before = timezone.now()
        user.set_password("another-believable-2027")
        user.save()
        changed_at = user.password_changed_at
        user = User.objects.get(pk=user.pk)
        user.full_name = "Other"
        user.save()

        assert changed_at >= before
        assert User.objects.get(pk=user.pk).password_changed_at == changed_at
