"""Gathers the app's URLs."""

from django.urls import include, path

urlpatterns = [
    path("worklogs/", include("partybuilding.matters.logs.urls")),
    path("goals/", include("partybuilding.goals.urls")),
    path("appeals/", include("partybuilding.appeals.urls")),
    path("orders/", include("partybuilding.matters.orders.urls")),
    path("circulars/", include("partybuilding.matters.circulars.urls")),
    path("standings/", include("partybuilding.assessment.urls")),
]
