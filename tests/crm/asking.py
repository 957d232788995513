"""The public form, as somebody without an account fills it in."""

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from crm.forms.requests import SALT
from tests.crm.factories import NeedFactory

STEPS = {
    "organisation": {
        "name": "L'Atelier « été » 🚲",
        "ess_form": "association",
        "postal_code": "93200",
        "siren": "",
    },
    "need": {
        "need": "matching",
        "need_text": "=HYPERLINK(1) <script>alert(1)</script>",
        "audience": "beneficiaries",
    },
    "project": {"maturity": "idea", "lead": "full-time", "skills": "none"},
    "barriers": {f"barrier_{name}": "2" for name in ("culture", "expertise", "finance", "time")},
}


def long_ago(seconds=30):
    """What the first page carries when a person has taken their time to read it."""
    then = timezone.now().timestamp() - seconds
    signer = signing.TimestampSigner(salt=SALT)
    stamp = signing.b62_encode(int(then))
    value = f"x:{stamp}"
    return f"{value}:{signer.signature(value)}"


def begin(client, email="hana@ask.example", **fields):
    data = {"contact_name": "Hana", "email": email, "website_2": "", "begun": long_ago()} | fields
    return client.post(reverse("crm:ask-begin"), data, headers={"accept-language": "en"})


def fill(client, **changes):
    NeedFactory()
    for slug, fields in STEPS.items():
        client.post(reverse("crm:ask-step", args=[slug]), fields | changes.get(slug, {}))


def send(client):
    return client.post(reverse("crm:ask-check"), headers={"accept-language": "en"})
