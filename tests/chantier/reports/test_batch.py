"""An archive on its way: asked for once, prepared report by report, cancelled, resumed, erased."""

import errno
import uuid

import pytest

from chantier.reports.acts import batch_steps
from chantier.reports.acts.batching import ask_batch
from chantier.reports.archive import making, packing, places, preparing
from chantier.reports.archive.progress import BatchProgress
from chantier.reports.models import BatchItem, ReportBatch
from chantier.reports.tasks import prepare_batch
from members.models import AuditEntry, Notification
from tests.chantier.reports.batch import (
    asked,
    lying,
    opened,
    prepared,
    states,
    submitted,
    waiting,
)
from tests.factories import BatchItemFactory, CycleFactory, ReportVersionFactory
from tests.queue import DATABASE_QUEUE

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(five_stages):
    return CycleFactory()


def killed(*args, **options):
    """The process is there no more: nothing is caught, nothing is tidied."""
    raise KeyboardInterrupt


class TestAsking:
    def test_a_second_click_and_a_second_person_find_the_first(
        self, cycle, coordinator, facilitator, settings
    ):
        settings.TASKS = DATABASE_QUEUE
        submitted(cycle, 1)
        key = uuid.uuid4()
        first, is_new = ask_batch(cycle=cycle, submission_key=key, by=coordinator)
        assert is_new
        for again, by in ((key, coordinator), (uuid.uuid4(), facilitator)):
            assert ask_batch(cycle=cycle, submission_key=again, by=by) == (first, False)
        assert AuditEntry.objects.filter(action="report_batch_start").count() == 1

    def test_a_form_sent_again_after_the_end_prepares_nothing_more(self, cycle, coordinator):
        submitted(cycle, 1)
        key = uuid.uuid4()
        first, _ = ask_batch(cycle=cycle, submission_key=key, by=coordinator)
        assert ask_batch(cycle=cycle, submission_key=key, by=coordinator) == (first, False)
        assert asked(cycle, coordinator) != first

    def test_each_cycle_has_its_own(self, cycle, coordinator):
        waiting(cycle, coordinator)
        other = CycleFactory(start_year=2015)
        submitted(other, 1)
        assert asked(other, coordinator).state == "done"


class TestPreparing:
    def test_a_second_run_changes_nothing(self, cycle, coordinator):
        submitted(cycle, 2)
        batch = asked(cycle, coordinator)
        before = batch.sha256, batch.finished_at
        prepared(batch)
        assert (batch.sha256, batch.finished_at) == before
        assert Notification.objects.filter(kind="report_batch_ended").count() == 1

    def test_one_that_does_not_exist_is_nothing_to_do(self):
        prepare_batch.call(999_999)

    def test_nothing_is_left_but_the_archive(self, cycle, coordinator):
        submitted(cycle, 2)
        batch = asked(cycle, coordinator)
        assert lying() == [f"{batch.submission_key.hex}.zip"]

    def test_killed_between_two_reports_it_goes_on_with_what_is_left(
        self, cycle, coordinator, monkeypatch
    ):
        submitted(cycle, 3)
        batch, made = waiting(cycle, coordinator), []

        def make(version, target):
            if len(made) == 2:
                killed()
            made.append(version.pk)
            making.make_files(version, target)

        monkeypatch.setattr(preparing, "make_files", make)
        with pytest.raises(KeyboardInterrupt):
            preparing.prepare(batch.pk)
        batch.refresh_from_db()
        assert (batch.state, states(batch)) == ("running", ["done", "done", "waiting"])
        made.clear()
        prepared(batch)
        assert (batch.state, len(made), batch.packed) == ("done", 1, 3)
        assert lying() == [f"{batch.submission_key.hex}.zip"]

    def test_killed_between_the_files_and_their_mark_it_makes_them_once(
        self, cycle, coordinator, monkeypatch
    ):
        submitted(cycle, 1)
        batch = waiting(cycle, coordinator)
        with monkeypatch.context() as patch:
            patch.setattr(batch_steps, "item_done", killed)
            with pytest.raises(KeyboardInterrupt):
                preparing.prepare(batch.pk)
        item = batch.items.get()
        before = {path.name: path.stat().st_ino for path in _files(batch, item)}
        assert "rapport.pdf" in before
        monkeypatch.setattr(packing, "_report_name", lambda version, label: pytest.fail("not yet"))
        monkeypatch.setattr(preparing, "pack", killed)
        with pytest.raises(KeyboardInterrupt):
            preparing.prepare(batch.pk)
        assert {path.name: path.stat().st_ino for path in _files(batch, item)} == before

    @pytest.mark.parametrize("step", ["finish", "note_packed"])
    def test_killed_while_it_packs_it_packs_again(self, step, cycle, coordinator, monkeypatch):
        submitted(cycle, 2)
        batch = waiting(cycle, coordinator)
        with monkeypatch.context() as patch:
            patch.setattr(batch_steps if step == "finish" else packing, step, killed)
            with pytest.raises(KeyboardInterrupt):
                preparing.prepare(batch.pk)
        assert prepared(batch).state == "done"
        assert lying() == [f"{batch.submission_key.hex}.zip"]
        with opened(batch) as archive:
            paths = archive.namelist()
        assert len(paths) == len(set(paths)) == 2 * 5 + 5

    def test_a_report_that_kills_its_worker_each_time_is_left_out(
        self, cycle, coordinator, monkeypatch
    ):
        bad, _ = submitted(cycle, 2)
        batch = waiting(cycle, coordinator)

        def make(version, target):
            if version == bad:
                killed()
            making.make_files(version, target)

        monkeypatch.setattr(preparing, "make_files", make)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                preparing.prepare(batch.pk)
        assert (prepared(batch).state, states(batch)) == ("done", ["failed", "done"])
        assert batch.items.get(version=bad).problem.startswith("Ce rapport a arrêté le travail")

    def test_a_report_that_fails_stops_no_other(self, cycle, coordinator, monkeypatch):
        bad, _ = submitted(cycle, 2)

        def make(version, target):
            if version == bad:
                raise ValueError("le texte d’une organisation")
            making.make_files(version, target)

        monkeypatch.setattr(preparing, "make_files", make)
        batch = asked(cycle, coordinator)
        assert (batch.state, states(batch)) == ("done", ["failed", "done"])
        # Never what the error quotes.
        assert batch.items.get(version=bad).problem == (
            "Ses fichiers n’ont pas pu être faits (ValueError)."
        )

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (errno.ENOSPC, "Il n’y a plus de place sur le disque."),
            (errno.EIO, "Un fichier n’a pas pu être lu ou écrit (EIO)."),
        ],
    )
    def test_a_disk_that_refuses_ends_it_with_a_reason_and_leaves_nothing(
        self, number, said, cycle, coordinator, monkeypatch
    ):
        submitted(cycle, 1)

        def refuse(*args):
            raise OSError(number, "…")

        monkeypatch.setattr(preparing, "make_files", refuse)
        batch = asked(cycle, coordinator)
        assert (batch.state, batch.problem) == ("failed", said)
        assert lying() == []

    def test_what_nobody_foresaw_ends_it_too(self, cycle, coordinator, monkeypatch):
        submitted(cycle, 1)
        monkeypatch.setattr(preparing, "pack", lambda batch: 1 / 0)
        batch = asked(cycle, coordinator)
        assert (batch.state, batch.problem) == (
            "failed",
            "Une erreur est survenue (ZeroDivisionError).",
        )
        assert lying() == []

    def test_two_workers_at_once_make_one_archive(self, cycle, coordinator, monkeypatch):
        """One was taken for dead, and comes back when the other has ended."""
        submitted(cycle, 2)
        batch = waiting(cycle, coordinator)
        pack = packing.pack

        def pack_after_the_other(row):
            path = pack(row)
            monkeypatch.setattr(preparing, "pack", pack)
            preparing.prepare(row.pk)
            return path

        monkeypatch.setattr(preparing, "pack", pack_after_the_other)
        prepared(batch)
        assert batch.state == "done"
        with opened(batch) as archive:
            assert archive.testzip() is None
        assert lying() == [f"{batch.submission_key.hex}.zip"]
        assert Notification.objects.filter(kind="report_batch_ended").count() == 1

    def test_folders_of_another_time_are_swept(self, cycle, coordinator):
        submitted(cycle, 1)
        old = waiting(CycleFactory(start_year=2015), coordinator)
        for key in (uuid.uuid4().hex, old.submission_key.hex):
            (places.root() / key).mkdir(parents=True)
        (places.root() / f"{uuid.uuid4().hex}.zip").touch()
        batch = asked(cycle, coordinator)
        kept = {old.submission_key.hex, f"{batch.submission_key.hex}.zip"}
        assert set(lying()) == kept

    def test_progress_is_that_of_the_items(self, cycle, coordinator):
        batch = waiting(cycle, coordinator)
        version = submitted(cycle, 1)[0]
        BatchItemFactory(batch=batch, version=version, state="failed")
        for state in ("done", "waiting", "waiting"):
            BatchItemFactory(batch=batch, version=submitted(cycle, 1)[0], state=state)
        progress = BatchProgress.of(batch)
        assert (progress.total, progress.made, progress.failed) == (4, 2, 1)
        assert (progress.is_packing, progress.done, progress.quarter) == (False, 2, 2)
        batch.items.update(state="done")
        batch.packed = 3
        progress = BatchProgress.of(batch)
        assert (progress.is_packing, progress.done, progress.quarter) == (True, 3, 7)

    def test_each_report_costs_the_same_few_queries(
        self, cycle, coordinator, django_assert_max_num_queries
    ):
        def count(number):
            versions = submitted(cycle, number)
            batch = waiting(cycle, coordinator)
            with django_assert_max_num_queries(200) as captured:
                prepared(batch)
            ReportBatch.objects.filter(pk=batch.pk).update(state="cancelled")
            assert len(states(batch)) >= len(versions)
            return len(captured)

        two = count(2)
        four = count(2)
        seven = count(3)
        assert four - two == 2 * 9
        assert seven - four == 3 * 9


def _files(batch, item):
    return sorted(places.folder_of(batch, item.pk).iterdir())


def test_items_of_versions_corrected_meanwhile_stay_those_of_the_start(cycle, coordinator):
    """What the archive says it holds is what was in force when it began."""
    (version,) = submitted(cycle, 1)
    batch = waiting(cycle, coordinator)
    batch_steps.begin(batch.pk)
    ReportVersionFactory(report=version.report, number=2)
    prepared(batch)
    assert [item.version for item in BatchItem.objects.all()] == [version]


def test_a_report_that_another_worker_made_meanwhile_is_not_left_out(cycle, coordinator):
    submitted(cycle, 1)
    batch = waiting(cycle, coordinator)
    batch_steps.begin(batch.pk)
    item = batch.items.get()
    batch_steps.item_done(item)
    batch_steps.item_failed(item, "Ce rapport a arrêté le travail à chaque essai.")
    assert states(batch) == ["done"]


def test_an_archive_whose_end_is_not_written_is_not_left_lying(cycle, coordinator, monkeypatch):
    tell, calls = batch_steps.tell_ended, []

    def fail_at_first(batch):
        calls.append(batch)
        if len(calls) == 1:
            raise RuntimeError
        tell(batch)

    submitted(cycle, 1)
    batch = waiting(cycle, coordinator)
    monkeypatch.setattr(batch_steps, "tell_ended", fail_at_first)
    with pytest.raises(RuntimeError):
        prepared(batch)
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert lying() == []
