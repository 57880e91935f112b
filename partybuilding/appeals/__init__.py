"""市民诉求（12345 接诉即办）: the city's work orders as imported, what the street does about them, and their three rates.

Belongs here: reading and importing the city's workbooks, dispatch inside the street, 剔除 and 挂账, rates and reports.
Does not belong here: what the city's system already does (signing, answering, calling back); it is read-only.
"""
