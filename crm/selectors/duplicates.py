"""Requests and organisations that may be the same, told apart by people."""

from difflib import SequenceMatcher

from django.db.models import Q

from crm.domain.request_states import RequestState
from crm.domain.text import normalise
from crm.models import Organisation, SupportRequest

ALIKE = 0.85
ALIKE_SHOWN = 20
NOISE = {
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


def alike(request):
    """Other requests of, as it seems, the same organisation: same identifier or address, or nearly the same name."""
    others = SupportRequest.objects.sent().exclude(pk=request.pk).exclude(state=RequestState.MERGED)
    same = Q(email__iexact=request.email)
    if siren := request.siren or (request.siret or "")[:9]:
        same |= Q(siren=siren) | Q(siret__startswith=siren)
    if request.rna:
        same |= Q(rna=request.rna)
    words = _words(request.name)
    for word in words:
        same |= Q(search__contains=word)
    found = others.filter(same).select_related("owner").order_by("-submitted_at", "-pk")[:200]
    return [other for other in found if _is_alike(request, other)][:ALIKE_SHOWN]


def _words(name):
    """What sets a name apart: its long words, without those that half of all associations carry."""
    return [word for word in normalise(name).split() if len(word) >= 4 and word not in NOISE][:3]


def _is_alike(request, other):
    if request.email.lower() == other.email.lower():
        return True
    sirens = {value[:9] for value in (request.siren, request.siret) if value}
    if sirens & {value[:9] for value in (other.siren, other.siret) if value}:
        return True
    if request.rna and request.rna == other.rna:
        return True
    return SequenceMatcher(None, normalise(request.name), normalise(other.name)).ratio() >= ALIKE


def organisations_like(request):
    """Organisations of the directory that a request may come from, for the desk to choose from; never by itself."""
    same = Q(pk__in=[])
    if siren := request.siren or (request.siret or "")[:9]:
        same |= Q(siren=siren) | Q(siret__startswith=siren)
    if request.rna:
        same |= Q(rna=request.rna)
    for word in _words(request.name):
        same |= Q(search__contains=word)
    return Organisation.objects.active().filter(same).order_by("sort_name", "pk")
