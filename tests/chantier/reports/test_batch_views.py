"""The page of the archive of a cycle: what the coordination sees, asks for and takes away."""

import datetime
import hashlib
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from chantier.reports.archive import places
from chantier.reports.models import ReportBatch
from members.models import AuditEntry
from tests.chantier.reports.batch import asked, submitted, waiting
from tests.factories import BatchItemFactory, CycleFactory, EvidenceFactory, OrganizationFactory
from tests.queue import DATABASE_QUEUE

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cycle(five_stages):
    return CycleFactory()


@pytest.fixture
def client(coordinator, log_in_as):
    return log_in_as(coordinator)


def address(name="report_batch", **kwargs):
    return reverse(f"reports:{name}", kwargs={"cycle": "2020-2021"} | kwargs)


def html(response):
    assert response.status_code == 200
    return response.content.decode()


class TestPage:
    def test_without_any_report_there_is_nothing_to_prepare(self, cycle, client):
        page = html(client.get(address()))
        assert "Aucun rapport n’est déposé" in page
        assert "Préparer l’archive" not in page

    def test_what_the_archive_will_hold(self, cycle, client):
        submitted(cycle, 2)
        OrganizationFactory()
        page = html(client.get(address()))
        assert "2 rapports en vigueur sur 3 attendus" in page
        assert "Préparer l’archive" in page

    def test_a_coming_cycle_has_none(self, client):
        CycleFactory(start_year=2098)
        assert client.get(address(cycle="2098-2099")).status_code == 404

    def test_it_is_reached_from_the_matrix_and_from_the_report_of_the_chantier(self, cycle, client):
        for place in (reverse("reports:report_matrix"), address("chantier_report")):
            assert address() in html(client.get(place))

    def test_one_under_way_shows_how_far_it_is_and_no_second_button(
        self, cycle, client, coordinator
    ):
        batch = waiting(cycle, coordinator)
        ReportBatch.objects.update(state="running")
        for state, version in zip(
            ("done", "done", "failed", "waiting"), submitted(cycle, 4), strict=True
        ):
            BatchItemFactory(batch=batch, version=version, state=state)
        page = html(client.get(address()))
        assert "3 rapports sur 4" in page
        assert '<progress class="import-progress" max="4" value="3"' in page
        assert "1 rapport en échec" in page
        assert "Préparer l’archive" not in page
        assert "Annuler la préparation" in page

    @pytest.mark.parametrize(("minutes", "says"), [(0, False), (3, True)])
    def test_a_worker_that_does_not_come_is_told(
        self, minutes, says, cycle, client, coordinator, settings
    ):
        settings.TASKS = DATABASE_QUEUE
        submitted(cycle, 1)
        client.post(address(), {"submission_key": uuid.uuid4()})
        moment = timezone.now() - datetime.timedelta(minutes=minutes)
        DBTaskResult.objects.update(enqueued_at=moment)
        page = html(client.get(address()))
        assert "En attente d’un début" in page
        assert ("tarde à commencer" in page) == says

    def test_ended_ones_say_who_when_how_large_and_what_they_hash_to(
        self, cycle, client, coordinator
    ):
        submitted(cycle, 1)
        batch = asked(cycle, coordinator)
        BatchItemFactory(batch=batch, version=submitted(cycle, 1)[0], state="failed")
        page = html(client.get(address()))
        for text in (str(coordinator), batch.sha256, "Prête", "1 rapport,"):
            assert text in page
        assert address("report_batch_download", pk=batch.pk) in page

    def test_one_that_is_erased_says_so_and_is_not_offered(self, cycle, client, coordinator):
        submitted(cycle, 1)
        asked(cycle, coordinator)
        ReportBatch.objects.update(erased_at=timezone.now())
        page = html(client.get(address()))
        assert "Effacée" in page
        assert "Télécharger" not in page

    def test_failed_reports_are_named_with_their_reason(self, cycle, client, coordinator):
        batch = waiting(cycle, coordinator)
        version = submitted(cycle, 1)[0]
        BatchItemFactory(batch=batch, version=version, state="failed", problem="PDF abîmé.")
        ReportBatch.objects.update(state="cancelled")
        page = html(client.get(address()))
        assert f"{version.report.organization}\u00a0: PDF abîmé." in page.replace(
            "&nbsp;", "\u00a0"
        )

    def test_the_last_one_comes_first_and_older_ones_leave_the_page(
        self, cycle, client, coordinator
    ):
        (version,) = submitted(cycle, 1)
        for _ in range(11):
            batch = waiting(cycle, coordinator)
            ReportBatch.objects.filter(pk=batch.pk).update(state="cancelled")
            BatchItemFactory(batch=batch, version=version)
        shown = [row.pk for row in client.get(address()).context["ended"]]
        assert shown == list(range(batch.pk, batch.pk - 10, -1))

    def test_archives_of_another_cycle_are_not_here(self, cycle, client, coordinator):
        other = CycleFactory(start_year=2015)
        batch = waiting(other, coordinator)
        assert "Préparation en cours" not in html(client.get(address()))
        for name in ("report_batch_cancel", "report_batch_download"):
            ask = client.post if name.endswith("cancel") else client.get
            assert ask(address(name, pk=batch.pk)).status_code == 404


class TestActs:
    def test_start_then_a_second_click(self, cycle, client, settings):
        settings.TASKS = DATABASE_QUEUE
        submitted(cycle, 1)
        key = {"submission_key": uuid.uuid4()}
        page = html(client.post(address(), key, follow=True))
        assert "La préparation de l’archive commence." in page
        assert "rien n’a été lancé en double" in html(client.post(address(), key, follow=True))
        assert ReportBatch.objects.count() == DBTaskResult.objects.count() == 1

    @pytest.mark.parametrize("key", ["", "n’importe quoi"])
    def test_a_form_without_its_key_starts_one_all_the_same(self, key, cycle, client):
        submitted(cycle, 1)
        client.post(address(), {"submission_key": key})
        assert ReportBatch.objects.get().state == "done"

    def test_nothing_to_prepare_is_said(self, cycle, client):
        page = html(client.post(address(), {}, follow=True))
        assert "Aucun rapport n’est déposé pour ce cycle." in page
        assert not ReportBatch.objects.exists()

    def test_cancel_then_again(self, cycle, client, coordinator):
        batch = waiting(cycle, coordinator)
        place = address("report_batch_cancel", pk=batch.pk)
        assert "Rien n’en est gardé" in html(client.post(place, follow=True))
        assert "était déjà terminée" in html(client.post(place, follow=True))
        assert ReportBatch.objects.get().state == "cancelled"


class TestFollowing:
    def test_the_bar_asks_again_for_itself_alone(self, cycle, client, coordinator):
        batch = waiting(cycle, coordinator)
        ReportBatch.objects.update(state="running")
        for state, version in zip(("done", "waiting"), submitted(cycle, 2), strict=True):
            BatchItemFactory(batch=batch, version=version, state=state)
        asks = {"archive": batch.pk}
        fragment = html(client.get(address(), asks | {"dit": "0"}, headers=HTMX))
        assert "<h1" not in fragment
        assert f'hx-get="{address()}?archive={batch.pk}&amp;dit=2"' in fragment
        # Half is done since it was last said.
        assert 'id="archive-dit" hx-swap-oob="innerHTML">1 rapport sur 2.' in fragment
        again = html(client.get(address(), asks | {"dit": "2"}, headers=HTMX))
        assert "archive-dit" not in again

    def test_one_that_a_colleague_asked_for_since_is_shown_as_it_is(
        self, cycle, client, coordinator
    ):
        batch = waiting(cycle, coordinator)
        response = client.get(address(), {"archive": batch.pk - 1, "dit": "3"}, headers=HTMX)
        assert response["HX-Retarget"] == "#archives"
        fragment = html(response)
        assert address("report_batch_cancel", pk=batch.pk) in fragment
        assert f"?archive={batch.pk}&amp;" in fragment
        assert "archive-dit" not in fragment

    def test_at_the_end_the_archives_take_the_place_of_the_bar(self, cycle, client, coordinator):
        submitted(cycle, 1)
        asked(cycle, coordinator)
        response = client.get(address(), {"dit": "7"}, headers=HTMX)
        assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#archives", "outerHTML")
        fragment = html(response)
        assert "hx-get" not in fragment
        assert "L’archive est prête." in fragment
        assert "Télécharger l’archive" in fragment


class TestDownload:
    def test_the_very_bytes_as_an_attachment_that_is_kept_nowhere(self, cycle, client, coordinator):
        submitted(cycle, 1)
        batch = asked(cycle, coordinator)
        response = client.get(address("report_batch_download", pk=batch.pk))
        data = b"".join(response.streaming_content)
        assert hashlib.sha256(data).hexdigest() == batch.sha256
        assert response["Content-Type"] == "application/zip"
        assert int(response["Content-Length"]) == batch.size
        assert "no-store" in response["Cache-Control"]
        day = timezone.localdate(batch.finished_at).isoformat()
        assert response["Content-Disposition"] == (
            f'attachment; filename="rapports-2020-2021-{day}.zip"'
        )
        entry = AuditEntry.objects.get(action="report_batch_download")
        assert (entry.actor, entry.after) == (
            coordinator,
            {"batch": batch.pk, "sha256": batch.sha256},
        )

    def test_to_ask_how_large_it_is_takes_nothing_away(self, cycle, client, coordinator):
        submitted(cycle, 1)
        batch = asked(cycle, coordinator)
        assert client.head(address("report_batch_download", pk=batch.pk)).status_code == 200
        assert not AuditEntry.objects.filter(action="report_batch_download").exists()

    @pytest.mark.parametrize("why", ["old", "erased", "cancelled", "missing"])
    def test_what_is_not_there_is_not_found(self, why, cycle, client, coordinator):
        submitted(cycle, 1)
        batch = asked(cycle, coordinator)
        rows, now = ReportBatch.objects.filter(pk=batch.pk), timezone.now()
        if why == "old":
            rows.update(finished_at=now - datetime.timedelta(days=7, minutes=1))
        elif why == "erased":
            rows.update(erased_at=now)
        elif why == "cancelled":
            rows.update(state="cancelled")
        else:
            places.forget_archive(batch)
        place = address("report_batch_download", pk=batch.pk)
        assert client.get(place).status_code == 404
        assert not AuditEntry.objects.filter(action="report_batch_download").exists()

    def test_one_with_a_piece_that_was_closed_since_is_erased_rather_than_given(
        self, cycle, client, coordinator, private_files
    ):
        (version,) = submitted(cycle, 1)
        piece = EvidenceFactory(organization=version.report.organization, sharing="coordination")
        batch = asked(cycle, coordinator)
        ReportBatch.objects.filter(pk=batch.pk).update(evidence_keys=[piece.pk])
        response = client.get(address("report_batch_download", pk=batch.pk), follow=True)
        assert "a cessé de partager une preuve" in html(response)
        assert not (private_files / batch.archive).exists()
        assert "Télécharger l’archive" not in html(response)
        assert not AuditEntry.objects.filter(action="report_batch_download").exists()
