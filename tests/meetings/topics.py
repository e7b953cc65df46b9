"""What the pages of meetings show in longer worlds: topics, and what goes with a meeting."""

from tests.factories import AgendaItemFactory, MeetingDocumentFactory, MeetingFactory, TopicFactory
from tests.factories.live import MOMENT


def grow_topics(organization, meeting):
    """Topics that wait or have their answer, of this organization and another, and documents."""
    waiting = TopicFactory(organization=organization)
    answered = {"answered_at": MOMENT, "answered_by": waiting.created_by}
    taken = TopicFactory(organization=organization, state="taken", meeting=meeting, **answered)
    AgendaItemFactory(meeting=meeting, topic=taken)
    TopicFactory(organization=organization, state="declined", answer="Plus tard.", **answered)
    TopicFactory()
    MeetingFactory(draft=True)
    MeetingDocumentFactory(meeting=meeting, role="before")
    MeetingDocumentFactory(meeting=meeting, role="recording", is_file=True)
