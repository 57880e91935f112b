"""The pictures that README and the help pages show; `make screenshots` packs them into docs/images."""

KEPT = {
    "workbench-leader-desk",
    "workbench-secretary-phone",
    "worklog-form-phone",
    "order-phone",
    "sheet-phone",
    "appeal-batch-phone",
}
