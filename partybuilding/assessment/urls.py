from django.urls import path, register_converter

from partybuilding.assessment import extra_views, mean_views, monthly_views, scheme_views, settlement_views, views


class Month:
    """A month in an address: 2026-10."""

    regex = r"\d{4}-\d{2}"
    to_python = to_url = staticmethod(str)


register_converter(Month, "month")

# standings/
urlpatterns = [
    path("", views.Standings.as_view(), name="standings"),
    path("<month:period>/", views.Standings.as_view(), name="standings_period"),
    path("<month:period>/rollup/", views.ask_rollup, name="rollup"),
    path("<month:period>/report/", monthly_views.monthly_page, name="monthly"),
    path("<month:period>/report.<str:shape>", monthly_views.monthly_file, name="monthly_file"),
    path("settlements/<int:pk>/<str:verb>/", settlement_views.take_settlement_step, name="settlement_step"),
    path("sheets/<int:pk>/", views.SheetPage.as_view(), name="sheet"),
    path("sheets/<int:pk>/object/", settlement_views.object_to, name="object_to"),
    path("sheets/<int:pk>/adjust/", extra_views.adjust, name="adjust"),
    path("sheets/<int:pk>/<str:indicator>/", views.SheetRecords.as_view(), name="sheet_records"),
    path("schemes/", scheme_views.schemes_page, name="schemes"),
    path("schemes/<int:pk>/", scheme_views.scheme_page, name="scheme_version"),
    path("schemes/<int:pk>/edit/", scheme_views.edit_scheme, name="scheme_edit"),
    path("schemes/<int:pk>/trial/", scheme_views.trial_page, name="scheme_trial"),
    path("schemes/<int:pk>/<str:verb>/", scheme_views.take_scheme_step, name="scheme_step"),
    path("means/<str:span>/", mean_views.means_page, name="means"),
    path("adjustments/", extra_views.adjustment_list, name="adjustments"),
    path("adjustments/<int:pk>/", extra_views.adjustment_page, name="adjustment"),
    path("adjustments/evidence/<int:pk>/", extra_views.adjustment_evidence, name="adjustment_evidence"),
    path("peers/", extra_views.peers_page, name="peers"),
    path("surveys/", extra_views.survey_list, name="surveys"),
    path("surveys/<int:pk>/", extra_views.survey_page, name="survey"),
    path("objections/", settlement_views.objection_list, name="objections"),
    path("objections/<int:pk>/", settlement_views.objection_page, name="objection"),
    path("objections/evidence/<int:pk>/", settlement_views.objection_evidence, name="objection_evidence"),
]
