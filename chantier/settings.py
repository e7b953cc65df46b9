"""One settings file, read from the environment.

Nothing set: a developer's machine, SQLite, debug on. `CHANTIER_SECRET_KEY` set: a deployment,
debug off, HTTPS. `DATABASE_URL` set: PostgreSQL. A half-set configuration stops with one sentence.
`.env.example` lists every variable.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def flag(name: str, *, default: bool) -> bool:
    """Read a 0/1 variable; anything else is a mistake that must not be guessed at."""
    text = env.str(name, default="1" if default else "0")
    if text not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} vaut «\u00a0{text}\u00a0»\u00a0: écrivez 0 ou 1.")
    return text == "1"


def whole_number(name: str, *, default: int) -> int:
    text = env.str(name, default=str(default))
    if not text.isdecimal():
        raise ImproperlyConfigured(f"{name} vaut «\u00a0{text}\u00a0»\u00a0: écrivez un nombre.")
    return int(text)


# A secret key marks a deployment. wsgi.py sets CHANTIER_DEBUG=0 first, so that a server never
# falls in the developer's settings.
SECRET_KEY = env.str("CHANTIER_SECRET_KEY", default="")
DEBUG = flag("CHANTIER_DEBUG", default=not SECRET_KEY)
IS_DEPLOYMENT = bool(SECRET_KEY)
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "CHANTIER_SECRET_KEY manque\u00a0: donnez une clé secrète d’au moins 50 caractères."
        )
    SECRET_KEY = "insecure-local-development-key"  # noqa: S105
elif len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "CHANTIER_SECRET_KEY est trop courte\u00a0: il faut au moins 50 caractères."
    )
if IS_DEPLOYMENT and DEBUG:
    raise ImproperlyConfigured(
        "CHANTIER_DEBUG=1 est refusé quand CHANTIER_SECRET_KEY est donnée\u00a0: "
        "retirez l’une des deux."
    )

ALLOWED_HOSTS = env.list("CHANTIER_HOSTS", default=[])
if IS_DEPLOYMENT and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "CHANTIER_HOSTS manque\u00a0: donnez les noms du site, séparés par des virgules, "
        "sans «\u00a0*\u00a0»."
    )


def site_url(text: str) -> str:
    """Where the links of mails lead; a bad one would be found out by those who receive them."""
    try:
        parts = urlsplit(text)
        known = parts.hostname and parts.port != 0
    except ValueError:
        known = False
    schemes = ("https",) if IS_DEPLOYMENT else ("http", "https")
    bare = known and not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if not bare or parts.scheme not in schemes or any(letter.isspace() for letter in text):
        raise ImproperlyConfigured(
            f"CHANTIER_SITE_URL vaut «\u00a0{text}\u00a0»\u00a0: écrivez l’adresse du site, "
            "sans chemin, comme «\u00a0https://chantier.example\u00a0»."
        )
    return text.rstrip("/")


SITE_URL = site_url(
    env.str(
        "CHANTIER_SITE_URL",
        default=f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
        if IS_DEPLOYMENT
        else "http://127.0.0.1:8000",
    )
)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

INSTALLED_APPS = [
    "chantier",
    "chantier.background",
    "members",
    "measures",
    "benefits",
    "meetings",
    "chantier.reports",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chantier.lib.compression.VisitorGZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chantier.lib.drafts.DraftsMiddleware",
    "chantier.lib.resume.ResumableLoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chantier.lib.caching.PrivateByDefaultMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chantier.home.middleware.NotFoundInDebugMiddleware",
    "chantier.home.middleware.PdfLimitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "measures.last_act.LastActMiddleware",
]

ROOT_URLCONF = "chantier.urls"
WSGI_APPLICATION = "chantier.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "measures.context.guide",
                "members.context.organizations",
                "chantier.home.navigation.navigation",
            ],
            "builtins": ["chantier.templatetags.french", "chantier.templatetags.components"],
        },
    },
]

# Where the SQLite file and the private files live.
DATA_DIR = Path(env.str("CHANTIER_DATA", default=str(BASE_DIR / ".data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
PRIVATE_ROOT = str(DATA_DIR / "private")


def database(url: str) -> dict[str, Any]:
    """Read a database address; a half-written one must not connect elsewhere."""
    if not url.startswith(("postgres://", "postgresql://", "sqlite://")):
        raise ImproperlyConfigured(
            "DATABASE_URL doit commencer par «\u00a0postgres://\u00a0» ou «\u00a0sqlite://\u00a0»."
        )
    config = env.db_url_config(url)
    if not config["NAME"]:
        raise ImproperlyConfigured(
            "DATABASE_URL ne nomme pas de base de données\u00a0: "
            "écrivez «\u00a0postgres://compte:mot-de-passe@serveur:5432/base\u00a0»."
        )
    return config


DATABASES = {
    "default": database(env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/chantier.sqlite3"))
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock at BEGIN and wait for it, rather than failing half-way with
        # "database is locked". ATOMIC_REQUESTS stays off: with IMMEDIATE, every page view would
        # queue for that lock. FULL, because an acknowledged write survives a power cut.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=27103364;"
        ),
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes: rate limits counted per process would multiply by their number.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# The queue is a table of the portal's own database: a task is part of the transaction that asks
# for it. `manage.py db_worker` runs what waits.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "members.backends.PortalRoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:dashboard"
LOGOUT_REDIRECT_URL = "home:index"
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Chantier économie sociale] "
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
# Added to those of allauth: anybody may ask to be taken out of the directory, and draw a PDF.
ACCOUNT_RATE_LIMITS = {"enterprise_removal": "5/h/ip,20/d/ip", "case_pdf": "60/h/ip"}
ACCOUNT_FORMS = {
    "login": "members.forms.LoginForm",
    "reset_password": "members.forms.ResetPasswordForm",
    "reset_password_from_key": "members.forms.ResetPasswordKeyForm",
    "set_password": "members.forms.SetPasswordForm",
    "change_password": "members.forms.ChangePasswordForm",
    "reauthenticate": "members.forms.ReauthenticateForm",
}

LANGUAGE_CODE = "fr-ca"
TIME_ZONE = "America/Toronto"
USE_TZ = True
USE_I18N = True
# Numbers are written by the filters of chantier.templatetags.french; a year must stay « 2021 ».
FORMAT_MODULE_PATH = ["chantier.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / ".static"
STORAGES = {
    "default": {"BACKEND": "chantier.lib.files.WholeFileStorage"},
    "private": {"BACKEND": "chantier.lib.files.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_DEPLOYMENT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# An invitation posts a box for each person; the size above holds as many.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# A document takes a tenth of a second to ten; past this it is given up, and its process ended. Of
# the memory, the engine alone takes eighty megabytes.
PDF_SECONDS = 30.0
PDF_MEGABYTES = 400

# Our own pack draws the fields that most forms hold at once, and leaves the rest to bootstrap5.
CRISPY_ALLOWED_TEMPLATE_PACKS = ("chantier", "bootstrap5")
CRISPY_TEMPLATE_PACK = "chantier"
FORM_RENDERER = "chantier.lib.widgets.DirectRenderer"
CRISPY_FAIL_SILENTLY = False

try:
    EMAIL_CONFIG = env.email("CHANTIER_EMAIL_URL", default="consolemail://")
except (ImproperlyConfigured, KeyError, ValueError) as error:
    raise ImproperlyConfigured(
        "CHANTIER_EMAIL_URL n’est pas une adresse de serveur\u00a0: "
        "écrivez «\u00a0smtp+tls://compte:mot-de-passe@serveur:587\u00a0»."
    ) from error
if IS_DEPLOYMENT and "CHANTIER_EMAIL_URL" not in env.ENVIRON:
    raise ImproperlyConfigured(
        "CHANTIER_EMAIL_URL manque\u00a0: sans serveur de courriel, les liens de mot de passe "
        "s’écriraient dans le journal; donnez «\u00a0smtp+tls://compte:mot-de-passe@serveur:587\u00a0»."
    )
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("CHANTIER_FROM_EMAIL", default="chantier@localhost")
if EMAIL_CONFIG["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    EMAIL_TIMEOUT = 10

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
if IS_DEPLOYMENT:
    SECURE_SSL_REDIRECT = flag("CHANTIER_HTTPS_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
    ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("CHANTIER_PROXY_COUNT", default=1)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"secrets": {"()": "chantier.lib.logs.SecretAddressFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Those that write addresses; the second, of a developer's server, at its own level.
    "loggers": {
        "django.request": {"filters": ["secrets"]},
        "django.server": {
            "filters": ["secrets"],
            "handlers": ["console"],
            "level": "INFO",
            "propagate": False,
        },
    },
}
