from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class ClosedAtField(models.DateTimeField):
    """When the account was last saved as closed, by whichever hand. It stays when the account is opened again."""

    sources = ("is_active",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"null": True, "editable": False})

    def happened(self, user):
        return not user.is_active

    def pre_save(self, model_instance, add):
        if self.happened(model_instance):
            setattr(model_instance, self.attname, timezone.now())
        return super().pre_save(model_instance, add)


class PasswordChangedAtField(ClosedAtField):
    """When a password was last set, by whichever hand; a stronger digest of the same one does not count."""

    sources = ("password",)

    def happened(self, user):
        return user._password is not None


def given_since_closed(moment, person):
    """Of what opens something for a person: whatever was given before their account was closed opens no more."""
    closed = f"{person}__closed_at"
    return Q(**{closed: None}) | Q(**{f"{closed}__lt": F(moment)})
