from django import forms

from districts.records.fields import PortalForm
from districts.voice.models import MOST, Suggestion


class SayForm(PortalForm):
    """To whom, what, and whether one's name goes with it: unsigned unless one says so."""

    to = forms.ChoiceField(
        label="给谁看",
        choices=Suggestion.To.choices,
        initial=Suggestion.To.OFFICE,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择给党群办还是给街道领导。"},
    )
    text = forms.CharField(
        label="内容",
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"最多 {MOST} 字；不署名的，请也不要在文字里写出自己是谁。",
        error_messages={"required": "请写下您要说的。"},
    )
    is_signed = forms.BooleanField(label="署名：附上我的姓名，答复后给我发消息", required=False)


class AnswerForm(PortalForm):
    text = forms.CharField(
        label="答复",
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"最多 {MOST} 字；只能答复一次，提交后不能修改。",
        error_messages={"required": "请写下答复。"},
    )
