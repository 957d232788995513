"""Jobs are rows: one that is written is run, by one worker, and again where that worker dies or it breaks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus, default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist

from crm.domain.refusals import Refused
from crm.models import Job, Organisation
from crm.services import jobs
from tests.crm import some_tasks

pytestmark = pytest.mark.django_db

State = Job.State


class Clock:
    """The moment that the engine is told, moved on by hand. Jobs are written at the real one, which is before."""

    def __init__(self):
        self.now = datetime(2099, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.now

    def forward(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


def run(clock, worker="one"):
    return jobs.run_due(worker, clock=clock)


class TestEnqueue:
    def test_what_is_rolled_back_never_runs(self, clock):
        with transaction.atomic():
            some_tasks.add.enqueue(1, 2)
            transaction.set_rollback(True)

        assert run(clock) == 0

    def test_a_job_has_its_time(self, clock):
        some_tasks.add.using(run_after=clock() + timedelta(minutes=1)).enqueue(1, 2)

        assert run(clock) == 0
        clock.forward(minutes=1)
        assert run(clock) == 1

    def test_what_no_engine_can_write_down_is_refused_at_once(self):
        with pytest.raises(TypeError):
            some_tasks.add.enqueue(object(), 2)


class TestRun:
    def test_its_result_can_be_read_by_whoever_asked(self, clock):
        asked = some_tasks.add.enqueue(1, b=2)
        assert asked.status == TaskResultStatus.READY
        run(clock)

        asked.refresh()
        assert (asked.status, asked.return_value) == (TaskResultStatus.SUCCESSFUL, 3)

    def test_nobody_reads_the_result_of_none(self):
        for key in ("7", "0" * 32):
            with pytest.raises(TaskResultDoesNotExist):
                default_task_backend.get_result(key)

    def test_each_is_run_once_in_the_order_of_their_time(self, clock):
        names = ["Une", "Deux", "Trois"]
        for name in names:
            some_tasks.add_organisation.enqueue(name)

        assert (run(clock), run(clock)) == (3, 0)
        assert list(Organisation.objects.order_by("pk").values_list("name", flat=True)) == names

    def test_one_that_breaks_stops_no_other(self, clock):
        some_tasks.break_down.enqueue("word")
        some_tasks.add_organisation.enqueue("Deux")

        assert run(clock) == 2
        assert Organisation.objects.filter(name="Deux").exists()


class TestRetries:
    def test_it_is_tried_later_each_time_and_at_last_failed_in_the_open(self, clock):
        asked = some_tasks.break_down.enqueue("word")
        waits = []
        while (job := Job.objects.get(pk=asked.id)).state == State.WAITING:
            clock.now = max(clock.now, job.run_at)
            began = clock.now
            assert run(clock) == 1
            waits.append(Job.objects.get(pk=asked.id).run_at - began)

        assert waits[:-1] == jobs.WAITS
        asked.refresh()
        assert (asked.status, asked.attempts) == (TaskResultStatus.FAILED, len(jobs.WAITS) + 1)

    def test_what_is_kept_of_an_error_says_where_and_never_what_was_typed(self, clock):
        asked = some_tasks.break_down.enqueue("word")
        run(clock)

        trouble = Job.objects.get(pk=asked.id).trouble
        assert trouble.startswith("ValueError\n")
        assert "tests/crm/some_tasks.py" in trouble
        assert "CANARY" not in trouble
        asked.refresh()
        assert asked.errors[0].exception_class is ValueError

    def test_a_failed_one_is_tried_again_by_hand(self, clock):
        asked = some_tasks.break_down.enqueue("word")
        Job.objects.update(state=State.FAILED, ended_at=clock(), attempts=5)
        job = Job.objects.get(pk=asked.id)

        jobs.try_again(job, at=clock())
        assert run(clock) == 1
        assert Job.objects.get(pk=job.pk).state == State.WAITING

    def test_what_is_done_stays_so(self, clock):
        asked = some_tasks.add.enqueue(1, 2)
        run(clock)

        with pytest.raises(Refused, match="done, or runs"):
            jobs.try_again(Job.objects.get(pk=asked.id), at=clock())


class TestLease:
    def test_what_a_worker_holds_is_left_alone_until_its_lease_is_over(self, clock):
        some_tasks.add.enqueue(1, 2)
        assert jobs._lease("dead", clock()) is not None

        clock.forward(seconds=59)
        assert run(clock, "other") == 0
        clock.forward(seconds=1)
        assert run(clock, "other") == 1
        job = Job.objects.get()
        assert (job.state, job.attempts, job.worker) == (State.DONE, 2, "other")

    def test_whoever_lost_it_meanwhile_changes_nothing(self, clock):
        some_tasks.add.enqueue(1, 2)
        slow = jobs._lease("slow", clock())
        clock.forward(minutes=2)
        run(clock, "other")

        jobs._put_back(slow, ValueError(), clock())
        assert Job.objects.get().state == State.DONE


def test_what_ended_is_forgotten_after_a_month(clock):
    some_tasks.add.enqueue(1, 2)
    run(clock)
    some_tasks.add.enqueue(3, 4)
    clock.forward(days=jobs.KEPT_DAYS, seconds=1)

    assert jobs.forget_old_jobs(at=clock()) == 1
    assert Job.objects.get().state == State.WAITING
