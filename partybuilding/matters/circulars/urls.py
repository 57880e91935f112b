from django.urls import path

from districts.files.proofs import evidence_file
from partybuilding.matters.circulars import views
from partybuilding.matters.circulars.models import CircularFile

# circulars/
urlpatterns = [
    path("", views.CircularList.as_view(), name="circular_list"),
    path("new/", views.CircularNew.as_view(), name="circular_new"),
    path("groups/<int:pk>/drop/", views.drop_unit_group, name="unit_group_drop"),
    path("files/<int:pk>/", evidence_file, {"model": CircularFile}, name="circular_file"),
    path("<int:pk>/", views.CircularDetail.as_view(), name="circular_detail"),
    path("<int:pk>/<str:verb>/", views.take_circular_step, name="circular_step"),
]
