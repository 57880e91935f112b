from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from yuqiao_portal import health, jobs
from yuqiao_portal.accounts import views as accounts
from yuqiao_portal.organisation.views import Organisation, UnitPage
from yuqiao_portal.workbench.views import Workbench

urlpatterns = [
    path("", Workbench.as_view(), name="workbench"),
    # who
    path("login/", accounts.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", accounts.PasswordChange.as_view(), name="password_change"),
    # where
    path("organisation/", Organisation.as_view(), name="organisation"),
    path("units/<int:pk>/", UnitPage.as_view(), name="unit"),
    # what is done and how well: worklogs/ orders/ standings/
    path("", include("partybuilding.urls")),
    # machinery
    path("jobs/<int:pk>/", jobs.progress, name="job_progress"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("admin/login/", accounts.admin_login),
    path("admin/", admin.site.urls),
]
