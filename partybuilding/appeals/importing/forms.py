"""The form of the month's two files."""

from django import forms

from districts.files.uploads import MOST_BYTES
from districts.records.fields import ManyFilesField, PortalForm


class UploadForm(PortalForm):
    """One or both of the city's files."""

    files = ManyFilesField(
        label="工单台账、回访结果",
        accept=".xlsx,.csv",
        help_text=f"可以两个一起选；.xlsx 或 .csv，每个不超过 {4 * MOST_BYTES // 1048576} MB",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].is_usual = True

    def clean_files(self):
        files = self.cleaned_data["files"]
        if not files:
            raise forms.ValidationError("请选择文件。")
        return files
