//! Raw commits.

use crate::snapshot::ObjectId;

/// A commit: what it holds, where it comes from, who made it and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, the first one first. A commit at the edge of a shallow clone names parents that
    /// are not there.
    pub parents: Vec<ObjectId>,
    /// Who wrote it, and when.
    pub author: Signature,
    /// Who committed it, and when.
    pub committer: Signature,
    /// The first paragraph of its message, on one line.
    pub subject: String,
}

/// A name, an address and a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Seconds since 1970, UTC.
    pub seconds: i64,
}

impl Commit {
    /// Reads a raw commit; none where it has no readable tree or parent.
    pub fn from_raw(id: ObjectId, raw: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(raw);
        let (headers, message) =
            text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let mut commit = Commit {
            id,
            tree: ObjectId::from_hex(headers.strip_prefix("tree ")?.lines().next()?)?,
            parents: Vec::new(),
            author: Signature::default(),
            committer: Signature::default(),
            subject: subject(message),
        };
        for line in headers.lines() {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("parent", parent) => commit.parents.push(ObjectId::from_hex(parent)?),
                ("author", signature) => commit.author = Signature::from_header(signature),
                ("committer", signature) => commit.committer = Signature::from_header(signature),
                _ => {}
            }
        }
        Some(commit)
    }
}

impl Signature {
    /// Reads `Name <email> SECONDS ZONE`; what is not there stays empty.
    fn from_header(header: &str) -> Self {
        let (name, rest) = header.split_once('<').unwrap_or((header, ""));
        let (email, time) = rest.rsplit_once('>').unwrap_or((rest, ""));
        let seconds =
            time.split_whitespace().next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
        Signature { name: name.trim().to_owned(), email: email.to_owned(), seconds }
    }
}

/// Joins the lines of the first paragraph, as git's `%s` does.
fn subject(message: &str) -> String {
    let lines = message.lines().map(str::trim).skip_while(|line| line.is_empty());
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_merge_is_read() {
        let hex = |digit: &str| digit.repeat(40);
        let raw = format!(
            "tree {}\nparent {}\nparent {}\nauthor A <a@x> 5 +0200\ncommitter B C <b@x> 7 -0100\n\
             gpgsig -----BEGIN\n parent x\n \n -----END\n\n\nadd\nemail\n\nbody\n",
            hex("a"),
            hex("b"),
            hex("c")
        );
        let id = ObjectId::from_bytes(&[1; 20]);
        let commit = Commit::from_raw(id, raw.as_bytes()).unwrap();
        assert_eq!(
            commit.parents,
            [hex("b"), hex("c")].map(|hex| ObjectId::from_hex(&hex).unwrap())
        );
        assert_eq!((commit.author.name.as_str(), commit.author.seconds), ("A", 5));
        assert_eq!((commit.committer.email.as_str(), commit.committer.seconds), ("b@x", 7));
        assert_eq!(commit.subject, "add email");
    }

    #[test]
    fn what_is_no_commit_is_none() {
        let id = ObjectId::from_bytes(&[1; 20]);
        assert_eq!(Commit::from_raw(id, b""), None);
        assert_eq!(Commit::from_raw(id, b"tree 12\n\nx"), None);
    }
}
