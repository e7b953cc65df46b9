"""The enterprises that a person keeps at hand."""

from django.db import transaction

from benefits.models import FavouriteEnterprise, SocialEnterprise
from members.models import User


@transaction.atomic
def keep_favourite(*, enterprise: SocialEnterprise, is_favourite: bool, by: User) -> None:
    """Keep an enterprise at hand, or no longer; a second click changes nothing."""
    if is_favourite:
        FavouriteEnterprise.objects.get_or_create(user=by, enterprise=enterprise)
    else:
        FavouriteEnterprise.objects.filter(user=by, enterprise=enterprise).delete()
