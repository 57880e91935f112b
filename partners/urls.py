from django.urls import include, path

urlpatterns = [path("organisations/", include("partners.organisations.urls"))]
