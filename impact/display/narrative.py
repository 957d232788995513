"""Baselines and results as sentences that a person can agree to, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from crm.domain.formatting import day_text, days, number
from impact.display.measurements import (
    both_of,
    finding,
    hours_text,
    money_text,
    survey_text,
    value_text,
    window,
)

HOURS_OF_WORK = ngettext_lazy("%(hours)s hour of work", "%(hours)s hours of work", "whole")


def sentence_of(baseline):
    """What was done by hand, by how many, in how long, what it took and how it is known."""
    indicator = baseline.metric.indicator
    words = {
        "name": indicator.name,
        "figure": value_text(baseline, indicator.units),
        "window": window(baseline),
        "team": number(baseline.team),
        "method": baseline.get_method_display(),
        "source": baseline.source.rstrip(". "),
        "grade": baseline.strength.label,
    }
    deed = (
        _("By hand, with a team of %(team)s, “%(name)s”: %(figure)s, %(window)s.")
        if baseline.team
        else _("By hand, “%(name)s”: %(figure)s, %(window)s.")
    )
    evidence = _("Method: %(method)s; source: %(source)s; strength of evidence: %(grade)s.")
    return " ".join(
        part
        for part in (
            deed % words,
            baseline_effort(baseline),
            evidence % words,
            survey_text(baseline),
        )
        if part
    )


def story_of(section):
    """One paragraph made of the results: what was given, what is done, and what each metric shows."""
    engagement = section.engagement
    beginning = _("The engagement “%(title)s” began on %(day)s; its stage is: %(stage)s.") % {
        "title": engagement.title,
        "day": day_text(engagement.started_on),
        "stage": engagement.get_stage_display(),
    }
    findings = [
        _("%(name)s: %(finding)s") % {"name": each.metric.indicator.name, "finding": finding(each)}
        for each in section.metrics
    ]
    sentences = (beginning, _given_and_reached(section), *findings)
    return " ".join(sentence for sentence in sentences if sentence)


def _given_and_reached(section):
    """Nothing of milestones before the first is planned: 0 of 0 says nothing."""
    words = {"done": number(section.milestones_done), "all": number(section.milestones)}
    if section.half_days is not None:
        words["days"] = days(section.half_days)
    if not section.milestones:
        return _("Lent people gave %(days)s.") % words if "days" in words else ""
    if "days" not in words:
        sentence = ngettext(
            "%(done)s of %(all)s milestones is reached.",
            "%(done)s of %(all)s milestones are reached.",
            section.milestones_done,
        )
    else:
        sentence = ngettext(
            "Lent people gave %(days)s, and %(done)s of %(all)s milestones is reached.",
            "Lent people gave %(days)s, and %(done)s of %(all)s milestones are reached.",
            section.milestones_done,
        )
    return sentence % words


def baseline_effort(baseline):
    """What it took, in all and for each result; empty where nothing of it is known."""
    whole = both_of(hours_text(baseline.hours, HOURS_OF_WORK), money_text(baseline.cost))
    for_each = both_of(hours_text(baseline.hours_per_result), money_text(baseline.cost_per_result))
    if for_each:
        return _("It took %(taken)s in all, so %(each)s for each result.") % {
            "taken": whole,
            "each": for_each,
        }
    return _("It took %(taken)s in all.") % {"taken": whole} if whole else ""
