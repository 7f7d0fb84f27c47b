package main

import (
	"bytes"
	"errors"
	"os"

	"github.com/goccy/go-json"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// newSchemaJudge compiles the JSON Schema in a file; formats are asserted.
func newSchemaJudge(file string) (judge, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("event.json", document); err != nil {
		return nil, err
	}
	schema, err := compiler.Compile("event.json")
	if err != nil {
		return nil, err
	}
	return func(event []byte) (string, error) { return judgeBySchema(schema, event) }, nil
}

// parse keeps numbers as text, as the schema library wants them for exact bounds.
func parse(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, errors.New("not JSON")
	}
	if decoder.More() {
		return nil, errors.New("more than one value")
	}
	return value, nil
}

func judgeBySchema(schema *jsonschema.Schema, text []byte) (string, error) {
	event, err := parse(text)
	if err != nil {
		return "", err
	}
	if err := schema.Validate(event); err != nil {
		return "", errors.New("breaks the schema")
	}
	meta, _ := event.(map[string]any)["meta"].(map[string]any)
	id, _ := meta["id"].(string)
	return id, nil
}
