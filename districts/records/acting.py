"""On a form: for whom a step is entered, and on what basis. Shown only to whoever may enter for somebody else."""

from django import forms

from districts.records.models import Basis

ASKS_BASIS = "请选择代办依据：口头交代、会议议定或书面批示。"


class ActingForm(forms.Form):
    """Takes `ways`, the list of `workflow.Acting`; adds `under` where there is a choice, `basis` where one is needed."""

    def __init__(self, *args, ways=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.add_acting(ways)

    def add_acting(self, ways):
        own = [w for w in ways if w.principal is None][:1]
        self.ways = own + [w for w in ways if w.principal]
        if len(self.ways) > 1:
            self.fields["under"] = forms.TypedChoiceField(
                label="为谁办理", choices=[(w.appointment.pk, w.label) for w in self.ways], coerce=int
            )
        if any(w.principal for w in self.ways):
            label = f"代{self.ways[0].principal.name}办理的依据" if len(self.ways) == 1 else "代办依据"
            self.fields["basis"] = forms.ChoiceField(
                label=label,
                choices=[("", "请选择"), *Basis.choices],
                required=not own,
                error_messages={"required": ASKS_BASIS},
            )
        for name in {"under", "basis"} & self.fields.keys():
            self.fields[name].widget.attrs["class"] = "form-select"

    def clean(self):
        data = super().clean()
        chosen = data.get("under", self.ways[0].appointment.pk if self.ways else None)
        acts_for = any(w.principal for w in self.ways if w.appointment.pk == chosen)
        if acts_for and "basis" in self.fields and not data.get("basis") and "basis" not in self.errors:
            self.add_error("basis", ASKS_BASIS)
        return data
