// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"daylight/store"
)

// SCIMOptions are what the SCIM server works with.
type SCIMOptions struct {
	Store store.Store
	Sink  Sink
	// Address is where the server is reached, "https://daylight.example.com"; "" gives
	// locations without a host.
	Address string
	// Authorise returns the name of the provider that a bearer token belongs to, if it
	// may push (scope "scim"). It may be nil where every request comes by [As].
	Authorise func(ctx context.Context, token string) (provider string, err error)
	Now       func() time.Time
	Random    io.Reader
	Log       *slog.Logger
	// Ways, if set, hears how requests end.
	Ways *Ways
}

// maxSCIM is far more than a user takes, bytes.
const maxSCIM = 256 << 10

// scimServer answers RFC 7644.
type scimServer struct {
	SCIMOptions
	mux *http.ServeMux
}

// SCIM returns the server to which an identity provider pushes people who join, move
// and leave (RFC 7643, 7644); it is mounted at /scim/v2/. Every change is handed on as
// a SCIM user, in the form of an export: one who is deactivated or deleted as one who
// is not active. What is kept to answer questions is sealed. Groups are not kept.
func SCIM(o SCIMOptions) http.Handler {
	s := &scimServer{SCIMOptions: o, mux: http.NewServeMux()}
	for pattern, handle := range map[string]func(*http.Request) (answer, error){
		"GET /scim/v2/Users":                 s.list,
		"POST /scim/v2/Users/.search":        s.search,
		"POST /scim/v2/.search":              s.search,
		"POST /scim/v2/Users":                s.create,
		"GET /scim/v2/Users/{id}":            s.get,
		"PUT /scim/v2/Users/{id}":            s.replace,
		"PATCH /scim/v2/Users/{id}":          s.patch,
		"DELETE /scim/v2/Users/{id}":         s.remove,
		"GET /scim/v2/Groups":                s.noGroups,
		"GET /scim/v2/ServiceProviderConfig": unfiltered(s.config),
		"GET /scim/v2/ResourceTypes":         unfiltered(s.resourceTypes),
		"GET /scim/v2/ResourceTypes/{id}":    unfiltered(s.resourceType),
		"GET /scim/v2/Schemas":               unfiltered(s.schemas),
		"GET /scim/v2/Schemas/{id}":          unfiltered(s.schema),
		"/scim/v2/": func(*http.Request) (answer, error) {
			return answer{}, refuse(http.StatusNotImplemented, "", "this is not offered; see /ServiceProviderConfig")
		},
	} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, handle) })
	}
	return s
}

// ServeHTTP implements [http.Handler].
func (s *scimServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, err := s.authorised(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxSCIM)
	s.mux.ServeHTTP(w, r.WithContext(As(r.Context(), p.provider, p.looked)))
}

// authorised says in whose name a request comes, or refuses it.
func (s *scimServer) authorised(r *http.Request) (pusher, error) {
	if p, ok := r.Context().Value(pusherKey{}).(pusher); ok {
		return p, nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" || s.Authorise == nil {
		return pusher{}, &scimError{http.StatusUnauthorized, "", "a bearer token is needed"}
	}
	provider, err := s.Authorise(r.Context(), strings.TrimSpace(token))
	if err != nil {
		return pusher{}, &scimError{http.StatusUnauthorized, "", "the token is not one that may push"}
	}
	return pusher{provider: provider}, nil
}

// Looked is told that a provider is about to be told of a user, by the id that it has
// here, or, with "", of how many a list or search holds. If it fails, they are not told.
type Looked func(user string, count int) error

// As returns a context in which SCIM requests come from a provider whose token was
// checked already. looked, if it is not nil, hears of each look at people.
func As(ctx context.Context, provider string, looked Looked) context.Context {
	return context.WithValue(ctx, pusherKey{}, pusher{provider, looked})
}

// pusherKey is under what a request's context says who makes it.
type pusherKey struct{}

type pusher struct {
	provider string
	looked   Looked
}

func providerOf(ctx context.Context) string {
	p, _ := ctx.Value(pusherKey{}).(pusher)
	if p.provider == "" {
		return "scim"
	}
	return p.provider
}

// look tells of a look at people before they are answered.
func look(ctx context.Context, user string, count int) error {
	p, _ := ctx.Value(pusherKey{}).(pusher)
	if p.looked == nil {
		return nil
	}
	if err := p.looked(user, count); err != nil {
		return fmt.Errorf("record a look at people: %w", err)
	}
	return nil
}

// answer is what a request is answered with.
type answer struct {
	status  int
	body    any // nil for none
	version string
	where   string // Location
}

// serve runs a handler and writes its answer.
func (s *scimServer) serve(w http.ResponseWriter, r *http.Request, handle func(*http.Request) (answer, error)) {
	a, err := handle(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	handed := 0
	if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/.search") {
		handed = 1
	}
	s.Ways.Good(SCIMWay, handed)
	if a.version != "" {
		w.Header().Set("ETag", a.version)
	}
	if a.where != "" {
		w.Header().Set("Location", a.where)
	}
	s.write(w, a.status, a.body)
}

func (s *scimServer) write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if body == nil {
		w.WriteHeader(status)
		return
	}
	raw, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/scim+json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// fail answers with an error in the form of RFC 7644, 3.12.
func (s *scimServer) fail(w http.ResponseWriter, r *http.Request, err error) {
	fault := &scimError{http.StatusInternalServerError, "", "an internal error; the service's log says more"}
	switch {
	case errors.As(err, &fault):
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
		fault = &scimError{http.StatusNotFound, "", "there is no such user"}
	case errors.Is(err, store.ErrConflict):
		fault = &scimError{http.StatusPreconditionFailed, "", "the user was changed in the meantime"}
	case errors.Is(err, store.ErrReadOnly), errors.Is(err, store.ErrBusy):
		fault = &scimError{http.StatusServiceUnavailable, "", "nothing can be stored now; send it again later"}
	default:
		s.Log.ErrorContext(r.Context(), "SCIM request failed", slog.Any("error", err))
	}
	switch fault.status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusInternalServerError, http.StatusServiceUnavailable:
		// Others are how a provider finds out what is there.
		s.Ways.Bad(SCIMWay, 1, StateFailing, fmt.Sprintf("a request was answered with %d %s", fault.status, http.StatusText(fault.status)))
	}
	switch fault.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="scim"`)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "30")
	}
	body := object{"schemas": []string{scimErrorURN}, "status": strconv.Itoa(fault.status), "detail": fault.detail}
	if fault.kind != "" {
		body["scimType"] = fault.kind
	}
	s.write(w, fault.status, body)
}

// read decodes a request's body, strictly.
func read(r *http.Request, into any) error {
	raw, err := io.ReadAll(r.Body)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return refuse(http.StatusRequestEntityTooLarge, "", "the request is larger than %d KiB", maxSCIM>>10)
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "", "the request was cut off")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return refuse(http.StatusBadRequest, "invalidSyntax", "the request is not what it should be")
	}
	return nil
}

// create takes in a person who joins.
func (s *scimServer) create(r *http.Request) (answer, error) {
	var in object
	if err := read(r, &in); err != nil {
		return answer{}, err
	}
	user, err := keepUser(in)
	if err == nil {
		_, err = chosenBy(r) // before anything is changed
	}
	if err != nil {
		return answer{}, err
	}
	u, err := s.change(r.Context(), func(w store.Writer) (*scimUser, error) { return s.newUser(w, user) })
	if err != nil {
		return answer{}, err
	}
	return s.answer(r, u, http.StatusCreated)
}

func (s *scimServer) get(r *http.Request) (answer, error) {
	var u *scimUser
	if err := s.Store.View(r.Context(), func(tx store.Reader) (err error) {
		u, err = s.load(tx, r.PathValue("id"))
		return err
	}); err != nil {
		return answer{}, err
	}
	if v := r.Header.Get("If-None-Match"); v != "" && (v == "*" || listsVersion(v, u.version())) {
		return answer{status: http.StatusNotModified, version: u.version()}, nil
	}
	if err := look(r.Context(), u.ID, 1); err != nil {
		return answer{}, err
	}
	return s.answer(r, u, http.StatusOK)
}

// replace takes in all of a person anew.
func (s *scimServer) replace(r *http.Request) (answer, error) {
	var in object
	if err := read(r, &in); err != nil {
		return answer{}, err
	}
	user, err := keepUser(in)
	if err != nil {
		return answer{}, err
	}
	return s.edit(r, func(object) (object, error) { return user, nil })
}

// patch takes in changes of a person.
func (s *scimServer) patch(r *http.Request) (answer, error) {
	var in struct {
		Schemas    []string    `json:"schemas"`
		Operations []operation `json:"Operations,case:ignore"`
	}
	if err := read(r, &in); err != nil {
		return answer{}, err
	}
	if len(in.Schemas) > 0 && !strings.EqualFold(in.Schemas[0], scimPatchURN) {
		return answer{}, refuse(http.StatusBadRequest, "invalidSyntax", "the request is no PatchOp")
	}
	return s.edit(r, func(user object) (object, error) { return patch(user, in.Operations) })
}

// edit changes a user, unless the request expects another version.
func (s *scimServer) edit(r *http.Request, f func(object) (object, error)) (answer, error) {
	if _, err := chosenBy(r); err != nil { // before anything is changed
		return answer{}, err
	}
	u, err := s.change(r.Context(), func(w store.Writer) (*scimUser, error) {
		u, err := s.expected(w, r)
		if err != nil {
			return nil, err
		}
		next, err := f(u.User)
		if err != nil {
			return nil, err
		}
		return u, s.update(w, u, next)
	})
	if err != nil {
		return answer{}, err
	}
	return s.answer(r, u, http.StatusOK)
}

// remove takes in that a person left and is forgotten by the provider.
func (s *scimServer) remove(r *http.Request) (answer, error) {
	_, err := s.change(r.Context(), func(w store.Writer) (*scimUser, error) {
		u, err := s.expected(w, r)
		if err != nil {
			return nil, err
		}
		return u, s.retire(w, u)
	})
	return answer{status: http.StatusNoContent}, err
}

// expected loads the user of a request, which must be at the version that the
// request names, if it names one.
func (s *scimServer) expected(w store.Writer, r *http.Request) (*scimUser, error) {
	u, err := s.load(w, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if v := r.Header.Get("If-Match"); v != "" && v != "*" && !listsVersion(v, u.version()) {
		return nil, store.ErrConflict
	}
	return u, nil
}

// listsVersion reports whether a header lists a version, weak or strong.
func listsVersion(header, version string) bool {
	for v := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(v), "W/") == strings.TrimPrefix(version, "W/") {
			return true
		}
	}
	return false
}

// answer is one user, with those attributes that the request asks for.
func (s *scimServer) answer(r *http.Request, u *scimUser, status int) (answer, error) {
	part, err := chosenBy(r)
	if err != nil {
		return answer{}, err
	}
	return answer{status, part.of(s.shown(u)), u.version(), s.location("Users", u.ID)}, nil
}

func (s *scimServer) noGroups(*http.Request) (answer, error) {
	return answer{status: http.StatusOK, body: listOf([]any{}, 0, 1)}, nil
}

func (s *scimServer) location(kind, id string) string {
	return fmt.Sprintf("%s/scim/v2/%s/%s", strings.TrimRight(s.Address, "/"), kind, id)
}
