from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.models.people import User

GONE_AFTER = timedelta(minutes=5)  # a worker says that it is there every half minute


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_administrator else self.none()

    def due(self, at: datetime) -> Self:
        """Those to run now: whose time has come, and those whose worker has not been heard of since its lease ended."""
        waiting = Q(state=Job.State.WAITING, run_at__lte=at)
        lost = Q(state=Job.State.RUNNING, leased_until__lte=at)
        return self.filter(waiting | lost).order_by("run_at", "made_at", "pk")

    def unfinished(self) -> Self:
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def failed(self) -> Self:
        return self.filter(state=Job.State.FAILED)


class Job(models.Model):
    """A task to run once, some time from `run_at` on: the embedded engine of the tasks API.

    A worker holds it until `leased_until`, and renews that while it runs.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    task = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    made_at = models.DateTimeField()
    run_at = models.DateTimeField(_("next try"))
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    leased_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, blank=True)
    result = models.JSONField(null=True)
    trouble = models.TextField(
        blank=True
    )  # the class of the error and the lines of the code, without its text

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["run_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_unfinished",
            ),
            models.Index(fields=["state", "-made_at"], name="job_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_is_leased_iff_it_runs",
                condition=Q(state="running", leased_until__isnull=False)
                | (~Q(state="running") & Q(leased_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_ended_iff_done_or_failed",
                condition=Q(state__in=["done", "failed"], ended_at__isnull=False)
                | Q(state__in=["waiting", "running"], ended_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.task} {self.pk}"


class Schedule(models.Model):
    """When a job that comes back is due next, and when it was last done."""

    name = models.CharField(max_length=200, primary_key=True)
    next_at = models.DateTimeField(_("next time"))
    done_at = models.DateTimeField(_("last done"), null=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self):
        return self.name


class WorkerQuerySet(models.QuerySet["Worker"]):
    def present(self, at: datetime) -> Self:
        return self.filter(seen_at__gte=at - GONE_AFTER)


class Worker(models.Model):
    """A process that does the background work, and when it was last heard of."""

    name = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last heard of"), db_index=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        constraints = [
            models.CheckConstraint(
                name="worker_is_seen_after_it_started", condition=Q(seen_at__gte=F("started_at"))
            )
        ]

    def __str__(self):
        return self.name
