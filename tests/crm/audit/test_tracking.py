"""What a tracked model keeps of its past."""

from crm.models import Organisation, User


def columns(model):
    return {field.name for field in model._meta.concrete_fields}


def test_the_manager_of_a_history_is_made_once():
    assert type(Organisation.history) is type(Organisation.history)


def test_a_password_is_in_no_history():
    assert "password" in columns(User)
    assert not {"password", "password_changed_at", "last_login"} & columns(User.history.model)
