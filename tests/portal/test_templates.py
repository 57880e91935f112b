"""How templates are written: what lies on several lines and is one on the page, and the colour of a state."""

import pytest
from django.template import engines

from districts.records.states import State
from partybuilding.appeals.models import AppealReport
from partybuilding.assessment.models import Objection


def drawn(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("{% line %}\n  共\n  {{ n }}\n  件\n{% endline %}", "共3件"),
        ("{% line %}\n  {% if n %}\n    有，\n  {% else %}\n    没有\n  {% endif %}\n  完\n{% endline %}", "有，完"),
        ("{% line %}\n  {% for x in 'ab' %}\n    {{ x }}、\n  {% endfor %}\n{% endline %}", "a、b、"),
        ("{% line %}\n  甲 乙\n  {{ ' ' }}丙\n{% endline %}", "甲 乙 丙"),
        (
            '{% line %}\n  <a class="x"\n     href="{{ n }}"\n     id="y">\n    看\n  </a>\n{% endline %}',
            '<a class="x" href="3" id="y">看</a>',
        ),
        ("{% line %}\n  甲　\n  乙\n{% endline %}", "甲　乙"),
    ],
)
def test_a_line_break_of_the_template_draws_nothing(source, page):
    assert drawn(source, n=3) == page


def test_what_is_put_into_a_line_keeps_its_own_breaks():
    assert drawn("{% line %}\n  {{ said }}\n{% endline %}", said="一\n 二") == "一\n 二"


def test_outside_a_line_the_template_stays_as_it_is():
    assert drawn("甲\n  {% line %}\n乙\n{% endline %}\n丙") == "甲\n  乙\n丙"


def test_a_pill_has_the_colour_and_the_word_of_the_state():
    assert drawn("{% pill it %}", it=Objection(state="upheld")) == '<span class="pill pill-green">成立</span>'
    assert drawn("{% pill it %}", it=AppealReport()) == '<span class="pill pill-amber">草稿</span>'


def test_a_state_is_the_text_that_the_database_keeps():
    assert (Objection.State.RAISED, str(Objection.State.RAISED)) == ("raised", "raised")
    assert Objection.State("raised").colour == "amber"
    assert Objection.State.choices[0] == ("raised", "待复核")


def test_every_colour_is_one_that_pills_have():
    colours = {state.colour for states in State.__subclasses__() for state in states}
    assert colours == {"amber", "green", "grey"}


def test_the_form_of_a_step_says_where_it_goes_and_only_what_it_was_asked_to():
    form = '{% include "components/step_form.html" with label="退回" %}'
    assert 'class="stack"' in drawn(form)
    assert "action=" not in drawn(form)
    asked = drawn(form, action="/orders/1/return/", is_step=True, is_quiet=True, drafts=True)
    assert 'action="/orders/1/return/"' in asked
    assert all(
        said in asked for said in ('class="stack step-form"', "data-draft", "btn-outline-primary", "step-buttons")
    )


def test_no_files_draw_no_list():
    assert "<ul" not in drawn(
        '{% include "components/evidence.html" with files=files address="log_attachment" %}', files=[]
    )
