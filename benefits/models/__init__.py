"""Why and from whom: benefits, public figures, EÉS, purchases, and what they brought."""

from benefits.models.directory import (
    Criterion,
    EligibilityReview,
    FavouriteEnterprise,
    RemovalRequest,
    SocialEnterprise,
    SocialEnterpriseQuerySet,
)
from benefits.models.imports import DirectoryImport, DirectoryImportRow
from benefits.models.inventory import (
    Benefit,
    BenefitQuerySet,
    PublicFigure,
    PublicFigureQuerySet,
)
from benefits.models.observations import ObservedBenefit, ObservedBenefitQuerySet
from benefits.models.published import PublishedPurchases, PublishedStrength
from benefits.models.purchases import (
    ColumnMapping,
    Purchase,
    PurchaseImport,
    PurchaseImportRow,
    PurchaseImportSupplier,
    PurchaseQuerySet,
    SupplierMatch,
)

__all__ = [
    "Benefit",
    "BenefitQuerySet",
    "ColumnMapping",
    "Criterion",
    "DirectoryImport",
    "DirectoryImportRow",
    "EligibilityReview",
    "FavouriteEnterprise",
    "ObservedBenefit",
    "ObservedBenefitQuerySet",
    "PublicFigure",
    "PublicFigureQuerySet",
    "PublishedPurchases",
    "PublishedStrength",
    "Purchase",
    "PurchaseImport",
    "PurchaseImportRow",
    "PurchaseImportSupplier",
    "PurchaseQuerySet",
    "RemovalRequest",
    "SocialEnterprise",
    "SocialEnterpriseQuerySet",
    "SupplierMatch",
]
