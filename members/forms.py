"""Forms of accounts."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm


class LoginForm(AllauthLoginForm):
    """E-mail and password, in the words of the portal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Courriel"
        self.fields["login"].help_text = "Celui qui a reçu l’invitation"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = "Rester connecté sur cet appareil"
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
