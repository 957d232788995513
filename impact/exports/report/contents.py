"""What the files of a report share: the beneficiary's word, the changes since, and the comparisons of a metric."""

from django.utils.translation import gettext as _

from crm.domain.formatting import day_text
from impact.display import messages
from impact.selectors import reports


def word_of(report):
    """The word of the beneficiary as data; None as long as it has given none."""
    if report.word_on is None:
        return None
    return {
        "agrees": report.word_agrees,
        "comment": report.word_comment,
        "on": report.word_on.isoformat(),
    }


def word_sentence(report):
    if report.word_on is None:
        return _("The beneficiary has not given its word on this report.")
    sentence = (
        _("The beneficiary agreed on %(day)s.")
        if report.word_agrees
        else _("The beneficiary disagreed on %(day)s.")
    ) % {"day": day_text(report.word_on)}
    return f"{sentence} {report.word_comment}".strip()


def changes_in_order(report):
    """[{"figure": its place, "said": sentence}] of what was corrected since, as the API and the JSON file have it."""
    changes = reports.changes_since(report)
    return [
        {"figure": place, "said": sentence}
        for place in sorted(changes)
        for sentence in changes[place]
    ]


def comparisons_of(summary):
    """Against the baseline, where there is one, then against each hypothesis."""
    return [*([summary.comparison] if summary.comparison else []), *summary.what_ifs]


def method_name(multiplier):
    return messages.METHODS.get(multiplier.method, multiplier.method)
