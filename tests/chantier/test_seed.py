"""The content is complete, is loaded twice without harm, and never takes back an edit."""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

import measures.seeding
from benefits.models import Benefit, PublicFigure
from chantier.lib import seeds
from chantier.lib.french import typeset
from chantier.management.commands.seed import seed_all
from measures.models import (
    Barrier,
    Clause,
    ClauseVersion,
    Indicator,
    LegalReference,
    Measure,
    Solution,
    Source,
    Stage,
    Threshold,
)
from measures.statuses import Status
from meetings.frozen import content_hash
from meetings.models import Meeting, Objective, SynthesisVersion
from members.models import Achievement, Cycle, CycleObjective, Organization, Term, Vocabulary
from members.sharing import SharingLevel
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FILES = Path(measures.seeding.__file__).parent / "seed"
ALL_FILES = sorted(Path(settings.BASE_DIR).glob("*/seed/*.toml"))


@pytest.fixture
def content() -> None:
    seed_all()


def rows_of_everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of our models, as they are stored."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ("members", "measures", "benefits", "meetings")
    }


def measure_items(**changes: Any) -> list[seeds.Item]:
    """The file of measures, with M1-01 changed as a later version of the file would."""
    items = seeds.load(FILES / "measures.toml")
    items[0] |= changes
    return items


def refresh_measures(**changes: Any) -> Measure:
    targets: seeds.Targets = {
        "stage": seeds.by_code(Stage),
        "legal_references": seeds.by_code(LegalReference),
        "sources": seeds.by_code(Source),
        "groups": seeds.by_code(Term),
    }
    seeds.upsert(Measure, measure_items(**changes), targets=targets)
    return Measure.objects.get(code="M1-01")


def test_the_content_is_complete(content):
    expected = {
        Stage: 5,
        Measure: 46,
        LegalReference: 17,
        Threshold: 5,
        Clause: 20,
        ClauseVersion: 20,
        Indicator: 20,
        Barrier: 14,
        Solution: 42,
        Benefit: 33,
        PublicFigure: 35,
        Meeting: 5,
        Objective: 11,
        SynthesisVersion: 5,
        Cycle: 1,
        CycleObjective: 2,
        Achievement: 3,
        Organization: 0,
    }
    assert {model: model._default_manager.count() for model in expected} == expected


def test_the_content_is_joined_up(content):
    by_stage = dict(Measure.objects.order_by().values_list("code", "stage__code"))
    assert all(code[1] == stage[1] for code, stage in by_stage.items())
    assert Benefit.objects.filter(kind=Benefit.Kind.QUANTITATIVE).count() == 18
    assert not Barrier.objects.filter(measures=None).exists()
    assert not Clause.objects.filter(documents=None).exists()
    assert not Measure.objects.filter(legal_references=None).exists()
    assert Term.objects.filter(code="region:11").get().label == "Gaspésie–Îles-de-la-Madeleine"
    assert set(Term.objects.values_list("vocabulary", flat=True)) == set(Vocabulary.values)
    assert "S75" in PublicFigure.objects.get(code="F01").sources.values_list("code", flat=True)


def test_what_was_deduced_says_so(content):
    assert Stage.objects.filter(is_inference=True).count() == 5
    assert Measure.objects.get(code="M2-02").is_inference
    assert not Measure.objects.get(code="M1-01").is_inference
    assert Measure.objects.get(code="M4-05").to_verify
    carried = Objective.objects.get(outcome=Objective.Outcome.CARRIED_OVER)
    assert (carried.code, carried.carried_to.code, carried.is_inference) == ("R3-O2", "R4", True)


def test_syntheses_are_published_and_their_hash_holds(content):
    versions = SynthesisVersion.objects.select_related("synthesis__meeting")
    for version in versions:
        assert (version.number, version.published_by) == (1, None)
        assert version.sha256 == content_hash(version.content)
        assert version.content["meeting"]["code"] == version.synthesis.meeting.code
        assert len(version.content["points"]) >= 2


def test_a_title_of_a_meeting_leaves_its_number_out(content):
    assert Meeting.objects.get(number=4).title == "Clauses, libellés et bénéfices"


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.name)
def test_readers_meet_no_developers_words_and_french_spaces(path):
    for text in _texts(seeds.load(path)):
        assert not re.search(r"\b(inference|seed|general-knowledge|TODO)\b|\[S\d+\]", text), text
        assert "'" not in text, text
        assert text == typeset(text)
        assert not re.search(r"[^\s] [;!?]", text), text
        assert text == text.strip()


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.name)
def test_codes_are_unique_and_fit_their_column(path):
    codes = [item["code"] for item in seeds.load(path) if "code" in item]
    assert len(codes) == len(set(codes))
    assert all(len(code) <= 40 for code in codes)


def test_every_text_fits_its_column(content):
    """SQLite does not measure texts; PostgreSQL refuses what is too long."""
    for label, rows in rows_of_everything().items():
        fields = apps.get_model(label)._meta.concrete_fields
        for field in fields:
            if field.max_length:
                longest = max((len(str(row[field.attname] or "")) for row in rows), default=0)
                assert longest <= field.max_length, f"{label}.{field.name}"


def test_labels_of_the_code_are_those_of_the_content():
    assert [status.label for status in Status] == [
        "non évaluée",
        "à entreprendre",
        "planifiée",
        "en cours",
        "implantée",
        "abandonnée",
        "sans objet",
    ]
    assert SharingLevel.CHANTIER.label == "membres du chantier"
    assert len(Benefit.Dimension.choices) == 4


def test_a_second_seed_changes_nothing(content):
    before = rows_of_everything()
    seed_all()
    assert rows_of_everything() == before


def test_a_second_seed_asks_little(content, django_assert_max_num_queries):
    with django_assert_max_num_queries(50):
        seed_all()


def test_the_command_says_what_it_loaded(capsys):
    call_command("seed")
    line = capsys.readouterr().out
    for words in ("5 étapes", "46 mesures", "17 références légales", "14 enjeux", "5 rencontres"):
        assert words in line
    assert line.count("\n") == 1


def test_an_edited_field_survives_while_its_neighbour_is_refreshed(content):
    Measure.objects.filter(code="M1-01").update(title="Notre titre")
    measure = refresh_measures(title="Titre du fichier", description="Description du fichier.")
    assert measure.title == "Notre titre"
    assert measure.description == "Description du fichier."
    # Still edited, whatever the file says next.
    assert refresh_measures(title="Encore un titre").title == "Notre titre"


def test_an_edited_relation_survives(content):
    measure = Measure.objects.get(code="M1-01")
    law = LegalReference.objects.get(code="LDD")
    measure.legal_references.add(law)
    measure.stage = Stage.objects.get(code="E5")
    measure.save()
    measure = refresh_measures(legal_references=["FR"], stage="E2", sources=["S1"])
    assert set(measure.legal_references.values_list("code", flat=True)) == {"INTERNE", "LDD"}
    assert measure.stage.code == "E5"
    assert list(measure.sources.values_list("code", flat=True)) == ["S1"]


def test_an_untouched_relation_follows_the_file(content):
    measure = refresh_measures(legal_references=["FR"], stage="E2", groups=[])
    assert list(measure.legal_references.values_list("code", flat=True)) == ["FR"]
    assert measure.stage.code == "E2"


def test_what_leaves_the_file_goes_back_to_its_default(content):
    assert refresh_measures(basis="exemple", to_verify=True).basis == "exemple"
    measure = refresh_measures()
    assert (measure.basis, measure.to_verify) == ("", False)


def test_a_row_that_leaves_the_file_stays(content):
    seeds.upsert(Source, seeds.load(FILES / "sources.toml")[1:])
    assert Source.objects.filter(code="S1").exists()


def test_an_unknown_code_stops_the_seed(content):
    with pytest.raises(ValueError, match="unknown code 'E9'"):
        refresh_measures(stage="E9")


def test_a_number_is_compared_as_a_number(content):
    """53.6 in the file and 53.60 in the database are one value, not an edit."""
    items = seeds.load(FILES.parents[1] / "benefits" / "seed" / "public_figures.toml")
    items[1] |= {"value": 54.1}
    seeds.upsert(PublicFigure, items, targets={"sources": seeds.by_code(Source)})
    assert PublicFigure.objects.get(code="F02").value == Decimal("54.10")


def change_clause_file(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    load = seeds.load

    def changed(path: Path) -> list[seeds.Item]:
        items = load(path)
        if path.name == "clauses.toml":
            items[0]["text"] = text
        return items

    monkeypatch.setattr(seeds, "load", changed)


def test_a_changed_clause_becomes_a_new_version(content, monkeypatch):
    change_clause_file(monkeypatch, "Nouveau libellé.")
    seed_all()
    seed_all()
    versions = ClauseVersion.objects.filter(clause__code="C-01").order_by("number")
    assert [version.number for version in versions] == [1, 2]
    assert versions[1].text == "Nouveau libellé."
    assert versions[1].reason


def test_a_clause_that_somebody_rewrote_is_left_alone(content, monkeypatch):
    clause = Clause.objects.get(code="C-01")
    ClauseVersion.objects.create(
        clause=clause, number=2, text="La nôtre.", reason="Avis juridique", author=UserFactory()
    )
    change_clause_file(monkeypatch, "Nouveau libellé.")
    seed_all()
    assert clause.versions.count() == 2


def test_a_synthesis_that_exists_is_never_rewritten(content):
    Meeting.objects.filter(code="R1").update(title="Le lancement")
    seed_all()
    assert Meeting.objects.get(code="R1").title == "Le lancement"
    assert SynthesisVersion.objects.count() == 5
    title = SynthesisVersion.objects.get(synthesis__meeting__code="R1").content["meeting"]["title"]
    assert title == "Lancement du chantier"


def test_a_cycle_keeps_the_dates_of_the_staff(content):
    Cycle.objects.update(report_due_on="2021-10-15")
    seed_all()
    assert str(Cycle.objects.get().report_due_on) == "2021-10-15"
