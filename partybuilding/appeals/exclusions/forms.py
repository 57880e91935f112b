"""Forms of 剔除 and 挂账."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from districts.files.evidence import EvidenceField
from districts.records.acting import ActingForm
from districts.records.fields import DayField, NoteField, YesNoField
from partybuilding.appeals.models import Exclusion

MOST_WAIT = timedelta(days=730)


class ExclusionForm(ActingForm):
    """Asking that an appeal be not counted."""

    kind = forms.ChoiceField(
        label="申请什么",
        choices=Exclusion.Kind.choices,
        initial=Exclusion.Kind.REMOVED,
        widget=forms.RadioSelect,
        help_text="剔除是不再计入；挂账是等政策、工程或资金，到复查日再看，销账后重新计入",
    )
    reason = forms.ChoiceField(
        label="理由", choices=[("", "请选择"), *Exclusion.Reason.choices], error_messages={"required": "请选择理由。"}
    )
    note = NoteField("说明", "请写明情况和依据。")
    review_on = DayField(label="复查日（挂账须填）", required=False)
    evidence = EvidenceField()

    def clean(self):
        data = super().clean()
        kind, reason = data.get("kind"), data.get("reason")
        if kind and reason and reason not in Exclusion.REASONS[kind]:
            self.add_error(
                "reason", f"“{Exclusion.Reason(reason).label}”不是{Exclusion.Kind(kind).label}的理由，请改选。"
            )
        if kind == Exclusion.Kind.SUSPENDED and "review_on" not in self.errors:
            check_review_day(self, data.get("review_on"))
        elif kind == Exclusion.Kind.REMOVED:
            data["review_on"] = None
        return data


def check_review_day(form, day):
    if day is None:
        form.add_error("review_on", Exclusion.STEPS["review"].needs["review_on"])
    elif not timezone.localdate() < day <= timezone.localdate() + MOST_WAIT:
        form.add_error("review_on", "复查日应在今天之后、两年之内。")


class ReviewForm(ActingForm):
    """What a review of what was suspended found."""

    is_over = YesNoField(
        "复查结果", "请选择复查结果。", yes="销账，重新计入三率", no="还要等，另定复查日", no_first=True
    )
    review_on = DayField(label="下一个复查日", required=False)
    note = NoteField("情况", Exclusion.STEPS["review"].asks)

    def clean(self):
        data = super().clean()
        if data.get("is_over") is False and "review_on" not in self.errors:
            check_review_day(self, data.get("review_on"))
        return data


class ExclusionAnswerForm(ActingForm):
    """The answer that came from outside."""

    is_granted = YesNoField("审定结果", "请选择审定结果。", yes="同意剔除", no="未同意")
    paper = forms.CharField(label="文号或凭据", max_length=100, required=False)
    note = NoteField("说明")

    def clean(self):
        data = super().clean()
        if data.get("is_granted") is True and not data.get("paper"):
            self.add_error("paper", Exclusion.STEPS["grant"].needs["paper"])
        if data.get("is_granted") is False and not data.get("note"):
            self.add_error("note", Exclusion.STEPS["deny"].asks)
        return data
