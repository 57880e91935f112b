"""Pages of long lists: counted only so far, so that a million rows cost what a thousand do."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.views.generic import ListView

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


class PagedList(ListView):
    """A list by pages: a number past the end, or one that is none, leads to a page that there is."""

    paginate_by = 50
    paginator_class = CappedPaginator

    def paginate_queryset(self, queryset, page_size):
        paginator = self.get_paginator(queryset, page_size)
        asked = self.request.GET.get(self.page_kwarg)
        page = paginator.get_page(paginator.num_pages if asked == "last" else asked)
        return paginator, page, page.object_list, page.has_other_pages()
