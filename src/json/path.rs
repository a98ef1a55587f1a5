//! Field paths, written as Kubernetes writes them: `spec.selector.podSelector.matchExpressions[0].values[1]`,
//! `metadata.annotations[k8s.aliyun.com/pod-networking]`.

use std::fmt;

/// A path into an object. It lives on the stack and costs nothing until it is written.
#[derive(Clone, Copy, Debug)]
pub enum Path<'p> {
    /// The object itself.
    Root,
    /// A path that is already written.
    Written(&'p str),
    /// A field of a structure.
    Field(&'p Path<'p>, &'p str),
    /// A key of a map.
    Key(&'p Path<'p>, &'p str),
    /// An element of a list, counted from 0.
    Index(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    /// The field `name` below this path.
    #[must_use]
    pub fn field(&'p self, name: &'p str) -> Path<'p> {
        Path::Field(self, name)
    }

    /// The map key `key` below this path.
    #[must_use]
    pub fn key(&'p self, key: &'p str) -> Path<'p> {
        Path::Key(self, key)
    }

    /// The list element `index` below this path.
    #[must_use]
    pub fn index(&'p self, index: usize) -> Path<'p> {
        Path::Index(self, index)
    }

    /// The path without the indices of lists. It is the same for every element of a list.
    #[must_use]
    pub fn without_indices(&self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Written(text) => (*text).to_owned(),
            Path::Field(parent, name) => format!("{}.{name}", parent.without_indices()),
            Path::Key(parent, key) => format!("{}[{key}]", parent.without_indices()),
            Path::Index(parent, _) => format!("{}[]", parent.without_indices()),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Path::Root | Path::Written(""))
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Written(text) => f.write_str(text),
            Path::Field(parent, name) if parent.is_empty() => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Key(parent, key) => write!(f, "{parent}[{key}]"),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_kubernetes_writes_it() {
        let spec = Path::Root.field("spec");
        let selector = spec.field("selector");
        let expressions = selector.field("matchExpressions");
        let first = expressions.index(0);
        assert_eq!(first.field("key").to_string(), "spec.selector.matchExpressions[0].key");
        let annotations = Path::Written("metadata.annotations");
        assert_eq!(annotations.key("a.b/c").to_string(), "metadata.annotations[a.b/c]");
        assert_eq!(annotations.key("a.b/c").without_indices(), "metadata.annotations[a.b/c]");
        assert_eq!(first.field("key").without_indices(), ".spec.selector.matchExpressions[].key");
    }
}
