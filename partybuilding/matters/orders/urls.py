from django.urls import path

from districts.files.proofs import evidence_file
from partybuilding.matters.orders import views
from partybuilding.matters.orders.models import OrderFile

# orders/
urlpatterns = [
    path("", views.OrderList.as_view(), name="order_list"),
    path("new/", views.OrderNew.as_view(), name="order_new"),
    path("export/", views.export_orders, name="order_export"),
    path("accept/", views.accept_several, name="order_accept_several"),
    path("<int:pk>/", views.OrderDetail.as_view(), name="order_detail"),
    path("<int:pk>/edit/", views.OrderEdit.as_view(), name="order_edit"),
    path("<int:pk>/issue/", views.issue, name="order_issue"),
    path("<int:pk>/award/", views.award, name="order_award"),
    path("files/<int:pk>/", evidence_file, {"model": OrderFile}, name="order_file"),
    path("<int:pk>/paper/", views.paper, name="order_paper"),
    # one unit's share
    path("shares/<int:pk>/<str:verb>/", views.take_assignment_step, name="assignment_step"),
]
