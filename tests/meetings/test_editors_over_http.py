"""Twenty people at once, each with a connection of their own, on one text: nothing is lost.

Every save says a word more in a point of one's own: such texts are united without a question.
Every fourth one also says it in a point that all share: those contradict each other, and are shown.
"""

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from string import ascii_lowercase, ascii_uppercase

import pytest
from django.urls import reverse

from meetings.models import Synthesis, SynthesisPoint
from members.models import AuditEntry
from tests.factories import MeetingFactory, SynthesisFactory, SynthesisPointFactory, UserFactory
from tests.live import Answer, Visitor, form_of, served

EDITORS, SAVES = 20, 20
SHARED = "points-0-text"
_STORED = re.compile(r"<h4>Texte enregistré</h4><p class=\"mt-2\">(.*?)</p>", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")


def word(number: int, turn: int) -> str:
    """Two letters: a point holds four hundred of these words."""
    return ascii_lowercase[number - 1] + ascii_uppercase[turn]


def is_shared(turn: int) -> bool:
    return turn % 4 == 0


@dataclass
class Editor:
    """Somebody who writes at the point `number`, and at the first one like everybody."""

    number: int
    visitor: Visitor
    path: str
    saved: int = 0
    shown: int = 0

    def work(self) -> None:
        pause = random.Random(self.number)  # noqa: S311
        with self.visitor:
            for turn in range(SAVES):
                time.sleep(pause.uniform(0, 3))
                self._save(turn, pause)

    def _save(self, turn: int, pause: random.Random) -> None:
        form = form_of(self.visitor.get(self.path).body, "synthese-") | {"act": "save"}
        time.sleep(pause.uniform(0, 1))
        said = word(self.number, turn)
        form[f"points-{self.number}-text"] += f" {said}"
        if is_shared(turn):
            form[SHARED] += f" {said}"
        answer = self.visitor.post(self.path, form)
        while answer.status == 409:
            self.shown += 1
            form = self._united(answer, said)
            time.sleep(pause.uniform(0, 0.3))
            answer = self.visitor.post(self.path, form)
        assert answer.status == 302, problems(answer.body)
        self.saved += 1

    def _united(self, answer: Answer, said: str) -> dict[str, str]:
        """What a careful person sends after reading both texts: both."""
        assert "Deux personnes ont modifié cette synthèse" in answer.body
        form = form_of(answer.body, "synthese-") | {"act": "save"}
        found = _STORED.search(answer.body)
        assert found, problems(answer.body)
        # The page says the kind before the text.
        stored = unescape(_TAGS.sub("", found[1])).partition(":")[2].strip()
        form[SHARED] = f"{stored} {said}"
        return form


@pytest.mark.django_db(transaction=True)
def test_twenty_editors_save_twenty_times_each_over_http(tmp_path, log_in_as):
    meeting = MeetingFactory(held=True, slug="rencontre-4")
    synthesis = SynthesisFactory(meeting=meeting, version=1)
    for order in range(EDITORS + 1):
        SynthesisPointFactory(synthesis=synthesis, text="Noté", order=order)
    people = [UserFactory(facilitator=True) for _ in range(EDITORS)]
    cookies = [log_in_as(person).cookies for person in people]
    path = reverse("meetings:synthesis_edit", args=[meeting.slug])
    with served(tmp_path) as port, ThreadPoolExecutor(EDITORS) as pool:
        editors = [
            Editor(number, Visitor(port, {"sessionid": jar["sessionid"].value}), path)
            for number, jar in enumerate(cookies, start=1)
        ]
        list(pool.map(Editor.work, editors))
    written = list(SynthesisPoint.objects.order_by("order").values_list("text", flat=True))
    numbers = range(1, EDITORS + 1)
    own = [[word(number, turn) for turn in range(SAVES)] for number in numbers]
    assert [text.split()[1:] for text in written[1:]] == own
    every = {said for words in own for turn, said in enumerate(words) if is_shared(turn)}
    assert set(written[0].split()[1:]) == every
    # A save is a version, and each has its line in the journal.
    saved = sum(editor.saved for editor in editors)
    assert saved == EDITORS * SAVES
    assert Synthesis.objects.get().version == 1 + saved
    assert AuditEntry.objects.filter(action="synthesis_save").count() == saved
    # People did meet, and were shown it.
    assert sum(editor.shown for editor in editors) > EDITORS


def problems(page: str) -> str:
    """What the page says is wrong, for whoever reads a failure."""
    said = re.search(r"<main.*?</main>", page, re.DOTALL)
    return " ".join(_TAGS.sub(" ", said[0] if said else page).split())[:1500]
