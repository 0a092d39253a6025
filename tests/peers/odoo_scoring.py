"""Expected values of the Odoo baseline: predictive lead scoring by frequency tables and naive Bayes, written from the
description of the algorithm in Odoo's documentation, independently of the Rust code.

    python tests/peers/odoo_scoring.py > tests/golden/odoo.json

Every field and value has won and lost counts that begin with 0.1. A won lead counts for every stage of the pipeline, a
lost one for those up to where it stood. Data by the linear congruential generator that the test repeats.
"""
import json
from collections import defaultdict

STAGES, FIELDS = 4, [3, 2, 6]


def uniforms(state):
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


def draw(u):
    stage = int(next(u) * STAGES)
    fields = []
    for levels in FIELDS:
        value = int(next(u) * (levels + 1))
        fields.append(None if value == levels else value)
    won = next(u) < 0.15 + 0.1 * stage + (0.15 if fields[1] == 1 else 0.0)
    return {"stage": stage, "fields": fields, "won": won}


def learn(closed):
    table = defaultdict(lambda: [0.1, 0.1])
    for lead in closed:
        last = STAGES - 1 if lead["won"] else lead["stage"]
        cells = [("stage", s) for s in range(last + 1)]
        cells += [(f"field {f}", v) for f, v in enumerate(lead["fields"]) if v is not None]
        for cell in cells:
            table[cell][0 if lead["won"] else 1] += 1
    return dict(table)


def score(table, lead):
    won, lost = table[("stage", 0)]
    share_won, share_lost = won / (won + lost), lost / (won + lost)
    if ("stage", lead["stage"]) in table:
        w, l = table[("stage", lead["stage"])]
        share_won, share_lost = share_won * w / won, share_lost * l / lost
    for f, v in enumerate(lead["fields"]):
        if v is None or (f"field {f}", v) not in table:
            continue
        total = [sum(c[i] for (name, _), c in table.items() if name == f"field {f}") for i in (0, 1)]
        w, l = table[(f"field {f}", v)]
        share_won, share_lost = share_won * w / total[0], share_lost * l / total[1]
    percent = round(100 * share_won / (share_won + share_lost), 2)
    return min(max(percent, 0.01), 99.99) / 100


def main():
    u = uniforms(7)
    closed = [draw(u) for _ in range(300)]
    leads = [draw(u) for _ in range(40)]
    table = learn(closed)
    print(json.dumps({"p": [score(table, lead) for lead in leads]}, indent=1))


main()
