"""How a refused file is told: which one, why, and what to do."""

from django.core.exceptions import ValidationError


def refuse(message: str) -> ValidationError:
    return ValidationError(message, code="refused_file")


def mismatch(name: str, kind: str) -> ValidationError:
    return refuse(f"«\u00a0{name}\u00a0» n’est pas {kind}, malgré son nom. Vérifiez le fichier.")
