"""Which process this is, and whether another one of the same machine still lives."""

import os
import socket
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
# Of /proc/PID/stat, counted after the name in brackets: the state, and when the process started.
_STATE, _START = 0, 19
_DEAD_STATES = ("Z", "X")


@cache
def place() -> str:
    """Where the numbers of processes mean the same: one boot of one machine, one container."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        numbers = os.readlink(_PROC / "self/ns/pid")
    except OSError:
        return ""
    return f"{socket.gethostname()[:100]} {boot} {numbers}"


def birth(pid: int) -> str:
    """What tells a living process from another that got its number; empty if there is none."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[_STATE] in _DEAD_STATES else fields[_START]
