from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from crm.domain.todos import MAX_SHOWN
from crm.models import Organisation
from crm.selectors.second_factor import with_factor
from engagements import permissions
from engagements.models import Engagement, PostMortem
from engagements.selectors import troubles


@require_safe
def own(request):
    """The engagements that the person coordinates or leads, on the home page."""
    user, engagements = request.user, troubles.own_of(request.user)
    is_first = (
        not engagements
        and permissions.can_open_engagement(user)
        and not Engagement.objects.visible_to(user).exists()
    )
    context = {"engagements": engagements, "is_first": is_first}
    return TemplateResponse(request, "engagements/_own.html", context)


@require_safe
def of_organisation(request, pk):
    """On an organisation's page: what it is supported with, and what it runs as a member of the Coalition."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    engagements = Engagement.objects.visible_to(request.user).filter(
        Q(beneficiary=organisation) | Q(member=organisation)
    )
    rows = list(
        engagements.select_related("beneficiary").order_by("stage_rank", "sort_title", "pk")[
            : MAX_SHOWN + 1
        ]
    )
    context = {
        "organisation": organisation,
        "engagements": rows[:MAX_SHOWN],
        "is_cut": len(rows) > MAX_SHOWN,
        "roles": [],
        "can_let_go": permissions.can_let_go(request.user),
    }
    if context["can_let_go"]:
        roles = (
            organisation.memberships.not_over().filter(user__is_active=True).select_related("user")
        )
        context["roles"] = with_factor(roles).order_by("user__sort_name", "pk")[:MAX_SHOWN]
    return TemplateResponse(request, "engagements/_of_organisation.html", context)


@require_safe
def search_results(request):
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    engagements, post_mortems = [], []
    if text:
        visible = Engagement.objects.visible_to(request.user).looked_up(text, request)
        engagements = visible.select_related("beneficiary").order_by("sort_title", "pk")[:10]
        post_mortems = (
            PostMortem.objects.visible_to(request.user).looked_up(text, request).for_list()[:5]
        )
    context = {"engagements": engagements, "post_mortems": post_mortems, "text": text}
    return TemplateResponse(request, "engagements/_search_results.html", context)
