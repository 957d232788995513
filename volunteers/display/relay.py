"""A skill that will be missing, in words."""

from django.utils.translation import ngettext

from crm.domain.formatting import day_text, number, plural_of


def in_words(skill):
    """Of a SkillCoverage with a problem: since when nobody is there, or too few days, and how long it is asked for."""
    weeks, week = skill.weeks_to_the_end, skill.first_problem
    words = {"day": day_text(week.monday), "weeks": weeks}
    if skill.gap:
        sentence = ngettext(
            "without anybody from %(day)s, for %(weeks)s week",
            "without anybody from %(day)s, for %(weeks)s weeks",
            weeks,
        )
        return sentence % words
    words |= {"confirmed": number(week.confirmed), "asked": number(week.asked)}
    sentence = ngettext(
        "covered in part from %(day)s: %(confirmed)s of %(asked)s day in that week",
        "covered in part from %(day)s: %(confirmed)s of %(asked)s days in that week",
        plural_of(week.asked),
    )
    return sentence % words
