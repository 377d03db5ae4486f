//! The modules of Python's library: enough of them that what cannot touch a database is known not
//! to.

use std::rc::Rc;

use crate::python::object::Object;
use crate::python::value::Value;

/// Why the value of `enum.auto()` is not known before its class is.
pub(crate) const AUTO: &str = "`enum.auto` numbers it";

const MODULES: &[&str] = &[
    "__future__",
    "abc",
    "ast",
    "asyncio",
    "base64",
    "binascii",
    "bisect",
    "builtins",
    "calendar",
    "codecs",
    "collections",
    "collections.abc",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "getpass",
    "glob",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "importlib",
    "importlib.metadata",
    "importlib.resources",
    "inspect",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "locale",
    "logging",
    "logging.config",
    "math",
    "numbers",
    "operator",
    "os",
    "os.path",
    "pathlib",
    "pickle",
    "pkgutil",
    "platform",
    "pprint",
    "random",
    "re",
    "secrets",
    "shlex",
    "statistics",
    "string",
    "struct",
    "sys",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "typing_extensions",
    "unicodedata",
    "urllib.parse",
    "uuid",
    "warnings",
    "zlib",
    "zoneinfo",
];

/// Tells whether a dotted name is a module of Python's library that is known here.
pub(crate) fn is_module(name: &str) -> bool {
    MODULES.contains(&name)
}

/// Modules whose functions run code that the program does not show: found by a name, made of
/// bytes, or taken from the frames of others.
const RUN_CODE: &[&str] = &[
    "runpy",
    "imp",
    "zipimport",
    "code",
    "codeop",
    "ctypes",
    "cffi",
    "marshal",
    "pickle",
    "pkgutil",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "jsonpickle",
    "timeit",
    "cProfile",
    "profile",
    "pdb",
    "bdb",
    "trace",
    "doctest",
    "site",
    "gc",
    "importlib",
    "pkgutil",
    "copyreg",
    "pydoc",
];

/// Tells whether a module, or a function in it, runs code that the program does not show.
pub(crate) fn runs_code(name: &str) -> bool {
    let root = name.split('.').next().unwrap_or(name);
    let harmless = name.starts_with("importlib.import_module")
        || name.starts_with("importlib.resources")
        || name.starts_with("importlib.metadata")
        || matches!(
            name,
            "pkgutil.get_data"
                | "pkgutil"
                | "pkgutil.extend_path"
                | "pkgutil.iter_modules"
                | "gc.collect"
                | "gc.disable"
                | "gc.enable"
                | "pickle.dumps"
                | "pickle.dump"
                | "importlib.util"
                | "importlib.util.find_spec"
                | "timeit.default_timer"
        );
    !harmless && (RUN_CODE.contains(&root) || RUN_CODE_FUNCTIONS.contains(&name))
}

/// Tells whether a function, a module or a name that needs no import leads to what the program
/// does not show: to names made of text, to modules and frames of others.
pub(crate) fn leads_anywhere(name: &str) -> bool {
    matches!(
        name,
        "exec"
            | "eval"
            | "compile"
            | "globals"
            | "locals"
            | "__import__"
            | "__builtins__"
            | "builtins"
            | "__loader__"
            | "__spec__"
            | "sys"
            | "sys.modules"
            | "importlib"
            | "inspect"
            | "types"
    ) || runs_code(name)
}

/// Returns the words in which code leads anywhere by a name that needs no import, or by a module;
/// nothing where the name is no such name.
pub(crate) fn keys_of(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "sys" => &["modules", "_getframe", "_current_frames", "settrace", "setprofile"],
        "inspect" => &["frame", "stack", "trace", "getm", "getclosurevars"],
        "types" => &["FunctionType", "CodeType", "MethodType", "ModuleType", "new_class"],
        "importlib" => &["import_module", "reload", "util", "machinery", "__import__"],
        _ if leads_anywhere(name) => &[""],
        _ => return None,
    })
}

const RUN_CODE_FUNCTIONS: &[&str] = &[
    "sys._getframe",
    "sys._current_frames",
    "inspect.currentframe",
    "inspect.stack",
    "inspect.trace",
    "inspect.getmodule",
    "inspect.getclosurevars",
    "inspect.getmembers",
    "types.FunctionType",
    "types.CodeType",
    "types.MethodType",
    "types.new_class",
    "threading._shutdown",
    "builtins.__build_class__",
];

/// Makes a function of Python's library.
pub(crate) fn builtin(name: &str) -> Value {
    Value::Object(Rc::new(Object::Builtin(name.into())))
}

/// Returns an attribute of a module, or of a class in it.
pub(crate) fn attribute(module: &str, name: &str) -> Value {
    let full = format!("{module}.{name}");
    match &*full {
        "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING" => Value::Bool(false),
        "string.ascii_lowercase" => Value::text("abcdefghijklmnopqrstuvwxyz"),
        "string.ascii_uppercase" => Value::text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "string.ascii_letters" => {
            Value::text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        }
        "string.digits" => Value::text("0123456789"),
        "string.hexdigits" => Value::text("0123456789abcdefABCDEF"),
        "math.pi" => Value::Float(std::f64::consts::PI),
        "os.sep" => Value::text("/"),
        "os.environ" => Value::unknown("`os.environ` is the environment it runs in"),
        "sys.modules" => Value::Object(Rc::new(Object::Library("sys.modules".into()))),
        "sys.argv" | "sys.platform" | "os.name" | "platform.system" => {
            Value::unknown(format!("`{full}` is the environment it runs in"))
        }
        // Python 3 runs what is deployed today.
        "sys.version_info" => Value::tuple(vec![Value::Int(3), Value::Int(12), Value::Int(0)]),
        "sys.modules.get" | "sys.modules.__getitem__" | "sys.modules.pop" => builtin(&full),
        _ if name == "__dict__" => Value::Object(Rc::new(Object::Library(module.into()))),
        _ if name == "__name__" => Value::text(module.rsplit('.').next().unwrap_or(module)),
        _ if module == "builtins" => builtin(name),
        _ if is_module(&full) => Value::Object(Rc::new(Object::Library(full.into()))),
        _ => builtin(&full),
    }
}
