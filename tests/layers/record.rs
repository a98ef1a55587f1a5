//! Keeps what is read of a file: its modules, its names, and the paths that it mentions.

use proc_macro2::Span;
use syn::visit::Visit;
use syn::{Expr, Member, UseTree};

use crate::collect;
use crate::program::{Form, Import, Item, Mention, Module, Named, Program, Sources, folder_of, join};

/// Where the reading of a file is.
pub struct Collector<'p> {
    pub sources: &'p Sources,
    pub program: &'p mut Program,
    pub module: usize,
    /// What `Self` is: empty where that is not a path.
    pub self_type: Vec<String>,
}

impl Collector<'_> {
    pub fn here(&mut self) -> &mut Module {
        &mut self.program.modules[self.module]
    }

    pub fn add_item(&mut self, name: &str, variants: Vec<String>, is_macro: bool) -> usize {
        self.program.items.push(Item { name: name.to_owned(), module: self.module, variants, is_macro });
        self.program.items.len() - 1
    }

    pub fn define(&mut self, name: &str, variants: Vec<String>, is_macro: bool) {
        let item = Named::Item(self.add_item(name, variants, is_macro));
        self.here().names.entry(name.to_owned()).or_default().push(item);
    }

    pub fn mention(&mut self, path: Vec<String>, form: Form, span: Span) {
        let (module, line) = (self.module, span.start().line);
        let mention = Mention { module, path, is_rooted: false, form, line, is_compared: false };
        self.program.mentions.push(mention);
    }

    /// The file of `mod name;`, where there is one.
    fn module_file(&self, name: &str) -> Option<String> {
        let folder = &self.program.modules[self.module].folder;
        let candidates = [join(folder, &format!("{name}.rs")), join(folder, &format!("{name}/mod.rs"))];
        candidates.into_iter().find(|candidate| self.sources.files.contains_key(candidate))
    }

    pub fn add_module(&mut self, name: &str, module: Module) -> usize {
        let index = self.program.modules.len();
        let module = Module { parent: Some(self.module), root: self.here().root, ..module };
        self.program.modules.push(module);
        self.here().names.entry(name.to_owned()).or_default().push(Named::Module(index));
        index
    }

    /// Declares `mod name;`; returns whether its file is there.
    pub fn declare(&mut self, name: &str) -> bool {
        let file = self.module_file(name);
        file.is_some_and(|file| {
            let is_folder = file.ends_with("/mod.rs");
            let path_folder = folder_of(&file).to_owned();
            let folder = if is_folder { path_folder.clone() } else { join(&path_folder, name) };
            self.add_file(name, Module { file, folder, path_folder, ..Module::default() });
            true
        })
    }

    pub fn add_file(&mut self, name: &str, module: Module) {
        let index = self.add_module(name, module);
        collect::file(self.sources, self.program, index);
    }

    pub fn imports(&mut self, tree: &UseTree, before: &[String], (is_rooted, is_public): (bool, bool)) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        let (name, path, span) = match tree {
            UseTree::Path(path) => return self.imports(&path.tree, &with(&path.ident), (is_rooted, is_public)),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.imports(tree, before, (is_rooted, is_public)));
            }
            UseTree::Name(name) => (Some(&name.ident), with(&name.ident), name.ident.span()),
            UseTree::Rename(rename) => (Some(&rename.rename), with(&rename.ident), rename.ident.span()),
            UseTree::Glob(glob) => (None, before.to_vec(), glob.star_token.spans[0]),
        };
        let mut name = name.map(ToString::to_string);
        let mut path = path;
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
            name = name.map(|name| if name == "self" { path[path.len() - 1].clone() } else { name });
        }
        self.here().imports.push(Import { name, path: path.clone(), is_rooted, is_public });
        self.mention(path, Form::Use, span);
        self.last_mention().is_rooted = is_rooted;
    }

    pub fn last_mention(&mut self) -> &mut Mention {
        self.program.mentions.last_mut().expect("a mention")
    }

    /// The paths that are one side of a comparison count as compared.
    pub fn compare(&mut self, side: &Expr) {
        match side {
            Expr::Paren(inner) => self.compare(&inner.expr),
            Expr::Reference(inner) => self.compare(&inner.expr),
            Expr::Unary(inner) => self.compare(&inner.expr),
            Expr::Array(array) => array.elems.iter().for_each(|side| self.compare(side)),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|side| self.compare(side)),
            Expr::Path(path) => self.compare_path(&path.path),
            Expr::Field(syn::ExprField { member: Member::Named(name), .. }) if name == "platform" => {
                self.compare_platform(name.span());
            }
            Expr::MethodCall(call) if call.method == "platform" => self.compare_platform(call.method.span()),
            _ => {}
        }
    }

    pub fn compare_path(&mut self, path: &syn::Path) {
        if path.is_ident("platform") {
            return self.compare_platform(path.segments[0].ident.span());
        }
        self.visit_path(path);
        self.last_mention().is_compared = true;
    }

    pub fn compare_platform(&mut self, span: Span) {
        let file = self.here().file.clone();
        self.program.platforms.push((file, span.start().line));
    }
}
