/** A Kubernetes object, or another one of JSON. */
export type JsonObject = { [key: string]: any };

/** What a rule does to the request. */
export type Severity = "deny" | "warn";

/** Who runs the pods. */
export type Platform = "ack-serverless" | "ack" | "acs";

/** The settings of the policy. All of them are optional; docs/settings.md says what they do. */
export interface Settings {
  /** Who runs the pods: `ack-serverless` where absent. */
  platform?: Platform;
  /** The severity of rules, by their ids. */
  rules?: { [rule: string]: Severity | "off" };
  /** Switches mutations off, by their ids. */
  mutations?: { [mutation: string]: boolean };
  /** The namespaces whose pods are accepted untouched: `kube-system` where absent. */
  exemptNamespaces?: string[];
  /** Kinds, besides `StatefulSet`, whose pods keep their names. */
  fixedNameKinds?: string[];
  /** What fills the empty lists of a PodNetworking. */
  defaults?: { securityGroupIDs?: string[]; vSwitchOptions?: string[] };
  /** For policy-server alone. */
  preflight?: { user?: string };
  /** What the cluster does not know. */
  inventory?: {
    vSwitches?: { [id: string]: { zone?: string; vpc?: string; availableIPs?: number } };
    securityGroups?: { [id: string]: { vpc?: string; type?: "basic" | "enterprise" } };
  };
}

/** The facts of the cluster. A rule that needs a list that is absent denies with `facts-unavailable`. */
export interface Context {
  /** All PodNetworkings: an array, or the list that `kubectl get -o json` prints. */
  podNetworkings?: JsonObject[] | JsonObject;
  /** The namespaces, with their labels: all, or at least that of the request. */
  namespaces?: JsonObject[] | JsonObject;
  /** `false` where the facts are those of manifests and not of a running cluster. */
  live?: boolean;
}

/** What is decided about. */
export interface Payload {
  /** Kubernetes' AdmissionRequest: the `request` of an AdmissionReview. */
  request: JsonObject | string;
  /** The settings; the defaults where absent. */
  settings?: Settings | string | null;
  /** The facts. */
  context?: Context | string | null;
}

/** The decision on a request. */
export interface Decision {
  /** `deny` where a finding has the severity `deny`. */
  decision: "allow" | "deny";
  /** All that was found, in the order of the catalogue. */
  findings: Finding[];
  /** The object as it is to be stored, where a mutation changed it; never in a denial. */
  mutatedObject: JsonObject | null;
  /** The PodNetworking that selects the pods, if exactly one does. */
  selected: string | null;
}

/** The decision, as Kubewarden's ValidationResponse. */
export interface ValidationResponse {
  accepted: boolean;
  /** A line for each finding that denies. */
  message?: string;
  /** The status of a refusal: 403, or 422 where the object is malformed. */
  code?: number;
  mutated_object?: JsonObject;
  audit_annotations?: { rules?: string; podnetworking?: string; zones?: string };
  warnings?: string[];
}

/** The object of a finding. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  /** Empty for cluster-scoped objects. */
  namespace: string;
  /** Of an object with `generateName` that and `*`. */
  name: string;
}

/** Another object that a finding is about, with its field. */
export interface Related {
  apiVersion: string;
  kind: string;
  name: string;
  path: string;
}

/** A pod that two PodNetworkings select. */
export interface Witness {
  podLabels: { [key: string]: string };
  namespace: string;
  namespaceLabels: { [key: string]: string };
}

/** What a rule finds. */
export interface Finding {
  /** The id of the rule; `settings-invalid` for a fault of the settings. */
  rule: string;
  severity: Severity;
  object: ObjectRef;
  /** The field at fault, as Kubernetes writes paths: `spec.selector.podSelector.matchLabels[app]`. */
  path: string;
  /** What is wrong with the value in it. */
  message: string;
  /** What to do. */
  help: string;
  witness?: Witness;
  related?: Related[];
}

/** A manifest: YAML or JSON, any number of documents, Lists among them. */
export interface Manifest {
  /** Its name, in findings and errors: a path, say. */
  name?: string;
  text: string;
}

/** Manifests: text, a Kubernetes object, a manifest with its name, or a list of these. */
export type Manifests = string | Manifest | JsonObject | (string | Manifest | JsonObject)[];

/** How manifests are checked. */
export interface CheckOptions {
  /** The settings, as an object or as JSON or YAML text; also the policy that holds them in `spec.settings`. */
  settings?: Settings | string | null;
  /** What is in the cluster already, as manifests. */
  context?: Manifests | null;
  /** The namespace of objects that name none: `default` where absent. */
  namespace?: string;
}

/** A part of a manifest, from 1. */
export interface Position {
  /** The name of the manifest; `manifest-1` for the first one without a name. */
  file?: string;
  line?: number;
  /** In characters. */
  column?: number;
  endLine?: number;
  endColumn?: number;
}

/** What a rule finds in a manifest. */
export interface LocatedFinding extends Omit<Finding, "related">, Position {
  related?: (Related & Position)[];
}

/** Something to hear about a manifest that is no finding of a rule. */
export interface Note extends Position {
  message: string;
}

/** What was found in manifests. */
export interface CheckResult {
  /** `deny` where a finding has the severity `deny`. */
  decision: "allow" | "deny";
  /** In the order of manifests and lines. */
  findings: LocatedFinding[];
  /** Annotations that silence nothing, documents that were passed over. */
  notes: Note[];
  summary: {
    /** How many objects were judged. */
    objects: number;
    denied: number;
    warned: number;
    /** Findings that an annotation silences: `podnetworking-policy/ignore.RULE: the reason`. */
    silenced: number;
  };
}

/** Which PodNetworking selects which pod, and why the others do not. */
export interface Explanation {
  pods: {
    object: ObjectRef;
    file: string;
    line: number;
    /** Why nothing applies to it, where that is so. */
    exempt?: string;
    /** The names of the PodNetworkings that select it: one, if all is well. */
    selected: string[];
    /** What each PodNetworking is to it, those first that select it. */
    podNetworkings: {
      name: string;
      outcome:
        | "selected"
        | "failed"
        | "no-selector"
        | "broken"
        | "not-fixed-name"
        | "namespace-unknown"
        | "opted-out";
      /** The requirement that decided, and where it stands in the PodNetworking. */
      requirement?: string;
      path?: string;
    }[];
  }[];
  /** The pairs that overlap. */
  overlaps: {
    first: string;
    second: string;
    /** Whether an existing namespace can have such a pod. */
    isReal: boolean;
    message: string;
    help: string;
    witness: Witness | null;
  }[];
  /** The names of all PodNetworkings. */
  podNetworkings: string[];
}

/** A rule of the catalogue. */
export interface Rule {
  id: string;
  title: string;
  /** What it judges. */
  about: string;
  /** The severity by default, on each platform. */
  severity: { [platform in Platform]: Severity | "off" };
  fires: string;
  reason: string;
  remedy: string;
  /** Manifests that pass. */
  good: string;
  /** Manifests that it finds. */
  bad: string;
  /** The settings with which the manifests are judged, where they need some. */
  settings: string;
}

/** Whether settings are valid. */
export interface SettingsValidation {
  valid: boolean;
  /** All faults, one a line. */
  message?: string;
  /** All faults by their paths. */
  faults: Fault[];
}

/** One thing that is wrong with an argument. */
export interface Fault {
  /** Where: `settings.rules.overlap`; of a manifest that cannot be read, its name. */
  path: string;
  message: string;
  help?: string;
  line?: number;
  column?: number;
}

/** What the functions throw: their question cannot be answered. */
export interface PolicyError extends Error {
  name: "PolicyError";
  /** The path of the first fault. */
  path: string;
  /** In a manifest that cannot be read, the line of the first fault. */
  line?: number;
  column?: number;
  /** All faults. */
  faults: Fault[];
  /** Of `check` and `explain`: what the manifests that can be read gave. */
  result?: unknown;
}
