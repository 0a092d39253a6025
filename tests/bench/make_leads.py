"""Made-up leads without dates: 15 columns, seeded. usage: make_leads.py OUT.csv ROWS SEED

Columns: an identifier, an outcome, seven texts (one with 40 levels), four whole numbers, two decimal numbers. The outcome
follows a logistic model of them, so that there is something to learn; a twentieth of the rows is open.
"""
import sys

import numpy as np
import polars as pl

PART = 1_000_000


def part(rng, first, n):
    def pick(names, shares=None):
        p = None if shares is None else np.array(shares) / sum(shares)
        codes = rng.choice(len(names), n, p=p)
        return codes, pl.Series(np.array(names, dtype=object)[codes], dtype=pl.Utf8)

    source, source_text = pick(["Search", "Social", "Website", "Referral", "Partner", "Event", "Cold call"], [28, 24, 14, 9, 6, 8, 11])
    region, region_text = pick(["North", "South", "East", "West", "Central"])
    _, product_text = pick(["Basic", "Standard", "Premium", "Enterprise"], [40, 30, 20, 10])
    _, channel_text = pick(["phone", "visit", "online"], [50, 20, 30])
    industry, industry_text = pick([f"Industry {i:02d}" for i in range(40)])
    _, owner_text = pick([f"Owner {i:02d}" for i in range(24)])
    demo, demo_text = pick(["no", "yes"], [80, 20])
    pages = rng.poisson(6, n)
    visits = rng.poisson(2, n)
    employees = np.maximum(1, rng.lognormal(3.5, 1.3, n)).astype(np.int64)
    emails = rng.poisson(3, n)
    minutes = np.round(rng.gamma(2.0, 4.0, n), 1)
    budget = np.round(rng.lognormal(9.5, 0.8, n), 2)
    eta = (
        -2.2
        + np.array([0.3, -0.6, 0.2, 0.9, 0.6, -0.1, -0.9])[source]
        + np.array([0.0, 0.1, -0.1, 0.2, 0.0])[region]
        + 0.6 * np.sin(industry)
        + 0.9 * demo
        + 0.08 * pages
        + 0.1 * visits
        + 0.03 * minutes
        - 0.1 * np.log(budget / 1e4)
    )
    won = rng.random(n) < 1 / (1 + np.exp(-eta))
    status = np.where(won, "Won", "Lost").astype(object)
    status[rng.random(n) < 0.05] = "Open"
    seen = rng.random(n) >= 0.04
    return pl.DataFrame(
        {
            "lead_id": pl.Series([f"L{i:08d}" for i in range(first, first + n)]),
            "status": pl.Series(status, dtype=pl.Utf8),
            "source": source_text,
            "region": region_text,
            "product": product_text,
            "channel": channel_text,
            "industry": industry_text,
            "owner": owner_text,
            "requested_demo": demo_text,
            "pages_viewed": pages,
            "visits": visits,
            "employees": employees,
            "emails_opened": emails,
            "minutes_on_site": pl.Series(np.where(seen, minutes, np.nan)).fill_nan(None),
            "budget": budget,
        }
    )


def main():
    file, rows, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = np.random.default_rng(seed)
    with open(file, "wb") as out:
        for first in range(0, rows, PART):
            part(rng, first, min(PART, rows - first)).write_csv(out, include_header=first == 0)


main()
