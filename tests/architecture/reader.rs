//! Reads one source file and lists every path it names, made absolute: `use` lines, code, macros and attributes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// What stands in a file beside its paths that is a mistake by itself.
pub const OPEN_TESTS: &str = "mod tests without #[cfg(test)]";

/// The paths that `source`, the module `module`, names; and whether a test names them. `crate::…` or `<dependency>::…`,
/// a last `*` standing for everything in it.
///
/// # Errors
/// What the parser says.
pub fn paths(module: Vec<String>, source: &str) -> syn::Result<BTreeSet<(Vec<String>, bool)>> {
    let parsed = syn::parse_file(source)?;
    let mut reader = Reader { module, aliases: BTreeMap::new(), paths: BTreeSet::new(), only_uses: true };
    // Twice, for a `use` line that builds on a later one.
    reader.visit_file(&parsed);
    reader.visit_file(&parsed);
    reader.only_uses = false;
    reader.visit_file(&parsed);
    Ok(reader.paths)
}

/// The module a file below `src/` holds: `gui/tabs/mod.rs` is `gui::tabs`.
pub fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        file.with_extension("").components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

struct Reader {
    /// The module that is being read, from the crate's root.
    module: Vec<String>,
    /// What names stand for after the file's `use` lines.
    aliases: BTreeMap<String, Vec<String>>,
    paths: BTreeSet<(Vec<String>, bool)>,
    /// `use` lines come first, since the paths in the code depend on them.
    only_uses: bool,
}

impl Reader {
    /// `self`, `super`, `crate` and the names of `use` lines replaced by what they stand for.
    fn absolute(&self, path: &[String]) -> Vec<String> {
        let mut module = self.module.clone();
        let mut rest = path;
        let mut relative = false;
        while let Some((first, tail)) = rest.split_first() {
            match first.as_str() {
                "crate" => module.clear(),
                "self" => {}
                "super" => drop(module.pop()),
                _ => break,
            }
            relative = true;
            rest = tail;
        }
        if relative {
            return [vec!["crate".to_owned()], module, rest.to_vec()].concat();
        }
        match rest.split_first().and_then(|(first, tail)| Some((self.aliases.get(first)?, tail))) {
            Some((stands_for, tail)) => [stands_for.clone(), tail.to_vec()].concat(),
            None => rest.to_vec(),
        }
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.use_tree(item, before)),
            syn::UseTree::Glob(_) => self.used(&[before, &["*".to_owned()]].concat(), None),
            syn::UseTree::Name(name) if name.ident == "self" => self.used(before, before.last().cloned()),
            syn::UseTree::Name(name) => self.used(&with(&name.ident), Some(name.ident.to_string())),
            syn::UseTree::Rename(name) if name.ident == "self" => self.used(before, Some(name.rename.to_string())),
            syn::UseTree::Rename(name) => self.used(&with(&name.ident), Some(name.rename.to_string())),
        }
    }

    fn used(&mut self, path: &[String], alias: Option<String>) {
        let absolute = self.absolute(path);
        if let Some(alias) = alias {
            self.aliases.insert(alias, absolute.clone());
        }
        self.paths.insert((absolute, self.in_tests()));
    }

    /// Macros hold tokens, not paths: every `a::b::c` among them counts as one.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.named(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.named(&std::mem::take(&mut path));
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => self.named(&std::mem::take(&mut path)),
            }
        }
        self.named(&path);
    }

    /// A path in the code. A single name may be a variable: it says nothing.
    fn named(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.paths.insert((self.absolute(path), self.in_tests()));
        }
    }

    fn in_tests(&self) -> bool {
        self.module.iter().any(|name| name == "tests")
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let only_tests = |attribute: &syn::Attribute| {
            cfg_of(attribute).is_some_and(|text| text == "test" || text.replace(' ', "").starts_with("all(test,"))
        };
        if item.ident == "tests" && !item.attrs.iter().any(only_tests) {
            self.paths.insert((vec![OPEN_TESTS.to_owned()], false));
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if self.only_uses {
            self.use_tree(&item.tree, &[]);
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let alias = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        if self.only_uses {
            self.used(&[item.ident.to_string().replace("self", "crate")], Some(alias.to_string()));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if !self.only_uses {
            self.named(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        }
        visit::visit_path(self, path);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        if !self.only_uses {
            self.tokens(list.tokens.clone());
        }
        visit::visit_meta_list(self, list);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        if !self.only_uses {
            self.tokens(item.tokens.clone());
        }
        visit::visit_macro(self, item);
    }
}

/// `test`, of `#[cfg(test)]`.
fn cfg_of(attribute: &syn::Attribute) -> Option<String> {
    let list = attribute.meta.require_list().ok().filter(|list| list.path.is_ident("cfg"))?;
    Some(list.tokens.to_string())
}
