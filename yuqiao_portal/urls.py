from django.contrib import admin
from django.urls import include, path

from yuqiao_portal import burden, health, helping, inbox, jobs, voice
from yuqiao_portal.accounts import second_factor
from yuqiao_portal.accounts import views as accounts
from yuqiao_portal.appointments import views as appointments
from yuqiao_portal.organisation.views import Organisation, UnitPage, brief
from yuqiao_portal.people import views as people
from yuqiao_portal.search import search
from yuqiao_portal.workbench.views import OwedPage, Workbench

handler400 = "yuqiao_portal.safeguards.errors.bad_request"
handler500 = "yuqiao_portal.safeguards.errors.server_error"
urlpatterns = [
    path("", Workbench.as_view(), name="workbench"),
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read"),
    path("inbox/quiet/", inbox.set_quiet, name="inbox_quiet"),
    path("inbox/<int:pk>/", inbox.open_notice, name="notice"),
    path("voice/", voice.Box.as_view(), name="voice"),
    path("voice/read/", voice.SuggestionList.as_view(), name="suggestions"),
    path("voice/numbers/", voice.numbers, name="voice_numbers"),
    path("voice/<int:pk>/", voice.suggestion_page, name="suggestion"),
    path("voice/<int:pk>/answer/", voice.answer_suggestion, name="suggestion_answer"),
    path("burden/", burden.page, name="burden"),
    path("owed/", OwedPage.as_view(), name="owed"),
    path("search/", search, name="search"),
    path("help/", helping.help_page, name="help"),
    path("help/<slug:name>/", helping.help_page, name="help_page"),
    path("help/images/<str:name>", helping.help_picture, name="help_picture"),
    # who
    path("login/", accounts.Login.as_view(), name="login"),
    path("login/code/", second_factor.code_page, name="login_code"),
    path("logout/", accounts.Logout.as_view(), name="logout"),
    path("password/", accounts.PasswordChange.as_view(), name="password_change"),
    path("second-factor/", second_factor.SetUp.as_view(), name="second_factor"),
    path("second-factor/off/", second_factor.TurnOff.as_view(), name="second_factor_off"),
    path("me/", people.my_posts, name="my_posts"),
    path("people/<int:pk>/", people.person_page, name="person"),
    path("people/<int:pk>/duties/", people.duties_page, name="duties"),
    path("people/<int:pk>/phone/", people.reveal_phone, name="person_phone"),
    path("why/<slug:kind>/<int:pk>/", people.why, name="why"),
    path("appointments/", appointments.table, name="appointment_table"),
    path("appointments/preview/", appointments.preview, name="appointment_preview"),
    path("appointments/prepare/", appointments.prepare, name="appointment_prepare"),
    path("appointments/export/", appointments.export, name="appointment_export"),
    path("appointments/<int:pk>/withdraw/", appointments.withdraw, name="appointment_withdraw"),
    # where
    path("organisation/", Organisation.as_view(), name="organisation"),
    path("units/<int:pk>/", UnitPage.as_view(), name="unit"),
    path("units/<int:pk>/brief/", brief, name="unit_brief"),
    # which organisations can help: organisations/
    path("", include("partners.urls")),
    # what is done and how well: worklogs/ goals/ orders/ standings/
    path("", include("partybuilding.urls")),
    # machinery
    path("jobs/<int:pk>/", jobs.progress, name="job_progress"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("health/", health.page, name="health"),
    path("admin/login/", accounts.admin_login),
    path("admin/password_change/", accounts.admin_password_change),
    path("admin/", admin.site.urls),
]
