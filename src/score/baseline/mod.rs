//! What a score must beat: the rate of each segment, and what a widely used CRM does.

mod odoo;
mod segments;

pub(crate) use odoo::OdooLead;
pub use odoo::{Odoo, OdooCells};
pub(crate) use segments::SegmentRates;
