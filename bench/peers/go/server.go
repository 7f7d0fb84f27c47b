package main

import (
	"io"
	"net/http"
	"time"

	"github.com/valyala/fasthttp"
)

// serveStandard serves by the standard library.
func (s *service) serveStandard(addr string) error {
	handler := http.NewServeMux()
	handler.HandleFunc("POST /v1/events", func(w http.ResponseWriter, r *http.Request) {
		body, err := readBody(w, r)
		if err != nil {
			http.Error(w, `{"why":"the body is too large or broken"}`, http.StatusRequestEntityTooLarge)
			return
		}
		status, reply := s.take(body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(reply)
	})
	server := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}

// readBody reads into a buffer of the right size: records point into it, so it cannot be shared.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	limited := http.MaxBytesReader(w, r.Body, bodyLimit)
	if r.ContentLength < 0 || r.ContentLength > bodyLimit {
		return io.ReadAll(limited)
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(limited, body)
	return body, err
}

// serveFast serves by fasthttp. Its body lives until the handler returns, and take returns when nothing of it is needed.
func (s *service) serveFast(addr string) error {
	server := &fasthttp.Server{MaxRequestBodySize: bodyLimit, Handler: func(c *fasthttp.RequestCtx) {
		if string(c.Path()) != "/v1/events" || !c.IsPost() {
			c.Error("", fasthttp.StatusNotFound)
			return
		}
		status, reply := s.take(c.PostBody())
		c.SetContentType("application/json")
		c.SetStatusCode(status)
		c.SetBody(reply)
	}}
	return server.ListenAndServe(addr)
}
