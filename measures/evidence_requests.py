"""The evidence that ECPAR staff ask for on a record, as its page shows it to both sides."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from measures.forms_evidence import AnswerForm, RequestForm
from measures.models import EvidenceRequest, Implementation
from members.access import Access
from members.roles import Permission


@dataclass(frozen=True)
class RecordRequests:
    """What waits, what was settled, and the forms of those who may ask or answer."""

    waiting: EvidenceRequest | None
    past: Sequence[EvidenceRequest]
    ask_form: RequestForm | None
    answer_form: AnswerForm | None
    may_withdraw: bool

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.past or self.ask_form)


def requests_of(
    access: Access,
    implementation: Implementation,
    *,
    kept: QueryDict | None = None,
    ask_form: RequestForm | None = None,
    answer_form: AnswerForm | None = None,
) -> RecordRequests:
    """One query, and one more for the library of the answer.

    `kept` is what an expired session interrupted; the forms given are those with something to
    correct.
    """
    rows = list(implementation.evidence_requests.select_related("asked_by", "closed_by"))
    waiting = next((row for row in rows if row.is_waiting), None)
    may_ask = access.allows(Permission.EVIDENCE_REQUEST)
    if ask_form is None and may_ask and waiting is None:
        ask_form = RequestForm(kept if kept and "message" in kept else None)
    if answer_form is None and access.may_edit and waiting:
        is_mine = kept is not None and "answer-answer" in kept
        answer_form = AnswerForm(kept if is_mine else None, implementation=implementation)
    past = [row for row in reversed(rows) if not row.is_waiting]
    return RecordRequests(waiting, past, ask_form, answer_form, may_withdraw=may_ask)
