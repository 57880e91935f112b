"""Every indicator that a scheme may name, by code: each app lists its own, here they come together."""

from partybuilding.appeals.indicators import INDICATORS as APPEAL_INDICATORS
from partybuilding.orders.indicators import INDICATORS as ORDER_INDICATORS

INDICATORS = {indicator.code: indicator for indicator in [*ORDER_INDICATORS, *APPEAL_INDICATORS]}
