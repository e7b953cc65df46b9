"""Forms of accounts, in the words of the portal."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.forms import SetPasswordForm as AllauthSetPasswordForm
from django.forms import BaseForm

_NEW = "Nouveau mot de passe"
_NEW_AGAIN = "Nouveau mot de passe, une seconde fois"


def _label(form: BaseForm, **labels: str) -> None:
    """Name the fields; no placeholder repeats their name."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(
            self,
            login="Courriel",
            password="Mot de passe",  # noqa: S106 - a label
            remember="Rester connecté sur cet appareil",
        )
        self.fields["login"].help_text = "Celui qui a reçu l’invitation"
        self.fields["password"].help_text = ""


class ResetPasswordForm(AllauthResetPasswordForm):
    """Whoever forgot the password gives an e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, email="Courriel")


class ResetPasswordKeyForm(AllauthResetPasswordKeyForm):
    """The page that the link of the mail opens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, password1=_NEW, password2=_NEW_AGAIN)


class SetPasswordForm(AllauthSetPasswordForm):
    """A first password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, password1=_NEW, password2=_NEW_AGAIN)


class ChangePasswordForm(AllauthChangePasswordForm):
    """The present password, then the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, oldpassword="Mot de passe actuel", password1=_NEW, password2=_NEW_AGAIN)
        self.fields["oldpassword"].help_text = ""


class ReauthenticateForm(AllauthReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, password="Mot de passe")  # noqa: S106 - a label
        self.fields["password"].help_text = ""
