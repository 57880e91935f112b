"""Files that people send, as tables and cells: the one way of opening a workbook and of understanding a cell, for every door.

What a column means, and what becomes of a row, is each door's own. It knows no record.
"""
