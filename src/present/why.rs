//! Why a month differs: the change, a table that leads from one number to the other, sentences on what is real.

use crate::kpi::bridge::{Against, Effect, Explanation, Factor};
use crate::present::flow_lines::bars;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, deals, money, percent, signed_percent};
use crate::present::why_words::{WhyWords, why_words};
use crate::present::{Style, fill};
use crate::project::Language;

/// The explanation as text.
pub fn why_text(explanation: &Explanation, style: &Style) -> String {
    let why = Why {
        of: explanation,
        style,
        w: why_words(style.language),
        deals: explanation.currency == "deals",
    };
    let mut head = vec![why.title()];
    head.extend(why.target());
    head.push(why.verdict());
    let mut parts = vec![head.join("\n"), why.table().trim_end().to_owned()];
    let sentences = why.sentences();
    if !sentences.is_empty() {
        parts.push(sentences.join("\n"));
    }
    let mut last = vec![why.w.note.to_owned()];
    if explanation.effects.iter().any(|effect| why.among(effect)) {
        last.push(why.w.note_among.to_owned());
    }
    if !explanation.by_source {
        last.push(why.w.no_source.to_owned());
    }
    if why.deals {
        last.push(why.w.no_amount.to_owned());
    }
    if matches!(explanation.against, Against::Forecast | Against::Target) {
        let day = explanation.month.first_day().to_string();
        last.push(fill(why.w.note_forecast, &[("day", &day)]));
    }
    last.extend(why.beware());
    last.push(why.ending());
    parts.push(last.join("\n") + "\n");
    parts.join("\n\n")
}

/// The explanation in a line; none where all of it is within normal variation.
pub fn why_found(explanation: &Explanation, style: &Style) -> Option<String> {
    let real = explanation.change_real || explanation.effects.iter().any(|effect| effect.real);
    let why = Why {
        of: explanation,
        style,
        w: why_words(style.language),
        deals: explanation.currency == "deals",
    };
    let stop = if style.language == Language::Zh {
        "。"
    } else {
        ". "
    };
    real.then(|| format!("{}{stop}{}", why.title(), why.ending()))
}

struct Why<'a> {
    of: &'a Explanation,
    style: &'a Style,
    w: &'static WhyWords,
    deals: bool,
}

impl Why<'_> {
    fn money(&self, value: f64) -> String {
        if self.deals {
            deals(value)
        } else {
            money(value)
        }
    }

    /// With its sign, also where it is above 0.
    fn signed(&self, value: f64) -> String {
        let text = self.money(value);
        let nothing = text.chars().all(|c| c == '0' || c == '.');
        if value > 0.0 && !nothing {
            format!("+{text}")
        } else {
            text
        }
    }

    fn title(&self) -> String {
        let of = self.of;
        let template = match of.against {
            Against::Forecast => self.w.title_forecast,
            Against::Target => self.w.title_target,
            Against::LastMonth | Against::LastYear => self.w.title_month,
        };
        let so_far = if of.complete {
            String::new()
        } else {
            fill(self.w.so_far, &[("days", &of.days.to_string())])
        };
        let share = if of.base > 0.0 {
            format!(" ({})", signed_percent(of.change / of.base))
        } else {
            String::new()
        };
        let currency = if self.deals {
            self.w.deals
        } else {
            &of.currency
        };
        let values = [
            ("month", of.month.to_string()),
            ("so_far", so_far),
            ("actual", self.money(of.actual)),
            ("base", self.money(of.base)),
            ("day", of.month.first_day().to_string()),
            ("other", of.other.map(|m| m.to_string()).unwrap_or_default()),
            ("currency", currency.to_owned()),
            ("change", self.signed(of.change)),
            ("percent", share),
        ];
        filled(template, &values)
    }

    /// Whether the change is normal as a whole.
    fn verdict(&self) -> String {
        let (of, w) = (self.of, self.w);
        let day = of.month.first_day().to_string();
        if let (Some(low), Some(high)) = (of.forecast_low, of.forecast_high) {
            let template = match (of.change_real, (low..=high).contains(&of.actual)) {
                (true, _) => w.off_range,
                (false, true) => w.in_range,
                (false, false) => w.near_range,
            };
            let values = [
                ("day", day),
                ("low", self.money(low)),
                ("high", self.money(high)),
            ];
            return filled(template, &values);
        }
        let apart = of.change_low > 0.0 || of.change_high < 0.0;
        let template = match (of.change_real, apart) {
            (true, _) => w.whole_real,
            (false, true) => w.whole_unclear,
            (false, false) => w.whole_normal,
        };
        let values = [
            ("p", format!("{:.2}", of.change_p.max(0.01))),
            ("low", self.signed(of.change_low)),
            ("high", self.signed(of.change_high)),
        ];
        filled(template, &values)
    }

    fn target(&self) -> Option<String> {
        let (gap, p) = (self.of.target_gap?, self.of.p_target?);
        let template = if gap <= 0.0 {
            self.w.target_above
        } else {
            self.w.target_below
        };
        let values = [
            ("gap", self.money(gap.abs())),
            ("day", self.of.month.first_day().to_string()),
            ("forecast", self.money(self.of.forecast.unwrap_or_default())),
            ("p", percent(p)),
        ];
        Some(filled(template, &values))
    }

    /// From the one number to the other.
    fn table(&self) -> String {
        let (of, w) = (self.of, self.w);
        let base = match of.against {
            Against::Forecast => w.forecast.to_owned(),
            Against::Target => w.target.to_owned(),
            _ => of.other.map(|m| m.to_string()).unwrap_or_default(),
        };
        let columns = [
            (w.what, Lean::Left),
            (
                if of.against == Against::Target {
                    w.forecast
                } else {
                    &base
                },
                Lean::Right,
            ),
            (w.came, Lean::Right),
            (w.effect, Lean::Right),
            (w.interval, Lean::Right),
            ("", Lean::Left),
            ("", Lean::Left),
        ];
        let cents = |value: f64| (value * 100.0).round().clamp(-1e30, 1e30) as i128;
        let mut rows = vec![row(&base, self.money(of.base))];
        let mut steps = vec![(0, cents(of.base))];
        let mut step = |value: f64| {
            let sign = if value < 0.0 { -1 } else { 1 };
            steps.push((sign, cents(value.abs())));
        };
        if let Some(gap) = of.target_gap {
            step(gap);
            let name = if gap > 0.0 {
                w.below_forecast
            } else {
                w.above_forecast
            };
            rows.push(row(name, self.signed(gap)));
        }
        for effect in &of.effects {
            step(effect.effect);
            rows.push([
                self.called(effect.factor).to_owned(),
                self.value(effect, effect.before),
                self.value(effect, effect.after),
                self.signed(effect.effect),
                self.interval(effect),
                self.mark(effect),
            ]);
        }
        steps.push((0, cents(of.actual)));
        rows.push(row(w.came, self.money(of.actual)));
        let mut grid = Grid::new(self.style, &columns);
        for (cells, bar) in rows.iter().zip(bars(&steps)) {
            grid.row(&[&cells[..], &[bar]].concat());
        }
        grid.finish()
    }

    fn interval(&self, effect: &Effect) -> String {
        if !effect.factor.is_judged() {
            return String::new();
        }
        format!(
            "{} .. {}",
            self.signed(effect.low),
            self.signed(effect.high)
        )
    }

    fn mark(&self, effect: &Effect) -> String {
        let mark = match effect.factor {
            factor if self.missing(factor) => self.w.ends_mark,
            Factor::Arrival | Factor::Calendar => self.w.known,
            Factor::Untimed => "",
            _ if effect.real => self.w.real,
            _ if self.among(effect) => {
                let p = format!("{:.2}", effect.p.max(0.01));
                return fill(self.w.normal_among, &[("p", &p)]);
            }
            _ => self.w.normal,
        };
        mark.to_owned()
    }

    /// As it is called here: without losses on record, speed and win rate are one.
    fn called(&self, factor: Factor) -> &'static str {
        let both = !self.of.effects.iter().any(|e| e.factor == Factor::Speed);
        if factor == Factor::WinRate && both {
            self.w.speed_and_win
        } else {
            self.name(factor)
        }
    }

    fn name(&self, factor: Factor) -> &'static str {
        let w = self.w;
        match factor {
            Factor::Pipeline => w.pipeline,
            Factor::NewLeads => w.new_leads,
            Factor::LeadMix => w.lead_mix,
            Factor::Arrival => w.arrival,
            Factor::Calendar => w.calendar,
            Factor::Speed => w.speed,
            Factor::WinRate => w.win_rate,
            Factor::OrderValue => w.order_value,
            Factor::LargeDeals => w.large_deals,
            Factor::Untimed => w.untimed,
        }
    }

    /// A factor as it is counted.
    fn value(&self, effect: &Effect, value: Option<f64>) -> String {
        let Some(value) = value else {
            return "-".to_owned();
        };
        match effect.factor {
            Factor::NewLeads => count(value.round().max(0.0) as usize),
            Factor::Pipeline | Factor::Calendar => deals(value),
            Factor::LeadMix => percent(value),
            // No share of anything: more may come than was to be expected.
            Factor::Arrival | Factor::Speed | Factor::WinRate => format!("{value:.2} x"),
            Factor::OrderValue | Factor::LargeDeals | Factor::Untimed => self.money(value),
        }
    }

    /// What is real, effect by effect; the win rates of the sources; the largest deal.
    fn sentences(&self) -> Vec<String> {
        let mut all: Vec<String> = (self.of.effects.iter())
            .filter(|effect| effect.real)
            .map(|effect| self.sentence(effect))
            .collect();
        all.extend(self.rates());
        if let Some(deal) = &self.of.largest {
            let values = [
                ("lead", deal.lead.clone()),
                ("amount", self.money(deal.amount)),
                ("usual", self.money(deal.usual)),
            ];
            all.push(filled(self.w.largest, &values));
        }
        all
    }

    fn sentence(&self, effect: &Effect) -> String {
        let told = |factor: Factor| self.of.effects.iter().any(|e| e.factor == factor);
        let template = match effect.factor {
            Factor::NewLeads if told(Factor::Calendar) => self.w.says_leads,
            Factor::WinRate if !told(Factor::Speed) => self.w.says_wins,
            factor => self.w.says[factor as usize],
        };
        let values = [
            ("change", self.signed(effect.effect)),
            ("before", self.value(effect, effect.before)),
            ("after", self.value(effect, effect.after)),
            ("equal", self.value(effect, effect.at_equal_days)),
            (
                "other",
                self.of.other.map(|m| m.to_string()).unwrap_or_default(),
            ),
        ];
        let mut text = filled(template, &values);
        // Sources that pull the other way are no part of what moved the sum.
        let with = |part: &&(String, f64)| part.1 * effect.effect > 0.0;
        let shown: Vec<&(String, f64)> = effect.sources.iter().filter(with).take(2).collect();
        let rest = effect.effect - shown.iter().map(|(_, part)| part).sum::<f64>();
        let mut parts: Vec<String> = (shown.into_iter())
            .map(|(source, part)| {
                let values = [("source", source.clone()), ("effect", self.signed(*part))];
                filled(self.w.source_part, &values)
            })
            .collect();
        if !parts.is_empty() {
            let rest = self.signed(rest);
            if rest.chars().any(|c| c.is_ascii_digit() && c != '0') {
                parts.push(fill(self.w.other_sources, &[("effect", &rest)]));
            }
            text.push_str(&fill(
                self.w.mostly,
                &[("parts", &parts.join(self.w.comma))],
            ));
        }
        text
    }

    fn rates(&self) -> Option<String> {
        let rates = self.of.win_rate.as_ref().filter(|_| self.of.by_source)?;
        let points = |share: f64| {
            let text = format!("{:+.1}", share * 100.0);
            if text == "-0.0" {
                "+0.0".to_owned()
            } else {
                text
            }
        };
        let values = [
            ("after", percent(rates.rate[1])),
            ("before", percent(rates.rate[0])),
            ("n_after", count(rates.n[1] as usize)),
            ("n_before", count(rates.n[0] as usize)),
            (
                "other",
                self.of.other.map(|m| m.to_string()).unwrap_or_default(),
            ),
            ("by_rate", points(rates.by_rate)),
            ("by_mix", points(rates.by_mix)),
        ];
        Some(filled(self.w.rates, &values))
    }

    /// The levers, or that there are none; before them what is the target's.
    fn ending(&self) -> String {
        let of = |factor: &Factor| (self.of.effects.iter()).find(|effect| effect.factor == *factor);
        let levers: Vec<&Effect> = self.of.levers.iter().filter_map(of).collect();
        let mut real: Vec<&Effect> = self.of.effects.iter().filter(|e| e.real).collect();
        real.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        let month = if !self.of.change_real && !real.is_empty() {
            fill(self.w.within, &[("parts", &self.named(&real))])
        } else if !levers.is_empty() {
            let parts = self.named(&levers);
            self.unproven(levers[0]) + &fill(self.w.levers, &[("parts", &parts)])
        } else if let Some(first) = real.first() {
            let paced = matches!(first.factor, Factor::Speed | Factor::WinRate);
            let wave = (self.of.wave).filter(|wave| paced && wave.effect * first.effect > 0.0);
            let told = if wave.is_some() {
                self.w.wave_levers
            } else {
                self.w.small_levers
            };
            self.unproven(first) + told
        } else if self.of.change_real {
            let mut largest: Vec<&Effect> = (self.of.effects.iter())
                .filter(|e| e.factor.is_judged() && !self.missing(e.factor))
                .collect();
            largest.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
            largest.truncate(2);
            fill(self.w.no_single, &[("parts", &self.named(&largest))])
        } else {
            self.w.no_lever.to_owned()
        };
        let share = (self.of.target_gap.map(|gap| gap / self.of.change))
            .filter(|share| share.is_finite() && *share > 0.0);
        let Some(share) = share else { return month };
        if share > 1.005 {
            let gap = self.of.target_gap.unwrap_or_default();
            let values = [
                ("gap", self.signed(gap)),
                ("rest", self.signed(self.of.change - gap)),
                ("change", self.signed(self.of.change)),
            ];
            return format!("{}\n{month}", filled(self.w.of_target_more, &values));
        }
        let share = format!("{:.0} %", share.min(1.0) * 100.0);
        format!("{}\n{month}", fill(self.w.of_target, &[("share", &share)]))
    }

    /// What is larger than the first real effect, but not proven.
    fn unproven(&self, first: &Effect) -> String {
        let mut larger: Vec<&Effect> = (self.of.effects.iter())
            .filter(|e| !e.real && e.factor.is_judged() && !self.missing(e.factor))
            .filter(|e| e.effect.abs() > first.effect.abs())
            .collect();
        larger.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        larger.truncate(2);
        if larger.is_empty() {
            return String::new();
        }
        fill(self.w.unproven, &[("parts", &self.named(&larger))])
    }

    /// Whether an effect looks real by its interval, but is not.
    fn among(&self, effect: &Effect) -> bool {
        let judged = effect.factor.is_judged() && !self.missing(effect.factor);
        judged && !effect.real && (effect.low > 0.0 || effect.high < 0.0)
    }

    /// Whether a factor is of leads that may be missing in the file.
    fn missing(&self, factor: Factor) -> bool {
        let of_new = matches!(factor, Factor::NewLeads | Factor::LeadMix | Factor::Arrival);
        of_new && self.of.record_ends.is_some()
    }

    /// What must be known before a lever is pulled: that the record may end, that deals follow the quarter.
    fn beware(&self) -> Vec<String> {
        let (of, w) = (self.of, self.w);
        let mut all = Vec::new();
        let leads = (of.effects.iter()).find(|effect| effect.factor == Factor::NewLeads);
        if let (Some(day), Some(leads)) = (of.record_ends, leads) {
            let values = [
                ("day", day.to_string()),
                ("effect", self.signed(leads.effect)),
            ];
            all.push(filled(w.ends, &values));
        }
        if of.leads_fell.is_some() {
            all.push(fill(w.fell, &[("month", &of.month.to_string())]));
        }
        if let Some(wave) = &of.wave {
            let nth = |place: u8| w.nth[(usize::from(place).max(1) - 1).min(2)].to_owned();
            let values = [
                ("best", nth(wave.best)),
                ("weakest", nth(wave.weakest)),
                ("times", format!("{:.1}", wave.times)),
                ("months", wave.months.to_string()),
                ("effect", self.signed(wave.effect)),
            ];
            let template = if of.other.is_some() {
                w.wave
            } else {
                w.wave_forecast
            };
            all.push(filled(template, &values));
        }
        all
    }

    /// Effects by name and size.
    fn named(&self, effects: &[&Effect]) -> String {
        let parts: Vec<String> = (effects.iter())
            .map(|effect| {
                let values = [
                    ("name", self.called(effect.factor).to_owned()),
                    ("effect", self.signed(effect.effect)),
                ];
                filled(self.w.lever, &values)
            })
            .collect();
        parts.join(self.w.comma)
    }
}

/// A row of the table that has but a name and a sum.
fn row(name: &str, sum: String) -> [String; 6] {
    let none = String::new;
    [name.to_owned(), none(), none(), sum, none(), none()]
}

fn filled(template: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = (values.iter())
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fill(template, &values)
}
