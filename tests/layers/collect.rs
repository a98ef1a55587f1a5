//! Reads a file with `syn`: its modules, its names, and the paths that it mentions. Tests do not count.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item as Syntax, Lit, Pat, Token, Type};

use crate::macros;
use crate::program::{Form, Impl, Literal, Module, Program, Sources, folder_of, join};
use crate::record::Collector;

/// Reads the file of a module.
pub fn file(sources: &Sources, program: &mut Program, module: usize) {
    let path = program.modules[module].file.clone();
    program.reached.insert(path.clone());
    let Some(text) = sources.files.get(&path) else {
        program.problems.push(format!("{path}: there is no such file"));
        return;
    };
    match syn::parse_file(text) {
        Ok(file) => Collector { sources, program, module, self_type: Vec::new() }.visit_file(&file),
        Err(error) => program.problems.push(format!("{path}:{}: {error}", error.span().start().line)),
    }
}

/// Whether the code is there in tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let tokens = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        attribute.path().is_ident("cfg") && (tokens == "test" || tokens.starts_with("all (test"))
    })
}

/// Reads the tokens of a macro call as expressions, or as a pattern, or else word by word.
fn tokens(collector: &mut Collector<'_>, name: &str, tokens: &TokenStream) {
    let matches = |input: ParseStream<'_>| {
        let scrutinee: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        let guard = input.parse::<Option<Token![if]>>()?.map(|_| input.parse::<Expr>()).transpose()?;
        input.parse::<Option<Token![,]>>()?;
        Ok((scrutinee, pattern, guard))
    };
    if name.ends_with("matches")
        && let Ok((scrutinee, pattern, guard)) = matches.parse2(tokens.clone())
    {
        collector.visit_expr(&scrutinee);
        collector.visit_pat(&pattern);
        guard.iter().for_each(|guard| collector.visit_expr(guard));
    } else if let Ok(parts) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
        parts.iter().for_each(|part| collector.visit_expr(part));
    } else {
        macros::words(collector, tokens);
    }
}

fn words(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_item(&mut self, item: &'ast Syntax) {
        let (attributes, ident) = match item {
            Syntax::Const(item) => (&item.attrs, Some(&item.ident)),
            Syntax::Enum(item) => (&item.attrs, Some(&item.ident)),
            Syntax::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
            Syntax::Static(item) => (&item.attrs, Some(&item.ident)),
            Syntax::Struct(item) => (&item.attrs, Some(&item.ident)),
            Syntax::Trait(item) => (&item.attrs, Some(&item.ident)),
            Syntax::TraitAlias(item) => (&item.attrs, Some(&item.ident)),
            Syntax::Type(item) => (&item.attrs, Some(&item.ident)),
            Syntax::Union(item) => (&item.attrs, Some(&item.ident)),
            Syntax::Impl(item) => (&item.attrs, None),
            Syntax::Macro(item) => (&item.attrs, None),
            Syntax::Mod(item) => (&item.attrs, None),
            Syntax::Use(item) => (&item.attrs, None),
            _ => return visit::visit_item(self, item),
        };
        if is_test(attributes) {
            return;
        }
        if let Some(ident) = ident {
            let variants = match item {
                Syntax::Enum(item) => item.variants.iter().map(|variant| variant.ident.to_string()).collect(),
                _ => Vec::new(),
            };
            self.define(&ident.to_string(), variants, false);
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        if !matches!(item, syn::ImplItem::Fn(item) if is_test(&item.attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        if let Some((_, items)) = &item.content {
            let folder = join(&self.here().folder, &name);
            let file = self.here().file.clone();
            let module = Module { file, path_folder: folder.clone(), folder, ..Module::default() };
            let inner = self.add_module(&name, module);
            let outer = std::mem::replace(&mut self.module, inner);
            items.iter().for_each(|item| self.visit_item(item));
            self.module = outer;
            return;
        }
        let path = item.attrs.iter().find(|attribute| attribute.path().is_ident("path"));
        let path = path.and_then(|attribute| match &attribute.meta.require_name_value().ok()?.value {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        });
        if let Some(path) = path {
            let file = join(&self.here().path_folder, &path);
            let folder = folder_of(&file).to_owned();
            self.add_file(&name, Module { file, path_folder: folder.clone(), folder, ..Module::default() });
        } else if !self.declare(&name) {
            let place = format!("{}:{}", self.here().file, item.ident.span().start().line);
            self.program.problems.push(format!("{place}: there is no file for `mod {name};`"));
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_public = !matches!(item.vis, syn::Visibility::Inherited);
        self.imports(&item.tree, &[], (item.leading_colon.is_some(), is_public));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let path = match &*item.self_ty {
            Type::Path(path) => words(&path.path),
            _ => Vec::new(),
        };
        if item.trait_.is_none() {
            let name = |item: &syn::ImplItem| match item {
                syn::ImplItem::Fn(item) => Some(item.sig.ident.to_string()),
                syn::ImplItem::Const(item) => Some(item.ident.to_string()),
                _ => None,
            };
            let names = item.items.iter().filter_map(name);
            let functions = names.map(|name| self.add_item(&name, Vec::new(), false)).collect();
            self.program.impls.push(Impl { module: self.module, path: path.clone(), functions });
        }
        let outer = std::mem::replace(&mut self.self_type, path);
        visit::visit_item_impl(self, item);
        self.self_type = outer;
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if let Some(ident) = &item.ident {
            let name = ident.to_string();
            self.define(&name, Vec::new(), true);
            self.here().macros.insert(name, item.mac.tokens.clone());
            macros::body(self, &item.mac.tokens);
        } else {
            macros::declarations(self, &item.mac);
            self.visit_macro(&item.mac);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let path = words(&call.path);
        self.mention(path.clone(), Form::Macro, call.path.segments[0].ident.span());
        tokens(self, &path[path.len() - 1], &call.tokens);
    }

    fn visit_token_stream(&mut self, tokens: &'ast TokenStream) {
        macros::words(self, tokens);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        visit::visit_path(self, path);
        let mut names = words(path);
        if names[0] == "Self" && !self.self_type.is_empty() {
            names.splice(..1, self.self_type.clone());
        }
        self.mention(names, Form::Path, path.segments[0].ident.span());
        self.last_mention().is_rooted = path.leading_colon.is_some();
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if matches!(binary.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) {
            self.compare(&binary.left);
            self.compare(&binary.right);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if ["contains", "eq", "ne"].iter().any(|name| call.method == name) {
            self.compare(&call.receiver);
            call.args.iter().for_each(|side| self.compare(side));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        match pattern {
            Pat::Path(path) => self.compare_path(&path.path),
            Pat::Struct(pattern) => self.compare_path(&pattern.path),
            Pat::TupleStruct(pattern) => self.compare_path(&pattern.path),
            // A variant that a glob has imported.
            Pat::Ident(pattern) => {
                self.mention(vec![pattern.ident.to_string()], Form::Path, pattern.ident.span());
                self.last_mention().is_compared = true;
            }
            _ => {}
        }
        visit::visit_pat(self, pattern);
    }

    fn visit_lit(&mut self, literal: &'ast Lit) {
        let text = match literal {
            Lit::Str(text) => text.value(),
            Lit::ByteStr(text) => String::from_utf8_lossy(&text.value()).into_owned(),
            _ => return,
        };
        let (file, line) = (self.here().file.clone(), literal.span().start().line);
        self.program.literals.push(Literal { file, line, text });
    }
}
