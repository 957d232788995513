from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.display.keys import keys_help
from crm.domain.roles import Role
from crm.models import Contact
from crm.selectors.keys import keys_of
from crm.services import tries
from crm.services.keys import change_password
from crm.web import devices
from crm.web.networks import network_of

TOO_MANY = _("Too many tries. Wait a quarter of an hour, then try again.")
TOO_MANY_ADDRESSES = _("You have asked for many addresses today. Try again tomorrow.")


class LoginForm(AuthenticationForm):
    """The one door for passwords, of the pages and of the administration: each try is counted before it is looked at.

    What is no try, because a field is empty or is no address, neither counts nor forgets what was counted.
    """

    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {
        "invalid_login": _(
            "This e-mail and password do not go together. Mind capital letters in the password."
        ),
        "inactive": _("This account is closed."),
    }

    def clean(self):
        if self.errors:
            return self.cleaned_data
        account = self.cleaned_data["username"].strip().lower()
        here = {
            "network": network_of(self.request),
            "device": devices.known_to(account, self.request),
        }
        now = timezone.now()
        if not tries.may_try_log_in(account, **here, at=now):
            raise ValidationError(TOO_MANY, code="throttled")
        cleaned = super().clean()
        tries.forgive_tries(account, **here, at=now)
        return cleaned


class OwnPasswordForm(PasswordChangeForm):
    """The old password is a secret like another: whoever finds a browser left open does not guess it here.

    Keys of programs end with the password, unless their owner keeps them.
    """

    keeps_keys = forms.BooleanField(label=_("Keep my keys of the API"), required=False)

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        number = len(keys_of(user, timezone.now()))
        if number:
            self.fields["keeps_keys"].help_text = keys_help(number)
        else:
            del self.fields["keeps_keys"]

    def clean_old_password(self):
        account = str(self.user.pk)
        if not tries.count_try(tries.OLD_PASSWORD, account, at=timezone.now()):
            raise ValidationError(TOO_MANY, code="throttled")
        password = super().clean_old_password()
        tries.forget_tries(tries.OLD_PASSWORD, account)
        return password

    def save(self, commit=True):
        """`keys` says how many stay or end."""
        self.keeps_keys = self.cleaned_data.get("keeps_keys", False)
        self.keys = change_password(
            self.user,
            self.cleaned_data["new_password1"],
            keeps_keys=self.keeps_keys,
            at=timezone.now(),
        )
        return self.user


class ChosenPasswordForm(SetPasswordForm):
    """By a mailed link; the service sets it, once."""


class OwnAddressForm(forms.Form):
    email = forms.EmailField(
        label=_("New address"),
        help_text=_("A link goes there; your address changes once you have opened it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self):
        if not tries.count_try(tries.NEW_ADDRESSES, str(self.user.pk), at=timezone.now()):
            raise ValidationError(TOO_MANY_ADDRESSES, code="throttled")
        return self.cleaned_data["email"]


class TakeAwayForm(forms.Form):
    why = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stands in the history; the person is told that it was done."),
    )


class FirstAdministratorForm(forms.Form):
    name = forms.CharField(
        label=_("Your organisation"),
        max_length=200,
        help_text=_("The one that keeps Relais. The others are added in the directory afterwards."),
    )
    is_member = forms.BooleanField(
        label=_("It supports projects itself, as a member of the Coalition"),
        required=False,
        initial=True,
    )


class InviteForm(forms.Form):
    """A role at one organisation; who is lent is added with the team, where their days and skills are asked for too."""

    full_name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The link on which the person chooses a password goes there."),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", "---------")],
        help_text=_("Somebody who is lent is added under “Team”."),
    )
    is_head = forms.BooleanField(
        label=_("Head coordinator"),
        required=False,
        help_text=_("May let an engagement pass a gate of its life with a written reason."),
    )
    latin_name = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=150,
        required=False,
        help_text=_("For papers, where the name has letters that they cannot print."),
    )
    contact = forms.ModelChoiceField(
        label=_("Is the contact"),
        queryset=Contact.objects.none(),
        required=False,
        help_text=_(
            "A project lead needs it: what is theirs is found by the contact who was named."
        ),
    )

    def __init__(self, *args, organisation, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices += [choice for choice in Role.choices if choice[0] in roles]
        contacts = Contact.objects.unmerged().filter(organisation=organisation, user=None)
        self.fields["contact"].queryset = contacts.order_by("sort_name", "pk")
