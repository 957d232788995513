from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TRIES = 10
SECONDS = 15 * 60


class LoginForm(AuthenticationForm):
    """Ten tries in a quarter of an hour for one address, counted in the shared cache."""

    username = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    error_messages = {
        "invalid_login": _("This e-mail and password do not go together. Mind capital letters in the password."),
        "inactive": _("This account is closed."),
    }

    def clean(self):
        key = f"tries:{self.cleaned_data.get('username', '').strip().lower()}"
        cache.add(key, 0, SECONDS)
        if cache.incr(key) > TRIES:
            raise ValidationError(_("Too many tries. Wait a quarter of an hour, then try again."), code="throttled")
        cleaned = super().clean()
        cache.delete(key)
        return cleaned
