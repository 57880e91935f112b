"""A form on a versioned record: which version its user saw, and how a conflict is shown."""

from django import forms


class VersionedForm(forms.ModelForm):
    """Carries the version that the user saw; after a conflict it carries the newer one, with both texts side by side."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_version"].initial = self.instance.version
        for field in self.visible_fields():
            if not field.use_fieldset:
                field.field.widget.attrs.setdefault("class", "form-control")

    def show_conflict(self, current):
        """Keep what was typed, list what the first saver left, and let a second save overwrite knowingly."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_version")] = current.version
        names = [n for n in self.cleaned_data if n != "seen_version" and hasattr(current, n)]
        self.conflict = [
            {"label": self.fields[n].label, "theirs": getattr(current, n), "mine": self.cleaned_data[n]}
            for n in names
            if getattr(current, n) != self.cleaned_data[n]
        ]
