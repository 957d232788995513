"""A skill that will be missing, in words."""

from django.utils.translation import ngettext

from crm.domain.formatting import day_text, number, plural_of


def in_words(line):
    """Since when nobody is there for the skill, or too few days, and for how long it is asked for."""
    weeks, week = line.weeks_to_the_end, line.gap or line.lack
    words = {"day": day_text(week.monday), "weeks": weeks}
    if line.gap:
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
