package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/yaml"
)

// matcher evaluates the conditions of the validating configuration as the API server does, with its own code.
func matcher(t *testing.T) matchconditions.Matcher {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(rendered, "protect.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range objects(t, string(text)) {
		if kindOf(t, document) != "ValidatingWebhookConfiguration" {
			continue
		}
		var configuration admissionregistration.ValidatingWebhookConfiguration
		if err := yaml.UnmarshalStrict(document, &configuration); err != nil {
			t.Fatal(err)
		}
		webhook := configuration.Webhooks[0]
		if len(webhook.MatchConditions) != 2 {
			t.Fatalf("%d conditions", len(webhook.MatchConditions))
		}
		var expressions []cel.ExpressionAccessor
		for _, condition := range webhook.MatchConditions {
			expressions = append(expressions, &matchconditions.MatchCondition{Name: condition.Name, Expression: condition.Expression})
		}
		compiler := cel.NewConditionCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
		declared := cel.OptionalVariableDeclarations{HasAuthorizer: true}
		filter := compiler.CompileCondition(expressions, declared, environment.NewExpressions)
		for _, err := range filter.CompilationErrors() {
			t.Fatal(err)
		}
		fail := admissionregistration.Fail
		return matchconditions.NewMatcher(filter, &fail, "webhook", "validating", webhook.Name)
	}
	t.Fatal("no ValidatingWebhookConfiguration")
	return nil
}

type object = map[string]any

// called says whether the API server calls the webhook for a request.
func called(t *testing.T, matcher matchconditions.Matcher, operation admission.Operation, now, old object) bool {
	t.Helper()
	content := now
	if content == nil {
		content = old
	}
	typed := unstructured.Unstructured{Object: content}
	kind := schema.FromAPIVersionAndKind(typed.GetAPIVersion(), typed.GetKind())
	resource := kind.GroupVersion().WithResource(strings.ToLower(kind.Kind) + "s")
	// A nil *Unstructured in an interface would not be nil.
	var objects [2]runtime.Object
	for index, content := range []object{now, old} {
		if content != nil {
			objects[index] = &unstructured.Unstructured{Object: content}
		}
	}
	attributes := &admission.VersionedAttributes{VersionedKind: kind}
	attributes.Attributes = admission.NewAttributesRecord(objects[0], objects[1], kind,
		typed.GetNamespace(), typed.GetName(), resource, "", operation, nil, false, nil)
	if objects[0] != nil {
		attributes.VersionedObject.Set(objects[0])
	}
	if objects[1] != nil {
		attributes.VersionedOldObject.Set(objects[1])
	}
	result := matcher.Match(context.Background(), attributes, nil, nil)
	if result.Error != nil {
		t.Fatalf("%s of %v: %v", operation, content, result.Error)
	}
	return result.Matches
}

func pod(edit func(object)) object {
	metadata := object{"name": "web-0", "namespace": "shop", "resourceVersion": "1",
		"labels": object{"app": "web"}, "annotations": object{"owner": "a", "k8s.aliyun.com/pod-networking": "example"}}
	spec := object{"nodeSelector": object{"disk": "ssd"}, "containers": []any{object{"name": "c", "image": "nginx"}},
		"affinity": object{"nodeAffinity": object{"requiredDuringSchedulingIgnoredDuringExecution": object{
			"nodeSelectorTerms": []any{object{"matchExpressions": []any{object{"key": "a", "operator": "Exists"}}}}}}}}
	pod := object{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": object{}}
	edit(pod)
	return pod
}

func at(value any, path ...string) object {
	for _, key := range path {
		value = value.(object)[key]
	}
	return value.(object)
}

// bare is a pod without any of the maps that the conditions look into.
func bare(edit func(object)) object {
	return pod(func(pod object) {
		pod["metadata"] = object{"name": "web-0", "namespace": "shop"}
		pod["spec"] = object{"containers": []any{}}
		edit(pod)
	})
}

func nothing(object) {}

func TestConditions(t *testing.T) {
	matcher := matcher(t)
	namespace := func(labels, annotations any) object {
		metadata := object{"name": "shop"}
		for key, value := range map[string]any{"labels": labels, "annotations": annotations} {
			if value != nil {
				metadata[key] = value
			}
		}
		return object{"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
	}
	cases := []struct {
		name   string
		now    object
		old    object
		called bool
	}{
		{"a pod is created", pod(nothing), nil, true},
		{"a bare pod is created", bare(nothing), nil, true},
		{"a namespace is created", namespace(nil, nil), nil, true},
		{"a pod that stays", pod(nothing), pod(nothing), false},
		{"a bare pod that stays", bare(nothing), bare(nothing), false},
		{"another label, annotation, image and status of a pod", pod(func(pod object) {
			at(pod, "metadata", "labels")["app"] = "api"
			at(pod, "metadata", "annotations")["owner"] = "b"
			at(pod, "spec")["containers"] = []any{object{"name": "c", "image": "nginx:2"}}
			pod["status"] = object{"phase": "Running"}
		}), pod(nothing), false},
		{"all annotations go, among them a network key", pod(func(pod object) { delete(at(pod, "metadata"), "annotations") }), pod(nothing), true},
		{"the first annotations of a bare pod, without a network key", bare(func(pod object) { at(pod, "metadata")["annotations"] = object{"a": "b"} }), bare(nothing), false},
		{"the first labels of a bare pod", bare(func(pod object) { at(pod, "metadata")["labels"] = object{"a": "b"} }), bare(nothing), false},
		{"the label that Terway reads is added", bare(func(pod object) {
			at(pod, "metadata")["labels"] = object{"k8s.aliyun.com/ignore-by-terway": "true"}
		}), bare(nothing), true},
		{"the label that Terway reads changes", pod(func(pod object) {
			at(pod, "metadata", "labels")["k8s.aliyun.com/ignore-by-terway"] = "false"
		}), pod(func(pod object) { at(pod, "metadata", "labels")["k8s.aliyun.com/ignore-by-terway"] = "true" }), true},
		{"nodeSelector changes", pod(func(pod object) { at(pod, "spec", "nodeSelector")["disk"] = "hdd" }), pod(nothing), true},
		{"nodeSelector goes", pod(func(pod object) { delete(at(pod, "spec"), "nodeSelector") }), pod(nothing), true},
		{"nodeSelector is added", bare(func(pod object) { at(pod, "spec")["nodeSelector"] = object{"a": "b"} }), bare(nothing), true},
		{"the required affinity changes", pod(func(pod object) {
			at(pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")["nodeSelectorTerms"] = []any{object{}}
		}), pod(nothing), true},
		{"the affinity goes", pod(func(pod object) { delete(at(pod, "spec"), "affinity") }), pod(nothing), true},
		{"only the preferred affinity changes", pod(func(pod object) {
			at(pod, "spec", "affinity", "nodeAffinity")["preferredDuringSchedulingIgnoredDuringExecution"] = []any{object{"weight": 1}}
		}), pod(nothing), false},
		{"affinity is added to a bare pod", bare(func(pod object) {
			at(pod, "spec")["affinity"] = object{"nodeAffinity": object{"requiredDuringSchedulingIgnoredDuringExecution": object{"nodeSelectorTerms": []any{}}}}
		}), bare(nothing), true},
		{"only podAffinity is added", bare(func(pod object) { at(pod, "spec")["affinity"] = object{"podAffinity": object{}} }), bare(nothing), false},
		{"a namespace stays", namespace(object{"a": "b"}, nil), namespace(object{"a": "b"}, nil), false},
		{"a bare namespace stays", namespace(nil, nil), namespace(nil, nil), false},
		{"another annotation of a namespace", namespace(nil, object{"a": "b"}), namespace(nil, object{"a": "c"}), false},
		{"a namespace whose labels switch PodNetworkings off, which is a warning each time", namespace(object{"k8s.aliyun.com/pod-eni": "false"}, object{"a": "b"}), namespace(object{"k8s.aliyun.com/pod-eni": "false"}, nil), true},
		{"the first label of a namespace", namespace(object{"a": "b"}, nil), namespace(nil, nil), true},
		{"another label of a namespace", namespace(object{"a": "c"}, nil), namespace(object{"a": "b"}, nil), true},
		{"the last label of a namespace", namespace(nil, nil), namespace(object{"a": "b"}, nil), true},
	}
	for _, one := range cases {
		operation := admission.Update
		if one.old == nil {
			operation = admission.Create
		}
		if called(t, matcher, operation, one.now, one.old) != one.called {
			t.Errorf("%s: called must be %v", one.name, one.called)
		}
	}
	for _, key := range []string{"k8s.aliyun.com/pod-networking", "k8s.aliyun.com/pod-eni", "k8s.aliyun.com/pod-networks",
		"k8s.aliyun.com/pod-networks-request", "k8s.aliyun.com/eci-vswitch", "k8s.aliyun.com/eci-security-group",
		"network.alibabacloud.com/vswitch-ids", "network.alibabacloud.com/security-group-ids"} {
		with := bare(func(pod object) { at(pod, "metadata")["annotations"] = object{key: "x"} })
		if !called(t, matcher, admission.Update, with, bare(nothing)) || !called(t, matcher, admission.Update, bare(nothing), with) {
			t.Errorf("%s decides", key)
		}
	}
	// Everything else is always asked about.
	for _, kind := range [][2]string{{"apps/v1", "Deployment"}, {"batch/v1", "CronJob"}, {"v1", "ReplicationController"},
		{"network.alibabacloud.com/v1beta1", "PodNetworking"}, {"example.com/v1", "Pod"}, {"example.com/v1", "Namespace"}} {
		same := object{"apiVersion": kind[0], "kind": kind[1], "metadata": object{"name": "a"}}
		if !called(t, matcher, admission.Update, same, same) {
			t.Errorf("an update of %v is not asked about", kind)
		}
	}
}

// The conditions stay below the API server's budget with the largest objects that it stores.
func TestConditionsOfLargeObjects(t *testing.T) {
	matcher := matcher(t)
	large := func(last string) object {
		labels, annotations, selector := object{}, object{}, object{}
		for index := range 5000 {
			labels[fmt.Sprintf("label-%d", index)] = strings.Repeat("v", 60)
			selector[fmt.Sprintf("label-%d", index)] = strings.Repeat("v", 60)
		}
		annotations["k8s.aliyun.com/pod-networks"] = strings.Repeat("n", 200_000)
		labels["last"] = last
		return pod(func(pod object) {
			at(pod, "metadata")["labels"] = labels
			at(pod, "metadata")["annotations"] = annotations
			at(pod, "spec")["nodeSelector"] = selector
		})
	}
	if called(t, matcher, admission.Update, large("a"), large("b")) {
		t.Error("nothing that decides has changed")
	}
	namespace := func(last string) object {
		large := large(last)
		return object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": "a", "labels": at(large, "metadata", "labels")}}
	}
	if called(t, matcher, admission.Update, namespace("a"), namespace("a")) || !called(t, matcher, admission.Update, namespace("a"), namespace("b")) {
		t.Error("the labels of a namespace decide")
	}
}

// stored says whether the API server can have such an object: it sends no other.
func stored(content object) bool {
	typed := any(&core.Pod{})
	if content["kind"] == "Namespace" {
		typed = &core.Namespace{}
	}
	text, err := json.Marshal(content)
	return err == nil && json.Unmarshal(text, typed) == nil
}

// What is skipped is always allowed, unchanged and without a warning: no golden case of an update says otherwise.
func TestNoGoldenCaseIsSkipped(t *testing.T) {
	matcher := matcher(t)
	var skipped, all int
	err := filepath.WalkDir("../../tests/cases", func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var one struct {
			Request  struct{ Object, OldObject, Operation any }
			Expected struct {
				Decision        string
				Findings        []any
				Changed         object
				MutatedObject   any
				Zones, Selected any
			}
		}
		if yaml.Unmarshal(text, &one) != nil {
			return nil // A payload that is broken on purpose.
		}
		now, isObject := one.Request.Object.(object)
		old, hasOld := one.Request.OldObject.(object)
		if !isObject || !hasOld || now["kind"] != "Pod" && now["kind"] != "Namespace" || one.Request.Operation != nil {
			return nil
		}
		if !stored(now) || !stored(old) {
			return nil
		}
		all++
		if called(t, matcher, admission.Update, now, old) {
			return nil
		}
		skipped++
		if one.Expected.Decision != "allow" || one.Expected.Findings != nil || one.Expected.Changed != nil || one.Expected.MutatedObject != nil || one.Expected.Selected != nil {
			t.Errorf("%s is skipped, but is %+v", path, one.Expected)
		}
		return nil
	})
	if err != nil || skipped < 3 || all < 30 {
		t.Errorf("%d of %d cases are skipped: %v", skipped, all, err)
	}
	t.Logf("%d of %d updates in the golden cases are skipped", skipped, all)
}
