from copy import copy
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from crm.audit import tracking
from crm.domain.formatting import day_text
from crm.domain.letters import is_printable
from crm.domain.roles import Role
from crm.models.moments import ClosedAtField, PasswordChangedAtField
from crm.text import NormalisedField, SearchableQuerySet


class UserQuerySet(SearchableQuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """Everybody for an administrator; for a coordinator whoever holds or held a role at their member."""
        if user.is_administrator:
            return self.all()
        held = Membership.objects.filter(organisation__in=user.organisations_as(Role.COORDINATOR))
        return self.filter(pk__in=held.values("user"))

    def invited(self) -> Self:
        """Whose account is open, and who have not chosen a password or come in by a mailed code yet."""
        return self.filter(
            is_active=True, last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX
        )

    def coordinating_beside(self, user: "User") -> Self:
        """Coordinators of the members that the person coordinates for; all of them for an administrator."""
        held = Membership.objects.current().filter(role=Role.COORDINATOR)
        if not user.is_administrator:
            held = held.filter(organisation__in=user.organisations_as(Role.COORDINATOR))
        return self.filter(pk__in=held.values("user")).order_by("sort_name", "pk")

    def looked_after_by(self, user: "User") -> Self:
        """Those whose roles and account the person may end: everybody for an administrator, nobody for others."""
        return self.filter(is_active=True) if user.is_administrator else self.none()


_ManagerOfUsers = models.Manager.from_queryset(UserQuerySet)  # named, for the type checker


class UserManager(_ManagerOfUsers["User"], BaseUserManager["User"]):
    # `Any`: Django asks for its two makers of accounts with whatever columns they are to have.
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        self.keep_address(user)
        return user

    def keep_address(self, user: "User") -> None:
        """Let allauth know the account's one address, as proven: who gives the account can read what is mailed there.

        Whatever makes an account or changes its address calls it (`crm.services.people.save_account`); with another
        row, or none, allauth would mark addresses while a page is read, and an unproven one costs the password when a
        provider of identities names it.
        """
        rows = EmailAddress.objects.using(self._db)
        rows.filter(user=user).exclude(email=user.email).delete()
        rows.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    class Digest(models.TextChoices):
        NEVER = "never", _("never")
        DAILY = "daily", _("every working day")
        WEEKLY = "weekly", _("every Monday")

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("This e-mail address already has an account.")},
    )
    full_name = models.CharField(_("name"), max_length=150)
    latin_name = models.CharField(
        _("name in Latin letters"),
        max_length=150,
        blank=True,
        help_text=_("For papers, where the name has letters that they cannot print."),
    )
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("may enter the administration"), default=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    language = models.CharField(
        _("language of my mails"),
        max_length=5,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )
    digest = models.CharField(
        _("what needs me, by e-mail"),
        max_length=10,
        choices=Digest,
        blank=True,
        help_text=_("Nothing is sent when nothing waits for you."),
    )
    week_mail = models.BooleanField(
        _("the link of my week, on Fridays"),
        default=True,
        help_text=_("For volunteers whose week is not logged yet."),
    )
    digest_sent_on = models.DateField(null=True, editable=False)
    closed_at = ClosedAtField()
    password_changed_at = PasswordChangedAtField()
    search = NormalisedField(sources=["full_name"])
    sort_name = NormalisedField(sources=["full_name"])

    objects = UserManager()
    history = tracking.history(
        excluded_fields=[
            "password",
            "last_login",
            "search",
            "sort_name",
            "digest_sent_on",
            "closed_at",
            "password_changed_at",
        ]
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_whatever_the_case",
                violation_error_message=_("This e-mail address already has an account."),
            )
        ]

    def __str__(self):
        return self.full_name

    @property
    def on_paper(self) -> str:
        """The name as papers print it."""
        return (
            self.latin_name
            if self.latin_name and not is_printable(self.full_name)
            else self.full_name
        )

    def _get_session_auth_hash(self, secret=None):
        """A session is over once the password has changed, which Django sees to, or the account was closed."""
        of_password = super()._get_session_auth_hash(secret)
        if self.closed_at is None:
            return of_password
        return salted_hmac(
            "closed", f"{of_password}{self.closed_at.isoformat()}", secret=secret
        ).hexdigest()

    @property
    def is_invited(self) -> bool:
        """Whether the account waits for its first log-in."""
        return self.is_active and self.last_login is None and not self.has_usable_password()

    def with_roles(self, roles: dict[str, set[int]]) -> "User":
        """The same person as if they held these roles now and no other: {role: ids of organisations}."""
        other = copy(self)
        other._organisations_by_role = roles
        return other

    def opens_with(self, given_at: datetime) -> bool:
        """Whether a key given then still stands for the person: neither closed nor with another password since."""
        return all(
            end is None or end < given_at for end in (self.closed_at, self.password_changed_at)
        )

    @cached_property
    def _roles_now(self) -> list[tuple[str, int, bool]]:
        """(role, organisation, whether as head coordinator) of each role held now; asked once a request."""
        held = Membership.objects.current().filter(user=self)
        return list(held.values_list("role", "organisation", "is_head"))

    @cached_property
    def _organisations_by_role(self) -> dict[str, set[int]]:
        organisations: dict[str, set[int]] = {}
        for role, organisation, _is_head in self._roles_now:
            organisations.setdefault(role, set()).add(organisation)
        return organisations

    def organisations_as(self, role: str) -> set[int]:
        """The ids of the organisations in which the person holds the role now; asked once a request."""
        return self._organisations_by_role.get(role, set())

    @property
    def heads(self) -> set[int]:
        """The ids of the members whose head coordinator the person is now."""
        return {organisation for _role, organisation, is_head in self._roles_now if is_head}

    def holds(self, *roles: str) -> bool:
        return any(self.organisations_as(role) for role in roles)

    @property
    def holds_any_role(self) -> bool:
        return bool(self._organisations_by_role)

    @property
    def usual_digest(self) -> str:
        """As long as a person has not chosen: coordinators every Monday, the others never."""
        return self.Digest.WEEKLY if self.holds(Role.COORDINATOR) else self.Digest.NEVER

    @property
    def chosen_digest(self) -> str:
        return self.digest or self.usual_digest

    @property
    def is_administrator(self) -> bool:
        return self.holds(Role.ADMINISTRATOR)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        """Held now: begun, and not over."""
        return self.not_over().filter(started_on__lte=timezone.localdate())

    def not_over(self) -> Self:
        """A role is over on the day that is written down as its end, at once."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=timezone.localdate()))


class Membership(models.Model):
    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "crm.Organisation",
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_head = models.BooleanField(
        _("head coordinator"),
        default=False,
        help_text=_("May let an engagement pass a gate of its life with a written reason."),
    )
    started_on = models.DateField(_("from"), default=timezone.localdate)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ended_on=None),
                name="membership_role_held_once",
                violation_error_message=_("This person already holds this role there."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")),
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="membership_only_coordinators_are_head",
                condition=Q(is_head=False) | Q(role=Role.COORDINATOR),
                violation_error_message=_("Only a coordinator can be head coordinator."),
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"


class ContactQuerySet(SearchableQuerySet["Contact"]):
    def unmerged(self) -> Self:
        """Those that are not merged into another one."""
        return self.filter(merged_into=None)

    def visible_to(self, user: User) -> Self:
        """Contacts are the address book of the member that keeps them; a lead sees their own organisation's."""
        if user.is_administrator:
            return self.unmerged()
        return self.unmerged().filter(
            Q(kept_by__in=user.organisations_as(Role.COORDINATOR))
            | Q(organisation__in=user.organisations_as(Role.LEAD))
        )

    def for_list(self) -> Self:
        return self.select_related("organisation", "user").order_by("sort_name", "pk")


class Contact(tracking.Versioned):
    organisation = models.ForeignKey(
        "crm.Organisation", models.CASCADE, related_name="contacts", verbose_name=_("organisation")
    )
    kept_by = models.ForeignKey(
        "crm.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("kept by"),
        help_text=_("The Coalition member whose address book it is in."),
    )
    user = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("account"),
    )
    full_name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )
    search = NormalisedField(sources=["full_name", "function", "email", "phone"])
    sort_name = NormalisedField(sources=["full_name"])

    objects = ContactQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        return self.full_name


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def visible_to(self, user: User) -> Self:
        """Notes of calls and meetings stay inside the member that wrote them."""
        if user.is_administrator:
            return self.all()
        return self.filter(kept_by__in=user.organisations_as(Role.COORDINATOR))

    def for_list(self) -> Self:
        return self.select_related("author", "contact", "organisation").order_by(
            "-happened_on", "-pk"
        )


class Interaction(models.Model):
    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        MAIL = "mail", _("E-mail")
        MEETING = "meeting", _("Meeting")
        NOTE = "note", _("Note")

    organisation = models.ForeignKey(
        "crm.Organisation",
        models.CASCADE,
        related_name="interactions",
        verbose_name=_("organisation"),
    )
    kept_by = models.ForeignKey(
        "crm.Organisation", models.PROTECT, related_name="+", verbose_name=_("kept by")
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="interactions",
        verbose_name=_("with"),
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    happened_on = models.DateField(_("day"))
    text = models.TextField(_("what was said"), max_length=10_000)

    objects = InteractionQuerySet.as_manager()
    history = tracking.history()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes = [
            models.Index(fields=["organisation", "-happened_on", "-id"], name="interaction_latest")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {day_text(self.happened_on)}"
