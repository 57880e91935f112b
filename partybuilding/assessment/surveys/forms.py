"""Forms of surveys."""

from django import forms
from django.utils import timezone

from districts.records.fields import DayField, PortalForm
from partybuilding.assessment.models import Survey
from partybuilding.assessment.periods.months import A_YEAR
from partybuilding.assessment.surveys.figures import read_figures


class SurveyForm(PortalForm):
    """A survey and its figures, pasted."""

    name = forms.CharField(label="测评名称", max_length=60)
    measured_on = DayField(label="测评日期", help_text="计入这一天所在的周期")
    paper = forms.CharField(label="来源文件", max_length=100)
    figures = forms.CharField(
        label="各单位的数字",
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="从电子表格或公布的表整块粘贴：每行“单位　满意数　样本数”；标题、表头、序号、率会跳过，合计会核对",
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

    why = forms.CharField(label="撤回原因", max_length=200, error_messages={"required": Survey.STEPS["withdraw"].asks})
