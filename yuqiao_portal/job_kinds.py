"""Every kind of background job: its name and the plain function that does it."""

from partybuilding.appeals.importing.batches import import_job
from partybuilding.assessment.rollup.run import rollup_job

KINDS = {
    "rollup": rollup_job,
    "import_appeals": import_job,
}
