"""What a tracked model keeps of its past."""

import pytest

from crm.audit import write
from crm.models import Organisation, User

pytestmark = pytest.mark.django_db


def columns(model):
    return {field.name for field in model._meta.concrete_fields}


def test_the_manager_of_a_history_is_made_once():
    assert type(Organisation.history) is type(Organisation.history)


def test_a_password_is_in_no_history():
    assert "password" in columns(User)
    assert not {"password", "password_changed_at", "last_login"} & columns(User.history.model)


class TestColumnsOutsideTheHistory:
    def test_a_log_in_is_no_change_of_the_person(self, client, coordinator):
        lines, mark = coordinator.history.count(), write.mark_of(coordinator)

        client.force_login(coordinator)

        assert (coordinator.history.count(), write.mark_of(coordinator)) == (lines, mark)

    def test_a_password_hashed_anew_by_a_log_in_is_none_either(self, coordinator):
        coordinator.set_password("a word of some length")
        coordinator.save(update_fields=["password"])

        assert coordinator.history.count() == 1

    def test_a_signed_change_of_them_stands_in_the_history(self, coordinator):
        coordinator.set_password("a word of some length")
        write.save(coordinator, by=coordinator, why="Chosen", fields=["password"])

        assert coordinator.history.first().history_change_reason == "Chosen"

    def test_a_signature_is_of_one_save_alone(self, coordinator, member):
        write.save(coordinator, by=coordinator, why="Invited")
        lines = coordinator.history.count()

        coordinator.save(update_fields=["last_login"])
        coordinator.save(update_fields=["full_name"])

        assert coordinator.history.count() == lines + 1
        assert coordinator.history.first().history_change_reason is None

    def test_a_change_beside_them_is_one(self, coordinator):
        coordinator.full_name = "Odile Renard"
        coordinator.save(update_fields=["full_name", "last_login"])

        assert coordinator.history.first().full_name == "Odile Renard"
