"""Every kind of background job: its name and the plain function that does it."""

from partybuilding.assessment.rollup.run import rollup_job

KINDS = {
    "rollup": rollup_job,
}
