/** A Kubernetes object, or another JSON object. */
export type JsonObject = { [key: string]: any };

/** The effect of a finding on the request. */
export type Severity = "deny" | "warn";

/** The platform that runs the pods. */
export type Platform = "ack-serverless" | "ack" | "acs";

/** The settings of the policy. All are optional. They are described in docs/settings.md. */
export interface Settings {
  /** The platform that runs the pods: `ack-serverless` by default. */
  platform?: Platform;
  /** The severity of rules, by their ids. */
  rules?: { [rule: string]: Severity | "off" };
  /** `false` switches a mutation off, by its id. */
  mutations?: { [mutation: string]: boolean };
  /** Namespaces whose pods are accepted without checks and changes: `kube-system` by default. */
  exemptNamespaces?: string[];
  /** Kinds, besides `StatefulSet`, whose pods have stable names. */
  fixedNameKinds?: string[];
  /** Values for the empty lists of a PodNetworking. */
  defaults?: { securityGroupIDs?: string[]; vSwitchOptions?: string[] };
  /** Only for a policy server. */
  preflight?: { user?: string };
  /** Data that the cluster does not have. */
  inventory?: {
    vSwitches?: { [id: string]: { zone?: string; vpc?: string; availableIPs?: number } };
    securityGroups?: { [id: string]: { vpc?: string; type?: "basic" | "enterprise" } };
  };
}

/** Cluster data. If a rule needs a list that is absent, the request is denied with `facts-unavailable`. */
export interface Context {
  /** All PodNetworkings: an array, or the output of `kubectl get -o json`. */
  podNetworkings?: JsonObject[] | JsonObject;
  /** The namespaces with their labels: all of them, or at least the namespace of the request. */
  namespaces?: JsonObject[] | JsonObject;
  /** `false` if the data comes from manifests instead of a running cluster. */
  live?: boolean;
}

/** The input of a decision. */
export interface Payload {
  /** Kubernetes' AdmissionRequest: the `request` of an AdmissionReview. */
  request: JsonObject | string;
  /** The settings; the defaults if absent. */
  settings?: Settings | string | null;
  /** Cluster data. */
  context?: Context | string | null;
}

/** The decision on a request. */
export interface Decision {
  /** `deny` if a finding has the severity `deny`. */
  decision: "allow" | "deny";
  /** All findings, in the order of the rules. */
  findings: Finding[];
  /** The object as it would be stored, if a mutation changed it; always `null` in a denial. */
  mutatedObject: JsonObject | null;
  /** The PodNetworking that selects the pods, if exactly one does. */
  selected: string | null;
}

/** The decision, as Kubewarden's ValidationResponse. */
export interface ValidationResponse {
  accepted: boolean;
  /** One line for each finding that denies. */
  message?: string;
  /** The status of a denial: 403, or 422 if the object is malformed. */
  code?: number;
  mutated_object?: JsonObject;
  audit_annotations?: { rules?: string; podnetworking?: string; zones?: string };
  warnings?: string[];
}

/** The object that a finding is about. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  /** Empty for cluster-scoped objects. */
  namespace: string;
  /** For an object with `generateName`: that prefix and `*`. */
  name: string;
}

/** Another object that takes part in a finding, with its field. */
export interface Related {
  apiVersion: string;
  kind: string;
  name: string;
  path: string;
}

/** An example pod that two PodNetworkings select. */
export interface Witness {
  podLabels: { [key: string]: string };
  namespace: string;
  namespaceLabels: { [key: string]: string };
}

/** Edits of objects that remove a finding. */
export interface Fix {
  /** Whether the edits only write what was meant. Otherwise they choose one of several ways. */
  safe: boolean;
  edits: {
    path: string;
    op: "add" | "remove" | "rename" | "replace";
    value?: any;
    /** The object, if it is not the one of the finding. */
    object?: ObjectRef;
  }[];
}

/** A finding of a rule. */
export interface Finding {
  /** The id of the rule; `settings-invalid` for a problem in the settings. */
  rule: string;
  severity: Severity;
  object: ObjectRef;
  /** The path of the field, for example `spec.selector.podSelector.matchLabels[app]`. */
  path: string;
  /** What is wrong with the value of the field. */
  message: string;
  /** How to fix it. */
  help: string;
  /** The page of the rule. */
  url: string;
  /** Edits that remove the finding. */
  fix?: Fix;
  witness?: Witness;
  related?: Related[];
}

/** A manifest: YAML or JSON with any number of documents, which may be Lists. */
export interface Manifest {
  /** The name for findings and errors, for example a path. */
  name?: string;
  text: string;
}

/** Manifests: text, a Kubernetes object, a manifest with a name, or a list of these. */
export type Manifests = string | Manifest | JsonObject | (string | Manifest | JsonObject)[];

/** The options of a check. */
export interface CheckOptions {
  /** The settings as an object, as JSON or YAML text, or the manifest of a policy with `spec.settings`. */
  settings?: Settings | string | null;
  /** The objects that are in the cluster, as manifests. */
  context?: Manifests | null;
  /** Namespace for objects without `metadata.namespace`: `default` by default. */
  namespace?: string;
}

/** A part of a manifest. Lines and columns start at 1. */
export interface Position {
  /** The name of the manifest; `manifest-1` for the first one without a name. */
  file?: string;
  line?: number;
  /** In characters. */
  column?: number;
  endLine?: number;
  endColumn?: number;
}

/** A finding in a manifest. */
export interface LocatedFinding extends Omit<Finding, "related">, Position {
  related?: (Related & Position)[];
}

/** A message about a manifest that is not a finding of a rule. */
export interface Note extends Position {
  message: string;
}

/** The result of a check. */
export interface CheckResult {
  /** `deny` if a finding has the severity `deny`. */
  decision: "allow" | "deny";
  /** Ordered by manifest and line. */
  findings: LocatedFinding[];
  /** Annotations without effect, and documents that are not checked. */
  notes: Note[];
  summary: {
    /** The number of checked objects. */
    objects: number;
    denied: number;
    warned: number;
    /** The number of findings that an annotation silences: `podnetworking-policy/ignore.RULE: the reason`. */
    silenced: number;
  };
}

/** Which PodNetworking selects which pod, why the others do not, and which overlap. */
export interface Explanation {
  pods: {
    object: ObjectRef;
    file: string;
    line: number;
    /** Why the policy ignores the object; absent if the policy applies. */
    exempt?: string;
    /** The names of the PodNetworkings that select it: at most one, unless the selection is ambiguous. */
    selected: string[];
    /** Each PodNetworking, and whether it selects the object. The ones that do come first. */
    podNetworkings: {
      name: string;
      outcome:
        | "selected"
        | "undecided"
        | "failed"
        | "no-selector"
        | "broken"
        | "not-fixed-name"
        | "namespace-unknown"
        | "opted-out";
      /** The requirement that decided, and its path in the PodNetworking. */
      requirement?: string;
      path?: string;
      /** How many requirements of its selectors are not satisfied. */
      unmet: number;
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

/** A rule of the policy. */
export interface Rule {
  id: string;
  title: string;
  /** The kind of object that it checks. */
  about: string;
  /** The default severity on each platform. */
  severity: { [platform in Platform]: Severity | "off" };
  fires: string;
  reason: string;
  remedy: string;
  /** Manifests without a finding. */
  good: string;
  /** Manifests with a finding. */
  bad: string;
  /** The settings that the manifests need; may be empty. */
  settings: string;
}

/** The result of a check of settings. */
export interface SettingsValidation {
  valid: boolean;
  /** All problems, one in each line. */
  message?: string;
  /** All problems, with their paths. */
  faults: Fault[];
}

/** One problem with an argument. */
export interface Fault {
  /** The path, for example `settings.rules.overlap`. For a manifest that cannot be read, its name. */
  path: string;
  message: string;
  help?: string;
  line?: number;
  column?: number;
}

/** The error that the functions throw. */
export interface PolicyError extends Error {
  name: "PolicyError";
  /** The path of the first problem. */
  path: string;
  /** For a manifest that cannot be read: the line of the first problem. */
  line?: number;
  column?: number;
  /** All problems. */
  faults: Fault[];
  /** For `check` and `explain`: the result for the manifests that can be read. */
  result?: unknown;
}
