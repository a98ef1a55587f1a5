package podnetworking_test

import (
	"context"
	"encoding/json"
	"testing"

	podnetworking "github.com/podnetworking-policy/podnetworking-policy/hosts/go"
)

// answers gives the same bytes to whatever is asked.
type answers []byte

func (a answers) PodNetworkings(context.Context) ([]byte, error)    { return a, nil }
func (a answers) Namespace(context.Context, string) ([]byte, error) { return a, nil }
func (a answers) Namespaces(context.Context) ([]byte, error)        { return a, nil }

// FuzzDecide sends any payload and any answer: there is a decision, it says why it denies, and an instance that has
// decided much decides as a new one does.
func FuzzDecide(f *testing.F) {
	for _, line := range suite(f) {
		answer := ""
		if len(line.HostAnswers) > 0 && line.HostAnswers[0].Response != nil {
			answer = *line.HostAnswers[0].Response
		}
		f.Add([]byte(line.Payload), []byte(answer))
	}
	used, fresh := load(f), load(f, podnetworking.WithMaxIdle(0))
	f.Fuzz(func(t *testing.T, payload, answer []byte) {
		decision, err := used.Call(t.Context(), "decide", payload, answers(answer))
		if err != nil {
			t.Fatal(err)
		}
		again, err := fresh.Call(t.Context(), "decide", payload, answers(answer))
		if err != nil || string(again) != string(decision) {
			t.Fatalf("a used instance decides %s, and a new one %s (%v)", decision, again, err)
		}
		var read struct {
			Decision string
			Findings []struct{ Severity string }
		}
		if err := json.Unmarshal(decision, &read); err != nil {
			t.Fatalf("%v: %s", err, decision)
		}
		denying := 0
		for _, finding := range read.Findings {
			if finding.Severity == "deny" {
				denying++
			}
		}
		if (read.Decision == "deny") != (denying > 0) || (read.Decision == "allow") != (denying == 0) {
			t.Fatalf("decided %s", decision)
		}
	})
}
