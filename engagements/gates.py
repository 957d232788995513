"""What must be there before a stage, and what keeps an organisation or a person from going; upper apps add theirs."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.audit.reasons import Reason, because
from crm.models import Membership, Organisation, User
from crm.selectors.holds import Held, hold, in_hands, named
from engagements.domain.stages import Stage, gate
from engagements.models import FULL_TIME, Engagement, Side, Signature
from engagements.selectors import autonomy, holdings


@gate(Stage.DESIGN, "full-time-lead", "engagements:lead-appoint")
def has_full_time_lead(engagement: Engagement, today: date) -> Reason | None:
    """A full-time project lead at the supported organisation, today."""
    if not engagement.leads.current(today).filter(share=FULL_TIME).exists():
        return because("Appoint a full-time project lead first.")
    return None


@gate(Stage.BUILD, "running-cost-ceiling", "engagements:engagement-change")
def has_agreed_ceiling(engagement: Engagement, today: date) -> Reason | None:
    """What the solution may cost a month, agreed with the supported organisation."""
    if engagement.running_cost_ceiling is None:
        return because("Agree a running-cost ceiling with the organisation first.")
    return None


@gate(Stage.LAUNCH, "accepted-milestone", "engagements:engagement-roadmap")
def has_accepted_milestone(engagement: Engagement, today: date) -> Reason | None:
    if not engagement.milestones.filter(accepted_on__isnull=False).exists():
        return because("Have at least one milestone accepted first.")
    return None


@gate(Stage.LAUNCH, "address", "engagements:solution-create")
def has_address(engagement: Engagement, today: date) -> Reason | None:
    if not engagement.solutions.exclude(url="").exists():
        return because("Write down the address of the solution first.")
    return None


@gate(Stage.HANDOVER, "running-costs", "engagements:engagement-autonomy")
def has_running_costs(engagement: Engagement, today: date) -> Reason | None:
    if not engagement.running_costs.exists():
        return because("Write down what the solution costs to run.")
    return None


@gate(Stage.HANDOVER, "owners", "engagements:engagement-autonomy")
def has_owners(engagement: Engagement, today: date) -> Reason | None:
    """Each part of the solution has a named holder."""
    if missing := autonomy.parts_without_owner(engagement):
        return because("Write down who holds: %(parts)s.", parts=missing)
    return None


@gate(Stage.AUTONOMOUS, "drills", "engagements:engagement-autonomy")
def has_drills(engagement: Engagement, today: date) -> Reason | None:
    """Each drill that every organisation must pass was done alone, once at least."""
    if missing := autonomy.drills_to_do(engagement):
        return because("Have these done by the organisation alone: %(drills)s.", drills=missing)
    return None


@gate(Stage.AUTONOMOUS, "signatures", "engagements:engagement-autonomy")
def has_signatures(engagement: Engagement, today: date) -> Reason | None:
    """Both sides' last word on the hand-over is there, and neither disagrees."""
    signatures = autonomy.last_signatures(engagement.signatures.all(), Signature.Occasion.HANDOVER)
    if missing := [side.label for side in Side if side not in signatures]:
        return because("The hand-over waits for the signature of %(sides)s.", sides=missing)
    if against := [row.name for row in signatures.values() if not row.agrees]:
        return because(
            "%(names)s disagrees with the hand-over: settle it and sign anew.", names=against
        )
    return None


@hold
def engagements_under_way(organisation: Organisation, today: date) -> str | None:
    engagements = Engagement.objects.active().filter(
        Q(beneficiary=organisation) | Q(member=organisation)
    )
    titles = list(engagements.order_by("title", "pk").values_list("title", flat=True))
    if not titles:
        return None
    sentence = ngettext(
        "%(number)s engagement is under way: %(names)s.",
        "%(number)s engagements are under way: %(names)s.",
        len(titles),
    )
    return sentence % {"number": len(titles), "names": named(titles)}


@in_hands
def what_they_follow_and_own(user: User, membership: Membership | None) -> Held | None:
    rows_by_kind = holdings.held_by_role(user, membership)
    if not rows_by_kind:
        return None
    words = {"person": user, "things": holdings.in_words(rows_by_kind)}
    sentence = (
        _("%(person)s still holds: %(things)s. Say on their page of leaving who takes over.")
        % words
    )
    return Held(sentence, reverse("engagements:person-leave", args=[user.pk]))
