// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"

	"daylight/account"
	"daylight/intake"
	"daylight/store"
)

func ingestRoutes() []route {
	return []route{
		{
			pattern: "POST /v1/ingest", scope: account.ScopeIngest, limit: intake.MaxBody, handle: (*Server).ingest,
			acts: "take in records and files; acknowledged when they are on disk",
		},
		{pattern: "GET /v1/ingest/{receipt}", scope: account.ScopeIngest, acts: "say what became of an input", handle: (*Server).ingested},
	}
}

// What ingest answers beside the errors of every route.
var (
	errEncoding = errors.New("a content coding that is not understood")
	errNoIntake = errors.New("nothing is taken in here")
)

// maxIngestParts is how many files one request may hold.
const maxIngestParts = 1000

// ingest takes in the body as one file, or the files of a form. The file is named
// by the parameter path; evidence cites it, and of one form the files' own names
// are appended. The same bytes under the same path are taken in once.
func (s *Server) ingest(x *exchange) error {
	if s.Intake == nil {
		return fmt.Errorf("ingest: %w", errNoIntake)
	}
	// A compressed body is kept as it comes: files are recognised by their content.
	switch coding := strings.ToLower(x.r.Header.Get("Content-Encoding")); coding {
	case "", "identity", "gzip", "zstd":
	default:
		return fmt.Errorf("ingest: %w", errEncoding)
	}
	source := "api:" + x.program.Name
	under := x.r.URL.Query().Get("path")
	kind, params, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	var receipts []intake.Receipt
	take := func(name string, body io.Reader) error {
		r, err := s.receive(x, source, name, body)
		receipts = append(receipts, r)
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		if params["boundary"] == "" {
			return fmt.Errorf("ingest: %w", errBadRequest)
		}
		err = s.ingestParts(x, under, take)
	} else {
		if under == "" {
			under = "api/" + x.program.Name + extension(kind)
		}
		err = take(under, x.r.Body)
	}
	if err != nil {
		return err
	}
	x.w.Header().Set("Location", "/v1/ingest/"+receipts[0].ID)
	return x.json(http.StatusAccepted, map[string]any{"receipts": receipts})
}

// ingestParts takes in the files of a form, one after the other as they come. What
// was taken in before one is refused is kept, and known when it comes again.
func (s *Server) ingestParts(x *exchange, under string, take func(string, io.Reader) error) error {
	parts, err := x.r.MultipartReader()
	if err != nil {
		return fmt.Errorf("ingest: %w", errBadRequest)
	}
	n := 0
	for {
		p, err := nextPart(parts)
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			err = errBadRequest
		}
		if err != nil {
			return fmt.Errorf("ingest: %w", err)
		}
		if n++; n > maxIngestParts {
			return fmt.Errorf("ingest: %w", errTooLarge)
		}
		name := p.FileName() // its last element: no path of the sender's
		if name == "" {
			return fmt.Errorf("ingest: %w", errBadRequest)
		}
		if err := take(path.Join(under, name), p); err != nil {
			return err
		}
	}
}

// receive puts a file of a request into the box.
func (s *Server) receive(x *exchange, source, name string, body io.Reader, also ...func(store.Writer, intake.Receipt) error) (intake.Receipt, error) {
	r, err := s.Intake.Receive(x.r.Context(), source, name, body, also...)
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return r, fmt.Errorf("take a file in: %w", errTooLarge)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return r, fmt.Errorf("take a file in: %w", errBadRequest) // the body broke off
	}
	return r, err
}

// nextPart is the next part of a form that is read as it comes. It fails with [io.EOF]
// after the last, and else with one of ours.
func nextPart(parts *multipart.Reader) (*multipart.Part, error) {
	p, err := parts.NextPart()
	if err == nil {
		return p, nil
	}
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return nil, fmt.Errorf("read the form: %w", errTooLarge)
	}
	return nil, fmt.Errorf("read the form: %w", errBadRequest)
}

// extension is how the name of a body without one ends.
func extension(kind string) string {
	switch kind {
	case "text/csv":
		return ".csv"
	case "application/json", "application/scim+json":
		return ".json"
	case "application/pdf":
		return ".pdf"
	}
	return ".jsonl"
}

// ingested says what became of an input.
func (s *Server) ingested(x *exchange) error {
	var status intake.Status
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		status, err = intake.ReadStatus(r, x.r.PathValue("receipt"))
		return err
	})
	if err != nil {
		return err
	}
	return x.json(http.StatusOK, status)
}

// json answers a program.
func (x *exchange) json(status int, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("answer a program: %w", err)
	}
	x.w.Header().Set("Content-Type", "application/json")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(append(data, '\n')) // the program has left: nothing can be done
	return nil
}
