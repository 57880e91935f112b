from django.urls import path

from partybuilding.assessment import views

# standings/
urlpatterns = [
    path("", views.Standings.as_view(), name="standings"),
    path("<str:period>/", views.Standings.as_view(), name="standings_period"),
    path("<str:period>/rollup/", views.ask_rollup, name="rollup"),
    path("sheets/<int:pk>/", views.SheetPage.as_view(), name="sheet"),
    path("sheets/<int:pk>/<str:indicator>/", views.SheetRecords.as_view(), name="sheet_records"),
]
