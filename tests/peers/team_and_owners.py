"""Levels of owners against the level of their team, by simulation in numpy.

Ten independent owners whose month is lognormal with a coefficient of variation of 0.35. Each is given the level that he
reaches with some chance; printed is the chance of the team to reach the sum of these levels, and the median of the team
over the sum of the owners' medians. `src/decide/target/tests.rs` holds the program's arithmetic to these figures.

    python tests/peers/team_and_owners.py
"""

import numpy as np

rng = np.random.default_rng(1)
variance = np.log(1 + 0.35**2)
months = np.exp(rng.normal(-variance / 2, np.sqrt(variance), (1_000_000, 10)))
team = months.sum(axis=1)
for chance in (0.8, 0.7, 0.6, 0.5):
    for own in (chance, 1 - chance):
        levels = np.quantile(months, 1 - own, axis=0)
        print(f"each with {own:.0%}: team {np.mean(team >= levels.sum()):.4f}")
print(f"median of the team / sum of medians: {np.median(team) / np.median(months, axis=0).sum():.4f}")
