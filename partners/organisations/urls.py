from django.urls import path

from partners.organisations import views

# organisations/
urlpatterns = [
    path("", views.organisations, name="outside_organisations"),
    path("<int:pk>/", views.organisation, name="outside_organisation"),
    path("<int:pk>/serve/", views.serve_estate, name="serve_estate"),
    path("servings/<int:pk>/end/", views.end, name="serving_end"),
]
