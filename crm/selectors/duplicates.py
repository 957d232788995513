"""Requests and organisations that may be the same; people decide whether they are."""

from difflib import SequenceMatcher

from django.db.models import Q

from crm.domain.request_states import RequestState
from crm.domain.text import normalise
from crm.models import Organisation, SupportRequest
from crm.models.organisations import OrganisationQuerySet

ALIKE = 0.85  # of two normalised names, as difflib measures it
MAX_ALIKE = 20
COMMON_WORDS = {
    "association",
    "asso",
    "les",
    "des",
    "pour",
    "collectif",
    "federation",
    "union",
    "reseau",
    "fondation",
}


def alike(support_request: SupportRequest) -> list[SupportRequest]:
    """Other requests of, as it seems, the same organisation: same identifier or address, or nearly the same name."""
    others = (
        SupportRequest.objects.sent()
        .exclude(pk=support_request.pk)
        .exclude(state=RequestState.MERGED)
    )
    same = Q(email__iexact=support_request.email)
    if siren := support_request.siren or (support_request.siret or "")[:9]:
        same |= Q(siren=siren) | Q(siret__startswith=siren)
    if support_request.rna:
        same |= Q(rna=support_request.rna)
    words = _words(support_request.name)
    for word in words:
        same |= Q(search__contains=word)
    candidates = others.filter(same).select_related("owner").order_by("-submitted_at", "-pk")[:200]
    return [other for other in candidates if _is_alike(support_request, other)][:MAX_ALIKE]


def _words(name: str) -> list[str]:
    """The words that set a name apart: its first long ones, without those that half of all associations carry."""
    return [
        word for word in normalise(name).split() if len(word) >= 4 and word not in COMMON_WORDS
    ][:3]


def _is_alike(support_request: SupportRequest, other: SupportRequest) -> bool:
    if support_request.email.lower() == other.email.lower():
        return True
    sirens = {value[:9] for value in (support_request.siren, support_request.siret) if value}
    if sirens & {value[:9] for value in (other.siren, other.siret) if value}:
        return True
    if support_request.rna and support_request.rna == other.rna:
        return True
    return (
        SequenceMatcher(None, normalise(support_request.name), normalise(other.name)).ratio()
        >= ALIKE
    )


def organisations_like(support_request: SupportRequest) -> OrganisationQuerySet:
    """Organisations of the directory that a request may come from, for the desk to choose one."""
    same = Q(pk__in=[])
    if siren := support_request.siren or (support_request.siret or "")[:9]:
        same |= Q(siren=siren) | Q(siret__startswith=siren)
    if support_request.rna:
        same |= Q(rna=support_request.rna)
    for word in _words(support_request.name):
        same |= Q(search__contains=word)
    return Organisation.objects.active().filter(same).order_by("sort_name", "pk")
