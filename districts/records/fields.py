"""The one door for what people type: private by default, and without what no document can hold."""

import re
from itertools import chain

from django import forms

from districts.burden.noting import note_filled
from districts.privacy.rules import private_pieces, refuse_private, scrubbed

# What XML, and so every Word and Excel file, refuses.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_KEPT = re.compile(rf"{_NOT_IN_XML.pattern}|\r(?=\n)")
A_PARAGRAPH = 1000  # a text of so many characters may be told in several
# Whose value is never what was typed, word for word. All else is text.
_NEVER_TEXT = (
    forms.BooleanField,
    forms.ChoiceField,
    forms.DateField,
    forms.DateTimeField,
    forms.DurationField,
    forms.FileField,
    forms.IntegerField,
    forms.ModelChoiceField,
    forms.TimeField,
)


def holds_text(field):
    return not isinstance(field, _NEVER_TEXT)


class PortalBoundField(forms.BoundField):
    """Draws a box in the portal's look, whoever declares it; what a widget says itself stays."""

    def build_widget_attrs(self, attrs, widget=None):
        attrs, widget = super().build_widget_attrs(attrs, widget), widget or self.field.widget
        attrs["maxlength"] = False  # with it a browser cuts what is pasted, and says nothing
        if "class" not in {**widget.attrs, **attrs} and (look := look_of(widget)):
            attrs["class"] = look
        return attrs


def _say_lengths(error):
    """What is too long says how long it is, how long it may be, and what to do; it is never cut."""
    errors = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    for one in chain.from_iterable(errors):
        if one.code == "max_length" and "show_value" in (one.params or {}):
            long, most = one.params["show_value"], one.params["limit_value"]
            parts = "或分成几条" if most >= A_PARAGRAPH else ""
            one.message, one.params = f"写了 {long:,} 字，最多 {most:,} 字，请删去 {long - most:,} 字{parts}。", None


def look_of(widget):
    """The class of a box or a list to choose from; none for what is ticked or hidden."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.HiddenInput):
        return ""
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class PrivateByDefault:
    """For a form: refuses personal numbers in every text, keeping what was typed, but what the portal itself filled in.

    `may_be_private` names the fields that may hold them, each with its reason.
    """

    may_be_private = {}
    bound_field_class = PortalBoundField

    @property
    def guessed(self):
        """Names of fields that the portal filled in while somebody typed, and that were left so."""
        return ()

    @property
    def came_with_files(self):
        """A browser keeps what was typed, never the files that were chosen."""
        return bool(self.files)

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self._errors:
            note_filled(self)

    def add_error(self, field, error):
        if isinstance(error, forms.ValidationError):
            _say_lengths(error)
        super().add_error(field, error)

    def _clean_fields(self):
        self._clean_what_was_sent()
        super()._clean_fields()
        for name, bound in self._bound_items():
            if holds_text(bound.field) and name not in self.may_be_private and not bound.field.disabled:
                self._refuse_in(name, bound)

    def _refuse_in(self, name, bound):
        for text in texts_of(bound.data):
            try:
                refuse_new_private(text, str(bound.initial or ""))
            except forms.ValidationError as refusal:
                self.add_error(name, refusal)

    def _clean_what_was_sent(self):
        """Characters that no document can hold go, and numbers in the names of files; the end of a line is one character."""
        for _, bound in self._bound_items():
            if isinstance(bound.field, forms.FileField):
                for file in filter(None, bound.data if isinstance(bound.data, list) else [bound.data]):
                    file.name = scrubbed(file.name)
            elif holds_text(bound.field) and any(_NOT_KEPT.search(text) for text in texts_of(bound.data)):
                self.data = self.data.copy()
                self.data[bound.html_name] = _NOT_KEPT.sub("", bound.data)


class PortalForm(PrivateByDefault, forms.Form):
    """The base of every form."""


class PortalModelForm(PrivateByDefault, forms.ModelForm):
    """The base of every form on a model."""


def texts_of(data):
    """The texts of what was sent for a field: one, none, or those of a field of several inputs."""
    return [text for text in (data if isinstance(data, list) else [data]) if isinstance(text, str)]


def private_cells(row, may_be_private=()):
    """A sentence for each cell of a row {column: text} that holds personal numbers, naming the column."""
    for column, text in row.items():
        try:
            refuse_private("" if column in may_be_private else text)
        except forms.ValidationError as refusal:
            yield from (f"{column}：{said}" for said in refusal.messages)


def refuse_new_private(text, prefilled):
    """Raises ValidationError for personal numbers that did not stand in what the portal filled in."""
    known = {(piece.kind, prefilled[piece.start : piece.end]) for piece in private_pieces(prefilled)}
    for kind, start, end in private_pieces(text) if known else ():
        if (kind, text[start:end]) in known:
            text = text[:start] + "□" * (end - start) + text[end:]
    refuse_private(text)


class DayInput(forms.DateInput):
    """A browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    widget = DayInput


class NoteField(forms.CharField):
    """A paragraph of at most 2,000 characters, needed where `missing` says what to write."""

    def __init__(self, label, missing="", *, rows=2, **kwargs):
        super().__init__(
            label=label, required=bool(missing), max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
        )
        self.ask(missing)

    def ask(self, missing):
        """Need a note from now on, and say so; without a sentence it may be left out."""
        self.required = bool(missing)
        self.error_messages["required"] = missing


class YesNoField(forms.TypedChoiceField):
    """One of two answers, cleaned to True or False; `missing` says what to choose, the usual answer may stand first."""

    widget = forms.RadioSelect

    def __init__(self, label, missing, *, yes, no, no_first=False, **kwargs):
        answers = [("yes", yes), ("no", no)]
        super().__init__(
            label=label,
            choices=answers[::-1] if no_first else answers,
            coerce=lambda value: value == "yes",
            **kwargs,
        )
        self.error_messages["required"] = missing


class ManyFilesInput(forms.ClearableFileInput):
    """A box to choose from, and where photos are taken a camera beside it, which static/photos.js shows."""

    allow_multiple_selected = True
    template_name = "components/many_files.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["takes_photos"] = "image/" in self.attrs["accept"]
        return context


class ManyFilesField(forms.FileField):
    """Several files in one field; cleaned to a list. A browser says at once what is more than `most` or `largest` bytes."""

    def __init__(self, *args, accept, most=None, largest=None, **kwargs):
        limits = {"data-most": most, "data-largest": largest}
        widget = ManyFilesInput(attrs={"accept": accept, **{name: n for name, n in limits.items() if n}})
        super().__init__(*args, widget=widget, required=False, **kwargs)

    def clean(self, data, initial=None):
        return [super(ManyFilesField, self).clean(file, initial) for file in data or []]


class DaysForm(PortalForm):
    """From one day to another, both included."""

    since = DayField(label="从")
    until = DayField(label="到")

    def clean(self):
        data = super().clean()
        for name in ("since", "until"):
            if data.get(name) and not 2000 <= data[name].year <= 2100:
                self.add_error(name, "请填 2000 年以后的日期。")
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "结束日期早于开始日期。")
        return data
