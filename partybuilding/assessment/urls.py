from django.urls import path, register_converter

from partybuilding.assessment import views


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
    path("sheets/<int:pk>/", views.SheetPage.as_view(), name="sheet"),
    path("sheets/<int:pk>/<str:indicator>/", views.SheetRecords.as_view(), name="sheet_records"),
]
