"""The choice lists that staff keep."""

from django.db import models

from chantier.lib.seeds import SeededModel


class Vocabulary(models.TextChoices):
    """The choice lists that staff keep."""

    REGION = "region", "régions administratives"
    SECTOR = "sector", "secteurs d’activité"
    ORGANIZATION_TYPE = "organization_type", "types d’organisation"
    ORGANIZATION_GROUP = "organization_group", "groupes d’organisations"
    LEGAL_FORM = "legal_form", "formes juridiques"
    ENTERPRISE_TAG = "enterprise_tag", "étiquettes d’EÉS"
    SOCIAL_PURPOSE = "social_purpose", "finalités sociales (ISQ)"
    CONTRACT_KIND = "contract_kind", "sortes de contrat"
    PROCUREMENT_MODE = "procurement_mode", "modes de sollicitation"
    AWARD_METHOD = "award_method", "modes d’adjudication"
    DOCUMENT_KIND = "document_kind", "documents"
    JOB_FUNCTION = "job_function", "fonctions"
    PURCHASE_EXAMPLE = "purchase_example", "exemples d’achats"
    COMPUTATION_RULE = "computation_rule", "règles de calcul"
    REPORT_SECTION = "report_section", "sections du rapport annuel"
    CHANTIER_REPORT_SECTION = "chantier_report_section", "sections du rapport du chantier"
    RETENTION = "retention", "durées de conservation"
    DATA_LICENCE = "data_licence", "licence des données ouvertes"


class Term(SeededModel):
    """One entry of a choice list; `code` is prefixed by the list, « region:06 »."""

    vocabulary = models.CharField("liste", max_length=30, choices=Vocabulary.choices)
    label = models.CharField("libellé", max_length=300)
    note = models.CharField("précision", max_length=300, blank=True)
    data = models.JSONField("données", default=dict, blank=True)
    order = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "terme"
        verbose_name_plural = "vocabulaire"
        ordering = ["vocabulary", "order", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """The code without the name of its list: « 06 »."""
        return self.code.partition(":")[2]
