"""The embedded engine, as TASKS names it: jobs in the database, SQLite or PostgreSQL, and nothing else to run."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from crm.models import Job
from crm.services import jobs

STATUS = {
    Job.State.WAITING: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}


class Backend(BaseTaskBackend):
    supports_defer = True
    supports_get_result = True

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Write the job down in the caller's transaction: one that is rolled back leaves none."""
        self.validate_task(task)
        job = jobs.add_job(
            task.module_path,
            normalize_json(list(args)),
            normalize_json(kwargs),
            at=timezone.now(),
            run_at=task.run_after,
        )
        return self._result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult:
        try:
            job = Job.objects.get(pk=result_id)
        except (Job.DoesNotExist, ValidationError) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return self._result_of(job, import_string(job.task))

    def _result_of(self, job: Job, task: Task) -> TaskResult:
        kind, _line, stack = job.trouble.partition("\n")
        path = kind if "." in kind else f"builtins.{kind}"
        result: TaskResult = TaskResult(
            task=task,
            id=str(job.pk),
            status=STATUS[Job.State(job.state)],
            enqueued_at=job.made_at,
            started_at=job.started_at,
            last_attempted_at=job.started_at,
            finished_at=job.ended_at,
            args=job.args,
            kwargs=job.kwargs,
            backend=self.alias,
            errors=[TaskError(exception_class_path=path, traceback=stack)] if kind else [],
            worker_ids=[job.worker] * job.attempts,
        )
        object.__setattr__(result, "_return_value", job.result)  # as the library's own engines do
        return result
