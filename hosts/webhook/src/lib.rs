//! `podnetworking serve`: an admission webhook of its own, for clusters without Kubewarden.
//!
//! It answers AdmissionReviews over HTTPS with the decisions of the core, or of the module, and gets the facts by watching
//! PodNetworkings and namespaces. It only translates: [`decide`] turns a review into an answer, [`facts`] keeps what the
//! watches show, [`serve`] has the servers, [`tls`] the certificate. [`run`] is the program.

pub mod decide;
pub mod facts;
pub mod log;
pub mod metrics;
pub mod options;
pub mod pairs;
pub mod reload;
pub mod reservations;
pub mod run;
pub mod serve;
pub mod settings;
pub mod tls;
pub mod webhook;

pub use options::Options;
pub use run::run;
