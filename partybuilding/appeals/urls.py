from django.urls import path

from districts.files.proofs import evidence_file
from partybuilding.appeals import views
from partybuilding.appeals.cadres import views as cadre_views
from partybuilding.appeals.estates import views as estate_views
from partybuilding.appeals.exclusions import views as exclusion_views
from partybuilding.appeals.importing import views as import_views
from partybuilding.appeals.models import ExclusionEvidence
from partybuilding.appeals.rates import views as rate_views
from partybuilding.appeals.reports import views as report_views
from partybuilding.appeals.rules import views as rule_views
from partybuilding.appeals.topics import views as topic_views

# appeals/
urlpatterns = [
    path("", views.AppealList.as_view(), name="appeal_list"),
    path("export/", views.export_appeals, name="appeal_export"),
    path("rates/", rate_views.rates_page, name="appeal_rates"),
    path("hot/", rate_views.hot_page, name="appeal_hot"),
    path("rates/export/", rate_views.export_rates, name="appeal_rates_export"),
    path("new/", views.register_appeal, name="appeal_register"),
    path("rules/", rule_views.rules_page, name="appeal_rules"),
    path("reports/", report_views.reports_page, name="appeal_reports"),
    path("reports/<int:pk>/", report_views.report_page, name="appeal_report"),
    path("reports/<int:pk>/finish/", report_views.finish, name="appeal_report_finish"),
    path("reports/<int:pk>/<slug:kind>/", report_views.report_file, name="appeal_report_file"),
    path("estates/", estate_views.estates_page, name="estates"),
    path("estates/<int:pk>/", estate_views.estate_page, name="estate"),
    path("topics/", topic_views.topics_page, name="appeal_topics"),
    path("import/", import_views.import_page, name="appeal_import"),
    path("import/template/<slug:shape>/", import_views.template_file, name="appeal_template"),
    path("import/<int:pk>/", import_views.batch_page, name="appeal_import_batch"),
    path("import/<int:pk>/confirm/", import_views.confirm_batch, name="appeal_import_confirm"),
    path("import/<int:pk>/faults/", import_views.faults_file, name="appeal_import_faults"),
    path("cadres/", cadre_views.cadre_reports, name="cadre_reports"),
    path("cadres/<int:pk>/confirm/", cadre_views.confirm, name="cadre_report_confirm"),
    path("cadres/<int:pk>/return/", cadre_views.send_back, name="cadre_report_return"),
    path("<int:pk>/", views.AppealDetail.as_view(), name="appeal_detail"),
    path("<int:pk>/exclusion/", exclusion_views.ask, name="appeal_exclusion"),
    path("exclusions/<int:pk>/", exclusion_views.answer, name="appeal_exclusion_answer"),
    path("exclusions/<int:pk>/withdraw/", exclusion_views.withdraw, name="appeal_exclusion_withdraw"),
    path("exclusions/<int:pk>/review/", exclusion_views.review, name="appeal_exclusion_review"),
    path("evidence/<int:pk>/", evidence_file, {"model": ExclusionEvidence}, name="appeal_evidence"),
    path("<int:pk>/recuse/", views.recuse, name="appeal_recuse"),
    path("<int:pk>/seal/", views.seal, name="appeal_seal"),
    path("<int:pk>/cadre/", cadre_views.mark, name="appeal_cadre"),
    path("<int:pk>/<slug:verb>/", views.take_appeal_step, name="appeal_step"),
]
