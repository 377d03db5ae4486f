//! What Python, SQLAlchemy, Alembic or the driver refuses, as findings of the rules of *Refusals*.

use crate::operation::op::legacy_names::GONE_SINCE;
use crate::operation::refusal::{Refusal, RefusalKind, Refuser};
use crate::operation::step::Step;
use crate::python::host::Evaluated;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::sql::version::ServerVersion;
use crate::text::source::Site;

/// Returns the refusals of a kind that hold for the versions that the project pins, or for the newest
/// one where it says nothing of versions.
pub fn of<'a>(
    context: &'a RuleContext<'_>,
    is_kind: impl Fn(RefusalKind) -> bool + 'a,
) -> impl Iterator<Item = (Direction, &'a Refusal)> + 'a {
    let all = Direction::RUNS.into_iter().flat_map(|direction| {
        let refusals = context.script(direction).refusals.iter().take_while(|_| context.look(1));
        refusals.map(move |refusal| (direction, refusal))
    });
    all.filter(move |(_, refusal)| {
        is_kind(refusal.kind) && (holds(context, refusal) || may_hold(context, refusal))
    })
}

/// Tells whether the newest version refuses it, and nothing says that another one is installed.
fn may_hold(context: &RuleContext<'_>, refusal: &Refusal) -> bool {
    refusal.evaluated != Evaluated::BeforeDeferral
        && refusal.versions.is_some_and(|(package, versions)| {
            let newest = package.versions().last();
            context.package(package.name()).is_none()
                && context.least_package(package.name()).is_none()
                && newest.is_some_and(|newest| versions.hold(package, Some(newest)))
        })
}

/// The first version of Python that puts annotations off (PEP 649).
const DEFERS: ServerVersion = ServerVersion { major: 3, minor: 14, patch: 0 };

fn holds(context: &RuleContext<'_>, refusal: &Refusal) -> bool {
    if refusal.evaluated == Evaluated::BeforeDeferral
        && context.python().is_some_and(|said| said.version >= DEFERS)
    {
        return false;
    }
    refusal.versions.is_none_or(|(package, versions)| {
        let pinned = || context.package(package.name()).map(|said| said.version);
        // Of what Alembic called its parameters then, the catalog knows nothing.
        let is_of_old_names = refusal.by == Refuser::Alembic
            && refusal.kind == RefusalKind::WrongArguments
            && pinned().is_some_and(|pinned| pinned < GONE_SINCE);
        if is_of_old_names {
            return false;
        }
        let least = || context.least_package(package.name()).map(|said| said.version);
        // Where all versions refuse it, nobody needs to know which one is pinned.
        versions.hold(package, None)
            || match pinned() {
                Some(pinned) => versions.hold(package, Some(pinned)),
                None => least().is_some_and(|least| versions.hold_from(package, least)),
            }
    })
}

/// Tells whether a step is certainly never reached: its call, or what it is given, is refused.
pub fn is_refused(context: &RuleContext<'_>, direction: Direction, step: &Step) -> bool {
    let is_of_call =
        |kind| matches!(kind, RefusalKind::WrongArguments | RefusalKind::UndefinedName);
    of(context, is_of_call).any(|(side, refusal)| {
        side == direction
            && !refusal.conditional
            && holds(context, refusal)
            && refusal.evaluated != Evaluated::BeforeDeferral
            && encloses(&step.site, &refusal.site)
    })
}

fn encloses(outer: &Site, inner: &Site) -> bool {
    outer.path == inner.path
        && outer.span.start <= inner.span.start
        && inner.span.end <= outer.span.end
}

/// Makes the finding of a refusal: it stands with whatever else is said of the step around it.
pub fn finding(
    context: &RuleContext<'_>,
    direction: Direction,
    refusal: &Refusal,
    message: impl Into<String>,
) -> RawFinding {
    let fails = match direction {
        Direction::Downgrade => "the downgrade",
        Direction::Upgrade | Direction::File => "the deployment",
    };
    let steps = &context.script(direction).steps;
    let mut finding = RawFinding::at(refusal.site.clone(), direction, message)
        .label(match refusal.by {
            Refuser::Nobody => refusal.error.clone(),
            _ => format!("{fails} fails here: {}", refusal.error),
        })
        .object(refusal.what.clone())
        .weight(Weight::Fails);
    finding.within.clone_from(&refusal.within);
    finding.step = steps.iter().position(|step| encloses(&step.site, &refusal.site));
    finding.remedy = refusal.remedy.clone().unwrap_or_default();
    finding.safe_form.clone_from(&refusal.instead);
    if let Some((package, versions)) = refusal.versions
        && let Some(since) = versions.first(package).filter(|_| !versions.hold(package, None))
    {
        let pinned = context.package(package.name());
        let place = match (pinned, context.least_package(package.name())) {
            (Some(said), _) => format!(", and `{}` pins {}", said.place, said.version),
            (None, Some(said)) => format!(", and `{}` asks for {}", said.place, said.version),
            (None, None) => ", and nothing here says which version is installed".to_owned(),
        };
        finding = finding.note(format!("so it is from {} {since} on{place}", package.title()));
    }
    if !holds(context, refusal) {
        finding = finding.severity(Severity::Warning);
    }
    if refusal.evaluated == Evaluated::BeforeDeferral {
        let until = format!("so it is before Python {DEFERS}, which evaluates no annotation here");
        finding = match context.python() {
            Some(said) => {
                finding.note(format!("{until}, and `{}` says {}", said.place, said.version))
            }
            None => finding.severity(Severity::Warning).note(until),
        };
    }
    if let Some(helper) = &refusal.helper {
        finding = finding.note(format!("it happens in `{}`", helper.path));
    }
    match refusal.conditional {
        true => finding.severity(Severity::Warning).note(
            "it stands under a condition that cannot be decided here: where that does not hold, \
             nothing fails",
        ),
        false => finding,
    }
}
