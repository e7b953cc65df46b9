"""What no log may hold: the addresses that open without a password. Knows no app."""

import logging
import re

_TOKEN = re.compile(r"(/calendrier/)[^/\s?#\"']+")


class SecretAddressFilter(logging.Filter):
    """Writes « … » in place of the token of a calendar."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _TOKEN.sub(r"\1…", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
