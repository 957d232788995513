from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.domain import formatting
from crm.domain.formatting import day_text, weekday_number
from crm.domain.refusals import Refused
from crm.domain.workdays import holiday_name, monday_of
from crm.forms.fields import AskedField, DayField, SeenField
from volunteers.models import FULL_DAY

HALVES = [("0", "0"), ("1", "½"), (str(FULL_DAY), "1")]
SAID = {"0": _("nothing"), "1": _("half a day"), str(FULL_DAY): _("a whole day")}
DAY_OFFSETS = range(7)
WORKING_DAYS = 5
WORD_FIELDS = ("done", "blocked", "next")


def lines(label):
    return forms.CharField(
        label=label,
        max_length=4_000,
        required=False,
        # A style shows what belongs to a field once it holds something: it looks at the placeholder.
        widget=forms.Textarea(attrs={"rows": 1, "placeholder": " ", "enterkeyhint": "next"}),
    )


class HalfDays(forms.RadioSelect):
    """Nothing, half or all of a day. Each choice is called by its day too: they lie on top of each other."""

    def __init__(self, day):
        super().__init__()
        self.day = day

    def create_option(self, name, value, label, *args, **kwargs):
        option = super().create_option(name, value, label, *args, **kwargs)
        option["attrs"]["aria-label"] = f"{label}, {SAID[value]}, {self.day}"
        return option


@dataclass(frozen=True)
class DayOnPage:
    """A day as the page shows it; `closed` says why it cannot be answered, and is empty where it can."""

    field: forms.BoundField
    day: date
    closed: str
    is_today: bool

    @property
    def answer(self):
        """What is chosen, as it is sent."""
        value = str(self.field.value())
        return value if value in SAID else "0"

    @property
    def shown(self):
        return dict(HALVES)[self.answer]

    @property
    def is_locked(self):
        return self.field.form.is_locked(self.day)

    @property
    def is_apart(self):
        """A public holiday is not offered among the working days unless it was worked."""
        is_working_day = self.day.weekday() < WORKING_DAYS
        is_free = bool(self.field.help_text) and self.answer == "0"
        return not is_working_day or (is_free and not self.closed and not self.field.errors)


class WeekForm(forms.Form):
    """One week on a phone: three texts and, for each day, nothing, half or all of it.

    Days that cannot be logged (to come, outside the assignment, signed by both sides) are disabled and keep what is
    saved. `undoes` bears which words of the lead the person has read that a changed day takes back, and `days_seen` the
    days that were saved when the page was drawn.
    """

    conditions = {"done": _("(required without a day or a line below)")}
    seen = SeenField()
    week = DayField(widget=forms.HiddenInput)
    undoes = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    days_seen = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
    done = lines(_("Done"))
    blocked = lines(_("What blocks"))
    opens_blocker = forms.BooleanField(
        label=_("Open a blocker: the coordinator sees it at once"), required=False
    )
    blocks_again = AskedField(label=_("It blocks again"))
    next = lines(_("What comes next"))
    planned = forms.BooleanField(label=_("Planned for this week: is it done?"), required=False)
    more_days = AskedField(label=_("It is so: I worked these days"))

    def __init__(
        self, *args, monday, today, may_log, is_locked, has_words=False, plan="", **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.monday, self.today, self.is_locked = monday, today, is_locked
        self.plan = plan
        if has_words:
            self.conditions = self.conditions | {"done": _("(required without a line below)")}
        for offset in DAY_OFFSETS:
            day = monday + timedelta(days=offset)
            self.fields[f"day_{offset}"] = forms.ChoiceField(
                label=weekday_number(day),
                choices=HALVES,
                widget=HalfDays(weekday_number(day)),
                required=False,
                disabled=not may_log(day),
                help_text=holiday_name(day) or "",
            )

    def clean(self):
        cleaned = super().clean()
        week = cleaned.get("week")
        if week and not self.is_of_this_week:
            sentence = _(
                "This was written about the week of %(sent)s. Nothing is saved: this page is about %(here)s."
            )
            days = {"sent": day_text(week), "here": day_text(self.monday)}
            self.add_error(None, sentence % days)
        self._take_plan_over(cleaned)
        return cleaned

    def _take_plan_over(self, cleaned):
        """What was planned and is done stands before what is typed, once however often it is sent."""
        done = cleaned.get("done")
        if not cleaned.get("planned") or done is None or self.plan in done:
            return
        cleaned["done"] = "\n".join(text for text in (self.plan, done) if text)
        try:
            self.fields["done"].run_validators(cleaned["done"])
        except ValidationError as too_long:
            self.add_error("done", too_long)

    @property
    def is_of_this_week(self):
        """The week that was sent is the one of this page: what is written about one is never moved to another."""
        week = self.cleaned_data.get("week")
        return week is not None and monday_of(week) == self.monday

    def read_confirmed(self, sheets):
        """Put on the page which months the lead has confirmed, in these versions: the form sends them back."""
        self._bear("undoes", {sheet.month: sheet.version for sheet in sheets})

    def read_days(self, saved):
        """Put on the page which days are saved, {date: half-days}: the form sends them back."""
        self._bear("days_seen", saved)

    def _bear(self, name, numbers):
        words = ",".join(f"{day}:{number}" for day, number in numbers.items())
        self.fields[name].initial = words
        if self.is_bound:
            self.data = self.data.copy()
            self.data[self.add_prefix(name)] = words

    def taken_back(self):
        """{first day of a month: version} as the page had them; empty where they cannot be read."""
        return self._borne("undoes") or {}

    def seen_days(self):
        """{date: half-days} as the page had them; None where it does not say."""
        return self._borne("days_seen") if self.add_prefix("days_seen") in self.data else None

    def _borne(self, name):
        """None where it cannot be read."""
        try:
            pairs = [pair.split(":") for pair in self.cleaned_data.get(name, "").split(",") if pair]
            return {date.fromisoformat(day): int(number) for day, number in pairs}
        except ValueError:
            return None

    def days_on_page(self):
        return [self._day_on_page(offset) for offset in DAY_OFFSETS]

    def _day_on_page(self, offset):
        field, day = self[f"day_{offset}"], self.monday + timedelta(days=offset)
        closed = ""
        if self.is_locked(day):
            closed = _("locked")
        elif field.field.disabled:
            closed = _("to come") if day > self.today else _("outside the mission")
        return DayOnPage(field, day, closed, day == self.today)

    def half_days(self):
        """Of the whole week as the form has it, whether or not it is saved."""
        return sum(int(day.answer) for day in self.days_on_page())

    def days(self):
        """Half-days by date; a day without an answer keeps what was logged."""
        answers = {offset: self._answer(f"day_{offset}") for offset in DAY_OFFSETS}
        return {
            self.monday + timedelta(days=offset): int(half_days)
            for offset, half_days in answers.items()
            if half_days
        }

    def _answer(self, name):
        """A day that is not offered is not sent; sent by an older page, it is refused in words and not passed over."""
        if not self.fields[name].disabled:
            return self.cleaned_data.get(name)
        sent = self.data.get(self.add_prefix(name))
        return (
            sent
            if sent in dict(HALVES) and sent != self.get_initial_for_field(self.fields[name], name)
            else None
        )

    def compare_days(self, saved):
        """Add to what somebody else saved meanwhile the days that differ from what is chosen here."""
        chosen = self.days()
        self.saved_now += [
            (self[f"day_{offset}"].label, formatting.days(half_days))
            for offset in DAY_OFFSETS
            for day in [self.monday + timedelta(days=offset)]
            if (half_days := saved.get(day, 0)) != chosen.get(day, half_days)
        ]

    def refuse_to_drop(self, log):
        """“Nothing this week” asks once where words are typed and nowhere saved; what is saved can be put back."""
        typed = [self.data.get(self.add_prefix(name), "").strip() for name in WORD_FIELDS]
        saved = [getattr(log, name, "") for name in WORD_FIELDS]
        if any(typed) and typed != saved and not self.cleaned_data.get("sure"):
            self.data = self.data.copy()
            self.data[self.add_prefix("sure")] = "1"
            raise Refused(
                _(
                    "You have typed words that are not saved. Save your week, or choose “Nothing this week” again."
                )
            )

    def words(self):
        """The texts and boxes. The box under “What blocks” is ticked from the start, and counts only where text is."""
        words = {
            name: self.cleaned_data[name]
            for name in (*WORD_FIELDS, "opens_blocker", "blocks_again", "more_days")
        }
        return words | {"opens_blocker": words["opens_blocker"] and bool(words["blocked"])}
