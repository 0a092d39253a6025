"""First days of the lunar year 1990-2050, the golden values of src/forecast/lunar.rs.

pip install lunardate==0.3.0 LunarCalendar==0.0.9; the two packages carry tables of their own and must agree.
"""
from lunardate import LunarDate
from lunarcalendar import Converter, Lunar

for year in range(1990, 2051):
    day = LunarDate(year, 1, 1).to_solar_date()
    other = Converter.Lunar2Solar(Lunar(year, 1, 1))
    assert (day.month, day.day) == (other.month, other.day), year
    print(f"({day.month}, {day.day}), // {year}")
