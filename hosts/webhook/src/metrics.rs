//! What `/metrics` shows, in the text format of OpenMetrics.

use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI64, AtomicU64};

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::decide::response::Answer;
use crate::facts::snapshot::Resource;

/// The kinds that are labels. Anyone can send a review with another one.
const KINDS: [&str; 11] = [
    "Pod",
    "PodNetworking",
    "Namespace",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "CloneSet",
];

/// The upper bounds of the histogram, in seconds.
const BUCKETS: [f64; 15] =
    [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DecisionLabels {
    webhook: &'static str,
    kind: &'static str,
    operation: &'static str,
    mode: &'static str,
    answer: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    rule: String,
    severity: &'static str,
    webhook: &'static str,
    kind: &'static str,
    operation: &'static str,
    mode: &'static str,
    answer: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WebhookLabels {
    webhook: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FailureLabels {
    webhook: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResourceLabels {
    resource: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabels {
    result: &'static str,
}

/// One decision, as it is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// `mutate` or `validate`.
    pub webhook: &'static str,
    /// The kind of the object.
    pub kind: &'a str,
    /// What is done.
    pub operation: &'a str,
    /// The mode.
    pub mode: &'static str,
    /// The answer.
    pub answer: Answer,
    /// Seconds that it took.
    pub seconds: f64,
}

type SecondsGauge = Gauge<f64, AtomicU64>;
type Whole = Gauge<i64, AtomicI64>;

/// All metrics.
pub struct Metrics {
    registry: Mutex<Registry>,
    decisions: Family<DecisionLabels, Counter>,
    findings: Family<FindingLabels, Counter>,
    durations: Family<WebhookLabels, Histogram, fn() -> Histogram>,
    failures: Family<FailureLabels, Counter>,
    facts_age: Family<ResourceLabels, SecondsGauge>,
    facts_objects: Family<ResourceLabels, Whole>,
    facts_ready: Family<ResourceLabels, Whole>,
    watch_failing: Family<ResourceLabels, Whole>,
    watch_failures: Family<ResourceLabels, Counter>,
    settings_reloads: Family<ResultLabels, Counter>,
    /// Requests that are worked on.
    pub requests_in_flight: Whole,
    /// The bytes of their bodies.
    pub bytes_in_flight: Whole,
    /// When the certificate ends, in seconds since 1970.
    pub certificate_expiry: Whole,
    /// Whether the pair in the files, or in the Secret, was refused.
    pub certificate_rejected: Whole,
    /// What was just allowed and is not shown yet.
    pub reservations: Whole,
    /// Denials because of a reservation.
    pub reservation_denials: Counter,
    /// Pairs that got through.
    pub overlapping_pairs: Counter,
    /// Whether the settings in the file were refused.
    pub settings_rejected: Whole,
    /// Log lines that could not be written.
    pub log_lines_dropped: Whole,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    /// All metrics at zero, beside `podnetworking_info` with these labels.
    #[must_use]
    pub fn new(info: Vec<(&'static str, String)>) -> Self {
        let metrics = Self {
            registry: Mutex::new(Registry::with_prefix("podnetworking")),
            decisions: Family::default(),
            findings: Family::default(),
            durations: Family::new_with_constructor(histogram),
            failures: Family::default(),
            facts_age: Family::default(),
            facts_objects: Family::default(),
            facts_ready: Family::default(),
            watch_failing: Family::default(),
            watch_failures: Family::default(),
            settings_reloads: Family::default(),
            requests_in_flight: Gauge::default(),
            bytes_in_flight: Gauge::default(),
            certificate_expiry: Gauge::default(),
            certificate_rejected: Gauge::default(),
            reservations: Gauge::default(),
            reservation_denials: Counter::default(),
            overlapping_pairs: Counter::default(),
            settings_rejected: Gauge::default(),
            log_lines_dropped: Gauge::default(),
        };
        metrics.register(info);
        metrics
    }

    fn register(&self, info: Vec<(&'static str, String)>) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let registry = &mut *registry;
        registry.register("build", "Version, mode and platform", Info::new(info));
        registry.register("decisions", "Decisions", self.decisions.clone());
        registry.register("findings", "Findings of rules in decisions", self.findings.clone());
        registry.register("request_duration_seconds", "Time from request to answer", self.durations.clone());
        registry.register("failures", "Calls that were not decided, by HTTP status", self.failures.clone());
        registry.register(
            "facts_age_seconds",
            "Seconds since the API server last sent anything on the watch",
            self.facts_age.clone(),
        );
        registry.register("facts_objects", "Objects that the watches have shown", self.facts_objects.clone());
        registry.register("facts_ready", "Whether the first list was read", self.facts_ready.clone());
        registry.register("watch_failing", "Whether a watch fails now", self.watch_failing.clone());
        registry.register("watch_failures", "Failures of watches", self.watch_failures.clone());
        registry.register("settings_reloads", "Changes of the settings file", self.settings_reloads.clone());
        registry.register("settings_rejected", "Whether the settings file is rejected", self.settings_rejected.clone());
        registry.register("requests_in_flight", "Requests worked on", self.requests_in_flight.clone());
        registry.register("bytes_in_flight", "Bytes of bodies worked on", self.bytes_in_flight.clone());
        registry.register(
            "certificate_expiry_timestamp_seconds",
            "When the certificate ends, in seconds since 1970",
            self.certificate_expiry.clone(),
        );
        registry.register(
            "certificate_rejected",
            "Whether a new certificate was rejected",
            self.certificate_rejected.clone(),
        );
        registry.register("reservations", "What was allowed and is not shown by a watch", self.reservations.clone());
        registry.register(
            "reservation_denials",
            "Denials because of something that is being created",
            self.reservation_denials.clone(),
        );
        registry.register(
            "overlapping_pairs",
            "Pairs of PodNetworkings that overlap and are both stored",
            self.overlapping_pairs.clone(),
        );
        registry.register("log_lines_dropped", "Log lines that were not written", self.log_lines_dropped.clone());
    }

    /// Counts a decision with its findings.
    pub fn decided(&self, counted: Counted<'_>, rules: &[(&str, &'static str)]) {
        let Counted { webhook, mode, answer, .. } = counted;
        let kind = KINDS.into_iter().find(|kind| *kind == counted.kind).unwrap_or("other");
        let operation = operation(counted.operation);
        let answer = answer.name();
        self.decisions.get_or_create(&DecisionLabels { webhook, kind, operation, mode, answer }).inc();
        self.durations.get_or_create(&WebhookLabels { webhook }).observe(counted.seconds);
        for (rule, severity) in rules {
            let rule = (*rule).to_owned();
            let labels = FindingLabels { rule, severity, webhook, kind, operation, mode, answer };
            self.findings.get_or_create(&labels).inc();
        }
    }

    /// Counts a call that was not decided.
    pub fn failed(&self, webhook: &'static str, status: u16) {
        self.failures.get_or_create(&FailureLabels { webhook, status }).inc();
    }

    /// Counts a failure of a watch.
    pub fn watch_failed(&self, resource: Resource) {
        self.watch_failures.get_or_create(&ResourceLabels { resource: resource.plural() }).inc();
    }

    /// Counts a change of the settings file.
    pub fn settings_read(&self, is_accepted: bool) {
        let result = if is_accepted { "accepted" } else { "rejected" };
        self.settings_reloads.get_or_create(&ResultLabels { result }).inc();
        self.settings_rejected.set(i64::from(!is_accepted));
    }

    /// Sets what is known of a resource.
    pub fn facts(&self, resource: Resource, age: f64, objects: usize, is_ready: bool, is_failing: bool) {
        let labels = ResourceLabels { resource: resource.plural() };
        self.facts_age.get_or_create(&labels).set(age);
        self.facts_objects.get_or_create(&labels).set(i64::try_from(objects).unwrap_or(i64::MAX));
        self.facts_ready.get_or_create(&labels).set(i64::from(is_ready));
        self.watch_failing.get_or_create(&labels).set(i64::from(is_failing));
    }

    /// The text for Prometheus.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut text, &self.registry.lock().unwrap_or_else(PoisonError::into_inner));
        text
    }
}

fn operation(text: &str) -> &'static str {
    ["CREATE", "UPDATE", "DELETE", "CONNECT"].into_iter().find(|one| *one == text).unwrap_or("other")
}
