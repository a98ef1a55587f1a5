//! An admission request: what is to be done to which object.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind as JsonKind};

/// What a request does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A new object. Audits send this for objects that exist.
    Create,
    /// A changed object.
    Update,
    /// A deletion: `object` is null.
    Delete,
    /// A connection to a subresource.
    Connect,
}

/// A group, version and kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupKind<'a> {
    /// The API group, empty for the core group.
    pub group: Cow<'a, str>,
    /// The version.
    pub version: Cow<'a, str>,
    /// The kind.
    pub kind: Cow<'a, str>,
}

impl GroupKind<'_> {
    /// Whether it is this kind of this group.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// The apiVersion of such objects.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_string() } else { format!("{}/{}", self.group, self.version) }
    }
}

/// An admission request, as Kubernetes' `AdmissionRequest`.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The kind of the object. It is read here alone: audits leave `requestResource` out and put the kind into
    /// `resource.resource`.
    pub kind: GroupKind<'a>,
    /// What is done.
    pub operation: Operation,
    /// The namespace, where the object is in one.
    pub namespace: Option<Cow<'a, str>>,
    /// Whether a part of the object is addressed, for example `status`.
    pub is_subresource: bool,
    /// The object as it is to be.
    pub object: Option<Json<'a>>,
    /// The object as it was.
    pub old_object: Option<Json<'a>>,
    /// The request is made by an audit of what is stored: the API server always names a user, an audit does not.
    pub is_audit: bool,
}

impl<'a> Request<'a> {
    /// The object before an update; nothing for other operations.
    #[must_use]
    pub fn object_before_update(&self) -> Option<Json<'a>> {
        self.old_object.filter(|_| self.operation == Operation::Update)
    }

    /// Reads an `AdmissionRequest`. The fields that a decision depends on are required.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(json: Json<'a>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let root = Path::Written("request");
        let keys = ["kind", "operation", "namespace", "subResource", "object", "oldObject", "userInfo"];
        let [kind, operation, namespace, sub_resource, object, old_object, user_info] =
            json.fields(keys, &root, &mut faults);
        let username = user_info.and_then(|user| user.member("username")).and_then(Json::as_str);
        let mut text = |json: Option<Json<'a>>, path: &Path<'_>| json.and_then(|json| json.string(path, &mut faults));
        let operation_path = root.field("operation");
        let operation_text = text(operation, &operation_path);
        let namespace = text(namespace, &root.field("namespace")).filter(|name| !name.is_empty());
        let sub_resource = text(sub_resource, &root.field("subResource")).unwrap_or_default();
        let kind_path = root.field("kind");
        let kind = match kind {
            Some(kind) => read_kind(kind, &kind_path, &mut faults),
            None => GroupKind::default(),
        };
        if faults.is_empty() && kind.kind.is_empty() {
            faults.missing(&kind_path.field("kind"), "the kind of the object");
        }
        let operation = match operation_text.as_deref() {
            Some("CREATE") => Operation::Create,
            Some("UPDATE") => Operation::Update,
            Some("DELETE") => Operation::Delete,
            Some("CONNECT") => Operation::Connect,
            found => {
                let expected = "`CREATE`, `UPDATE`, `DELETE` or `CONNECT`";
                match (operation, found) {
                    (Some(json), Some(_)) => faults.malformed(&operation_path, expected, json),
                    (Some(_), None) => {}
                    (None, _) => faults.missing(&operation_path, expected),
                }
                Operation::Create
            }
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            kind,
            operation,
            namespace,
            is_subresource: !sub_resource.is_empty(),
            object,
            old_object,
            is_audit: username.is_none_or(|name| name.is_empty()),
        })
    }
}

fn read_kind<'a>(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> GroupKind<'a> {
    let [group, version, kind] = json.fields(["group", "version", "kind"], path, faults);
    let mut text = |json: Option<Json<'a>>, name: &'static str| {
        json.and_then(|json| json.string(&path.field(name), faults)).unwrap_or_default()
    };
    GroupKind { group: text(group, "group"), version: text(version, "version"), kind: text(kind, "kind") }
}

/// A payload as hosts send it: settings, a request, and facts beside it.
#[derive(Clone, Debug)]
pub struct Payload<'a> {
    /// `settings`.
    pub settings: Option<Json<'a>>,
    /// `request`.
    pub request: Option<Json<'a>>,
    /// `context.podNetworkings`, if it is there.
    pub pod_networkings: Option<Json<'a>>,
    /// `context.namespaces`, if it is there.
    pub namespaces: Option<Json<'a>>,
    /// Whether the facts come from a running cluster rather than manifests: `context.live` is not `false`.
    pub is_live: bool,
}

impl<'a> Payload<'a> {
    /// Reads the outermost level of a payload.
    ///
    /// # Errors
    /// What is wrong with it: the message and what to do.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| format!("the payload is not UTF-8: {error}"))?;
        let json = Json::parse(text).map_err(|error| format!("the payload is not valid JSON: {error}"))?;
        if json.kind() != JsonKind::Object {
            return Err(format!("the payload must be an object, but is {}", json.kind().noun()));
        }
        let mut faults = Faults::default();
        let [settings, request, context] = json.fields(["settings", "request", "context"], &Path::Root, &mut faults);
        let path = Path::Written("context");
        let [pod_networkings, namespaces, live] = match context {
            Some(context) => context.fields(["podNetworkings", "namespaces", "live"], &path, &mut faults),
            None => [None; 3],
        };
        let is_live = live.and_then(|live| live.boolean(&path.field("live"), &mut faults)).unwrap_or(true);
        match faults.first() {
            Some(fault) => Err(format!("in the payload, {}", fault.message)),
            None => Ok(Self { settings, request, pod_networkings, namespaces, is_live }),
        }
    }
}
