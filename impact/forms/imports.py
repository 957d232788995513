from django import forms
from django.utils.translation import gettext_lazy as _

from crm.files.uploaded_tables import MAX_BYTES, MAX_ROWS
from crm.forms.fields import WholeField


class ImportForm(forms.Form):
    conditions = {
        "text": _("(required without a file)"),
        "file": _("(required without a table above)"),
    }
    text = forms.CharField(
        label=_("Table"),
        required=False,
        max_length=MAX_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Copied from a spreadsheet, with its row of headings."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        max_length=200,
        help_text=_("XLSX, ODS or CSV, 2 MB at most."),
    )
    sheet = forms.CharField(
        label=_("Sheet of the file"),
        required=False,
        max_length=100,
        help_text=_("Empty: the first one in which known headings stand."),
    )
    heading = WholeField(
        label=_("Row of the headings"),
        required=False,
        min_value=1,
        max_value=MAX_ROWS,
        help_text=_("Empty: the first row in which known headings stand."),
    )
