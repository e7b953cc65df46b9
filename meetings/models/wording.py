"""How a meeting is named in sentences: « rencontre » is feminine, « webinaire » is not."""

import datetime
from typing import Any

from django.utils import timezone

from chantier.lib import french

_OF = {"meeting": "de la ", "webinar": "du ", "workshop": "de l’"}
_THE = {"meeting": "la ", "webinar": "le ", "workshop": "l’"}
_TO = {"meeting": "à la ", "webinar": "au ", "workshop": "à l’"}
_UNDER_WAY = "en cours"


class Worded:
    """The words of a `Meeting`, whose fields it reads."""

    kind: Any
    number: Any
    held_on: Any
    starts_at: Any
    ends_at: Any
    state: Any
    get_kind_display: Any
    get_state_display: Any

    @property
    def heading(self) -> str:
        """« Rencontre 4 », « Webinaire »."""
        kind = self.get_kind_display().capitalize()
        return f"{kind} {self.number}" if self.number else kind

    @property
    def of_heading(self) -> str:
        """« de la rencontre 4 », « du webinaire du 6 juillet 2021 »."""
        return f"{_OF[self.kind]}{self._heading_in_text}"

    @property
    def the_heading(self) -> str:
        """« la rencontre 4 », « le webinaire du 6 juillet 2021 »."""
        return f"{_THE[self.kind]}{self._heading_in_text}"

    @property
    def to_heading(self) -> str:
        """« à la rencontre 4 », « au webinaire du 6 juillet 2021 »."""
        return f"{_TO[self.kind]}{self._heading_in_text}"

    @property
    def _heading_in_text(self) -> str:
        kind = self.get_kind_display()
        # A kind and its number never part at the end of a line; without a number, the day tells.
        if self.number:
            return f"{kind}{french.NBSP}{self.number}"
        return f"{kind} du {french.long_date(self.held_on)}"

    @property
    def the_kind(self) -> str:
        """« la rencontre », « l’atelier »."""
        return f"{_THE[self.kind]}{self.get_kind_display()}"

    @property
    def of_kind(self) -> str:
        """« de la rencontre », « de l’atelier »."""
        return f"{_OF[self.kind]}{self.get_kind_display()}"

    @property
    def ending(self) -> str:
        """What makes a participle agree: « annulée », « annulé »."""
        return "e" if self.kind == "meeting" else ""

    def worded(self, text: str) -> str:
        """Set the words of its kind in `text`: {The}, {the}, {it}, and {e} where a word agrees."""
        the = self.the_kind
        it = "la" if self.ending else "le"
        return text.format(The=the[0].upper() + the[1:], the=the, it=it, e=self.ending)

    @property
    def hours(self) -> str:
        """« 13 h 30 à 16 h »; empty when they are not known."""
        if self.starts_at is None:
            return ""
        start = french.clock_time(self.starts_at)
        return f"{start} à {french.clock_time(self.ends_at)}" if self.ends_at else f"dès {start}"

    @property
    def has_ended(self) -> bool:
        """Whether its last hour has struck; without one, whether its day is over."""
        end = datetime.datetime.combine(self.held_on, self.ends_at or datetime.time.max)
        return timezone.make_aware(end) <= timezone.now()

    @property
    def state_words(self) -> str:
        """« convoquée », « annulé »; « en cours » from its start to its end."""
        if self.state == "held" and not self.has_ended:
            return _UNDER_WAY
        words: str = self.get_state_display()
        return words if self.ending else words.removesuffix("e")
