//! What a migration does is recorded: operations, what cannot be read, remarks, refusals.

use crate::operation::migration_host::{Details, MigrationHost};
use crate::operation::operation::{Operation, Via};
use crate::operation::refusal::{Complaint, Refusal};
use crate::operation::step::{Emitted, Mode, RecordedQuery, Remark, RemarkKind, Step};
use crate::python::host::{At, Evaluated, Region};
use crate::sql::statement::{Statement, Unread};
use crate::sql::table::TableName;

impl MigrationHost {
    /// Records an operation and what is sent to the database because of it, at the call.
    pub fn record(
        &mut self,
        operation: Operation,
        statements: Vec<Statement>,
        details: Details,
        at: At<'_>,
    ) {
        let site = self.site(at);
        let emitted = statements
            .into_iter()
            .map(|statement| Emitted { statement, site: site.clone(), conditional: false })
            .collect();
        self.record_emitted(operation, emitted, details, at);
    }

    /// Records an operation and what is sent to the database because of it.
    pub fn record_emitted(
        &mut self,
        operation: Operation,
        emitted: Vec<Emitted>,
        details: Details,
        at: At<'_>,
    ) {
        let step = self.step(operation, emitted, details, at);
        self.recording.borrow_mut().steps.push(step);
    }

    /// Records queries that change nothing, where the migration itself asks them.
    pub fn record_queries(&mut self, via: Via, emitted: Vec<Emitted>, mode: Mode, at: At<'_>) {
        if emitted.is_empty() || self.is_imported(at) {
            return;
        }
        let details = Details { mode: Some(mode), ..Details::default() };
        let step = self.step(Operation::Execute { sql: None, via }, emitted, details, at);
        let mut recording = self.recording.borrow_mut();
        let behind = recording.steps.len();
        recording.queries.push(RecordedQuery { behind, step });
    }

    fn step(
        &self,
        operation: Operation,
        emitted: Vec<Emitted>,
        details: Details,
        at: At<'_>,
    ) -> Step {
        let helper = at.frames.last().filter(|site| site.path != self.path).cloned();
        let otherwise = if self.autocommit > 0 { Mode::Autocommit } else { Mode::Transaction };
        let mode = match details.mode {
            Some(Mode::Transaction) | None => otherwise,
            Some(mode) => mode,
        };
        Step {
            operation,
            emitted,
            site: self.site(at),
            within: self.within(at),
            helper,
            mode,
            conditional: self.regions.contains(&Region::Conditional),
            path: self.decisions.path(),
            repeated: self.regions.contains(&Region::Repeated),
            guarded: self.regions.contains(&Region::Guarded),
            of_application: details.of_application,
            batch: details.batch,
            swallowed: details.swallowed,
            strings: details.strings,
        }
    }

    /// Records that something reaches the database and cannot be read.
    ///
    /// One step stands for all that a line of the migration leaves unread before it does something
    /// that is read: a model of the application that is imported there may have thousands.
    pub fn unreadable(&mut self, why: &str, at: At<'_>) {
        if self.is_said(at) {
            return;
        }
        let statement =
            Statement::Unreadable { why: Unread::because(why), keyword: None, table: None };
        self.record(
            Operation::Unreadable { why: why.to_owned() },
            vec![statement],
            Details::default(),
            at,
        );
    }

    /// Records that reading ended at a bound.
    pub fn beyond(&mut self, why: &str, at: At<'_>) {
        let why = why.to_owned();
        let statement =
            Statement::Unreadable { why: Unread::Beyond(why.clone()), keyword: None, table: None };
        self.record(Operation::Unreadable { why }, vec![statement], Details::default(), at);
    }

    /// Tells whether the line is said to be unread already, on every path that leads here, and
    /// nothing was read since.
    fn is_said(&self, at: At<'_>) -> bool {
        let (site, path) = (self.site(at), self.decisions.path());
        let repeated = self.regions.contains(&Region::Repeated);
        let conditional = self.regions.contains(&Region::Conditional);
        let recording = self.recording.borrow();
        let unread = recording
            .steps
            .iter()
            .rev()
            .take_while(|step| matches!(step.operation, Operation::Unreadable { .. }));
        let mut same = unread.filter(|step| step.site == site);
        same.any(|step| {
            (!step.conditional || conditional)
                && (!repeated || step.repeated)
                && path.starts_with(&step.path)
        })
    }

    /// Records a remark, once for each place.
    pub fn remark(&mut self, kind: RemarkKind, what: &str, at: At<'_>) {
        self.remark_on(kind, what, None, at);
    }

    /// Records a remark about a table, once for each place.
    pub fn remark_on(
        &mut self,
        kind: RemarkKind,
        what: &str,
        table: Option<TableName>,
        at: At<'_>,
    ) {
        let outside = matches!(kind, RemarkKind::Network | RemarkKind::Process | RemarkKind::File);
        if outside && self.is_imported(at) && !self.reads_for_migration(kind, at) {
            return;
        }
        let site = self.site(at);
        let helper = at.frames.last().filter(|last| last.path != site.path).cloned();
        let repeated = self.regions.contains(&Region::Repeated);
        let remark = Remark {
            kind,
            what: what.to_owned(),
            site,
            within: self.within(at),
            helper,
            repeated,
            table,
        };
        let mut recording = self.recording.borrow_mut();
        if !recording.remarks.contains(&remark) {
            recording.remarks.push(remark);
        }
    }

    /// Records that a call, or a name, is answered with an error, once for each place. An error
    /// that a `try` goes on from is none, nor is one of an application that is imported: that is
    /// not what is judged.
    pub fn refuse(&mut self, complaint: Complaint, at: At<'_>) {
        if self.regions.contains(&Region::Guarded) || self.is_imported(at) {
            return;
        }
        let site = self.site(at);
        let Complaint { kind, by, what, error, versions, evaluated, remedy, instead } = complaint;
        let evaluated = if self.in_annotation { Evaluated::BeforeDeferral } else { evaluated };
        let refusal = Refusal {
            kind,
            by,
            what,
            error,
            versions,
            evaluated,
            remedy,
            instead,
            helper: at.frames.last().filter(|last| last.path != site.path).cloned(),
            within: self.within(at),
            conditional: self.regions.iter().any(|region| *region != Region::Import),
            site,
        };
        let mut recording = self.recording.borrow_mut();
        let is_known = |known: &Refusal| {
            known.site == refusal.site && known.kind == refusal.kind && known.what == refusal.what
        };
        if !recording.refusals.iter().any(is_known) {
            recording.refusals.push(refusal);
        }
    }

    /// Records that a name is not there, once for each name.
    pub fn refuse_name(&mut self, complaint: Complaint, at: At<'_>) {
        let is_known = |known: &Refusal| {
            let is_of_annotation = known.evaluated == Evaluated::BeforeDeferral;
            known.kind == complaint.kind
                && known.what == complaint.what
                && (!is_of_annotation || self.in_annotation)
        };
        if !self.recording.borrow().refusals.iter().any(is_known) {
            self.refuse(complaint, at);
        }
    }
}
