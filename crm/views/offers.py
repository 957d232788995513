from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm import permissions
from crm.audit import history
from crm.forms.offers import OfferForm
from crm.forms.organisations import members_of
from crm.forms.refusals import refusals_in
from crm.models import MemberOffer
from crm.selectors import orientation
from crm.services.offers import save_offer


@require_safe
def offer_list(request):
    if not permissions.can_read_requests(request.user):
        raise PermissionDenied
    offers = MemberOffer.objects.visible_to(request.user).for_list()
    context = {
        "offers": orientation.offers_in_words(offers),
        "without": members_of(request.user).filter(is_member=True, offer=None),
    }
    return TemplateResponse(request, "crm/offer_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_create(request, pk):
    """The first conditions of a member; one that has some changes them."""
    member = get_object_or_404(
        members_of(request.user).filter(is_member=True).select_related("offer"), pk=pk
    )
    if hasattr(member, "offer"):
        return redirect(member.offer)
    form = OfferForm(request.POST or None, instance=MemberOffer(member=member))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            save_offer(form.instance, by=request.user)
            messages.success(request, _("The offer of %(name)s is saved.") % {"name": member})
            return redirect("crm:offer-list")
    context = {
        "form": form,
        "offer": form.instance,
        "trial": None,
        "can_change": True,
        "entries": [],
    }
    return TemplateResponse(
        request, "crm/offer_change.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def offer_change(request, pk):
    """A member's own conditions. “Try” saves nothing: it shows where past requests would have gone."""
    offer = get_object_or_404(
        MemberOffer.objects.visible_to(request.user).select_related("member"), pk=pk
    )
    can_change = permissions.can_change_offer(request.user, offer)
    if request.method == "POST" and not can_change:
        raise PermissionDenied
    form = OfferForm(request.POST or None, instance=offer)
    trial = None
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            trial = orientation.try_offer(form.instance)
        else:
            with refusals_in(form):
                save_offer(form.instance, by=request.user, seen=form.cleaned_data["seen"])
                messages.success(
                    request, _("The offer of %(name)s is saved.") % {"name": offer.member}
                )
                return redirect("crm:offer-list")
    context = {
        "form": form,
        "offer": offer,
        "trial": trial,
        "can_change": can_change,
        "entries": history.entries(offer),
    }
    return TemplateResponse(
        request, "crm/offer_change.html", context, status=422 if form.errors else 200
    )
