from datetime import timedelta

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property

from districts.access import held_posts
from districts.duties import Duty, Reach
from districts.files.uploads import MOST_BYTES
from districts.records.acting import ActingForm
from districts.records.asking import add_sources, take_source
from districts.records.editing import VersionedForm
from districts.records.fields import DayInput, ManyFilesField, PortalForm
from districts.records.filtering import PortalFilter, UnitFilter
from districts.units.models import Unit
from districts.workflow import ways_of_posts
from partybuilding.matters.logs.actions import MOST_FILES, MOST_PHOTOS, prepare_uploads
from partybuilding.matters.logs.guessing import guess
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from partybuilding.matters.orders.models import Order, OrderAssignment


def loggable_units(user):
    """Where a user may log: their own posts' units first, then what lies below."""
    own = held_posts(user, Duty.LOG, Reach.ASSIGNED).values("unit_id")
    rows = Unit.objects.where_user_may(user, Duty.LOG) | Unit.objects.filter(pk__in=own)
    return rows.active().order_by("tree_id", "lft")


UNSAID = {"happened_on": "", "category": WorkLog.Category.OTHER.value, "place": "", "order": ""}
CORRECTABLE = {*UNSAID, "unit"}
KNOWN_PLACES, OPEN_ORDERS = 300, 100  # the newest, among which is guessed
WAITS_AT_MOST = timedelta(days=7)  # for a connection


class WorkLogForm(ActingForm, VersionedForm):
    """One box; the rest is guessed from the text and the post, and can be corrected.

    A new log is guessed anew whenever it is sent, from the text that is sent: for the page, and for what is saved. What
    was `corrected` by hand, or given with the page, stays. A script says by `previews` that it shows the guesses and
    knows what was corrected; without one, whatever is not as the page offered it was. `written_on` is the day of the
    words 今天 and 昨天 on a form that waited for a connection.
    """

    photos = ManyFilesField(
        label="照片",
        accept="image/jpeg,image/png,image/webp",
        most=MOST_PHOTOS,
        largest=MOST_BYTES,
        help_text="最多 6 张；上传前自动缩小并去掉位置信息",
    )
    files = ManyFilesField(
        label="文件",
        accept=".pdf,.docx,.xlsx",
        most=MOST_FILES,
        largest=MOST_BYTES,
        help_text="PDF、Word、Excel，每个不超过 10 MB",
    )
    dropped = forms.ModelMultipleChoiceField(
        label="删去", queryset=LogAttachment.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    corrected = forms.CharField(required=False, widget=forms.HiddenInput)
    previews = forms.BooleanField(required=False, widget=forms.HiddenInput)
    written_on = forms.DateField(required=False, widget=forms.HiddenInput)

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
        self.user = user
        self.add_acting(ways_of_posts(user, Duty.LOG))
        self.begin_as(self.instance.for_whom_id, self.instance.basis)
        self.fields["category"].required = False  # the box alone is enough
        self.fields["unit"].queryset = loggable_units(user)
        self.fields["unit"].empty_label = None
        self.fields["order"].queryset = self.open_orders(user)
        self.fields["order"].empty_label = "（不为哪件事）"
        add_sources(self, user)
        self._begin_guessing()
        if self.instance.pk:
            self.fields["dropped"].queryset = self.instance.attachments.all()
        if not (self.instance.pk and self.instance.attachments.exists()):
            del self.fields["dropped"]

    def _begin_guessing(self):
        """On a new log; what is saved already is never guessed."""
        for name in UNSAID if not self.instance.pk else ():
            self.fields[name].show_hidden_initial = True
        for name in ("corrected", "previews", "written_on") if self.instance.pk else ():
            del self.fields[name]

    @property
    def corrected_names(self):
        return CORRECTABLE.intersection(self.data.get("corrected", "").split(","))

    @cached_property
    def guessed(self):
        if self.instance.pk:
            return set()
        by_hand = self.corrected_names | (set() if self.data.get("previews") else set(self.changed_data))
        return UNSAID.keys() - by_hand

    def full_clean(self):
        if self.is_bound and self.guessed:
            self.data = self.guessed_anew()
        super().full_clean()

    def guessed_anew(self):
        """What was sent, with all that nobody corrected as the text says it, or as a text that says nothing leaves it."""
        data, day = self.data.copy(), self._day_of_writing()
        places = WorkLog.objects.where_user_may(self.user, Duty.VIEW).standing().exclude(place="").order_by("-pk")
        self.found = guess(
            data.get("text", ""),
            day,
            places=places.values_list("place", flat=True)[:KNOWN_PLACES],
            orders=self.fields["order"].queryset[:OPEN_ORDERS],
        )
        said = UNSAID | {"happened_on": day} | self.found
        for name in self.guessed:
            data[name] = data[f"initial-{name}"] = str(getattr(said[name], "pk", said[name]))
        return data

    def _day_of_writing(self):
        today = timezone.localdate()
        try:
            day = parse_date(self.data.get("written_on", ""))
        except ValueError:
            day = None
        return day if day and today - WAITS_AT_MOST <= day <= today else today

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
        own = {
            "seen_version",
            "photos",
            "files",
            "corrected",
            "previews",
            "written_on",
            *([] if self.instance.pk else ["dropped"]),
        }
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


class WithdrawalForm(PortalForm):
    why = forms.CharField(label="作废原因", max_length=200, error_messages={"required": "请写明为什么作废。"})


class WorkLogFilter(PortalFilter):
    category = django_filters.ChoiceFilter(label="类别", choices=WorkLog.Category.choices, empty_label="全部")
    q = django_filters.CharFilter(label="搜索", method="by_words")
    unit = UnitFilter()
    since = django_filters.DateFilter(label="从", field_name="happened_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label="到", field_name="happened_on", lookup_expr="lte", widget=DayInput)
    mine = django_filters.BooleanFilter(label="只看我记的", method="by_me", widget=forms.CheckboxInput)
    withdrawn = django_filters.BooleanFilter(label="也看已作废的", method="with_withdrawn", widget=forms.CheckboxInput)

    class Meta:
        model = WorkLog
        fields = []

    def by_words(self, rows, name, value):
        return rows.search(value.strip())

    def with_withdrawn(self, rows, name, value):
        return rows if value else rows.standing()

    def by_me(self, rows, name, value):
        return rows.filter(created_by=self.request.user) if value else rows
