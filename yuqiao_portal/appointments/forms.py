from django import forms
from django.utils import timezone

from districts.access import street_of
from districts.duties import Duty, Post, posts_that_log_in
from districts.posts.models import Appointment, AppointmentChange, User
from districts.records.fields import DayInput, PortalModelForm
from districts.units.models import Unit


class ChangeForm(PortalModelForm):
    """One row of the 岗位与权限 table."""

    class Meta:
        model = AppointmentChange
        fields = ["kind", "user", "post", "unit", "title", "on", "is_acting", "until", "replaces", "reason"]
        widgets = {
            "kind": forms.RadioSelect,
            "on": DayInput,
            "until": DayInput,
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.where_user_may(user, Duty.ASSESS).active()
        self.fields["unit"].queryset = units.order_by("tree_id", "lft")
        self.fields["user"].queryset = appointable(user).order_by("name")
        self.fields["user"].label_from_instance = lambda u: f"{u.name}（{u.staff_number or u.username}）"
        self.fields["user"].empty_label = self.fields["unit"].empty_label = "请选择"
        self.fields["post"].choices = [("", "请选择"), *Post.choices]
        if not self.is_bound:
            self.fields["on"].initial = timezone.localdate()
        for field in self.visible_fields():
            is_select = isinstance(field.field.widget, forms.Select)
            field.field.error_messages["required"] = f"请{'选择' if is_select else '填写'}{field.label}。"

    def clean(self):
        data = super().clean()
        if data.get("kind") == AppointmentChange.Kind.DISMISS:
            data |= {"replaces": False, "is_acting": False, "until": None, "title": ""}
        if data.get("until") and data.get("on") and data["until"] < data["on"]:
            self.add_error("until", "任期截止日期早于到任日期。")
        if data.get("is_acting") and not data.get("until"):
            self.add_error("until", "代理须写明到哪一天为止。")
        return data


def appointable(user):
    """Whom the Party office may appoint: people of its street, and accounts that hold no post anywhere."""
    here = Appointment.objects.filter(unit__tree_id__in=street_of(user)).values("user")
    anywhere = Appointment.objects.filter(post__in=posts_that_log_in()).values("user")
    rows = User.objects.filter(is_active=True, admin_role="").exclude(pk=user.pk)
    return rows.filter(pk__in=here) | rows.exclude(pk__in=anywhere)
