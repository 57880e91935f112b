"""Forms of what comes beside the records: adjustments and surveys."""

from django import forms
from django.utils import timezone

from districts.records.acting import ActingForm
from districts.records.attachments import EVIDENCE_ACCEPTED, prepare_evidence
from districts.records.fields import PortalForm
from districts.units.models import Unit
from partybuilding.assessment.forms import WORDS
from partybuilding.assessment.models import Adjustment
from partybuilding.assessment.periods import A_YEAR
from partybuilding.assessment.surveying import ASKED, read_figures
from partybuilding.worklogs.forms import ManyFilesField

LINE = {"widget": forms.TextInput(attrs={"class": "form-control"})}
AREA = forms.Textarea(attrs={"rows": 3, "class": "form-control"})


class AdjustmentForm(ActingForm):
    """加减分 of one unit in one period."""

    kind = forms.ChoiceField(label="种类", choices=Adjustment.Kind.choices, widget=forms.RadioSelect)
    indicator = forms.ChoiceField(label="扣哪一项（扣分须选）", required=False)
    points = forms.DecimalField(
        label="分值（加分、扣分须填）", required=False, max_value=100, decimal_places=2, max_digits=5,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.01"}),
    )  # fmt: skip
    reason = forms.CharField(label="事由", widget=AREA, error_messages={"required": "请写明事由。"}, **WORDS)
    evidence = ManyFilesField(label="依据", accept=EVIDENCE_ACCEPTED, help_text="文件或照片，至少 1 个，最多 6 个")

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "—"), *((i.code, i.label) for i in items)]
        self.fields["indicator"].widget.attrs["class"] = "form-select"

    def clean_evidence(self):
        files = self.cleaned_data["evidence"]
        if not files:
            raise forms.ValidationError("请附上依据的文件或照片。")
        return prepare_evidence(files)

    def clean(self):
        data = super().clean()
        kind, points = data.get("kind"), data.get("points")
        if kind == Adjustment.Kind.DEDUCTION and not data.get("indicator"):
            self.add_error("indicator", "请选择从哪一项扣。")
        if kind != Adjustment.Kind.VETO and "points" not in self.errors and not (points and points > 0):
            self.add_error("points", "请填大于 0 的分值。")
        data["points"] = int(points * 100) if points and points > 0 else 0
        return data


class PeerForm(PortalForm):
    """Units that are ranked among themselves, from a day on."""

    name = forms.CharField(label="难度组", max_length=30, required=False, help_text="留空为移出难度组", **LINE)
    units = forms.ModelMultipleChoiceField(
        label="社区、村", queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个单位。"},
    )  # fmt: skip
    starts_on = forms.DateField(
        label="从哪天起", widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label="依据", max_length=200, error_messages={"required": "请写明依据。"}, **LINE)

    def __init__(self, *args, street, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Unit.objects.active().filter(tree_id=street.tree_id, kind__in=ASKED)
        self.fields["units"].queryset = rows.order_by("lft")
        self.fields["starts_on"].initial = timezone.localdate().replace(day=1)


class ApprovalForm(ActingForm):
    """Whether a leader approves."""

    is_approved = forms.TypedChoiceField(
        label="意见", choices=[("yes", "批准"), ("no", "不批准")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect, error_messages={"required": "请选择批准或不批准。"},
    )  # fmt: skip
    note = forms.CharField(label="说明", widget=AREA, required=False, **WORDS)

    def clean(self):
        data = super().clean()
        if data.get("is_approved") is False and not data.get("note"):
            self.add_error("note", "请写明不批准的原因。")
        return data


class SurveyForm(PortalForm):
    """A survey and its figures, pasted."""

    name = forms.CharField(label="测评名称", max_length=60, **LINE)
    measured_on = forms.DateField(
        label="测评日期", widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        help_text="计入这一天所在的周期",
    )  # fmt: skip
    paper = forms.CharField(label="来源文件", max_length=100, **LINE)
    figures = forms.CharField(
        label="各单位的数字",
        widget=forms.Textarea(attrs={"rows": 12, "class": "form-control"}),
        help_text="从电子表格整块粘贴：每行“单位　满意数　样本数”",
        error_messages={"required": "请粘贴各单位的数字。"},
    )

    def __init__(self, *args, street, **kwargs):
        super().__init__(*args, **kwargs)
        self.street = street

    def clean_measured_on(self):
        day, today = self.cleaned_data["measured_on"], timezone.localdate()
        if not today - A_YEAR <= day <= today:
            raise forms.ValidationError(f"测评日期要在 {today - A_YEAR} 到今天（{today}）之间，请核对年份。")
        return day

    def clean_figures(self):
        return read_figures(self.cleaned_data["figures"], self.street)


class SurveyWithdrawal(PortalForm):
    """Taking back what was confirmed, with the reason."""

    why = forms.CharField(
        label="撤回原因", max_length=200, error_messages={"required": "请写明撤回的原因。"}, **LINE,
    )  # fmt: skip
