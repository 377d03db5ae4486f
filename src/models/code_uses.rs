//! Where code uses the attribute of a mapped class: `User.email`, `User(email=...)`,
//! `query(User).filter_by(email=...)`, `getattr(user, "email")`, a field of a schema.
//!
//! A use is certain where the class itself is named and is known to be that one: by the import, or
//! in the module that declares it. What may be an instance of it is a possible use.

use std::rc::Rc;

use crate::models::certainty::Certainty;
use crate::python::module::parse;
use crate::python::syntax::{
    Argument, ClassDefinition, Expression, ExpressionKind as Kind, Part, Statement, StatementKind,
};
use crate::python::walk::{Seen, walk};
use crate::text::source::{Span, Text};

/// An attribute of a class that stands for a column, or the column of a `Table` in a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapped {
    /// The class.
    pub(crate) class: Rc<str>,
    /// The attribute.
    pub(crate) attribute: Rc<str>,
    /// The column.
    pub(crate) column: String,
    /// The module that declares the class.
    pub(crate) path: Rc<str>,
}

/// A place that uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) span: Span,
    /// What stands there, in short.
    pub(crate) what: String,
    pub(crate) certainty: Certainty,
}

/// Methods whose keywords, or the keys of the dict that they are given, are attributes.
const BY_KEYWORD: [&str; 6] =
    ["filter_by", "values", "update", "create", "on_conflict_do_update", "set_"];

/// Functions that take an attribute by its name.
const BY_NAME: [&str; 5] = ["getattr", "setattr", "hasattr", "delattr", "attrgetter"];

/// Words one of which stands in a schema whose fields are read from instances of a class.
const OF_INSTANCES: [&str; 4] =
    ["from_attributes", "orm_mode", "SQLAlchemyAutoSchema", "SQLAlchemySchema"];

/// Finds where a module uses an attribute.
pub(crate) fn in_module(mapped: &Mapped, path: &str, text: &Text) -> Vec<Place> {
    let parsed = parse(text);
    let body = &parsed.module.body;
    let names = names_of(mapped, path, body);
    let mut search = Search { mapped, names, found: Vec::new() };
    let is_serialized = OF_INSTANCES.iter().any(|word| text.content().contains(word));
    walk(body, &mut |seen| match seen {
        Seen::Expression(expression) => search.expression(expression),
        Seen::Statement(Statement { kind: StatementKind::Class { definition, .. }, .. })
            if is_serialized =>
        {
            search.schema(definition);
        }
        Seen::Statement(_) => {}
    });
    search.found
}

/// Finds where a template names the attribute of what is called like the class: `{{ user.email }}`.
pub(crate) fn in_template(mapped: &Mapped, text: &Text) -> Vec<Place> {
    let content = text.content();
    let name = format!("{}.{}", snake(&mapped.class), mapped.attribute);
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let stands = |at: &usize| {
        let before = content.get(..*at).unwrap_or("");
        let after = content.get(at + name.len()..).unwrap_or("");
        let opened = before.rfind("{{").max(before.rfind("{%"));
        let closed = before.rfind("}}").max(before.rfind("%}"));
        opened > closed && !before.ends_with(is_part) && !after.starts_with(is_part)
    };
    let place = |at| Place {
        span: Span::new(at, at + name.len()),
        what: name.clone(),
        certainty: Certainty::Possible,
    };
    content.match_indices(&name).map(|(at, _)| at).filter(stands).map(place).collect()
}

/// Returns what a class is called in a module, and whether it is known to be that class.
fn names_of(mapped: &Mapped, path: &str, body: &[Statement]) -> Vec<(Rc<str>, Certainty)> {
    if path == &*mapped.path {
        return vec![(Rc::clone(&mapped.class), Certainty::Certain)];
    }
    let mut names = Vec::new();
    let mut is_another = false;
    walk(body, &mut |seen| {
        let Seen::Statement(statement) = seen else { return };
        match &statement.kind {
            StatementKind::From { module, level, names: imported } => {
                for (own, alias) in imported.iter().filter(|(own, _)| **own == *mapped.class) {
                    let leads = *level > 0 || leads_to(module, &mapped.path);
                    let certainty = if leads { Certainty::Certain } else { Certainty::Possible };
                    names.push((Rc::clone(alias.as_ref().unwrap_or(own)), certainty));
                }
            }
            StatementKind::Class { definition, .. } => {
                is_another |= *definition.name == *mapped.class;
            }
            _ => {}
        }
    });
    if names.is_empty() && !is_another {
        // `models.User`, or a name that a star brings.
        names.push((Rc::clone(&mapped.class), Certainty::Possible));
    }
    names
}

/// Tells whether a dotted module is the file of a class, or a package around it.
fn leads_to(module: &str, path: &str) -> bool {
    let folder = module.replace('.', "/");
    path == format!("{folder}.py")
        || path.starts_with(&format!("{folder}/"))
        || path.ends_with(&format!("/{folder}.py"))
        || path.contains(&format!("/{folder}/"))
}

struct Search<'s> {
    mapped: &'s Mapped,
    names: Vec<(Rc<str>, Certainty)>,
    found: Vec<Place>,
}

impl Search<'_> {
    fn expression(&mut self, shown: &Expression) {
        let Mapped { class, attribute, .. } = self.mapped;
        match &shown.kind {
            Kind::Attribute(of, name) if **name == **attribute => {
                if let Some(certainty) = self.is_class(of) {
                    self.add(shown.span, format!("{class}.{attribute}"), certainty);
                } else if matches!(&of.kind, Kind::Name(own) if **own == *snake(class)) {
                    let what = format!("{}.{attribute}", snake(class));
                    self.add(shown.span, what, Certainty::Possible);
                } else {
                    self.of_table(of, name, shown.span);
                }
            }
            Kind::Attribute(of, name) => self.of_table(of, name, shown.span),
            Kind::Subscript(of, key) => {
                if let Some(key) = text_of(key) {
                    self.of_table(of, &key, shown.span);
                }
            }
            Kind::Call(callee, arguments) => self.call(callee, arguments),
            _ => {}
        }
    }

    /// `User.__table__.c.email`, `User.__table__.columns["email"]`.
    fn of_table(&mut self, of: &Expression, name: &str, span: Span) {
        let Kind::Attribute(table, columns) = &of.kind else { return };
        let Kind::Attribute(class, dunder) = &table.kind else { return };
        let is_it = name == self.mapped.column
            && matches!(&**columns, "c" | "columns")
            && &**dunder == "__table__";
        if let (true, Some(certainty)) = (is_it, self.is_class(class)) {
            let what = format!("{}.__table__.c.{name}", self.mapped.class);
            self.add(span, what, certainty);
        }
    }

    fn call(&mut self, callee: &Expression, arguments: &[Argument]) {
        let Mapped { class, attribute, .. } = self.mapped;
        let attribute = &**attribute;
        if let Some(certainty) = self.is_class(callee) {
            for span in keywords(arguments, attribute) {
                self.add(span, format!("{class}({attribute}=...)"), certainty);
            }
            return;
        }
        match &callee.kind {
            Kind::Attribute(receiver, method) if BY_KEYWORD.contains(&&**method) => {
                let Some(certainty) = self.names_class(receiver) else { return };
                let keys = arguments.iter().flat_map(|argument| match argument {
                    Argument::Positional(value) | Argument::Keyword(_, value) => {
                        keys(value, attribute)
                    }
                    _ => Vec::new(),
                });
                let given = keywords(arguments, attribute).into_iter();
                for span in given.chain(keys).collect::<Vec<Span>>() {
                    self.add(span, format!("{method}({attribute}=...) of {class}"), certainty);
                }
            }
            Kind::Name(function) | Kind::Attribute(_, function)
                if BY_NAME.contains(&&**function) =>
            {
                let named = arguments.iter().find_map(|argument| match argument {
                    Argument::Positional(value) => {
                        text_of(value).is_some_and(|it| *it == *attribute).then_some(value.span)
                    }
                    _ => None,
                });
                let Some(span) = named else { return };
                let of_class = match arguments.first() {
                    Some(Argument::Positional(of)) => self.is_class(of),
                    _ => None,
                };
                // Of what object it is asked is not known; the class is at least at hand.
                let certainty = of_class.or(self.is_imported().then_some(Certainty::Possible));
                if let Some(certainty) = certainty {
                    self.add(span, format!("{function}(..., \"{attribute}\")"), certainty);
                }
            }
            _ => {}
        }
    }

    /// A schema of Pydantic or marshmallow that is named after the class reads its attributes.
    fn schema(&mut self, definition: &ClassDefinition) {
        let Mapped { class, attribute, .. } = self.mapped;
        if !definition.name.contains(&**class) || *definition.name == **class {
            return;
        }
        for statement in definition.body.iter() {
            let target = match &statement.kind {
                StatementKind::Annotated { target, .. } => Some(target),
                StatementKind::Assign { targets, .. } => targets.first(),
                _ => None,
            };
            let is_it =
                |target: &Expression| matches!(&target.kind, Kind::Name(own) if own == attribute);
            if target.is_some_and(is_it) {
                let what = format!("{}.{attribute}", definition.name);
                self.add(statement.span, what, Certainty::Possible);
            }
        }
    }

    fn is_imported(&self) -> bool {
        self.names.iter().any(|(_, certainty)| *certainty == Certainty::Certain)
    }

    /// Tells whether an expression is the class: `User`, `models.User`.
    fn is_class(&self, expression: &Expression) -> Option<Certainty> {
        match &expression.kind {
            Kind::Name(name) => {
                let own = self.names.iter().find(|(own, _)| own == name);
                own.map(|(_, certainty)| *certainty)
            }
            Kind::Attribute(of, name) if *name == self.mapped.class => match &of.kind {
                Kind::Name(module) if module.contains("model") => Some(Certainty::Certain),
                Kind::Name(_) | Kind::Attribute(..) => Some(Certainty::Possible),
                _ => None,
            },
            _ => None,
        }
    }

    /// Tells whether a chain of calls begins with the class: `select(User).where(...)`,
    /// `User.query`, `session.query(User)`.
    fn names_class(&self, chain: &Expression) -> Option<Certainty> {
        self.is_class(chain).or_else(|| match &chain.kind {
            Kind::Attribute(of, _) | Kind::Await(of) => self.names_class(of),
            Kind::Call(callee, arguments) => {
                let first = arguments.first().and_then(|argument| match argument {
                    Argument::Positional(value) => self.names_class(value),
                    _ => None,
                });
                first.or_else(|| self.names_class(callee))
            }
            _ => None,
        })
    }

    fn add(&mut self, span: Span, what: String, certainty: Certainty) {
        self.found.push(Place { span, what, certainty });
    }
}

/// Returns where a call is given a keyword.
fn keywords(arguments: &[Argument], name: &str) -> Vec<Span> {
    let given = arguments.iter().filter_map(|argument| match argument {
        Argument::Keyword(own, value) if **own == *name => Some(value.span),
        _ => None,
    });
    given.collect()
}

/// Returns where a dict has a key: `{"email": ...}`.
fn keys(value: &Expression, name: &str) -> Vec<Span> {
    let Kind::Dict(rows) = &value.kind else { return Vec::new() };
    let keys = rows.iter().filter_map(|(key, _)| key.as_ref());
    let is_it = |key: &&Expression| text_of(key).is_some_and(|it| *it == *name);
    keys.filter(is_it).map(|key| key.span).collect()
}

fn text_of(value: &Expression) -> Option<Rc<str>> {
    match &value.kind {
        Kind::Text(parts) => match parts.as_slice() {
            [Part::Known(text, _)] => Some(Rc::clone(text)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the name that an instance of a class usually has: `order_item` of `OrderItem`.
fn snake(class: &str) -> String {
    let mut name = String::new();
    for (at, letter) in class.char_indices() {
        if letter.is_uppercase() && at > 0 {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(code: &str) -> Vec<String> {
        let mapped = Mapped {
            class: "User".into(),
            attribute: "nick".into(),
            column: "nick".into(),
            path: "src/app/models/user.py".into(),
        };
        let text = Text::new(code);
        let found = in_module(&mapped, "src/app/views.py", &text);
        let sign = |place: &Place| match place.certainty {
            Certainty::Certain => "",
            Certainty::Possible => "?",
        };
        found.iter().map(|place| format!("{}{}", place.what, sign(place))).collect()
    }

    #[test]
    fn code_uses_an_attribute_in_the_ways_in_which_people_write_it() {
        let table = [
            ("User.nick", "User.nick"),
            ("User(nick='a')", "User(nick=...)"),
            ("session.query(User).filter_by(nick=1)", "filter_by(nick=...) of User"),
            ("User.query.filter_by(nick=1).first()", "filter_by(nick=...) of User"),
            ("update(User).where(x).values(nick=1)", "values(nick=...) of User"),
            ("update(User).values({'nick': 1})", "values(nick=...) of User"),
            ("User.__table__.c.nick", "User.__table__.c.nick"),
            ("User.__table__.c['nick']", "User.__table__.c.nick"),
            ("getattr(User, 'nick')", "getattr(..., \"nick\")"),
            ("getattr(row, 'nick')", "getattr(..., \"nick\")?"),
            ("user.nick", "user.nick?"),
            ("session.query(Team).filter_by(nick=1)", ""),
            ("Team.nick", ""),
            ("team.nick", ""),
            ("print('nick')", ""),
        ];
        for (line, expected) in table {
            let found = uses(&format!("from app.models import User\n{line}\n"));
            assert_eq!(found.join(" "), expected, "{line}");
        }
    }

    #[test]
    fn a_class_of_another_module_is_another_class() {
        assert_eq!(uses("class User: pass\nUser.nick\n"), Vec::<String>::new());
        assert_eq!(uses("from app.schemas import User\nUser.nick\n"), ["User.nick?"]);
        assert_eq!(uses("from app.models.user import User as U\nU.nick\n"), ["User.nick"]);
        assert_eq!(uses("from app import models\nmodels.User.nick\n"), ["User.nick"]);
    }

    #[test]
    fn a_schema_that_reads_instances_may_use_it() {
        let code = "class UserOut(BaseModel):\n    model_config = ConfigDict(from_attributes=True)\n    nick: str\n";
        assert_eq!(uses(code), ["UserOut.nick?"]);
        assert_eq!(uses("class UserIn(BaseModel):\n    nick: str\n"), Vec::<String>::new());
    }

    #[test]
    fn a_template_may_use_it() {
        let mapped = Mapped {
            class: "OrderItem".into(),
            attribute: "price".into(),
            column: "price".into(),
            path: "app/models.py".into(),
        };
        let text = Text::new("order_item.price {{ order_item.price }} {{ my_order_item.price }}");
        assert_eq!(in_template(&mapped, &text).len(), 1);
    }
}
