"""The only place that composes the addresses of every app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from members.urls import account_urlpatterns

admin.site.site_header = "Administration du chantier"
admin.site.site_title = "Chantier économie sociale"
admin.site.index_title = "Contenu et membres"
# The login page of the administration has no rate limit: ours does.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("chantier.home.urls")),
    path("", include("chantier.public.urls")),
    path("", include(account_urlpatterns)),
    path("", include("members.urls")),
    path("", include("measures.urls")),
    path("", include("benefits.urls")),
    path("", include("meetings.urls")),
    path("", include("chantier.reports.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "chantier.home.views.bad_request"
handler403 = "chantier.home.views.permission_denied"
handler404 = "chantier.home.views.page_not_found"
handler500 = "chantier.home.views.server_error"
