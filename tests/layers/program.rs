//! The modules of all crates, with what each declares and names. No name is resolved yet.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;

use crate::collect;

/// Source files by path, and the crates among them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Text by path.
    pub files: BTreeMap<String, String>,
    /// The name by which others import the crate, and its root file.
    pub crates: Vec<(String, String)>,
}

/// What a name in a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// An index into the modules.
    Module(usize),
    /// An index into the items.
    Item(usize),
}

/// A type, trait, function, constant, static or macro.
pub struct Item {
    /// Its name.
    pub name: String,
    /// The module that declares it.
    pub module: usize,
    /// The variants of an enum.
    pub variants: Vec<String>,
    /// Only macros are called with `!`.
    pub is_macro: bool,
}

/// One name of a `use`; without a name it is a glob.
pub struct Import {
    pub name: Option<String>,
    pub path: Vec<String>,
    pub is_rooted: bool,
    /// Whether other modules see it.
    pub is_public: bool,
}

/// A module: a file, or a block within one.
#[derive(Default)]
pub struct Module {
    pub file: String,
    pub parent: Option<usize>,
    /// The root module of the crate.
    pub root: usize,
    /// The folder in which the files of its modules are.
    pub folder: String,
    /// The folder that `#[path]` starts from.
    pub path_folder: String,
    pub names: BTreeMap<String, Vec<Named>>,
    pub imports: Vec<Import>,
    /// The bodies of its `macro_rules!`.
    pub macros: BTreeMap<String, TokenStream>,
}

/// How a path is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In a `use`.
    Use,
    /// In an expression, a type or a pattern.
    Path,
    /// The name of a macro that is called.
    Macro,
}

/// A path that a file names.
pub struct Mention {
    pub module: usize,
    pub path: Vec<String>,
    /// Whether it begins with `::`.
    pub is_rooted: bool,
    pub form: Form,
    pub line: usize,
    /// Whether it is a pattern, or one side of `==` or `!=`.
    pub is_compared: bool,
}

/// The functions and constants of an `impl` block without a trait.
pub struct Impl {
    pub module: usize,
    pub path: Vec<String>,
    /// Indices into the items.
    pub functions: Vec<usize>,
}

/// A string literal.
pub struct Literal {
    pub file: String,
    pub line: usize,
    pub text: String,
}

/// Everything that was read.
#[derive(Default)]
pub struct Program {
    pub modules: Vec<Module>,
    pub items: Vec<Item>,
    /// Name and root module.
    pub crates: Vec<(String, usize)>,
    pub mentions: Vec<Mention>,
    pub impls: Vec<Impl>,
    pub literals: Vec<Literal>,
    /// Where two values are compared that are only called `platform`: file and line.
    pub platforms: Vec<(String, usize)>,
    /// The files that some `mod` reaches.
    pub reached: BTreeSet<String>,
    /// What could not be read.
    pub problems: Vec<String>,
}

/// The folder of a file.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path below a folder, without `.` and `..`.
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

impl Program {
    /// Reads all crates.
    pub fn read(sources: &Sources) -> Self {
        let mut program = Self::default();
        for (name, file) in &sources.crates {
            let root = program.modules.len();
            let folder = folder_of(file).to_owned();
            let module = Module { file: file.clone(), root, path_folder: folder.clone(), folder, ..Module::default() };
            program.modules.push(module);
            program.crates.push((name.clone(), root));
            collect::file(sources, &mut program, root);
        }
        program
    }

    /// The file that declares a name.
    pub fn file_of(&self, named: Named) -> &str {
        &self.modules[self.module_of(named)].file
    }

    /// The module that a name is, or that declares it.
    pub fn module_of(&self, named: Named) -> usize {
        match named {
            Named::Module(module) => module,
            Named::Item(item) => self.items[item].module,
        }
    }

    /// Whether a module is another one, or contains it.
    pub fn contains(&self, outer: usize, inner: usize) -> bool {
        std::iter::successors(Some(inner), |&module| self.modules[module].parent).any(|module| module == outer)
    }

    /// Whether the file of a module is a face of the folder in which the file of another one is.
    pub fn is_face_of(&self, face: usize, module: usize) -> bool {
        self.modules[face].file != self.modules[module].file && self.contains(face, module)
    }
}
