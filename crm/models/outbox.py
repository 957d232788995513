from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models.people import User


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def visible_to(self, user: User) -> Self:
        """Administrators see to whom mails go and what became of them; nobody reads their text here."""
        return self if user.is_administrator else self.none()

    def waiting(self) -> Self:
        return self.filter(state=OutgoingMail.State.WAITING)

    def failed(self) -> Self:
        return self.filter(state=OutgoingMail.State.FAILED)

    def due(self, at: datetime) -> Self:
        """Those to send now that nobody is sending, the longest due first."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
        return self.waiting().filter(free, next_at__lte=at).order_by("next_at", "pk")


class OutgoingMail(models.Model):
    """A mail on its way. Its text, which may hold a secret link, is kept until it is out or given up, and no longer.

    Whoever sends it takes it until `leased_until`, so that nobody else does meanwhile; it is tried again and again
    until `tried_until`. `kind` is the name of its text in `crm.mail`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        GIVEN_UP = "given-up", _("Given up")

    kind = models.CharField(_("kind"), max_length=40, blank=True)
    sender = models.CharField(max_length=400)
    recipients = models.JSONField(default=list)
    to = models.CharField(_("to"), max_length=400)
    subject = models.CharField(_("subject"), max_length=400)
    message = models.BinaryField(null=True)  # as it goes over the wire
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    made_at = models.DateTimeField(_("written"))
    next_at = models.DateTimeField(_("next try"))
    tried_until = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    useless_after = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    trouble = models.CharField(_("trouble"), max_length=80, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=["state", "-id"], name="mail_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_has_a_text_until_it_is_out",
                condition=Q(state__in=["waiting", "failed"], message__isnull=False)
                | Q(state__in=["sent", "given-up"], message__isnull=True),
            ),
            models.CheckConstraint(
                name="mail_ended_iff_not_waiting",
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="mail_is_leased_while_it_waits",
                condition=Q(state="waiting") | Q(leased_until__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.kind or '—'} {self.pk}"
