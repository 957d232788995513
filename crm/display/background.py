"""What Relais does by itself, in words: the jobs of each day, and why a mail did not leave."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import Job, OutgoingMail, Schedule

# By the names that the settings use for them.
JOB_LABELS: dict[str, Promise] = {
    "crm.services.upkeep.run_upkeep": gettext_lazy(
        "Reminders, late requests, deletion of what was kept long enough"
    ),
    "crm.services.upkeep.run_end_of_sessions": gettext_lazy("End of old sessions"),
    "crm.services.digest.run_morning": gettext_lazy("Mails of what waits for each person"),
    "engagements.services.survival.run_upkeep": gettext_lazy(
        "Questions to organisations that stand alone"
    ),
    "volunteers.services.companies.run_upkeep": gettext_lazy("Changes of company"),
    "volunteers.services.week_links.run_morning": gettext_lazy("Links of the week to volunteers"),
}
NO_ANSWER = {
    "ConnectionRefusedError",
    "ConnectionResetError",
    "SMTPConnectError",
    "SMTPHeloError",
    "SMTPServerDisconnected",
    "TimeoutError",
    "gaierror",
    "OSError",
}


@dataclass(frozen=True)
class ScheduleRow:
    label: str
    done_at: datetime | None
    next_at: datetime


@dataclass(frozen=True)
class JobRow:
    """A job that is not done; `trouble` is the class of its last error, "" where it has not failed."""

    job: Job
    label: str
    trouble: str
    can_try_again: bool


def schedule_row(schedule: Schedule) -> ScheduleRow:
    return ScheduleRow(label_of(schedule.name), schedule.done_at, schedule.next_at)


def job_row(job: Job) -> JobRow:
    """A job of the settings is called by its own words, any other by the name of its task."""
    name = str(job.args[0]) if job.args and job.args[0] in JOB_LABELS else job.task
    return JobRow(
        job=job,
        label=label_of(name),
        trouble=job.trouble.partition("\n")[0],
        can_try_again=job.state in {Job.State.WAITING, Job.State.FAILED},
    )


def label_of(name: str) -> str:
    return str(JOB_LABELS.get(name, name))


def trouble_of(mail: OutgoingMail) -> str:
    """Why it did not leave, for whoever can mend it; "" where nothing is wrong."""
    name, _colon, code = mail.trouble.partition(":")
    if not name:
        return ""
    if name in NO_ANSWER:
        return _("The mail server does not answer.")
    words = {"code": code or "—"}
    sentences = {
        "too late": _("Nobody needs it any more: it would have come too late."),
        "SMTPRecipientsRefused": _("The mail server refuses this address (%(code)s).") % words,
        "SMTPDataError": _("The mail server refuses this mail (%(code)s).") % words,
        "SMTPAuthenticationError": _(
            "The mail server refuses our log-in: see EMAIL_USER and EMAIL_PASSWORD."
        ),
        "SMTPSenderRefused": _("The mail server refuses our own address: see RELAIS_FROM."),
        "SMTPNotSupportedError": _("The mail server cannot write to this address."),
    }
    return sentences.get(name, mail.trouble)
