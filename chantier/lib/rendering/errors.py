"""Why a document was not made, each with a sentence that its reader understands."""

from http import HTTPStatus

from chantier.lib.pdf import PdfError


class PdfLimitError(PdfError):
    """The document went past a limit. No fault of the code: `str()` is for the reader.

    `status` says to programs whether the same request may succeed later.
    """

    sentence = ""
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self) -> None:
        super().__init__(self.sentence)


class PdfTimeoutError(PdfLimitError):
    sentence = (
        "Ce document demande trop de temps. Un texte très long sans espace, ou un très grand "
        "tableau, en est souvent la cause\u00a0: raccourcissez-le, puis réessayez."
    )


class PdfMemoryError(PdfLimitError):
    sentence = (
        "Ce document est trop gros pour être préparé d’un seul coup. Retirez-en une partie, "
        "puis réessayez."
    )


class PdfBusyError(PdfLimitError):
    sentence = "D’autres documents se préparent en ce moment. Réessayez dans une minute."
    status = HTTPStatus.SERVICE_UNAVAILABLE


class PdfStoppedError(PdfLimitError):
    sentence = "La préparation de ce document a été interrompue. Réessayez."
    status = HTTPStatus.SERVICE_UNAVAILABLE
