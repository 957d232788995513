from importlib import import_module
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models.people import User


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> Self:
        """Where I am logged in is nobody else's matter."""
        return self.filter(user=user)

    def live(self) -> Self:
        return self.filter(expire_date__gt=timezone.now())


_Manager = BaseSessionManager.from_queryset(SessionQuerySet)  # named, for the type checker


class Session(AbstractBaseSession):
    """A browser's visit, by its owner once somebody is logged in: so people see where they are, and end it."""

    user = models.ForeignKey(
        "crm.User",
        models.CASCADE,
        null=True,
        related_name="sessions",
        verbose_name=_("person"),
    )

    objects: ClassVar = _Manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """What reads its rows stands above the models, and is named by the settings."""
        return import_module(settings.SESSION_ENGINE).SessionStore
