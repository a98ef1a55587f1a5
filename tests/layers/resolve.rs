//! From each path to the file that defines what it names.

use std::collections::BTreeMap;

use crate::program::{Form, Mention, Named, Program};

/// A name that a file takes from another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The file that uses the name.
    pub from: String,
    pub line: usize,
    /// The name as it is written.
    pub name: String,
    /// The file that defines the name.
    pub to: String,
    /// The file of a `use` that the name was taken through, within the same crate.
    pub through: Option<String>,
    /// Whether the file that defines it declares the folder of the file that uses it.
    pub is_own_face: bool,
    /// Whether both are in one crate.
    pub is_inner: bool,
    /// Whether it is the type `Platform` or a variant of it, in a comparison.
    pub is_platform: bool,
}

/// What a path is, and the modules whose `use` led there.
#[derive(Clone)]
struct Found {
    named: Named,
    through: Vec<usize>,
}

struct Resolver<'p> {
    program: &'p Program,
    /// The functions and constants of types, by type and name.
    associated: BTreeMap<(usize, String), Vec<usize>>,
    /// The imports that are being followed.
    open: Vec<(usize, String)>,
}

impl Resolver<'_> {
    /// What a name in a module means to another module.
    fn lookup(&mut self, module: usize, name: &str, asker: usize) -> Vec<Found> {
        let here = &self.program.modules[module];
        let is_inside = self.program.contains(module, asker);
        let mut found: Vec<Found> =
            here.names.get(name).into_iter().flatten().map(|&named| Found::direct(named)).collect();
        let key = (module, name.to_owned());
        if self.open.contains(&key) {
            return found;
        }
        self.open.push(key);
        let visible: Vec<_> = here.imports.iter().filter(|import| import.is_public || is_inside).collect();
        for import in visible.iter().filter(|import| import.name.as_deref() == Some(name)) {
            let imported = self.resolve(module, &import.path, import.is_rooted);
            found.extend(imported.into_iter().map(|found| found.after(&[module])));
        }
        if found.is_empty() {
            for glob in visible.iter().filter(|import| import.name.is_none()) {
                for base in self.resolve(module, &glob.path, glob.is_rooted) {
                    let before = [&[module], &*base.through].concat();
                    let inside = match base.named {
                        Named::Module(base) => self.lookup(base, name, module),
                        Named::Item(item)
                            if self.program.items[item].variants.iter().any(|variant| variant == name) =>
                        {
                            vec![Found::direct(base.named)]
                        }
                        Named::Item(_) => Vec::new(),
                    };
                    found.extend(inside.into_iter().map(|found| found.after(&before)));
                }
            }
        }
        self.open.pop();
        found
    }

    /// The first name of a path.
    fn start(&mut self, module: usize, name: &str, is_rooted: bool) -> Vec<Found> {
        let here = &self.program.modules[module];
        let found = match name {
            "crate" => return vec![Found::direct(Named::Module(here.root))],
            "self" => return vec![Found::direct(Named::Module(module))],
            "super" => return here.parent.map(|parent| Found::direct(Named::Module(parent))).into_iter().collect(),
            _ if is_rooted => Vec::new(),
            _ => self.lookup(module, name, module),
        };
        if !found.is_empty() {
            return found;
        }
        let named = self.program.crates.iter().find(|(crate_name, _)| crate_name == name);
        named.map(|&(_, root)| Found::direct(Named::Module(root))).into_iter().collect()
    }

    fn resolve(&mut self, module: usize, path: &[String], is_rooted: bool) -> Vec<Found> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut found = self.start(module, first, is_rooted);
        for name in rest {
            let is_module = |found: &Found| matches!(found.named, Named::Module(_));
            if !found.iter().any(is_module) {
                // A variant, or a function of the type.
                let functions = found.iter().flat_map(|found| self.functions(found, name)).collect::<Vec<_>>();
                found.extend(functions);
                break;
            }
            let mut next = Vec::new();
            for base in found {
                if let Named::Module(inner) = base.named {
                    let inside = match name.as_str() {
                        "super" => self.start(inner, name, false),
                        _ => self.lookup(inner, name, module),
                    };
                    next.extend(inside.into_iter().map(|found| found.after(&base.through)));
                }
            }
            found = next;
        }
        found
    }

    fn functions(&self, of: &Found, name: &str) -> Vec<Found> {
        let Named::Item(item) = of.named else { return Vec::new() };
        let functions = self.associated.get(&(item, name.to_owned()));
        functions.into_iter().flatten().map(|&function| Found::direct(Named::Item(function))).collect()
    }

    /// What a mention means. A `use` takes all that have the name; a path never ends at a module.
    fn meant(&mut self, mention: &Mention) -> Vec<Found> {
        let program = self.program;
        if mention.form == Form::Macro && mention.path.len() == 1 {
            // Known by its place in the text, below the module that declares it.
            let mut above = std::iter::successors(Some(mention.module), |&module| program.modules[module].parent);
            let name = &mention.path[0];
            let mut declared = above.find_map(|module| program.modules[module].names.get(name));
            declared = declared.filter(|names| names.iter().any(|named| is_macro(program, *named)));
            if let Some(names) = declared {
                return names
                    .iter()
                    .filter(|named| is_macro(program, **named))
                    .map(|&named| Found::direct(named))
                    .collect();
            }
        }
        let mut found = self.resolve(mention.module, &mention.path, mention.is_rooted);
        if mention.form != Form::Use {
            let is_call = mention.form == Form::Macro;
            found.retain(|found| matches!(found.named, Named::Item(item) if program.items[item].is_macro == is_call));
        }
        found
    }
}

fn is_macro(program: &Program, named: Named) -> bool {
    matches!(named, Named::Item(item) if program.items[item].is_macro)
}

impl Found {
    fn direct(named: Named) -> Self {
        Self { named, through: Vec::new() }
    }

    fn after(self, before: &[usize]) -> Self {
        Self { named: self.named, through: [before, &self.through].concat() }
    }
}

/// All names that files take from other files, and the paths of the workspace that lead nowhere.
pub fn arrows(program: &Program) -> (Vec<Arrow>, Vec<String>) {
    let mut resolver = Resolver { program, associated: BTreeMap::new(), open: Vec::new() };
    for part in &program.impls {
        for found in resolver.resolve(part.module, &part.path, false) {
            if let Named::Item(item) = found.named {
                for &function in &part.functions {
                    let name = program.items[function].name.clone();
                    resolver.associated.entry((item, name)).or_default().push(function);
                }
            }
        }
    }
    let (mut arrows, mut lost) = (BTreeMap::new(), Vec::new());
    for mention in &program.mentions {
        let module = &program.modules[mention.module];
        let found = resolver.meant(mention);
        let first = mention.path[0].as_str();
        if found.is_empty() && mention.path.len() > 1 {
            let is_ours = ["crate", "self", "super"].contains(&first)
                || program.crates.iter().any(|(crate_name, _)| crate_name == first);
            if is_ours {
                lost.push(format!("{}:{}: `{}` leads nowhere", module.file, mention.line, mention.path.join("::")));
            }
        }
        for found in found {
            let owner = program.module_of(found.named);
            let to = program.file_of(found.named);
            let through = found.through.iter().map(|&through| &program.modules[through]);
            let mut through = through.filter(|through| through.root == module.root);
            let through = through.find(|through| through.file != module.file && through.file != to);
            let is_platform = mention.is_compared
                && matches!(found.named, Named::Item(item) if program.items[item].name == "Platform");
            if module.file == to && through.is_none() {
                continue;
            }
            // The first line that names it is enough, but each comparison counts.
            let line = mention.line;
            let key = (&module.file, found.named, through.is_some(), is_platform.then_some(line));
            arrows.entry(key).or_insert_with(|| Arrow {
                from: module.file.clone(),
                line,
                name: mention.path.join("::"),
                to: to.to_owned(),
                through: through.map(|through| through.file.clone()),
                is_own_face: program.is_face_of(owner, mention.module),
                is_inner: program.modules[owner].root == module.root,
                is_platform,
            });
        }
    }
    let mut arrows: Vec<Arrow> = arrows.into_values().collect();
    arrows.sort();
    (arrows, lost)
}
