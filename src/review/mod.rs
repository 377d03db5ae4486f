//! Every rule over what is judged, then waivers, plans, severities and the decision.
//!
//! Rules answer with findings and know nothing of what comes after. Here a finding becomes a
//! finding: its severity is settled (`severity`), a plan may lower it (`plan`), a waiver may cover
//! it (`waiver`), and of the findings on one statement one leads and the others become its notes
//! (`lead`).

pub mod subject;

pub mod finding;

pub mod plan;

pub mod waiver;

/// What a migration says of itself, for the rehearsal.
pub mod acknowledged;

/// Which waiver covers a finding.
pub mod cover;

/// Why a waiver covers nothing.
pub mod waiver_complaint;

pub mod severity;

pub mod evidence;

pub mod forecast;

pub mod lead;

pub mod lookalike;

pub mod judge;

pub mod verdict;
