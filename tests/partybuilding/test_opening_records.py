"""The first step of a workflow asks for what its table says, like every other."""

from dataclasses import replace

import pytest
import time_machine

from districts.workflow import StepRefused
from partybuilding.assessment.models import Objection
from partybuilding.assessment.objections.actions import raise_objection
from tests.partybuilding.months import NOVEMBER, publish, sheet_of


def test_what_the_first_step_needs_is_asked_for_and_nothing_is_opened_without_it(month, monkeypatch):
    needs_words = replace(Objection.STEPS["raise"], needs={"note": "请写明错在哪里。"})
    monkeypatch.setitem(Objection.STEPS, "raise", needs_words)
    with time_machine.travel(NOVEMBER):
        publish(month)
        with pytest.raises(StepRefused, match="请写明错在哪里。"):
            raise_objection(sheet_of("东一社区"), month.people["secretary"], indicator="orders_on_time", text="")
        assert not Objection.objects.exists()
        raise_objection(sheet_of("东一社区"), month.people["secretary"], indicator="orders_on_time", text="错了")
        assert Objection.objects.get().steps.get().note == "错了"
