"""What the portal's pages know of bodies outside the street."""

from districts.nouns import Noun
from partners.organisations.models import Organisation

ORGANISATION = Noun(
    key="organisation",
    label="外部单位",
    icon="users",
    model=Organisation,
    address="outside_organisation",
    paths={"street": "街道", "servings__estate__unit": "服务的小区所在社区"},
)
