from django.urls import path

from districts.files.proofs import evidence_file
from partybuilding.matters.logs import views
from partybuilding.matters.logs.models import LogAttachment

# worklogs/
urlpatterns = [
    path("", views.WorkLogList.as_view(), name="worklog_list"),
    path("new/", views.WorkLogNew.as_view(), name="worklog_new"),
    path("export/", views.export_logs, name="worklog_export"),
    path("guess/", views.guess_fields, name="worklog_guess"),
    path("attachments/<int:pk>/", evidence_file, {"model": LogAttachment}, name="log_attachment"),
    path("<int:pk>/", views.WorkLogDetail.as_view(), name="worklog_detail"),
    path("<int:pk>/edit/", views.WorkLogEdit.as_view(), name="worklog_edit"),
    path("<int:pk>/withdraw/", views.withdraw, name="worklog_withdraw"),
]
