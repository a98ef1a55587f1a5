//! The algebra of label selectors, exact and without Kubernetes' JSON: which labels a selector matches, whether two
//! selectors match common labels, which labels show that, and which requirement would keep them apart.
//!
//! Matching and validation follow Kubernetes to the letter (apimachinery, `metav1.LabelSelectorAsSelector` and
//! `labels.Requirement`; component-helpers, `scheduling/corev1/nodeaffinity`). All else follows three laws:
//!
//! 1. **Complete.** Two selectors intersect exactly if there is a witness: labels that both match. There is no "perhaps".
//!    The decision looks at all requirements on a key together, because pairs of requirements are not enough:
//!    `a In [x, y]`, `a NotIn [x]` and `a NotIn [y]` contradict each other, but no two of them do.
//! 2. **Least.** A witness has the fewest labels that do, and of these the bytewise least. So equal selectors have equal
//!    witnesses, in every run.
//! 3. **Negation.** The negation of a requirement holds exactly where the requirement does not. So the negation of any
//!    requirement of one selector, added to the other one, makes the two disjoint.
//!
//! # Example
//!
//! One selector asks for `app=shop`, another one for any `tier` except `db`. Both match a pod with both labels:
//!
//! ```
//! use podnetworking_policy::selectors::requirement::{Operator, Requirement};
//! use podnetworking_policy::selectors::selector::Selector;
//! use podnetworking_policy::selectors::witness::witness;
//!
//! let shop = Selector::new(vec![Requirement::label("app", "shop").unwrap()]);
//! let has_tier = Requirement::new("tier", Operator::Exists, &[]).unwrap();
//! let no_database = Requirement::new("tier", Operator::NotIn, &["db"]).unwrap();
//! let tiers = Selector::new(vec![has_tier, no_database]);
//!
//! // Complete: there is a witness, so they intersect. Least: no third label, and the empty value, which comes first.
//! let labels = witness(&[&shop, &tiers]).unwrap();
//! assert_eq!(labels, [("app".to_owned(), "shop".to_owned()), ("tier".to_owned(), "".to_owned())]);
//!
//! // Negation: with `app NotIn [shop]`, the second selector no longer intersects the first.
//! let apart = tiers.with(shop.requirements()[0].negated());
//! assert_eq!(witness(&[&shop, &apart]), None);
//! ```
//!
//! # Contents
//!
//! - Labels: [`labels`], [`syntax`] of keys and values, [`known_labels`], [`least_value`].
//! - Selectors: [`requirement`], [`selector`], and a pair of selectors for pods and namespaces ([`selector_pair`]).
//! - Intersection: [`constraint`] for two selectors, [`meeting`] for two pairs, [`overlap_matrix`] for many selectors.
//! - Explanations: [`witness`], [`contradiction`], [`remedy`].
//! - Nodes: [`node_affinity`] and its [`node_term`]s, with the zones that they leave.
//!
//! Nothing here reads JSON: [`written_requirement`] is the door for readers.

pub mod constraint;
pub mod contradiction;
pub mod known_labels;
pub mod labels;
pub mod least_value;
pub mod meeting;
pub mod node_affinity;
mod node_requirement;
pub mod node_term;
mod node_values;
pub mod overlap_matrix;
pub mod remedy;
pub mod requirement;
pub mod selector;
pub mod selector_pair;
pub mod syntax;
pub mod witness;
pub mod written_requirement;
