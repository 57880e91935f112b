"""The pages of the assessment, under standings/."""

from django.urls import path, register_converter

from districts.files.proofs import evidence_file
from partybuilding.assessment.adjustments import views as adjustments
from partybuilding.assessment.models import AdjustmentEvidence, ObjectionEvidence
from partybuilding.assessment.objections import views as objections
from partybuilding.assessment.peers import views as peers
from partybuilding.assessment.schemes import views as schemes
from partybuilding.assessment.settling import views as settling
from partybuilding.assessment.standings import average_views, monthly_views, views
from partybuilding.assessment.surveys import views as surveys


class Month:
    """A month in an address: 2026-10."""

    regex = r"\d{4}-\d{2}"
    to_python = to_url = staticmethod(str)


register_converter(Month, "month")

urlpatterns = [
    path("", views.Standings.as_view(), name="standings"),
    path("<month:period>/", views.Standings.as_view(), name="standings_period"),
    path("<month:period>/rollup/", views.ask_rollup, name="rollup"),
    path("<month:period>/report/", monthly_views.monthly_page, name="monthly"),
    path("<month:period>/report.<str:shape>", monthly_views.monthly_file, name="monthly_file"),
    path("settlements/<int:pk>/<str:verb>/", settling.take_settlement_step, name="settlement_step"),
    path("sheets/<int:pk>/", views.SheetPage.as_view(), name="sheet"),
    path("sheets/<int:pk>/object/", objections.object_to, name="object_to"),
    path("sheets/<int:pk>/adjust/", adjustments.adjust, name="adjust"),
    path("sheets/<int:pk>/<str:indicator>/", views.SheetRecords.as_view(), name="sheet_records"),
    path("schemes/", schemes.schemes_page, name="schemes"),
    path("schemes/<int:pk>/", schemes.scheme_page, name="scheme_version"),
    path("schemes/<int:pk>/edit/", schemes.edit_scheme, name="scheme_edit"),
    path("schemes/<int:pk>/trial/", schemes.trial_page, name="scheme_trial"),
    path("schemes/<int:pk>/<str:verb>/", schemes.take_scheme_step, name="scheme_step"),
    path("means/<str:span>/", average_views.means_page, name="means"),
    path("adjustments/", adjustments.adjustment_list, name="adjustments"),
    path("adjustments/<int:pk>/", adjustments.adjustment_page, name="adjustment"),
    path("adjustments/evidence/<int:pk>/", evidence_file, {"model": AdjustmentEvidence}, name="adjustment_evidence"),
    path("peers/", peers.peers_page, name="peers"),
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/<int:pk>/", surveys.survey_page, name="survey"),
    path("objections/", objections.objection_list, name="objections"),
    path("objections/<int:pk>/", objections.objection_page, name="objection"),
    path("objections/evidence/<int:pk>/", evidence_file, {"model": ObjectionEvidence}, name="objection_evidence"),
]
