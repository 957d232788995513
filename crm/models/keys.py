"""The keys of the API that people give to other programs."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from crm.models.people import User


class ApiKeyManager(models.Manager["ApiKey"]):
    def make(
        self, user: User, *, lives: timedelta | None = None, **facts: Any
    ) -> tuple["ApiKey", str]:
        """A key and its secret, which is not saved. `lives` is as the settings have it unless it is given."""
        digest, secret = get_digest_token()
        key = self.create(
            digest=digest,
            token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
            user=user,
            expiry=timezone.now() + (lives or settings.REST_KNOX["TOKEN_TTL"]),
            **facts,
        )
        return key, secret


class ApiKey(models.Model):
    """What a program may do in the name of a person: what they may do, within the areas of the key, until it expires.

    Its fields are those that knox looks for, and what is ours. Of the secret a digest is saved, and its first letters
    (`token_key`), by which people tell keys apart.
    """

    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, primary_key=True)
    token_key = models.CharField(
        max_length=CONSTANTS.MAXIMUM_TOKEN_PREFIX_LENGTH + CONSTANTS.TOKEN_KEY_LENGTH, db_index=True
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_keys", verbose_name=_("person")
    )
    created = models.DateTimeField(_("made at"), auto_now_add=True)
    # When its owner last said that it stays though they change their password; none: it was never asked.
    kept_at = models.DateTimeField(_("kept at"), null=True)
    expiry = models.DateTimeField(_("expires at"))
    name = models.CharField(_("name"), max_length=100)
    may_write = models.BooleanField(_("may also change what is there"), default=False)
    areas = models.JSONField(_("what it opens"), default=list)  # app labels; [] is all of them
    last_used_on = models.DateField(_("last used on"), null=True)
    warned_on = models.DateField(_("told that it expires on"), null=True)

    objects = ApiKeyManager()

    class Meta:
        verbose_name = _("key of the API")
        verbose_name_plural = _("keys of the API")

    def __str__(self):
        return self.name

    @property
    def given_at(self) -> datetime:
        """What its owner does to their account later ends it."""
        return self.kept_at or self.created

    def opens(self, area: str) -> bool:
        """Whether it opens the routes of an app."""
        return not self.areas or area in self.areas
