"""One file per slice of the portal. Each may declare

    URLS   {URL name: (what it can be about, {method: rule})}, made of `tests.access.rules`
    MARKS  {name in the world: Rows}, the seeded records, and who may meet each
    GATE   {gated model: which duties the gate gives over a record}, called with a login, a duty, the record and the world
    AFTER  the slices whose seeds must stand before its own
    seed(world)  its records, each text carrying the mark of its record

and is collected by `tests.access.collected`; nothing else lists the slices.
"""
