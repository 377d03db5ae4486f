//! What a name leads to besides the database: processes, the network, files, other revisions.

use crate::operation::step::RemarkKind;

/// Libraries that start programs.
const PROCESSES: &[&str] = &["sh", "plumbum", "pexpect", "fabric", "invoke"];

/// Libraries that reach the network.
const NETWORK: &[&str] = &[
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "boto3",
    "botocore",
    "aioboto3",
    "smtplib",
    "ftplib",
    "paramiko",
    "socket",
    "redis",
    "elasticsearch",
    "opensearchpy",
    "kafka",
    "pika",
    "stripe",
    "slack_sdk",
    "twilio",
    "google",
    "azure",
    "pymongo",
    "minio",
    "telnetlib",
    "xmlrpc",
    "grpc",
    "openai",
];

/// Modules that read and write files.
const FILES: &[&str] = &["shutil", "glob", "tempfile", "zipfile", "tarfile", "gzip"];

/// Methods of paths that read and write files.
const FILE_METHODS: &[&str] =
    &[".read_text", ".read_bytes", ".write_text", ".write_bytes", ".iterdir", ".mkdir"];

/// What a path of a library of the outside world does.
pub fn outside(path: &str) -> Option<RemarkKind> {
    let root = path.split('.').next().unwrap_or(path);
    if NETWORK.contains(&root)
        || path.starts_with("urllib.request")
        || path.starts_with("http.client")
    {
        return Some(RemarkKind::Network);
    }
    if PROCESSES.contains(&root) {
        return Some(RemarkKind::Process);
    }
    match path {
        "os.system" | "os.popen" | "os.execv" | "os.execvp" | "os.spawnl" | "os.fork"
        | "os.kill" => Some(RemarkKind::Process),
        "os.remove" | "os.unlink" | "os.rename" | "os.makedirs" | "os.mkdir" | "os.listdir"
        | "os.walk" | "os.scandir" | "io.open" | "codecs.open" | "open" => Some(RemarkKind::File),
        _ if root == "subprocess" => Some(RemarkKind::Process),
        _ if path.contains('.') && FILE_METHODS.iter().any(|method| path.ends_with(method)) => {
            Some(RemarkKind::File)
        }
        _ if FILES.contains(&root) => Some(RemarkKind::File),
        _ => None,
    }
}

/// Tells whether a module is one of those whose functions lead outside.
pub fn is_outside(module: &str) -> bool {
    let root = module.split('.').next().unwrap_or(module);
    NETWORK.contains(&root)
        || FILES.contains(&root)
        || matches!(module, "urllib.request" | "http.client")
        || root == "subprocess"
}
