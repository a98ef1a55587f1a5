package podnetworking

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/podnetworking-policy/podnetworking-policy/hosts/go/internal/wapc"
)

// Cluster provides the cluster data that a decision asks for. Each method is called at most once in a decision, and only where
// the decision depends on it. Answers are JSON, as Kubernetes' API gives it.
//
// An error becomes part of the decision: a denial by the rule `facts-unavailable` with its text. A method must return
// when its context is done; the decision then ends with an error.
type Cluster interface {
	// PodNetworkings returns all PodNetworkings: a List, or an array. Of each are read `metadata`,
	// `spec.allocationType.type`, `spec.eniOptions.eniType`, `spec.selector`, `spec.securityGroupIDs`,
	// `spec.vSwitchOptions`, `status.status` and `status.vSwitches`; the rest may be left out.
	PodNetworkings(ctx context.Context) ([]byte, error)
	// Namespace returns a namespace, or an error where there is none of this name. Only `metadata` is read.
	Namespace(ctx context.Context, name string) ([]byte, error)
	// Namespaces returns all namespaces: a List, or an array. Only `metadata` is read.
	Namespaces(ctx context.Context) ([]byte, error)
}

// Authorizer is implemented by a [Cluster] that can answer for the setting `preflight`: whether a user may read what the
// decision is about to ask for. Without it, settings with `preflight` deny what needs cluster data.
type Authorizer interface {
	// CanI reports whether the cluster allows the access.
	CanI(ctx context.Context, access Access) (bool, error)
}

// Access is what a user may or may not do.
type Access struct {
	// User is the name of the user.
	User string
	// Groups are the groups of a service account; empty for other users.
	Groups []string
	// Verb is `get` or `list`.
	Verb string
	// Group is the API group.
	Group string
	// Resource is the plural of the kind.
	Resource string
}

// hostRequest is the payload of a host call.
type hostRequest struct {
	APIVersion    string          `json:"api_version"`
	Kind          string          `json:"kind"`
	Name          string          `json:"name"`
	LabelSelector *string         `json:"label_selector"`
	FieldSelector *string         `json:"field_selector"`
	Review        *reviewedAccess `json:"subject_access_review"`
}

type reviewedAccess struct {
	User       string   `json:"user"`
	Groups     []string `json:"groups"`
	Attributes struct {
		Verb     string `json:"verb"`
		Group    string `json:"group"`
		Resource string `json:"resource"`
	} `json:"resource_attributes"`
}

// hostCall answers the host calls of the module from a cluster.
func hostCall(cluster Cluster) wapc.HostCall {
	return func(ctx context.Context, binding, namespace, operation string, payload []byte) ([]byte, error) {
		if cluster == nil {
			return nil, errors.New("this host has no cluster")
		}
		var request hostRequest
		if err := json.Unmarshal(payload, &request); err != nil {
			return nil, fmt.Errorf("the request of `%s` is not readable: %w", operation, err)
		}
		kind := request.APIVersion + " " + request.Kind
		// A list that is not selected from would be another list.
		selects := request.LabelSelector != nil || request.FieldSelector != nil
		switch call := binding + " " + namespace + "/" + operation; {
		case call == "kubewarden kubernetes/list_resources_all" && kind == podNetworking && !selects:
			return cluster.PodNetworkings(ctx)
		case call == "kubewarden kubernetes/list_resources_all" && kind == "v1 Namespace" && !selects:
			return cluster.Namespaces(ctx)
		case call == "kubewarden kubernetes/get_resource" && kind == "v1 Namespace":
			return cluster.Namespace(ctx, request.Name)
		case call == "kubewarden kubernetes/can_i" && request.Review != nil:
			return canI(ctx, cluster, request.Review)
		default:
			return nil, fmt.Errorf("this host does not answer `%s` about `%s`", call, kind)
		}
	}
}

const podNetworking = "network.alibabacloud.com/v1beta1 PodNetworking"

func canI(ctx context.Context, cluster Cluster, review *reviewedAccess) ([]byte, error) {
	authorizer, can := cluster.(Authorizer)
	if !can {
		return nil, errors.New("this host does not answer for `preflight`")
	}
	asked := review.Attributes
	allowed, err := authorizer.CanI(ctx, Access{review.User, review.Groups, asked.Verb, asked.Group, asked.Resource})
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `{"allowed":%t}`, allowed), nil
}
