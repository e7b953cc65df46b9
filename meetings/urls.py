"""The timeline, the meetings, what is said and promised there, and their syntheses."""

from django.urls import path

from meetings.views import (
    answers,
    barriers,
    calendars,
    commitments,
    convene,
    digest,
    documents,
    invitations,
    pages,
    participation,
    prepare,
    reviews,
    run,
    timeline,
    topics,
)

app_name = "meetings"

_organization = "organisations/<slug:org_slug>/"
_meeting = "rencontres/<slug:slug>/"
_run = f"{_meeting}animer/"
_synthesis = f"{_meeting}synthese/"

_meetings = [
    path("rencontres/", timeline.meeting_list, name="meeting_list"),
    path("rencontres/affiche.pdf", timeline.timeline_pdf, name="timeline_pdf"),
    path("rencontres/ajouter/", prepare.meeting_add, name="meeting_add"),
    path("rencontres/participation/", participation.participation, name="participation"),
    path(
        "rencontres/participation/export/<str:kind>/",
        participation.participation_export,
        name="participation_export",
    ),
    path(_meeting, pages.meeting_detail, name="meeting_detail"),
    path(f"{_meeting}preparer/", prepare.meeting_prepare, name="meeting_prepare"),
    path(f"{_meeting}etat/", prepare.meeting_state, name="meeting_state"),
    path(f"{_meeting}calendrier.ics", calendars.meeting_calendar, name="meeting_calendar"),
    path(f"{_meeting}enjeux/", barriers.meeting_barriers, name="meeting_barriers"),
]

_invitations = [
    path(f"{_meeting}convoquer/", convene.meeting_convene, name="meeting_convene"),
    path(f"{_meeting}annuler/", convene.meeting_cancel, name="meeting_cancel"),
    path(f"{_meeting}relancer/", convene.meeting_remind, name="meeting_remind"),
    path(f"{_meeting}repondre/", invitations.meeting_answer, name="meeting_answer"),
]

_room = [
    path(_run, run.meeting_run, name="meeting_run"),
    path(f"{_run}ecran/", run.meeting_screen, name="meeting_screen"),
    path(f"{_run}etat/", run.run_state, name="run_state"),
    path(f"{_run}cartes/<int:pk>/", run.entry_save, name="entry_save"),
    path(f"{_run}presences/", run.attendance_save, name="attendance_save"),
    path(f"{_run}promesses/", commitments.commitment_create, name="commitment_create"),
    path(f"{_meeting}promesses/transmettre/", commitments.commitment_send, name="commitment_send"),
    path("promesses/", commitments.commitment_table, name="commitment_table"),
    path(
        "promesses/<int:pk>/retirer/", commitments.commitment_withdraw, name="commitment_withdraw"
    ),
    path(f"{_organization}propositions/", commitments.proposal_list, name="proposal_list"),
    path(
        f"{_organization}propositions/<int:pk>/",
        commitments.proposal_answer,
        name="proposal_answer",
    ),
]

_documents = [
    path(f"{_meeting}depuis/", digest.meeting_digest, name="meeting_digest"),
    path(f"{_meeting}documents/", documents.document_add, name="document_add"),
    path("documents/<int:pk>/", documents.document_download, name="document_download"),
    path("documents/<int:pk>/retirer/", documents.document_remove, name="document_remove"),
]

_topics = [
    path("sujets/", topics.topic_table, name="topic_table"),
    path("sujets/<int:pk>/", topics.topic_answer, name="topic_answer"),
    path(f"{_organization}sujets/", topics.topic_list, name="topic_list"),
    path(
        f"{_organization}sujets/<int:pk>/reprendre/", topics.topic_withdraw, name="topic_withdraw"
    ),
]

_syntheses = [
    path(_synthesis, pages.synthesis_detail, name="synthesis_detail"),
    path(f"{_synthesis}rediger/", pages.synthesis_edit, name="synthesis_edit"),
    path(f"{_synthesis}publier/", pages.synthesis_publish, name="synthesis_publish"),
    path(f"{_synthesis}compiler/", reviews.synthesis_compile, name="synthesis_compile"),
    path(f"{_synthesis}revision/", reviews.review_open, name="review_open"),
    path(f"{_synthesis}reviser/", reviews.synthesis_review, name="synthesis_review"),
    path(f"{_synthesis}modifications/ajouter/", reviews.amendment_create, name="amendment_create"),
    path(f"{_synthesis}modifications/<int:pk>/", answers.amendment_answer, name="amendment_answer"),
    path(
        f"{_synthesis}versions/<int:number>/", reviews.synthesis_version, name="synthesis_version"
    ),
    path(f"{_synthesis}versions/<int:number>/pdf/", reviews.synthesis_pdf, name="synthesis_pdf"),
]

urlpatterns = [*_meetings, *_invitations, *_room, *_topics, *_documents, *_syntheses]
