"""Every indicator that a scheme may name, by code: each app lists its own, here they come together."""

from partybuilding.orders.indicators import INDICATORS as ORDER_INDICATORS

INDICATORS = {indicator.code: indicator for indicator in [*ORDER_INDICATORS]}
