"""What stands between an observation and a quote, and what becomes of a consent, in words."""

from benefits.models import ObservedBenefit
from members.sharing import SharingLevel

_CONSENT = ObservedBenefit.Consent
KEPT = (
    "Ce bénéfice observé reste dans votre organisation\u00a0: partagez-le d’abord avec la "
    "coordination."
)


def why_not_quoted(row: ObservedBenefit) -> str:
    """What keeps a story from being quoted, whatever the consent; empty when nothing does."""
    if not row.statement:
        return "Il n’y a pas de texte à citer\u00a0: dites d’abord ce que vous avez observé."
    return KEPT if row.sharing == SharingLevel.PRIVATE else ""


def citation_of(row: ObservedBenefit) -> str:
    """What becomes of the text, for those who chose: the sharing level wins over the consent."""
    if row.sharing == SharingLevel.PRIVATE:
        return "non cité, car ce bénéfice reste dans votre organisation"
    if row.lapsed_consent:
        return "non cité avant que vous confirmiez, car ce qui a été observé a changé"
    if row.consent == _CONSENT.NAMED and not row.organization.may_be_named:
        return "sans nommer l’organisation, qui n’accepte pas d’être nommée"
    return str(row.get_consent_display())
