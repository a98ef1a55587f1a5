package podnetworking

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Request is what is to be decided.
type Request struct {
	// Admission is the AdmissionRequest: `request` of the AdmissionReview, as the API server sent it.
	Admission json.RawMessage
	// Settings are the settings of the policy, docs/settings.md; the defaults where absent.
	Settings json.RawMessage
	// Facts are the facts that are at hand.
	Facts Facts
}

// Facts are objects of a cluster that are decided with. A list that is absent is asked of the [Cluster]; an empty one
// says that there are none.
type Facts struct {
	// PodNetworkings are all PodNetworkings: a JSON array, or a List as `kubectl get -o json` prints it.
	PodNetworkings json.RawMessage
	// Namespaces are all namespaces, in the same forms.
	Namespaces json.RawMessage
	// FromManifests is for facts that were never in a cluster: then the status of a PodNetworking may be absent.
	FromManifests bool
}

// payload writes the payload of the module. The facts are not looked at: the module denies what is not JSON.
func (r Request) payload() ([]byte, error) {
	// A text that is not one JSON value could bring settings or facts of its own.
	if !json.Valid(r.Admission) {
		return nil, errors.New("the admission request is not JSON")
	}
	settings := r.Settings
	if settings == nil {
		settings = json.RawMessage("{}")
	}
	if !json.Valid(settings) {
		return nil, errors.New("the settings are not JSON")
	}
	var payload bytes.Buffer
	const names = len(`{"request":,"settings":,"context":{"live":false,"podNetworkings":,"namespaces":}}`)
	payload.Grow(names + len(r.Admission) + len(settings) + len(r.Facts.PodNetworkings) + len(r.Facts.Namespaces))
	payload.WriteString(`{"request":`)
	payload.Write(r.Admission)
	payload.WriteString(`,"settings":`)
	payload.Write(settings)
	if r.Facts.FromManifests {
		payload.WriteString(`,"context":{"live":false`)
	} else {
		payload.WriteString(`,"context":{"live":true`)
	}
	if r.Facts.PodNetworkings != nil {
		payload.WriteString(`,"podNetworkings":`)
		payload.Write(r.Facts.PodNetworkings)
	}
	if r.Facts.Namespaces != nil {
		payload.WriteString(`,"namespaces":`)
		payload.Write(r.Facts.Namespaces)
	}
	payload.WriteString(`}}`)
	return payload.Bytes(), nil
}
