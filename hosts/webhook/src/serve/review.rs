//! An AdmissionReview, as far as a host has to read it.

use std::borrow::Cow;
use std::ops::Range;

use podnetworking_policy::json::fault::Faults;
use podnetworking_policy::json::path::Path;
use podnetworking_policy::json::value::{Json, Kind};

/// A review. The request stays text: the core reads it.
#[derive(Debug)]
pub struct Review<'b> {
    /// The request.
    pub request: Json<'b>,
    /// Its uid, which the answer repeats.
    pub uid: Cow<'b, str>,
    /// The group of the object.
    pub group: Cow<'b, str>,
    /// The kind of the object.
    pub kind: Cow<'b, str>,
    /// What is done, in capitals.
    pub operation: Cow<'b, str>,
    /// The namespace of the object.
    pub namespace: Cow<'b, str>,
    /// The name of the object, empty where the API server makes it.
    pub name: Cow<'b, str>,
    /// Whether a part of the object is addressed.
    pub is_subresource: bool,
    /// Whether nothing will be stored.
    pub is_dry_run: bool,
    /// The object as it is to be.
    pub object: Option<Json<'b>>,
    /// The object as it was.
    pub old_object: Option<Json<'b>>,
}

impl<'b> Review<'b> {
    /// Reads a body.
    ///
    /// # Errors
    /// Why it is no AdmissionReview with a request, in one line.
    pub fn read(body: &'b [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(body).map_err(|error| format!("the body is not UTF-8: {error}"))?;
        let json = Json::parse(text).map_err(|error| format!("the body is not valid JSON: {error}"))?;
        let mut faults = Faults::default();
        let [version, kind, request] = json.fields(["apiVersion", "kind", "request"], &Path::Root, &mut faults);
        let text = |json: Option<Json<'b>>| json.and_then(Json::as_str).unwrap_or_default();
        let (version, kind) = (text(version), text(kind));
        if kind != "AdmissionReview" || version != "admission.k8s.io/v1" {
            return Err("the body must be an AdmissionReview of admission.k8s.io/v1".to_owned());
        }
        let Some(request) = request.filter(|request| request.kind() == Kind::Object) else {
            return Err("the AdmissionReview has no `request`".to_owned());
        };
        let keys = ["uid", "kind", "operation", "namespace", "name", "subResource", "dryRun", "object", "oldObject"];
        let [uid, kind, operation, namespace, name, sub_resource, dry_run, object, old_object] =
            request.fields(keys, &Path::Written("request"), &mut Faults::default());
        let uid = text(uid);
        if uid.is_empty() {
            return Err("the request has no `uid`".to_owned());
        }
        let [group, kind] = match kind.filter(|kind| kind.kind() == Kind::Object) {
            Some(json) => json.fields(["group", "kind"], &Path::Written("request.kind"), &mut Faults::default()),
            None => [None; 2],
        };
        Ok(Self {
            request,
            uid,
            group: text(group),
            kind: text(kind),
            operation: text(operation),
            namespace: text(namespace),
            name: text(name),
            is_subresource: !text(sub_resource).is_empty(),
            is_dry_run: dry_run.is_some_and(|json| json.text() == "true"),
            object: object.and_then(Json::present),
            old_object: old_object.and_then(Json::present),
        })
    }

    /// Where the request is in the body that was read.
    #[must_use]
    pub fn place(&self, body: &[u8]) -> Range<usize> {
        let text = self.request.text();
        let start = (text.as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
        start..start + text.len()
    }

    /// The object's name after its namespace, for the log.
    #[must_use]
    pub fn title(&self) -> String {
        let name = if self.name.is_empty() { "*" } else { self.name.as_ref() };
        match self.namespace.is_empty() || self.kind == "Namespace" {
            true => name.to_owned(),
            false => format!("{}/{name}", self.namespace),
        }
    }
}
