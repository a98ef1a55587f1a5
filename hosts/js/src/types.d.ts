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
}
