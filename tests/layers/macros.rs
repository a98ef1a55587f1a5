//! Macros: the modules and names that a call declares, and the paths in tokens that are not an expression.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::Visit;

use crate::program::Form;
use crate::record::Collector;

/// Calls `visit` with the tokens of each group, from the outermost inwards.
fn groups(tokens: &TokenStream, visit: &mut dyn FnMut(&[TokenTree])) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    visit(&trees);
    for tree in &trees {
        if let TokenTree::Group(group) = tree {
            groups(&group.stream(), visit);
        }
    }
}

fn is_sign(tree: Option<&TokenTree>, sign: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The paths, each with the token before.
fn paths(trees: &[TokenTree]) -> Vec<(Option<&TokenTree>, Vec<&Ident>)> {
    let mut paths = Vec::new();
    let mut index = 0;
    while index < trees.len() {
        if let TokenTree::Ident(first) = &trees[index] {
            let before = index.checked_sub(1).map(|before| &trees[before]);
            let mut words = vec![first];
            while is_sign(trees.get(index + 1), ':')
                && is_sign(trees.get(index + 2), ':')
                && let Some(TokenTree::Ident(next)) = trees.get(index + 3)
            {
                words.push(next);
                index += 3;
            }
            paths.push((before, words));
        }
        index += 1;
    }
    paths
}

/// Mentions the paths that `is_wanted` accepts, and all literals.
fn mention(
    collector: &mut Collector<'_>,
    tokens: &TokenStream,
    is_wanted: impl Fn(Option<&TokenTree>, &Ident) -> bool,
) {
    groups(tokens, &mut |trees| {
        for (before, words) in paths(trees) {
            if is_wanted(before, words[0]) {
                let path = words.iter().map(ToString::to_string).collect();
                collector.mention(path, Form::Path, words[0].span());
            }
        }
        for tree in trees {
            if let TokenTree::Literal(literal) = tree {
                collector.visit_lit(&syn::Lit::new(literal.clone()));
            }
        }
    });
}

/// Mentions every path of a call, except fields and methods.
pub fn words(collector: &mut Collector<'_>, tokens: &TokenStream) {
    mention(collector, tokens, |before, _| !is_sign(before, '.'));
}

/// Mentions the paths of a `macro_rules!` that mean the same wherever it is called.
pub fn body(collector: &mut Collector<'_>, tokens: &TokenStream) {
    mention(collector, tokens, |_, first| first == "crate");
}

/// The keywords before a name that an item declares.
const DECLARE: [&str; 7] = ["const", "enum", "fn", "static", "struct", "trait", "type"];

/// Declares what a call of a `macro_rules!` declares: `mod $name;` for each name that has a file, and `static NAME`.
pub fn declarations(collector: &mut Collector<'_>, call: &syn::Macro) {
    let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let modules = &collector.program.modules;
    let mut above = std::iter::successors(Some(collector.module), |&module| modules[module].parent);
    let Some(body) = above.find_map(|module| modules[module].macros.get(&name).cloned()) else { return };
    let mut declares_modules = false;
    groups(&body, &mut |trees| {
        for pair in trees.windows(2) {
            let TokenTree::Ident(keyword) = &pair[0] else { continue };
            match &pair[1] {
                TokenTree::Punct(sign) if keyword == "mod" && sign.as_char() == '$' => declares_modules = true,
                TokenTree::Ident(name) if DECLARE.iter().any(|word| keyword == word) => {
                    collector.define(&name.to_string(), Vec::new(), false);
                }
                _ => {}
            }
        }
    });
    groups(&call.tokens, &mut |trees| {
        for (_, words) in paths(trees) {
            let name = words[0].to_string();
            if declares_modules && words.len() == 1 && collector.declare(&name) {
                // What the macro does with the module is a use of it.
                collector.mention(vec![name], Form::Use, words[0].span());
            }
        }
    });
}
