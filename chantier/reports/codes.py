"""Verification codes: sixty random bits that people can read aloud and retype.

Crockford's base 32 has no I, L, O and U; what people type instead of them is understood.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_GROUP = 4
_LOOKALIKES = str.maketrans("OIL", "011")


def new() -> str:
    """« 7K4M-92QX-0HTV »."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(_LENGTH)))


def normalize(typed: str) -> str:
    """The code as it is stored; what cannot be a code comes back as it was typed."""
    symbols = "".join(char for char in typed.upper() if char.isalnum()).translate(_LOOKALIKES)
    if len(symbols) != _LENGTH or set(symbols) - set(ALPHABET):
        return typed.strip()
    return _grouped(symbols)


def is_code(typed: str) -> bool:
    symbols = normalize(typed).replace("-", "")
    return len(symbols) == _LENGTH and not set(symbols) - set(ALPHABET)


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
