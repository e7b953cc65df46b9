"""How allauth behaves here: no open sign-up, accounts come by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """« http://[ » is no address: allauth would let the error through."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False
