"""Settings read the environment: each case is a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from members import checks

ROOT = Path(__file__).resolve().parents[2]
KEY = "clé-secrète-" * 5
DEPLOYED = {
    "CHANTIER_SECRET_KEY": KEY,
    "CHANTIER_HOSTS": "chantier.example",
    "CHANTIER_EMAIL_URL": "smtp+tls://compte:secret@courriel.example:587",
}
PRINT = """
import json
from chantier import settings
names = ["DEBUG", "DATABASES", "PASSWORD_HASHERS", "MIDDLEWARE", "CACHES", "ALLOWED_HOSTS"]
deployed = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
            "SECURE_HSTS_SECONDS", "SITE_URL"]
print(json.dumps({name: getattr(settings, name, None) for name in names + deployed}, default=str))
"""


def run(code: str, tmp_path: Path, variables: dict[str, str]) -> subprocess.CompletedProcess:
    kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=kept | {"CHANTIER_DATA": str(tmp_path / "data")} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings(tmp_path: Path, **variables: str) -> dict:
    done = run(PRINT, tmp_path, variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sentence(tmp_path: Path, variables: dict[str, str], code: str = PRINT) -> str:
    """What a configuration that is refused says, in its last line."""
    done = run(code, tmp_path, variables)
    assert done.returncode != 0, done.stdout
    name, _, text = done.stderr.strip().splitlines()[-1].partition(": ")
    assert name == "django.core.exceptions.ImproperlyConfigured", done.stderr
    return text


def test_nothing_set_is_a_developers_machine(tmp_path):
    values = settings(tmp_path)
    assert values["DEBUG"] is True
    database = values["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "data" / "chantier.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert not database.get("ATOMIC_REQUESTS")


def test_a_secret_key_is_a_deployment(tmp_path):
    values = settings(tmp_path, **DEPLOYED)
    assert values["DEBUG"] is False
    assert values["ALLOWED_HOSTS"] == ["chantier.example"]
    assert values["SECURE_SSL_REDIRECT"]
    assert values["SESSION_COOKIE_SECURE"]
    assert values["CSRF_COOKIE_SECURE"]
    assert values["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_links_of_mails_lead_to_the_first_host(tmp_path):
    hosts = DEPLOYED | {"CHANTIER_HOSTS": ".chantier.example,www.chantier.example"}
    assert settings(tmp_path, **hosts)["SITE_URL"] == "https://chantier.example"


def test_links_of_mails_lead_where_they_are_told(tmp_path):
    assert settings(tmp_path)["SITE_URL"] == "http://127.0.0.1:8000"
    given = {"CHANTIER_SITE_URL": "http://127.0.0.1:8765/"}
    assert settings(tmp_path, **given)["SITE_URL"] == "http://127.0.0.1:8765"
    given = DEPLOYED | {"CHANTIER_SITE_URL": "https://chantier.example:8443"}
    assert settings(tmp_path, **given)["SITE_URL"] == "https://chantier.example:8443"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "chantier.example",
        "ftp://chantier.example",
        "https://",
        "https://chantier.example/portail",
        "https://chantier.example?x",
        "https://compte@chantier.example",
        "https://chantier.example:port",
        "https://chantier .example",
        "http://chantier.example",
    ],
)
def test_an_address_of_the_site_that_is_none_stops_the_start(tmp_path, address):
    said = sentence(tmp_path, DEPLOYED | {"CHANTIER_SITE_URL": address})
    assert said.startswith("CHANTIER_SITE_URL vaut")
    assert "https://chantier.example" in said


def test_a_postgresql_address_gives_a_pool(tmp_path):
    url = "postgres://chantier@//var/run/postgresql/chantier"
    database = settings(tmp_path, DATABASE_URL=url)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["NAME"] == "chantier"
    assert database["OPTIONS"]["pool"] == {"min_size": 1, "max_size": 8}


def test_passwords_are_never_hashed_with_md5_outside_tests(tmp_path):
    for variables in ({}, DEPLOYED):
        hashers = settings(tmp_path, **variables)["PASSWORD_HASHERS"]
        assert hashers[0].endswith("Argon2PasswordHasher")
        assert not [name for name in hashers if "MD5" in name or "SHA1" in name]


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"CHANTIER_SECRET_KEY": KEY}, "CHANTIER_HOSTS"),
        (
            {"CHANTIER_SECRET_KEY": KEY, "CHANTIER_HOSTS": "chantier.example"},
            "CHANTIER_EMAIL_URL manque",
        ),
        (DEPLOYED | {"CHANTIER_HOSTS": "*"}, "CHANTIER_HOSTS"),
        (DEPLOYED | {"CHANTIER_HOSTS": ""}, "CHANTIER_HOSTS"),
        (DEPLOYED | {"CHANTIER_SECRET_KEY": "courte"}, "50"),
        (DEPLOYED | {"CHANTIER_DEBUG": "1"}, "CHANTIER_DEBUG"),
        (DEPLOYED | {"CHANTIER_HTTPS_REDIRECT": "oui"}, "CHANTIER_HTTPS_REDIRECT"),
        ({"CHANTIER_DEBUG": "0"}, "CHANTIER_SECRET_KEY"),
        ({"CHANTIER_DEBUG": "true"}, "écrivez 0 ou 1"),
        ({"DATABASE_URL": "mysql://chantier@localhost/chantier"}, "DATABASE_URL"),
        ({"DATABASE_URL": "chantier"}, "DATABASE_URL"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://localhost/"}, "DATABASE_URL"),
        (DEPLOYED | {"CHANTIER_PROXY_COUNT": "un"}, "CHANTIER_PROXY_COUNT"),
        ({"CHANTIER_EMAIL_URL": "courriel.example"}, "CHANTIER_EMAIL_URL"),
    ],
    ids=str,
)
def test_a_half_set_configuration_stops_with_one_sentence(tmp_path, variables, told):
    text = sentence(tmp_path, variables)
    assert told in text
    assert text.endswith(".")
    assert KEY not in text


def test_a_server_never_falls_in_the_developers_settings(tmp_path):
    assert "CHANTIER_SECRET_KEY" in sentence(tmp_path, {}, "import chantier.wsgi")


def test_a_server_starts_when_everything_is_set(tmp_path):
    done = run("import chantier.wsgi", tmp_path, DEPLOYED)
    assert done.returncode == 0, done.stderr


def test_every_variable_is_documented():
    source = (ROOT / "chantier" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    read = {word for word in source.replace('"', " ").split() if word.startswith("CHANTIER_")}
    assert read
    assert {name for name in read if name.isidentifier() and name not in example} == set()


# --- System checks ---------------------------------------------------------------


def errors() -> set[str]:
    ids = {message.id or "" for message in run_checks()}
    return {one for one in ids if one.startswith("members.")}


def test_the_settings_as_they_are_pass_the_checks(db):
    assert errors() == set()


def test_an_sqlite_that_can_corrupt_is_refused(db, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 51, 2))
    assert errors() == {"members.E001"}


@pytest.mark.parametrize("name", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_a_cache_of_one_process_is_refused(db, settings, name):
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{name}"}}
    assert errors() == {"members.E002"}


def test_atomic_requests_are_refused_on_sqlite(db, settings, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    assert errors() == {"members.E003"}
