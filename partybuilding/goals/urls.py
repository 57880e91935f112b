from django.urls import path

from partybuilding.goals import views

# goals/
urlpatterns = [
    path("", views.GoalList.as_view(), name="goal_list"),
    path("new/", views.GoalNew.as_view(), name="goal_new"),
    path("<int:pk>/edit/", views.GoalEdit.as_view(), name="goal_edit"),
]
