"""Requests and organisations that may be the same; people decide whether they are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.domain.request_states import RequestState
from crm.domain.text import normalise
from crm.models import Contact, KeptApart, Organisation, SupportRequest, User
from crm.models.merges import Subject
from crm.models.organisations import OrganisationQuerySet

ALIKE = 0.85  # of two normalised names, as difflib measures it
MAX_ALIKE = 20
MAX_PAIRS = 50  # shown at once: the others come up as these are settled
BEGINNING = 5  # letters of a word: its end may be a plural, or a slip
MAX_SHARING = 60  # names with one such beginning: one that more have tells nothing
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


@dataclass(frozen=True)
class Pair:
    """Two rows that may be one, the older first, and why it seems so."""

    first: Any  # an organisation or a contact, as the list says
    second: Any
    reason: str


def organisation_pairs(user: User) -> list[Pair]:
    """Organisations that the person sees and that may be the same, by number or name, but those said to be two."""
    columns = ("pk", "sort_name", "siren", "siret", "rna")
    rows = list(Organisation.objects.visible_to(user).order_by("pk").values_list(*columns))
    reasons: dict[tuple[int, int], str] = {}
    for pair in _sharing((row[0], _siren(row[2], row[3])) for row in rows):
        reasons.setdefault(pair, _("the same SIREN"))
    for pair in _sharing((row[0], row[1]) for row in rows):
        reasons.setdefault(pair, _("the same name"))
    for pair in _named_alike([(row[0], row[1]) for row in rows]):
        reasons.setdefault(pair, _("nearly the same name"))
    return _pairs(Organisation.objects.all(), Subject.ORGANISATION, reasons)


def contact_pairs(user: User) -> list[Pair]:
    """Contacts in one address book, at one organisation, of one address or name; but those said to be two."""
    columns = ("pk", "kept_by", "organisation", "email", "sort_name", "user")
    rows = list(Contact.objects.visible_to(user).order_by("pk").values_list(*columns))
    accounts = {row[0]: row[5] for row in rows}
    reasons: dict[tuple[int, int], str] = {}
    for pair in _sharing((row[0], row[3] and (*row[1:3], row[3].lower())) for row in rows):
        reasons.setdefault(pair, _("the same address"))
    for pair in _sharing((row[0], row[4] and (*row[1:3], row[4])) for row in rows):
        reasons.setdefault(pair, _("the same name"))
    likely = {
        (one, other): reason
        for (one, other), reason in reasons.items()
        if not accounts[one] or accounts[other] in (None, accounts[one])
    }
    return _pairs(Contact.objects.select_related("organisation"), Subject.CONTACT, likely)


def _siren(siren: str | None, siret: str | None) -> str:
    return siren or (siret or "")[:9]


def _sharing(rows: Iterable[tuple[int, object]]) -> list[tuple[int, int]]:
    """The pairs of keys that share a value; nothing is no value."""
    by_value = defaultdict(list)
    for key, value in rows:
        if value:
            by_value[value].append(key)
    return [pair for keys in by_value.values() for pair in combinations(keys[:MAX_ALIKE], 2)]


def _named_alike(rows: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """The pairs of keys whose names are nearly the same; compared are those in which a telling word begins alike."""
    by_beginning = defaultdict(list)
    for key, name in rows:
        for beginning in {word[:BEGINNING] for word in _words(name)}:
            by_beginning[beginning].append((key, name))
    found = []
    for sharing in by_beginning.values():
        if len(sharing) <= MAX_SHARING:
            found += [
                (one[0], other[0])
                for one, other in combinations(sharing, 2)
                if _is_near(one[1], other[1])
            ]
    return found


def _is_near(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other)
    return matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _pairs(
    rows: QuerySet[Any], subject: Subject, reasons: dict[tuple[int, int], str]
) -> list[Pair]:
    """The pairs with their rows, by the order of their keys, without those that somebody keeps apart."""
    apart = KeptApart.objects.pairs(subject)
    keys = sorted(pair for pair in reasons if pair not in apart)
    found = rows.in_bulk({key for pair in keys[:MAX_PAIRS] for key in pair})
    return [Pair(found[one], found[other], reasons[one, other]) for one, other in keys[:MAX_PAIRS]]


def looking_like(row: Organisation | Contact, rows: QuerySet[Any]) -> list[Any]:
    """Of some rows of its model, those that share a telling word with its name; of a contact, or its address."""
    words = [word for word in row.sort_name.split() if len(word) >= 4 and word not in COMMON_WORDS]
    same = Q(pk__in=[])
    for word in words[:3]:
        same |= Q(sort_name__contains=word)
    if isinstance(row, Contact) and row.email:
        same |= Q(email__iexact=row.email)
    return list(rows.filter(same)[:MAX_ALIKE])
