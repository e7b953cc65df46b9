"""Twenty people write in one synthesis, twenty times each: nothing acknowledged is lost."""

from urllib.parse import urlencode

import pytest

from meetings.models import Synthesis, SynthesisPoint
from tests.factories import MeetingFactory, SynthesisFactory, SynthesisPointFactory, UserFactory
from tests.meetings.test_synthesis import address, opened

EDITORS, SAVES = 20, 20
# As the page says, since its form takes no file.
_AS_A_BROWSER = "application/x-www-form-urlencoded"


@pytest.fixture
def meeting(db):
    return MeetingFactory(held=True, slug="rencontre-4")


def test_twenty_editors_save_twenty_times_each(meeting, log_in_as):
    """All open the same text, each changes one point, and all save: every text is united."""
    synthesis = SynthesisFactory(meeting=meeting, version=1)
    points = [
        SynthesisPointFactory(synthesis=synthesis, text=f"{n}: rien", order=n)
        for n in range(EDITORS)
    ]
    clients = [log_in_as(UserFactory(facilitator=True)) for _ in points]
    for turn in range(SAVES):
        # Each says a word more after what their point said: losing one save would show.
        form = opened(clients[turn], meeting)
        for number, client in enumerate(clients):
            data = form | {"key": f"{number}-{turn}"}
            data[f"points-{number}-text"] += f" {turn}"
            answer = client.post(address(meeting), urlencode(data), content_type=_AS_A_BROWSER)
            assert answer.status_code == 302
    words = " ".join(map(str, range(SAVES)))
    texts = list(SynthesisPoint.objects.order_by("order").values_list("text", flat=True))
    assert texts == [f"{n}: rien {words}" for n in range(EDITORS)]
    assert Synthesis.objects.get().version == 1 + EDITORS * SAVES
