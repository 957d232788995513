"""The directory: organisations are saved, taken out of it and put back."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.refusals import Asked, Refused, Twins
from crm.domain.text import words_of
from crm.models import Organisation, Sdg, User
from crm.selectors.holds import what_holds


@transaction.atomic
def save_organisation(
    organisation: Organisation,
    *,
    by: User | None,
    sdgs: Collection[Sdg] | None = None,
    seen: int | None = None,
    is_another: bool = False,
) -> Organisation:
    """Save a new or changed organisation as its form filled it, with its goals; None leaves the goals as they are.

    Twins where the directory has one of that name already, unless `is_another` says that it is not the same.
    """
    if not is_another:
        _refuse_a_twin(organisation)
    if organisation.pk is None:
        write.save(organisation, by=by, why=because("Added"))
    else:
        saved = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        write.refuse_if_stale(saved, seen)
        goals = _changed_goals(organisation, sdgs)
        write.save(organisation, by=by, why=goals or because("Changed"), beside=goals is not None)
    if sdgs is not None:
        organisation.sdgs.set(sdgs)
    return organisation


def _refuse_a_twin(organisation: Organisation) -> None:
    there = Organisation.objects.filter(merged_into=None)
    same_name = there.filter(sort_name=" ".join(words_of(organisation.name)))
    if not organisation.name or same_name.filter(pk=organisation.pk).exists():
        return
    twins = [(_name_and_city(twin), _page_of(twin)) for twin in same_name.order_by("pk")[:5]]
    if twins:
        sentence = _(
            "The directory has an organisation of this name: %(twins)s. If yours is another one, say so."
        )
        raise Twins("name", sentence % {"twins": " · ".join(name for name, _page in twins)}, twins)


def _name_and_city(organisation: Organisation) -> str:
    return f"{organisation.name} ({organisation.city})" if organisation.city else organisation.name


def _page_of(organisation: Organisation) -> str:
    """Its page; of one out of the directory, the list of these searched by its name."""
    if organisation.archived_at is None:
        return organisation.get_absolute_url()
    return (
        f"{reverse('crm:organisation-list')}?{urlencode({'archived': 1, 'q': organisation.name})}"
    )


def _changed_goals(organisation: Organisation, sdgs: Collection[Sdg] | None) -> Reason | None:
    """The reason that names the new goals, None where they stay: they have a table of their own and no history."""
    before = set(organisation.sdgs.order_by("number").values_list("number", flat=True))
    if sdgs is None or before == (after := {sdg.number for sdg in sdgs}):
        return None
    return because("Goals now: %(goals)s", goals=sorted(after) or "—")


@transaction.atomic
def archive_organisation(
    organisation: Organisation,
    *,
    by: User,
    at: datetime,
    why: str,
    anyway: bool = False,
    seen: int | None = None,
) -> Organisation:
    """Take it out of the directory; what it took part in keeps its name.

    Asked, with what is under way with it, unless `anyway` says that it is meant all the same.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if organisation.archived_at is not None:
        raise Refused(_("This organisation is out of the directory already."))
    write.refuse_if_stale(organisation, seen)
    if not anyway and (sentences := what_holds(organisation, timezone.localdate(at))):
        raise Asked(
            "anyway", [*sentences, _("Say that you archive it all the same, or settle this first.")]
        )
    organisation.archived_at = at
    return write.save(organisation, by=by, why=why or because("Archived"), fields=["archived_at"])


@transaction.atomic
def restore_organisation(
    organisation: Organisation, *, by: User, seen: int | None = None
) -> Organisation:
    """Put it back into the directory."""
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if organisation.archived_at is None:
        raise Refused(_("This organisation is in the directory already."))
    if organisation.merged_into_id is not None:
        raise Refused(_("This organisation is merged into another one: undo that instead."))
    write.refuse_if_stale(organisation, seen)
    organisation.archived_at = None
    return write.save(organisation, by=by, why=because("Restored"), fields=["archived_at"])
