package podnetworking

import (
	"encoding/json"
)

// Decision is what was decided.
type Decision struct {
	// Verdict is `allow` or `deny`.
	Verdict string `json:"decision"`
	// Findings are all findings, in the order of the catalogue of rules. In a denial at least one has the severity `deny`.
	Findings []Finding `json:"findings"`
	// MutatedObject is the object as it is to be stored; nil where nothing changes.
	MutatedObject json.RawMessage `json:"mutatedObject"`
	// Selected is the PodNetworking that selects the pods; empty where not exactly one does.
	Selected string `json:"selected"`
	// Raw is the whole decision, with what this package does not know.
	Raw json.RawMessage `json:"-"`
}

// Allowed reports whether the request is to be admitted.
func (d Decision) Allowed() bool {
	return d.Verdict == "allow"
}

// Finding is what a rule found.
type Finding struct {
	// Rule is the id of the rule, docs/rules.md.
	Rule string `json:"rule"`
	// Severity is `deny` or `warn`.
	Severity string `json:"severity"`
	// Object is the object that the finding is about; its fields are empty where the payload itself is wrong.
	Object Object `json:"object"`
	// Path is the field, as Kubernetes writes paths.
	Path string `json:"path"`
	// Message says what is wrong.
	Message string `json:"message"`
	// Help says what to do.
	Help string `json:"help"`
	// URL is the page of the rule.
	URL string `json:"url"`
	// Fix removes the finding; nil where no edit surely does.
	Fix *Fix `json:"fix,omitempty"`
	// Witness is an example pod that shows an overlap.
	Witness *Witness `json:"witness,omitempty"`
	// Related are other objects that the finding is about.
	Related []Related `json:"related,omitempty"`
	// Raw is the whole finding, with what this package does not know.
	Raw json.RawMessage `json:"-"`
}

// Fix are edits of objects that remove a finding.
type Fix struct {
	// Safe is whether the edits only write what was meant. Otherwise they choose one of several ways.
	Safe  bool   `json:"safe"`
	Edits []Edit `json:"edits"`
}

// Edit is a change of a field.
type Edit struct {
	// Path is the field, as Kubernetes writes paths.
	Path string `json:"path"`
	// Value is what is added, or the new name of the field; nil where the field is removed.
	Value json.RawMessage `json:"value,omitempty"`
	// Object is the object to edit; nil for the one of the finding.
	Object *Object `json:"object,omitempty"`
	// Op is `add`, `remove` or `rename`.
	Op string `json:"op"`
}

// Object names an object.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Namespace is empty for objects of the cluster.
	Namespace string `json:"namespace"`
	// Name of an object with `generateName` is that, and `*`.
	Name string `json:"name"`
}

// Related names another object, and its field.
type Related struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Path       string `json:"path"`
}

// Witness is an example pod that two PodNetworkings select, with the fewest labels.
type Witness struct {
	PodLabels map[string]string `json:"podLabels"`
	// Namespace is an existing one where the overlap is real.
	Namespace       string            `json:"namespace"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
}

// ValidationResponse is the answer of a Kubewarden policy.
type ValidationResponse struct {
	Accepted bool `json:"accepted"`
	// Message has a line for each finding that denies.
	Message string `json:"message,omitempty"`
	// Code is the HTTP status of a denial.
	Code int `json:"code,omitempty"`
	// Warnings has a line for each finding that warns.
	Warnings []string `json:"warnings,omitempty"`
	// AuditAnnotations are for the audit log.
	AuditAnnotations map[string]string `json:"audit_annotations,omitempty"`
	// MutatedObject is the object as it is to be stored; nil where nothing changes.
	MutatedObject json.RawMessage `json:"mutated_object,omitempty"`
	// Raw is the whole answer, with what this package does not know.
	Raw json.RawMessage `json:"-"`
}

// SettingsResponse says whether settings are valid.
type SettingsResponse struct {
	Valid bool `json:"valid"`
	// Message has a line for each problem.
	Message string `json:"message,omitempty"`
}

// UnmarshalJSON reads a decision and keeps its text.
func (d *Decision) UnmarshalJSON(text []byte) error {
	type plain Decision
	if err := json.Unmarshal(text, (*plain)(d)); err != nil {
		return err
	}
	d.MutatedObject = present(d.MutatedObject)
	d.Raw = append(json.RawMessage(nil), text...)
	return nil
}

// UnmarshalJSON reads a finding and keeps its text.
func (f *Finding) UnmarshalJSON(text []byte) error {
	type plain Finding
	if err := json.Unmarshal(text, (*plain)(f)); err != nil {
		return err
	}
	f.Raw = append(json.RawMessage(nil), text...)
	return nil
}

// UnmarshalJSON reads an answer and keeps its text.
func (r *ValidationResponse) UnmarshalJSON(text []byte) error {
	type plain ValidationResponse
	if err := json.Unmarshal(text, (*plain)(r)); err != nil {
		return err
	}
	r.MutatedObject = present(r.MutatedObject)
	r.Raw = append(json.RawMessage(nil), text...)
	return nil
}

// present is nil for JSON's null.
func present(value json.RawMessage) json.RawMessage {
	if string(value) == "null" {
		return nil
	}
	return value
}
