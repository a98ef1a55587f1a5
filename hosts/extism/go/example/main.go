package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	extism "github.com/extism/go-sdk"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	manifest := extism.Manifest{Wasm: []extism.Wasm{extism.WasmFile{Path: os.Args[1]}}}
	plugin := must(extism.NewPlugin(context.Background(), manifest, extism.PluginConfig{}, nil))
	_, answer, err := plugin.Call("decide", must(os.ReadFile(os.Args[2])))
	must(answer, err)
	var decision struct {
		Decision string
		Findings []struct{ Severity, Rule, Message string }
	}
	must(decision, json.Unmarshal(answer, &decision))
	fmt.Println(decision.Decision)
	for _, finding := range decision.Findings {
		fmt.Println(finding.Severity, finding.Rule, finding.Message)
	}
}
