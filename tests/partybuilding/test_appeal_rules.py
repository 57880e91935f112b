"""Weights and limits on a page: from today on, never for the past."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partybuilding.appeals.models import AppealLimit, AppealRule
from partybuilding.appeals.rates.counting import rule_on
from tests.cast import log_in

STREET = "槐花街道党建工作协调委员会"


def rule(**said):
    form = {
        "what": "rule",
        "rule-response_weight": "20",
        "rule-resolution_weight": "40",
        "rule-satisfaction_weight": "40",
        "rule-basically_worth": "80",
        "rule-starts_on": f"{timezone.localdate()}",
        "rule-reason": "区〔2026〕3号",
    }
    return form | {f"rule-{name}": value for name, value in said.items()}


def test_new_weights_hold_from_their_day_on_and_the_past_keeps_its_own(street, client):
    log_in(client, street.people["office"])
    root, today = street.units[STREET], timezone.localdate()
    assert client.post("/appeals/rules/", rule()).status_code == 302
    assert (rule_on(root, today).response_weight, rule_on(root, today).is_example) == (20, False)
    assert rule_on(root, today - timedelta(days=1)).response_weight == 10
    page = client.get("/appeals/rules/").content.decode()
    assert "区〔2026〕3号" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"response_weight": "30"}, "三项权重合计须为 100%，现在是 110%。"),
        ({"basically_worth": "101"}, "折算最多 100%。"),
        ({"starts_on": "2026-01-01"}, "过去的时段按当时的口径，不改"),
        ({"reason": ""}, "rule-reason"),
    ],
)
def test_wrong_weights_are_told_and_kept_in_the_form(street, client, wrong, said):
    log_in(client, street.people["office"])
    answer = client.post("/appeals/rules/", rule(**wrong))
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert AppealRule.objects.exclude(street=None).count() == 0


def test_a_limit_starts_once_a_day_and_what_has_not_begun_is_taken_back(street, client):
    log_in(client, street.people["office"])
    day = timezone.localdate() + timedelta(days=5)
    form = {
        "what": "limit",
        "limit-grade": "normal",
        "limit-hours": "120",
        "limit-starts_on": f"{day}",
        "limit-reason": "试行",
    }
    assert client.post("/appeals/rules/", form).status_code == 302
    assert "这一天已经有同样的一条" in client.post("/appeals/rules/", form).content.decode()
    limit = AppealLimit.objects.get(street=street.units[STREET])
    assert (limit.hours, limit.starts_on) == (120, day)
    assert client.post("/appeals/rules/", {"what": "limit", "drop": limit.pk}).status_code == 302
    assert not AppealLimit.objects.exclude(street=None).exists()
    begun = AppealLimit.objects.create(
        street=street.units[STREET], grade="normal", hours=9, starts_on=date(2026, 1, 1), reason="测"
    )
    assert client.post("/appeals/rules/", {"what": "limit", "drop": begun.pk}).status_code == 404
