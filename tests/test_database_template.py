"""The database that test runs copy follows the migrations."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.database_template import copy, key_of


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "measures" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("operations = []")
    (tmp_path / "uv.lock").write_text("django 5.2.1")
    return tmp_path


def test_the_key_changes_with_a_migration_and_with_a_library(project):
    keys = [key_of(project)]
    (project / "measures" / "migrations" / "0001_initial.py").write_text("operations = [1]")
    keys.append(key_of(project))
    (project / "measures" / "migrations" / "0002_more.py").write_text("operations = []")
    keys.append(key_of(project))
    (project / "uv.lock").write_text("django 5.2.2")
    keys.append(key_of(project))
    assert len(set(keys)) == 4


def test_the_key_does_not_depend_on_where_the_project_is(project):
    here = key_of(project)
    assert key_of(project.rename(project.with_name("elsewhere"))) == here


def test_a_copy_is_whole_and_takes_the_place_of_what_was_there(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    target.write_bytes(b"something else")
    with closing(sqlite3.connect(source)) as made, made:
        made.execute("CREATE TABLE measures (code TEXT)")
    copy(source, target)
    with closing(sqlite3.connect(target)) as found:
        assert found.execute("SELECT name FROM sqlite_master").fetchall() == [("measures",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source", "target"]


@pytest.mark.django_db
def test_every_migration_is_in_the_database_of_the_tests():
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
def test_a_run_on_sqlite_left_a_template(database_template: Path):
    # One of SQLite may be there on another database.
    assert database_template.exists() or connection.vendor != "sqlite"
