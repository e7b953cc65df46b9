"""Accounts, and the page of an organization."""

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from members.views import mails, organizations

app_name = "members"

# allauth looks its pages up by name, outside any namespace: see `account_urlpatterns`.
urlpatterns = [
    path("courriels/", mails.mail_list, name="mail_list"),
    path("courriels/<int:pk>/", mails.mail_detail, name="mail_detail"),
    path("courriels/<int:pk>/renvoyer/", mails.mail_retry, name="mail_retry"),
    path("compte/courriels/", mails.mail_preferences, name="mail_preferences"),
    path(
        "organisations/<slug:org_slug>/",
        organizations.organization_detail,
        name="organization_detail",
    ),
]

account_urlpatterns = [
    path("connexion/", login_not_required(account.login), name="account_login"),
    path("deconnexion/", login_not_required(account.logout), name="account_logout"),
    path("inscription/", login_not_required(account.signup), name="account_signup"),
    path("compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path("compte/mot-de-passe/creer/", account.password_set, name="account_set_password"),
    path("compte/confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("compte/inactif/", login_not_required(account.account_inactive), name="account_inactive"),
    path(
        "mot-de-passe-oublie/",
        login_not_required(account.password_reset),
        name="account_reset_password",
    ),
    path(
        "mot-de-passe-oublie/envoye/",
        login_not_required(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^mot-de-passe-oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login_not_required(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe-oublie/change/",
        login_not_required(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
