//! Decides a request: which kind of object it is about, and which code decides that kind.

use crate::answer::decision::Decision;
use crate::answer::finding::ObjectRef;
use crate::decide::denial::{sort, undecidable};
use crate::decide::{namespace, pod, podnetworking};
use crate::facts::cache::Facts;
use crate::facts::cluster::Cluster;
use crate::json::value::{Json, Kind};
use crate::judgement::judge::Judge;
use crate::objects::metadata::Metadata;
use crate::objects::workload::{PodLocation, has_template};
use crate::request::{Operation, Request};
use crate::settings::values::Settings;
use crate::well_known::{GROUP, KIND};

/// What a request is about.
enum Subject {
    PodNetworking,
    Namespace,
    Pod(PodLocation),
}

/// The kind of subject that the object of the request is; `None` for kinds that no rule is about.
fn subject(request: &Request<'_>) -> Option<Subject> {
    let kind = &request.kind;
    if kind.is(GROUP, KIND) {
        return Some(Subject::PodNetworking);
    }
    if kind.is("", "Namespace") {
        return Some(Subject::Namespace);
    }
    if let Some(location) = PodLocation::of(kind) {
        return Some(Subject::Pod(location));
    }
    // Any other namespaced kind may carry a template.
    let object = request.object.filter(|object| has_template(*object))?;
    let is_namespaced = request.namespace.is_some() || Metadata::read(object).namespace.is_some();
    is_namespaced.then_some(Subject::Pod(PodLocation::Template))
}

/// Whether the object is a pod, or has one, that no rule denies.
fn is_never_denied(subject: &Subject, object: Json<'_>, namespace: Option<&str>, settings: &Settings) -> bool {
    let Subject::Pod(location) = subject else { return false };
    namespace.is_some_and(|namespace| settings.exempts(namespace)) || pod::has_host_network(object, *location)
}

/// Whether an update leaves all that rules read as it was: spec, labels and annotations. Such an update needs no facts. So
/// a finalizer can always be taken away.
fn changes_nothing(object: Json<'_>, old: Json<'_>) -> bool {
    ["spec", "metadata.labels", "metadata.annotations"].into_iter().all(|path| {
        let [new, old] = [object, old].map(|json| json.at(path.split('.')).and_then(Json::present));
        new == old
    })
}

/// Decides a request. Pure: the same request, settings and facts give the same decision.
#[must_use]
pub fn decide(request: &Request<'_>, settings: &Settings, cluster: &dyn Cluster) -> Decision {
    decide_with(request, settings, &Facts::new(cluster))
}

/// Decides a request with facts that the caller made.
#[doc(hidden)]
#[must_use]
pub fn decide_with<'a>(request: &Request<'a>, settings: &'a Settings, facts: &'a Facts<'a>) -> Decision {
    let is_judged = matches!(request.operation, Operation::Create | Operation::Update) && !request.is_subresource;
    let Some(subject) = subject(request).filter(|_| is_judged) else {
        return Decision::default();
    };
    let object = match request.object {
        Some(object) if object.kind() == Kind::Object => object,
        found => {
            let message = match found {
                Some(json) => format!("`request.object` must be an object, but is {}", json.kind().noun()),
                None => "`request.object` is missing".to_owned(),
            };
            return undecidable("request.object", &message, "put the object into this field");
        }
    };
    let metadata = Metadata::read(object);
    // Only an audit has the stored object here. A client can send a `deletionTimestamp` too, and it has no effect.
    if request.is_audit && request.operation == Operation::Create && metadata.has_deletion_timestamp {
        return Decision::default();
    }
    // In a request about a Namespace, `request.namespace` is the name of this Namespace.
    let namespace = match subject {
        Subject::Pod(_) => request.namespace.clone().or_else(|| metadata.namespace.clone()),
        Subject::PodNetworking | Subject::Namespace => None,
    };
    let name = ObjectRef {
        api_version: request.kind.api_version(),
        kind: request.kind.kind.to_string(),
        namespace: namespace.clone().unwrap_or_default().into_owned(),
        name: metadata.shown_name(),
    };
    if request.operation == Operation::Update
        && request.old_object.is_none_or(|old| old.kind() != Kind::Object)
        && !is_never_denied(&subject, object, namespace.as_deref(), settings)
    {
        let message = match request.old_object {
            Some(json) => format!("`request.oldObject` must be an object, but is {}", json.kind().noun()),
            None => "`request.oldObject` is missing in an UPDATE".to_owned(),
        };
        return undecidable("request.oldObject", &message, "put the object before the update into this field");
    }
    if request.object_before_update().is_some_and(|old| changes_nothing(object, old)) {
        return Decision::default();
    }
    let new_judge = || Judge::new(settings, facts, name.clone());
    let mut decision = match subject {
        Subject::PodNetworking => podnetworking::decide(object, request, &new_judge),
        Subject::Namespace => namespace::decide(object, request, &new_judge),
        Subject::Pod(location) => pod::decide(object, request, location, namespace, &new_judge),
    };
    if !decision.is_allowed() {
        decision.mutated_object = None;
    }
    sort(&mut decision.findings);
    decision
}
