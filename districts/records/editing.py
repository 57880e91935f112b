"""A form on a versioned record: which version its user saw, and how a conflict is shown."""

from django import forms

from districts.records.fields import PortalModelForm

OUT_OF_SIGHT = "（不在您的岗位范围内）"


class VersionedForm(PortalModelForm):
    """Carries the version that the user saw; after a conflict it carries the newer one, with both texts side by side."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_version"].initial = self.instance.version
        for field in self.visible_fields():
            is_select = isinstance(field.field.widget, forms.Select)
            field.field.error_messages["required"] = f"请{'选择' if is_select else '填写'}{field.label}。"

    def show_conflict(self, current):
        """Keep what was typed, list what the first saver left, and let a second save overwrite knowingly."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_version")] = current.version
        self.conflict = [
            {"label": self.fields[n].label, "theirs": shown(theirs), "mine": shown(mine)}
            for n, theirs, mine in self.both_versions(current)
            if shown(theirs) != shown(mine)
        ]

    def both_versions(self, current):
        """(field name, saved value, typed value) of every field; a form with more than model fields adds its own."""
        for name in (n for n in self._meta.fields if n in self.fields):
            yield (
                name,
                self._display(current, name, getattr(current, name)),
                self._display(current, name, self.cleaned_data[name]),
            )

    def _display(self, record, name, value):
        """What another saver chose is named only where this form's user could choose it too."""
        choices = getattr(self.fields[name], "queryset", None)
        if choices is not None and value is not None and not choices.filter(pk=value.pk).exists():
            return OUT_OF_SIGHT
        return dict(record._meta.get_field(name).flatchoices).get(value, value)


def shown(value):
    """A value as a reader sees it: several things as one list."""
    return "、".join(str(v) for v in value) if isinstance(value, list) else str(value if value is not None else "")
