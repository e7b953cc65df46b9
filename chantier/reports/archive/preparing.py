"""An archive from its first report to its last byte; killed anywhere, it goes on from there.

What the worker obeys is the state of the batch, looked at between two reports.
"""

import errno
import logging

from django.db import Error
from django.utils import timezone

from chantier.reports.acts import batch_steps
from chantier.reports.archive import places
from chantier.reports.archive.making import DamagedError, make_files
from chantier.reports.archive.packing import pack
from chantier.reports.models import BatchItem, ReportBatch

logger = logging.getLogger(__name__)

# A report that killed its worker so many times is left out; the task has one more try.
_MOST_ATTEMPTS = 2
_KILLED = "Ce rapport a arrêté le travail à chaque essai."


def prepare(batch_pk: int) -> None:
    """Make what is left to make; ends quietly when nothing is."""
    batch_steps.erase_old(timezone.now())
    places.sweep()
    batch = batch_steps.begin(batch_pk)
    if batch is None:
        return
    places.work_of(batch).mkdir(parents=True, exist_ok=True)
    try:
        _make(batch)
        packed = pack(batch)
        batch_steps.finish(batch, packed.path, packed.evidence_keys)
    except batch_steps.StoppedError:
        logger.info("archive %s is stopped", batch.pk)
    except OSError as error:
        logger.exception("archive %s", batch.pk)
        batch_steps.fail(batch, _of_disk(error))
    except Exception as error:
        batch_steps.fail(batch, f"Une erreur est survenue ({type(error).__name__}).")
        raise
    finally:
        _tidy(batch)


def _make(batch: ReportBatch) -> None:
    """Four queries for each report."""
    waiting = batch.items.filter(state=BatchItem.State.WAITING)
    for pk in list(waiting.values_list("pk", flat=True)):
        batch_steps.go_on(batch)
        if not batch_steps.claim(pk):
            continue
        item = BatchItem.objects.select_related("version__report__cycle").get(pk=pk)
        if item.attempts > _MOST_ATTEMPTS:
            batch_steps.item_failed(item, _KILLED)
            continue
        try:
            make_files(item.version, places.folder_of(batch, pk))
        except DamagedError as error:
            batch_steps.item_failed(item, str(error))
        except (Error, OSError):
            raise
        except Exception as error:
            logger.exception("archive %s, report version %s", batch.pk, item.version_id)
            reason = f"Ses fichiers n’ont pas pu être faits ({type(error).__name__})."
            batch_steps.item_failed(item, reason)
        else:
            batch_steps.item_done(item)


def _tidy(batch: ReportBatch) -> None:
    """Leave nothing but the archive; and everything to whoever still works at it."""
    batch.refresh_from_db(fields=["state"])
    if batch.is_under_way:
        return
    places.forget_work(batch)
    if batch.state != ReportBatch.State.DONE:
        # Already in its place, where its end could not be written.
        places.forget_archive(batch)


def _of_disk(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Il n’y a plus de place sur le disque."
    return f"Un fichier n’a pas pu être lu ou écrit ({errno.errorcode.get(error.errno or 0, '?')})."
