"""The views of a page that a person saves."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.forms.saved_views import SavedViewForm, ViewNameForm
from crm.models import SavedView
from crm.models.saved_views import PageWithViews
from crm.services import saved_views
from crm.views.access import FormPage, answer_form, form_page


@form_page
def view_create(request):
    asked = request.POST or request.GET
    name, query = asked.get("page"), asked.get("query", "")
    if name not in PageWithViews:
        return redirect("crm:home")  # one comes here from a page that can be kept
    form = SavedViewForm(request.POST or None, initial={"page": name, "query": query})
    page = FormPage(
        heading=_("Save this view"),
        verb=_("Save the view"),
        back=f"{reverse(name)}?{query}",
        done=_("The view is saved."),
    )

    def save():
        data = form.cleaned_data
        return saved_views.save_view(
            request.user, data["page"], name=data["name"], query=data["query"], at=timezone.now()
        )

    return answer_form(request, form, save, page)


@form_page
def view_change(request, pk):
    view = _get_view(request, pk)
    form = ViewNameForm(request.POST or None, instance=view)
    page = FormPage(
        heading=_("Rename the view"),
        verb=_("Rename"),
        back=view.get_absolute_url(),
        done=_("The view is renamed."),
    )
    return answer_form(
        request, form, lambda: saved_views.rename_view(view, form.cleaned_data["name"]), page
    )


@require_POST
def view_delete(request, pk):
    """The list stays as it is shown, so that one who changes their mind saves it again."""
    view = _get_view(request, pk)
    saved_views.remove_view(view)
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return redirect(view.get_absolute_url())


def _get_view(request, pk):
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
