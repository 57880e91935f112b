import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from districts.access import held_posts
from districts.duties import Duty, Reach
from districts.records.acting import ActingForm
from districts.records.asking import add_sources, take_source
from districts.records.editing import VersionedForm
from districts.records.fields import DayInput, ManyFilesField
from districts.records.filtering import PortalFilter, UnitFilter
from districts.units.models import Unit
from districts.workflow import ways_of_posts
from partybuilding.matters.logs.actions import prepare_uploads
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from partybuilding.matters.orders.models import Order, OrderAssignment


def loggable_units(user):
    """Where a user may log: their own posts' units first, then what lies below."""
    own = held_posts(user, Duty.LOG, Reach.ASSIGNED).values("unit_id")
    rows = Unit.objects.where_user_may(user, Duty.LOG) | Unit.objects.filter(pk__in=own)
    return rows.active().order_by("tree_id", "lft")


class WorkLogForm(ActingForm, VersionedForm):
    """One box; the rest is guessed from the text and the post, and can be corrected."""

    photos = ManyFilesField(
        label="照片", accept="image/jpeg,image/png,image/webp", help_text="最多 6 张；上传时自动缩小并去掉位置信息"
    )
    files = ManyFilesField(label="文件", accept=".pdf,.docx,.xlsx", help_text="PDF、Word、Excel，每个不超过 10 MB")
    dropped = forms.ModelMultipleChoiceField(
        label="删去", queryset=LogAttachment.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    corrected = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100)

    may_be_private = {"corrected": "只记本人改过哪几栏，不保存"}

    class Meta:
        model = WorkLog
        fields = ["text", "happened_on", "category", "place", "unit", "order"]
        widgets = {
            "text": forms.Textarea(
                attrs={"rows": 4, "placeholder": "例：昨天上门查看 3 号楼充电棚，已请物业周五前清理"}
            ),
            "happened_on": DayInput,
        }
        help_texts = {"text": "一两句话即可。请不要写居民姓名、电话、身份证号、门牌号。", "place": "可不填"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_acting(ways_of_posts(user, Duty.LOG))
        self.begin_as(self.instance.for_whom_id, self.instance.basis)
        self.fields["category"].required = False  # the box alone is enough
        self.fields["unit"].queryset = loggable_units(user)
        self.fields["unit"].empty_label = None
        self.fields["order"].queryset = self.open_orders(user)
        self.fields["order"].empty_label = "（不为哪件事）"
        add_sources(self, user)
        if self.instance.pk:
            self.fields["dropped"].queryset = self.instance.attachments.all()
        if not (self.instance.pk and self.instance.attachments.exists()):
            del self.fields["dropped"]

    @property
    def guessed(self):
        corrected = self.cleaned_data.get("corrected", "").split(",")
        return () if self.instance.pk else {"happened_on", "category", "place", "order"}.difference(corrected)

    def clean_category(self):
        return self.cleaned_data["category"] or WorkLog.Category.OTHER

    def clean(self):
        data = super().clean()
        dropped = list(data.get("dropped") or ())
        kept = [a for a in self.instance.attachments.all() if a not in dropped] if self.instance.pk else []
        photos = sum(a.kind == LogAttachment.Kind.PHOTO for a in kept)
        try:
            data["uploads"] = prepare_uploads(
                data.get("photos") or [], data.get("files") or [], photos, len(kept) - photos
            )
        except ValidationError as error:
            self.add_error("photos", error)
        return data

    def facts(self):
        """What the actions take: without the names that only the form knows."""
        own = {"seen_version", "photos", "files", "corrected", *([] if self.instance.pk else ["dropped"])}
        facts = {name: value for name, value in self.cleaned_data.items() if name not in own}
        return facts if self.instance.pk else facts | {"source": take_source(facts)}

    def open_orders(self, user):
        """What the log may serve: orders not yet closed at a unit where the user logs, and the one it serves already."""
        shares = OrderAssignment.objects.filter(unit__in=self.fields["unit"].queryset.order_by().values("pk"))
        going_on = Q(pk__in=shares.issued().exclude(state=OrderAssignment.State.ACCEPTED).values("order"))
        rows = Order.objects.where_user_may(user, Duty.VIEW).filter(going_on | Q(pk=self.instance.order_id))
        return rows.order_by("-issued_on", "-pk")

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise ValidationError("日期在今天之后。日志记已经做了的事，请改为今天或以前。")
        return day


class WorkLogFilter(PortalFilter):
    category = django_filters.ChoiceFilter(label="类别", choices=WorkLog.Category.choices, empty_label="全部")
    q = django_filters.CharFilter(label="搜索", method="by_words")
    unit = UnitFilter()
    since = django_filters.DateFilter(label="从", field_name="happened_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label="到", field_name="happened_on", lookup_expr="lte", widget=DayInput)
    mine = django_filters.BooleanFilter(label="只看我记的", method="by_me", widget=forms.CheckboxInput)

    class Meta:
        model = WorkLog
        fields = []

    def by_words(self, rows, name, value):
        return rows.search(value.strip())

    def by_me(self, rows, name, value):
        return rows.filter(created_by=self.request.user) if value else rows
