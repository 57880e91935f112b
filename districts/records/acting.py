"""On a form: for whom an act is entered, and on what basis. Shown only to whoever may enter for somebody else."""

from django import forms

from districts.records.fields import PortalForm
from districts.records.models import Basis

ASKS_BASIS = "请选择代办依据：口头交代、会议议定或书面批示。"
NOT_AS_CHOSEN = "您不能以所选身份在这个单位办理，请检查单位和“为谁办理”。"


class ActingForm(PortalForm):
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

    def begin_as(self, principal, basis):
        """Begin with the person (by id) for whom a record is entered already."""
        for way in self.ways:
            if principal and way.principal and way.principal.pk == principal:
                self.initial |= {"under": way.appointment.pk, "basis": basis}

    def chosen(self):
        """`under` and `basis`, where they were asked for: what an action takes beside its own facts."""
        return {name: self.cleaned_data[name] for name in ("under", "basis") if name in self.cleaned_data}

    def show_refused(self, error, at=None):
        """Show what an action refused: at its field where the form has that; what names none `at` another, or above all."""
        fields = getattr(error, "error_dict", None) or {at: error}
        for name, errors in fields.items():
            self.add_error(name if name in self.fields else None, errors)

    def clean(self):
        data = super().clean()
        chosen = data.get("under", self.ways[0].appointment.pk if self.ways else None)
        acts_for = any(w.principal for w in self.ways if w.appointment.pk == chosen)
        if acts_for and "basis" in self.fields and not data.get("basis") and "basis" not in self.errors:
            self.add_error("basis", ASKS_BASIS)
        return data
