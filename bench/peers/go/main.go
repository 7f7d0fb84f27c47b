// The service that a team writes for itself in Go instead of using headgate: JSON events over HTTP, every one judged, forwarded
// to one Kafka topic as they came, answered when Kafka has acknowledged them.
//
// Idempotent producer, acks=all, lz4, a key, and the linger as everybody else here. It does not narrow, writes no headers and no
// Avro.
//
// Environment: ADDR, BROKERS, TOPIC, SCHEMA (file), LINGER_MS; SERVER = nethttp or fasthttp; CHECK = schema (a JSON Schema
// library) or typed (checks written by hand for this one event).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const bodyLimit = 4 << 20

// A judge tells the key of a sound event, or why it is refused.
type judge func(event []byte) (key string, err error)

type service struct {
	judge  judge
	client *kgo.Client
}

type refusal struct {
	Index int    `json:"index"`
	Why   string `json:"why"`
}

type outcome struct {
	Accepted int       `json:"accepted"`
	Refused  []refusal `json:"refused,omitempty"`
	Failed   int64     `json:"failed,omitempty"`
}

func (o *outcome) status() int {
	switch {
	case len(o.Refused) == 0 && o.Failed == 0:
		return 202
	case o.Accepted > 0 || (len(o.Refused) > 0 && o.Failed > 0):
		return 207
	case o.Failed > 0:
		return 503
	}
	return 422
}

// events splits a body into its events; they point into it.
func events(body []byte) ([]json.RawMessage, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] != '[' {
		return []json.RawMessage{body}, nil
	}
	var list []json.RawMessage
	err := json.Unmarshal(body, &list)
	return list, err
}

// take judges and forwards the events of a body and answers when all are acknowledged. The body must not change meanwhile.
func (s *service) take(body []byte) (int, []byte) {
	list, err := events(body)
	if err != nil {
		return 400, []byte(`{"why":"not JSON"}`)
	}
	var result outcome
	var failed atomic.Int64
	var pending sync.WaitGroup
	for i, event := range list {
		key, err := s.judge(event)
		if err != nil {
			result.Refused = append(result.Refused, refusal{i, err.Error()})
			continue
		}
		result.Accepted++
		pending.Add(1)
		s.client.Produce(context.Background(), &kgo.Record{Key: []byte(key), Value: event}, func(_ *kgo.Record, err error) {
			if err != nil {
				failed.Add(1)
			}
			pending.Done()
		})
	}
	pending.Wait()
	result.Failed = failed.Load()
	result.Accepted -= int(result.Failed)
	reply, _ := json.Marshal(&result)
	return result.status(), reply
}

func setting(name string) string {
	value, set := os.LookupEnv(name)
	if !set {
		log.Fatalf("%s is not set", name)
	}
	return value
}

func newService() (*service, error) {
	linger, err := strconv.Atoi(setting("LINGER_MS"))
	if err != nil {
		return nil, fmt.Errorf("LINGER_MS: %w", err)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(setting("BROKERS"), ",")...),
		kgo.DefaultProduceTopic(setting("TOPIC")), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(time.Duration(linger)*time.Millisecond), kgo.ProducerBatchCompression(kgo.Lz4Compression()),
		kgo.MaxBufferedRecords(1000000))
	if err != nil {
		return nil, err
	}
	if setting("CHECK") == "typed" {
		return &service{judgeTyped, client}, nil
	}
	judge, err := newSchemaJudge(setting("SCHEMA"))
	return &service{judge, client}, err
}

func main() {
	s, err := newService()
	if err != nil {
		log.Fatal(err)
	}
	if setting("SERVER") == "fasthttp" {
		err = s.serveFast(setting("ADDR"))
	} else {
		err = s.serveStandard(setting("ADDR"))
	}
	log.Fatal(err)
}
