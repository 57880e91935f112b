"""What of the orders waits for a person: decrees to sign; shares to accept, answer or handle."""

from django.db.models import Case, CharField, Count, Value, When
from django.urls import reverse

from districts.duties import Duty
from districts.nouns import ToDos
from partybuilding.matters.orders.models import Order, OrderAssignment

SHOWN = 6
TODOS = {"accept": Duty.ACCEPT, "answer": Duty.ISSUE, "handle": Duty.HANDLE}  # the most urgent first
LISTED = {"handle": "办理", "accept": "审核", "answer": "批延期"}


def decrees_to_sign(user, duties):
    """The drafts that the user signs."""
    if Duty.SIGN not in duties:
        return ToDos([])
    drafts = Order.objects.where_user_may(user, Duty.SIGN).filter(state=Order.State.DRAFT, kind=Order.Kind.DECREE)
    return ToDos(list(drafts.for_list()[:SHOWN]))


def shares_to_do(user, duties):
    """The shares that wait for the user, each with its kind as `todo`, and the links to the lists of each kind."""
    shares = OrderAssignment.objects.all()
    waiting = {todo: shares.waits_for(user, todo) for todo, duty in TODOS.items() if duty in duties}
    if not waiting:
        return ToDos([])
    kind = Case(*(When(where, then=Value(todo)) for todo, where in waiting.items()), output_field=CharField())
    rows = shares.filter(state__in=OrderAssignment.WAITING).annotate(todo=kind).exclude(todo=None)
    counts = dict(rows.order_by().values_list("todo").annotate(n=Count("pk")))
    shown = list(rows.for_list().with_report_day()[:SHOWN]) if counts else []
    listed = reverse("order_list")
    links = ((words, counts[todo], f"{listed}?todo={todo}") for todo, words in LISTED.items() if todo in counts)
    return ToDos(shown, tuple(links))
