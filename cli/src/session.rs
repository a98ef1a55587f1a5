//! `session`: records which cluster data the module reads for a request, so that `kwctl run` can replay it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use podnetworking_check::mask::Mask;
use podnetworking_check::mask::json::Json as Text;
use podnetworking_embedded_host::{ClusterFacts, Recorder};
use podnetworking_manifests::{Document, Manifests};
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::json::value::{Json, Kind};

use crate::args::SessionArgs;
use crate::output::{self, Exit};
use crate::request::{self, admission_request};
use crate::{input, run, settings};

/// Runs the module on the request, and writes the request and the session.
///
/// # Errors
/// If the module does not answer, or a file cannot be written.
pub fn run(args: &SessionArgs) -> anyhow::Result<Exit> {
    let mut input = Input {
        request: read_request(args)?,
        settings: settings::load(&args.settings)?.json,
        objects: objects(&args.context)?,
    };
    if args.mask {
        input = input.masked()?;
    }
    let module = run::load(&args.policy)?;
    let recorder = Arc::new(Recorder::new(input.facts()?));
    let Input { request, settings, .. } = input;
    let payload = format!("{{\"settings\":{settings},\"request\":{request}}}");
    let instance = module.instance(Arc::clone(&recorder)).context("cannot start the module")?;
    let answer = instance.validate(payload.as_bytes()).context("the module gave no answer")?;
    let session = recorder.session()?;
    write(&args.session, &session.to_yaml()?)?;
    write(&args.request_path, &(request::pretty(&request)? + "\n"))?;
    let verdict = match (answer.accepted, answer.message) {
        (true, _) if answer.mutated_object.is_some() => "accepts the request, with changes".to_owned(),
        (true, _) => "accepts the request".to_owned(),
        (false, message) => format!("denies the request: {}", message.unwrap_or_default()),
    };
    let calls = match session.len() {
        1 => "1 host call".to_owned(),
        many => format!("{many} host calls"),
    };
    let (request, session) = (args.request_path.display(), args.session.display());
    let settings = if settings == "{}" {
        String::new()
    } else {
        format!(" --settings-json '{}'", settings.replace('\'', "'\\''"))
    };
    let (annotate, policy) = annotated(&args.policy)?;
    output::print(&format!(
        "wrote {request} and {session} ({calls}); the module {verdict}\n\n{annotate}kwctl run {policy} --allow-context-aware \
         --request-path {request} --replay-host-capabilities-interactions {session}{settings}\n",
    ))?;
    Ok(Exit::Clean)
}

/// The command that adds the metadata to the module, and the path of the module with metadata. The command is empty if the
/// module has metadata. `kwctl` lets a module without metadata read no cluster data.
fn annotated(policy: &Path) -> anyhow::Result<(String, String)> {
    let bytes = std::fs::read(policy).with_context(|| format!("cannot read {}", policy.display()))?;
    let section = b"io.kubewarden.metadata";
    let path = policy.display().to_string();
    if bytes.windows(section.len()).any(|part| part == section) {
        return Ok((String::new(), path));
    }
    let annotated = policy.with_file_name("annotated-policy.wasm").display().to_string();
    let command = format!("kwctl annotate {path} --metadata-path policy-metadata.yml --output-path {annotated}\n");
    Ok((command, annotated))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// What the decision depends on.
struct Input {
    /// The request, as JSON.
    request: String,
    /// The settings, as JSON.
    settings: String,
    /// The objects that are in the cluster, each with its place and as JSON.
    objects: Vec<(String, String)>,
}

impl Input {
    /// The objects, for the host calls of the module.
    fn facts(&self) -> anyhow::Result<ClusterFacts> {
        self.objects.iter().try_fold(ClusterFacts::new(), |facts, (place, object)| {
            facts.with_object(serde_json::from_str(object)?).with_context(|| place.clone())
        })
    }

    /// The same with all strings masked.
    ///
    /// # Errors
    /// If the masked request would get another decision, so that a report would show another problem.
    fn masked(&self) -> anyhow::Result<Self> {
        let texts = [&self.request, &self.settings].into_iter().chain(self.objects.iter().map(|(_, object)| object));
        let texts: Vec<Text<'_>> = texts.map(|text| Text::parse(text)).collect::<Result<_, _>>()?;
        let all: Vec<&Text<'_>> = texts.iter().collect();
        let mut mask = Mask::of(&all);
        let mut masked = texts.iter().map(|text| mask.apply(text));
        let (request, settings) = (masked.next().unwrap_or_default(), masked.next().unwrap_or_default());
        // Where a file has a name that must not be seen, its number does.
        let objects = masked.enumerate().map(|(index, object)| (format!("object {}", index + 1), object)).collect();
        let masked = Self { request, settings, objects };
        if self.outcome() != masked.outcome() {
            bail!(
                "the masked request gets another decision, so nothing was written; please report this without the request"
            );
        }
        Ok(masked)
    }

    /// Whether the request is accepted, and the rules that find something.
    fn outcome(&self) -> (bool, Vec<&'static str>) {
        let list = |kind: &str| {
            let objects = self.objects.iter().map(|(_, object)| object.as_str());
            let of_kind = |object: &&str| {
                Json::parse(object).ok().and_then(|json| json.member("kind")?.as_str()).as_deref() == Some(kind)
            };
            objects.filter(of_kind).collect::<Vec<_>>().join(",")
        };
        let payload = format!(
            "{{\"settings\":{},\"request\":{},\"context\":{{\"podNetworkings\":[{}],\"namespaces\":[{}]}}}}",
            self.settings,
            self.request,
            list("PodNetworking"),
            list("Namespace")
        );
        let decision = decide_payload(payload.as_bytes(), |_| NoHost);
        (decision.is_allowed(), decision.findings.iter().map(|finding| finding.rule).collect())
    }
}

/// The objects that are in the cluster, each with its place.
fn objects(context: &[PathBuf]) -> anyhow::Result<Vec<(String, String)>> {
    let Manifests { documents, errors, .. } = input::read_context(context, true)?;
    if let Some(error) = errors.first() {
        bail!("{error}");
    }
    let place = |document: &Document| format!("{}:{}", document.file(), document.line());
    Ok(documents.iter().map(|document| (place(document), document.json().to_owned())).collect())
}

/// The AdmissionRequest in the file, also within an AdmissionReview or a payload. For a manifest, the request that the API
/// server sends for it.
fn read_request(args: &SessionArgs) -> anyhow::Result<String> {
    if args.request.as_os_str() != "-" {
        let text = std::fs::read_to_string(&args.request)
            .with_context(|| format!("cannot read {}", args.request.display()))?;
        if let Some(request) = Json::parse(&text).ok().and_then(in_json) {
            return Ok(request);
        }
    }
    let world = request::read(&args.request, &args.context, &args.namespace)?;
    let index = request::choose(&world, args.object.as_deref())?;
    let Some(object) = world.checked.get(index) else { bail!("no object in the manifest") };
    if object.identity.kind == "AdmissionReview"
        && let Some(request) = in_json(object.json())
    {
        return Ok(request);
    }
    Ok(admission_request(object, world.old(index)))
}

fn in_json(json: Json<'_>) -> Option<String> {
    let request = json.member("request").unwrap_or(json);
    let is_request =
        request.member("operation").is_some() && request.member("kind").is_some_and(|kind| kind.kind() == Kind::Object);
    is_request.then(|| request.text().to_owned())
}
