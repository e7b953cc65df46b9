"""What people say about a record, ready to be read: threads, and the forms to answer them."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.http import QueryDict

from measures.forms_discussion import WITH_STAFF, CommentForm
from measures.models import Comment, Implementation
from members.access import Access
from members.roles import Permission


@dataclass(frozen=True)
class Message:
    """One message, with who signs it."""

    key: int
    author: str
    is_of_staff: bool
    # An answer that the staff who read its thread do not see.
    is_kept: bool
    at: datetime.datetime
    body: str


@dataclass(frozen=True)
class Thread:
    """A first message, what answers it, and how it was settled."""

    key: int
    first: Message
    answers: tuple[Message, ...]
    is_with_staff: bool
    settled_by: str
    settled_at: datetime.datetime | None
    # Of those who may write, where the thread is open.
    form: CommentForm | None


@dataclass(frozen=True)
class Discussion:
    """The threads of a record that a person may read, the open ones apart."""

    waiting: tuple[Thread, ...]
    settled: tuple[Thread, ...]
    # None for those who only read.
    form: CommentForm | None
    # The form that has something to correct, whichever it is.
    refused: CommentForm | None

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.settled or self.form)


def discussion_of(
    access: Access,
    implementation: Implementation,
    *,
    kept: QueryDict | None = None,
    refused: CommentForm | None = None,
) -> Discussion:
    """All threads in one query, oldest first.

    `kept` is the form that an expired session interrupted; `refused` is one with something to
    correct. Either comes back where it was: under its thread, or at the end.
    """
    forms = _Forms(access, implementation, kept, refused)
    answers: dict[int, list[Comment]] = defaultdict(list)
    firsts = []
    rows = implementation.comments.open_to(access).select_related("author", "resolved_by")
    for comment in rows:
        if comment.parent_id is None:
            firsts.append(comment)
        else:
            answers[comment.parent_id].append(comment)
    threads = [_thread(first, answers[first.pk], forms) for first in firsts]
    return Discussion(
        waiting=tuple(thread for thread in threads if thread.settled_at is None),
        settled=tuple(thread for thread in threads if thread.settled_at is not None),
        # Last: what no thread has taken back belongs to the end.
        form=forms.take(None),
        refused=refused,
    )


def _thread(first: Comment, answers: list[Comment], forms: "_Forms") -> Thread:
    is_open = first.resolved_at is None
    return Thread(
        key=first.pk,
        first=_message(first),
        answers=tuple(_message(answer, thread=first) for answer in answers),
        is_with_staff=first.sharing == WITH_STAFF,
        settled_by=str(first.resolved_by or ""),
        settled_at=first.resolved_at,
        form=forms.take(first) if is_open else None,
    )


def _message(comment: Comment, *, thread: Comment | None = None) -> Message:
    author = comment.author
    return Message(
        key=comment.pk,
        author=str(author),
        is_of_staff=bool(author.portal_role),
        is_kept=thread is not None and comment.sharing != thread.sharing,
        at=comment.created_at,
        body=comment.body,
    )


class _Forms:
    """One form for each open thread and one for a new one; what was typed goes back to its own."""

    def __init__(
        self,
        access: Access,
        implementation: Implementation,
        kept: QueryDict | None,
        refused: CommentForm | None,
    ) -> None:
        self.access, self.implementation = access, implementation
        self.may_write = access.allows(Permission.COMMENT_WRITE)
        self.typed = refused
        if self.typed is None and kept is not None and "body" in kept:
            self.typed = self._new(kept)

    def take(self, parent: Comment | None) -> CommentForm | None:
        if not self.may_write:
            return None
        if self.typed is not None and self._belongs(self.typed, parent):
            form, self.typed = self.typed, None
        else:
            form = self._new(None, parent=parent)
        form.auto_id = f"reponse_{parent.pk}_%s" if parent else "message_%s"
        return form

    def _new(self, data: QueryDict | None, parent: Comment | None = None) -> CommentForm:
        return CommentForm(
            data,
            initial={"parent": parent.pk if parent else None},
            access=self.access,
            implementation=self.implementation,
        )

    @staticmethod
    def _belongs(form: CommentForm, parent: Comment | None) -> bool:
        # A thread that was settled meanwhile offers no form: its answer waits at the end.
        return parent is None or form.data.get("parent") == str(parent.pk)
