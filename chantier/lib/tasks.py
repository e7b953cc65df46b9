"""Work that a request does not wait for: the one place that knows where `task` comes from.

Django 6 holds this as `django.tasks`; there, the imports below change and nothing else.

`enqueue` inside a transaction is part of it: a task is seen by a worker once the transaction is
committed, and not at all when it is rolled back. A task may run more than once (its process is
killed just before it says that it is done), so each must be idempotent: it looks at what is
already made, takes primary keys rather than contents, and ends quietly when nothing is left to do.
"""

from django_tasks import task, task_backends
from django_tasks.base import Task, TaskContext, TaskResultStatus
from django_tasks.signals import task_finished, task_started

__all__ = [
    "Task",
    "TaskContext",
    "TaskResultStatus",
    "task",
    "task_backends",
    "task_finished",
    "task_started",
]
