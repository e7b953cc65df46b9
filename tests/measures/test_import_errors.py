"""A table with mistakes: told cell by cell, under the rules of the record, and nothing is kept."""

import pytest

from measures.models import Implementation, RegisterImport
from tests.factories import ImplementationFactory, MeasureFactory
from tests.measures.tables import as_csv, edited, export, send


@pytest.fixture
def client(contributor, log_in_as):
    return log_in_as(contributor)


def stored_files(place):
    return [path for path in place.rglob("*") if path.is_file()]


def test_one_error_and_nothing_is_kept(client, organization, private_files):
    MeasureFactory(code="A1")
    MeasureFactory(code="A2")
    table = as_csv(
        ["Code", "Statut", "Date d’implantation"],
        ["A1", "Planifiée", ""],
        ["A2", "Implantée", "hier"],
    )
    response = send(client, organization, table)
    assert [(e.reference, e.column) for e in response.context["errors"]] == [
        ("C3", "Date d’implantation")
    ]
    assert "«\u00a0hier\u00a0» n’est pas une date" in response.content.decode()
    assert not Implementation.objects.exists()
    assert not RegisterImport.objects.exists()
    assert stored_files(private_files) == []


RULES = {
    "status": (["Statut"], ["Faite"], "n’est pas un choix"),
    "transition": (["Statut"], ["Non évaluée"], "ne peut pas passer directement"),
    "emptied": (["Statut"], [""], "obligatoire"),
    "no date": (["Statut"], ["Implantée"], "depuis quand la mesure est implantée"),
    "future": (["Date de début"], ["2999-01-01"], "Cette date est à venir"),
    "reason": (["Statut"], ["Sans objet"], "Dites pourquoi la mesure est sans objet"),
    "too long": (["Responsable"], ["x" * 151], "150"),
    "number": (["Version"], ["deux"], "n’est pas un numéro"),
    "version": (["Version"], ["9"], "Cette version n’existe pas"),
    "code": (["Code"], ["ZZ"], "porte un autre code"),
    "ambiguous": (["Date de révision"], ["03/04/2021"], "2021-04-03 ou 2021-03-04"),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_rules_of_the_form(client, record, organization, rule):
    heads, values, message = RULES[rule]
    table = edited(
        export(client, organization, "csv"), "csv", **dict(zip(heads, values, strict=True))
    )
    response = send(client, organization, table)
    told = [error.message for error in response.context["errors"]]
    assert len(told) == 1, told
    assert message in told[0]
    assert not RegisterImport.objects.exists()


def test_a_record_of_another_organization_is_as_unknown_as_none(client, organization):
    theirs = ImplementationFactory(description="Secret")
    told = []
    for number in (theirs.pk, theirs.pk + 1000):
        table = as_csv(["Fiche", "Version", "Responsable"], [number, 1, "Moi"])
        response = send(client, organization, table)
        assert "Secret" not in response.content.decode()
        [error] = response.context["errors"]
        told.append(error.message.replace(str(number), "N"))
    assert told[0] == told[1]
    theirs.refresh_from_db()
    assert theirs.lead == ""


def test_a_number_past_all_numbers(client, organization):
    table = as_csv(["Fiche", "Statut"], ["9" * 18, "Planifiée"], ["9" * 40, "Planifiée"])
    assert [e.reference for e in send(client, organization, table).context["errors"]] == [
        "A2",
        "A3",
    ]


def test_one_measure_on_two_rows(client, organization, five_stages):
    MeasureFactory(code="A1")
    table = as_csv(
        ["Code", "Mesure", "Étape", "Statut"],
        ["A1", "", "", "Planifiée"],
        ["a1", "", "", "En cours"],
        ["", "Propre", "1", "Planifiée"],
        ["hors guide", "propre", "1", "Planifiée"],
    )
    errors = send(client, organization, table).context["errors"]
    assert [error.reference for error in errors] == ["A3", "B5"]


def test_an_own_measure_that_exists_already(client, organization):
    own = ImplementationFactory(organization=organization, own=True, own_title="Nos jeudis")
    guide = MeasureFactory(title="Du guide")
    table = as_csv(
        ["Mesure", "Étape", "Statut"],
        ["NOS JEUDIS", "1", "Planifiée"],
        ["du guide", "1", "Planifiée"],
        ["x" * 201, "1", "Planifiée"],
    )
    told = [error.message for error in send(client, organization, table).context["errors"]]
    assert str(own.pk) in told[0]
    assert guide.code in told[1]
    assert "200 au plus" in told[2]


def test_a_measure_that_is_not_for_this_organization(client, organization):
    MeasureFactory(code="A1", is_active=False)
    table = as_csv(["Code", "Statut"], ["A1", "Planifiée"], ["A2", "Planifiée"])
    errors = send(client, organization, table).context["errors"]
    assert [error.reference for error in errors] == ["A2", "A3"]


HEADS = {
    "none known": ([["Rien", "de connu"]], "aucun titre de colonne connu"),
    "nothing names": ([["Statut"], ["Planifiée"]], "de quoi reconnaître les mesures"),
    "nothing to write": ([["Code", "Mesure"], ["A1", "B"]], "au moins la colonne"),
    "twice": ([["Code", "Statut", "statut"]], "figure deux fois"),
}


@pytest.mark.parametrize("case", HEADS)
def test_heads_that_say_too_little(client, organization, case):
    rows, message = HEADS[case]
    response = send(client, organization, as_csv(*rows))
    assert message in response.content.decode()
    assert not RegisterImport.objects.exists()
