from django.utils import timezone
from django.utils.translation import gettext as _

from crm.views.access import answer_form, form_page
from impact.forms.fundings import FundingForm
from impact.services import fundings
from impact.views.access import form_page_of, get_engagement_to_run, impact_of


@form_page
def funding_create(request, pk):
    engagement = get_engagement_to_run(request, pk)
    form = FundingForm(
        request.POST or None, user=request.user, initial={"starts_on": timezone.localdate()}
    )

    def save():
        fundings.add_funding(engagement, **form.cleaned_data, by=request.user)

    page = form_page_of(
        _("A funder of this engagement"), verb=_("Add the funder"), back=impact_of(engagement)
    )
    return answer_form(request, form, save, page)
