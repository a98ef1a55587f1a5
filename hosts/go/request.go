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
	// ClusterData are the lists that are at hand. A decision that asks a [Cluster] for them takes half of the time.
	ClusterData ClusterData
}

// ClusterData are the objects that a decision reads. The [Cluster] is asked for a list that is absent; an empty one
// says that there are none.
type ClusterData struct {
	// PodNetworkings are all PodNetworkings: a JSON array, or a List as `kubectl get -o json` prints it.
	PodNetworkings json.RawMessage
	// Namespaces are all namespaces, in the same forms.
	Namespaces json.RawMessage
	// FromManifests is for objects that were never in a cluster: the status of a PodNetworking may then be absent.
	FromManifests bool
}

// payload writes the payload of the module. The module denies cluster data that is not JSON.
func (r Request) payload() ([]byte, error) {
	// A text that is not one JSON value could bring settings or cluster data of its own.
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
	payload.Grow(names + len(r.Admission) + len(settings) + len(r.ClusterData.PodNetworkings) + len(r.ClusterData.Namespaces))
	payload.WriteString(`{"request":`)
	payload.Write(r.Admission)
	payload.WriteString(`,"settings":`)
	payload.Write(settings)
	if r.ClusterData.FromManifests {
		payload.WriteString(`,"context":{"live":false`)
	} else {
		payload.WriteString(`,"context":{"live":true`)
	}
	if r.ClusterData.PodNetworkings != nil {
		payload.WriteString(`,"podNetworkings":`)
		payload.Write(r.ClusterData.PodNetworkings)
	}
	if r.ClusterData.Namespaces != nil {
		payload.WriteString(`,"namespaces":`)
		payload.Write(r.ClusterData.Namespaces)
	}
	payload.WriteString(`}}`)
	return payload.Bytes(), nil
}
