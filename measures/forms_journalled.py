"""What the forms share whose rows stand beside the registers, with a version and a journal.

Such a form knows what was stored (`before`), and compares what was typed with any state that the
journal kept: a second arrival is recognized, and two people's changes are united.
"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError

State = dict[str, Any]


class JournalledForm:
    """For a ModelForm with the fields `version` and `submission_key`."""

    TYPED: ClassVar[tuple[str, ...]] = ()
    # Told word by word where two people clash; of these, the one that may be kept both.
    TEXTS: ClassVar[tuple[str, ...]] = ()
    JOINED: ClassVar[str] = ""

    fields: dict[str, Any]
    data: Any
    files: Any

    def posted(self, name: str) -> Any:
        """What was typed in a field, as it came."""
        return self.fields[name].widget.value_from_datadict(self.data, self.files, name)

    def differs(self, name: str, state: State) -> bool:
        """Whether a field holds something else than a state of the journal, or of a row."""
        return bool(self.fields[name].has_changed(self.value_in(name, state), self.posted(name)))

    def value_in(self, name: str, state: State) -> Any:
        """A value of a state, as the field knows it: the journal keeps days and numbers as text."""
        value = state[name]
        if isinstance(value, dict):
            return value["key"]
        return self.fields[name].to_python(value) if isinstance(value, str) else value

    def posted_version(self) -> int:
        """The version that the form was opened on; 0 when it was opened on none."""
        try:
            return self.fields["version"].clean(self.data.get("version")) or 0
        except ValidationError:
            return 0

    def says(self, state: State) -> bool:
        """Whether the form says nothing else than `state`."""
        return not any(self.differs(name, state) for name in self.TYPED)
