//! Every rule over what is judged, then waivers, plans, severities and the decision.

pub mod finding;
