"""Why a mail did not leave, in words for staff; the details are in the log."""

from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from chantier.lib.french import NBSP


def explain(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
        return _refusal(code, said)
    if isinstance(error, SMTPResponseException):
        return _refusal(error.smtp_code, error.smtp_error)
    # smtplib says of a server that kept silent that it hung up.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "Le serveur de courriel n’a pas répondu à temps."
    if isinstance(error, SMTPServerDisconnected):
        return "Le serveur de courriel a coupé la connexion."
    if isinstance(error, SMTPException | OSError):
        return f"Le serveur de courriel est injoignable ({type(error).__name__})."
    return explain_words(error)


def explain_words(error: Exception) -> str:
    """What went wrong may quote what an organization keeps to itself: only its kind is said."""
    return f"Le texte n’a pas pu être écrit ({type(error).__name__})."


def _refusal(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"Le serveur de courriel a refusé{NBSP}: {code} {' '.join(words.split())}"
