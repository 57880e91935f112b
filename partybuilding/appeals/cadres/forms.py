from partybuilding.appeals.forms import NoteForm, RecuseForm
from partybuilding.appeals.models import CadreReport


class MarkForm(RecuseForm):
    """标为反映干部: of whom it is said, where that is known."""

    def __init__(self, *args, appeal, **kwargs):
        super().__init__(*args, appeal=appeal, **kwargs)
        person = self.fields["person"]
        person.required, person.empty_label = False, "说不准，或不在本街道任职"
        person.help_text = "选了，其本人从现在起就看不到"


class SendBackForm(NoteForm):
    """Why something is no report against a cadre."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, asks=CadreReport.STEPS["return"].asks, **kwargs)
        self.fields["note"].label = "退回理由"
        self.fields["note"].help_text = "街道领导和党群办能看到；不要写被反映人的姓名和反映的内容"
