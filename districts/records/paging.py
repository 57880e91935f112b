"""Pages of long lists: counted only so far, so that a million rows cost what a thousand do."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST = 1000


class CappedPaginator(Paginator):
    """Counts to a thousand; whoever wants what lies beyond narrows the list, by its dates say."""

    @cached_property
    def _counted(self):
        return self.object_list.order_by()[: MOST + 1].count()

    @property
    def count(self):
        return min(self._counted, MOST)

    @property
    def is_capped(self):
        return self._counted > MOST
