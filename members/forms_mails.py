"""The choice of the mails that a person receives."""

from typing import Any

from django import forms

from members.models import MailPace, MailTopic, User
from members.notifications.preferences import paces_of

_ABOUT = {
    MailTopic.MEETINGS: "Une synthèse à lire ou à réviser, une nouvelle version.",
    MailTopic.REGISTER: "Une preuve demandée, une proposition reçue après une rencontre.",
    MailTopic.REPORTS: "Un rapport à déposer, renvoyé ou accepté.",
    MailTopic.FACILITATION: "Un sujet proposé, une synthèse qui tarde.",
}


class PreferencesForm(forms.Form):
    """One choice of pace by topic."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic, pace in paces_of(user).items():
            label = str(MailTopic(topic).label)
            self.fields[topic] = forms.ChoiceField(
                label=label[:1].upper() + label[1:],
                choices=[(value, _sentence(str(words))) for value, words in MailPace.choices],
                initial=pace,
                widget=forms.RadioSelect,
                help_text=_ABOUT[MailTopic(topic)],
                error_messages={
                    "required": "Choisissez un rythme.",
                    "invalid_choice": "Choisissez l’un des rythmes de la liste.",
                },
            )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
