// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/audit"
	"daylight/detect"
	"daylight/store"
	"daylight/weigh"
)

// What a change of the policy refuses, for callers to tell apart.
var (
	// ErrSecond is returned to whoever proposed a policy and adopts it: another human
	// being has to.
	ErrSecond = errors.New("another person has to adopt what one proposed")
	// ErrState is returned where a policy is not proposed, or is in force already.
	ErrState = errors.New("the policy does not stand there")
	// ErrVersion is returned for a version that another policy has.
	ErrVersion = errors.New("another policy has this version")
	// ErrReason is returned where a reason in writing is missing.
	ErrReason = errors.New("a reason in writing is missing")
	// ErrCompare is returned where nobody has seen what the policy would change of what
	// is in force now.
	ErrCompare = errors.New("it was not compared with the policy in force")
	// ErrDamaged is returned with [store.ErrCorrupt] where the row of the policy in force
	// does not open: nobody is assessed before another one is adopted.
	ErrDamaged = errors.New("the policy in force is damaged")
)

// State is where a policy stands.
type State string

// The states.
const (
	Proposed  State = "proposed"
	InForce   State = "in-force"
	Past      State = "past"
	Withdrawn State = "withdrawn"
)

// MaxFile is how long a policy file may be, in bytes.
const MaxFile = 256 << 10

// maxReason is how long a reason may be, in bytes; minReason in letters.
const (
	maxReason = 2000
	minReason = 20
)

// Who proposes or adopts.
type Who struct {
	Account string `json:"account"`
	// Person, Shown and Hands say whose the account is: see [audit.Human].
	Person string   `json:"person,omitempty"`
	Shown  string   `json:"shown,omitempty"`
	Hands  []string `json:"hands,omitempty"`
}

// same reports whether two are, or may be, one human being.
func (a Who) same(b Who) bool {
	return audit.Human{Account: a.Account, Person: a.Person, Shown: a.Shown, Hands: a.Hands}.
		Same(audit.Human{Account: b.Account, Person: b.Person, Shown: b.Shown, Hands: b.Hands})
}

// Second reports whether somebody may adopt what is proposed.
func (k Kept) Second(who Who) bool { return k.State == Proposed && !k.By.same(who) }

// Kept is a policy in a store.
type Kept struct {
	Key     string    `json:"-"` // the digest of the file, 64 hex digits
	State   State     `json:"-"`
	Version string    `json:"version"`
	File    []byte    `json:"file"` // as it was proposed
	Reason  string    `json:"reason"`
	By      Who       `json:"by"` // who proposed it last
	At      time.Time `json:"at"` // when
	// Terms are the times for which it was in force.
	Terms []Term `json:"terms,omitempty"`
	// Compared is what it would change, as last computed; nil before.
	Compared *Comparison `json:"compared,omitempty"`

	// Damaged: the row does not open, or did not when another took its place, and nothing
	// is known but its key and state.
	Damaged bool `json:"damaged,omitempty"`

	row int64 // version of the row
}

// Term is a time for which a policy was in force.
type Term struct {
	ProposedBy Who       `json:"proposed_by"`
	AdoptedBy  Who       `json:"adopted_by"`
	From       time.Time `json:"from"`
	Until      time.Time `json:"until,omitzero"` // the zero time: it is in force
}

// Read returns what the policy says, checked against a catalogue.
func (k Kept) Read(catalog []*detect.Indicator) (File, weigh.Policy, error) {
	f, err := Decode(k.File)
	if err != nil {
		return f, weigh.Policy{}, fmt.Errorf("policy %s: %w", k.Version, err)
	}
	p, err := f.Compile(catalog)
	if err != nil {
		return f, p, fmt.Errorf("policy %s:\n%w", k.Version, err)
	}
	return f, p, nil
}

// Propose keeps a policy that somebody proposes. The file is read as strictly as one
// that is named in the configuration, and every problem is returned at once. One that
// was in force before, or was withdrawn, may be proposed again.
func Propose(w store.Writer, catalog []*detect.Indicator, data []byte, reason string, by Who, now time.Time) (Kept, error) {
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) < minReason || len(reason) > maxReason {
		return Kept{}, fmt.Errorf("propose a policy: %w: it takes a sentence", ErrReason)
	}
	if len(data) > MaxFile {
		return Kept{}, fmt.Errorf("propose a policy: it is larger than %d KiB", MaxFile>>10)
	}
	sum := sha256.Sum256(data)
	k := Kept{Key: hex.EncodeToString(sum[:]), File: data}
	f, err := Decode(data)
	if err == nil {
		_, err = f.Compile(catalog)
	}
	if err != nil {
		return Kept{}, fmt.Errorf("propose a policy: %w", err)
	}
	all, err := List(w)
	if err != nil {
		return Kept{}, err
	}
	for _, old := range all {
		switch {
		case old.Key == k.Key && (old.State == Proposed || old.State == InForce):
			return old, fmt.Errorf("propose a policy: %w: it is %s", ErrState, old.State)
		case old.Key == k.Key:
			k = old
			k.File, k.Damaged = data, false
		case old.Version == f.Version && old.State != Withdrawn:
			return Kept{}, fmt.Errorf("propose a policy: %w: %s", ErrVersion, f.Version)
		}
	}
	k.State, k.Version, k.Reason, k.By, k.At, k.Compared = Proposed, f.Version, reason, by, now.UTC(), nil
	if err := k.put(w); err != nil {
		return Kept{}, err
	}
	return k, k.note(w, "propose", by, now)
}

// Adopt puts a proposed policy in force in place of the one that is, and has everybody
// assessed again.
func Adopt(w store.Writer, catalog []*detect.Indicator, key string, by Who, now time.Time) error {
	k, err := Get(w, key)
	if err != nil {
		return err
	}
	if k.State != Proposed {
		return fmt.Errorf("adopt a policy: %w: it is %s", ErrState, k.State)
	}
	if k.By.same(by) {
		return fmt.Errorf("adopt a policy: %w", ErrSecond)
	}
	if _, _, err := k.Read(catalog); err != nil {
		return fmt.Errorf("adopt a policy: %w", err)
	}
	before, err := Current(w)
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, ErrDamaged) {
		return err
	}
	if k.Compared == nil || k.Compared.With != before.Key {
		return fmt.Errorf("adopt a policy: %w", ErrCompare)
	}
	if before.Key != "" {
		before.State = Past
		if n := len(before.Terms); n > 0 {
			before.Terms[n-1].Until = now.UTC()
		}
		if err := before.put(w); err != nil {
			return err
		}
	}
	k.State, k.Terms = InForce, append(k.Terms, Term{ProposedBy: k.By, AdoptedBy: by, From: now.UTC()})
	if err := k.put(w); err != nil {
		return err
	}
	if err := k.note(w, "adopt", by, now); err != nil {
		return err
	}
	if err := w.Enqueue(store.Dirty, store.Everybody, now); err != nil {
		return fmt.Errorf("adopt a policy: %w", err)
	}
	return nil
}

// Withdraw takes a proposal back. Whoever may propose or adopt may do so.
func Withdraw(w store.Writer, key string, by Who, now time.Time) error {
	k, err := Get(w, key)
	if err != nil {
		return err
	}
	if k.State != Proposed {
		return fmt.Errorf("withdraw a policy: %w: it is %s", ErrState, k.State)
	}
	k.State = Withdrawn
	if len(k.Terms) > 0 {
		k.State = Past
	}
	if err := k.put(w); err != nil {
		return err
	}
	return k.note(w, "withdraw", by, now)
}

// Keep writes down what a proposed policy would change.
func Keep(w store.Writer, key string, c Comparison) error {
	k, err := Get(w, key)
	if err != nil {
		return err
	}
	if k.State != Proposed {
		return fmt.Errorf("keep a comparison: %w: it is %s", ErrState, k.State)
	}
	k.Compared = &c
	return k.put(w)
}

// Current is the policy in force; [store.ErrNotFound] where none was ever adopted, and
// that of the configuration is. It fails with [ErrDamaged] where it does not open; its key
// is returned then, and that of the configuration is not in force in its place.
func Current(r store.Reader) (Kept, error) {
	q := store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: string(InForce)}}}
	for row, err := range r.Find(store.Policies, q) {
		if errors.Is(err, store.ErrCorrupt) {
			return Kept{Key: row.Key, State: InForce, At: time.UnixMilli(row.Ints["at"]).UTC(), Damaged: true}, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if err != nil {
			return Kept{}, fmt.Errorf("read the policy in force: %w", err)
		}
		return decode(row)
	}
	return Kept{}, fmt.Errorf("read the policy in force: %w", store.ErrNotFound)
}

// Rule returns the policy by which people are assessed: the one in force, or that of
// the configuration where none was ever adopted.
func Rule(r store.Reader, catalog []*detect.Indicator, configured weigh.Policy) (weigh.Policy, error) {
	k, err := Current(r)
	if errors.Is(err, store.ErrNotFound) {
		return configured, nil
	}
	if err != nil {
		return weigh.Policy{}, err
	}
	_, p, err := k.Read(catalog)
	return p, err
}

// Get returns a policy by its key.
func Get(r store.Reader, key string) (Kept, error) {
	row, err := r.Get(store.Policies, key)
	if err != nil {
		return Kept{}, fmt.Errorf("read a policy: %w", err)
	}
	return decode(row)
}

// List returns every policy, the newest first.
func List(r store.Reader) ([]Kept, error) {
	var out []Kept
	for row, err := range r.Find(store.Policies, store.Query{By: "at", Desc: true}) {
		if errors.Is(err, store.ErrCorrupt) {
			out = append(out, Kept{Key: row.Key, State: State(row.Text["state"]), At: time.UnixMilli(row.Ints["at"]).UTC(), Damaged: true})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list the policies: %w", err)
		}
		k, err := decode(row)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	slices.SortStableFunc(out, func(a, b Kept) int { return cmp.Or(b.changed().Compare(a.changed()), cmp.Compare(a.Key, b.Key)) })
	return out, nil
}

// changed is when the policy was last proposed or adopted.
func (k Kept) changed() time.Time {
	if n := len(k.Terms); n > 0 && k.Terms[n-1].From.After(k.At) {
		return k.Terms[n-1].From
	}
	return k.At
}

func decode(row store.Row) (Kept, error) {
	k := Kept{Key: row.Key, State: State(row.Text["state"]), row: row.Version}
	if err := json.Unmarshal(row.Body, &k); err != nil {
		return k, fmt.Errorf("read a policy: %w", err)
	}
	return k, nil
}

func (k Kept) put(w store.Writer) error {
	body, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keep a policy: %w", err)
	}
	if err := w.Put(store.Policies, store.Row{
		Key: k.Key, Version: k.row, Body: body, Text: map[string]string{"state": string(k.State)}, Ints: map[string]int64{"at": k.At.UnixMilli()},
	}); err != nil {
		return fmt.Errorf("keep a policy: %w", err)
	}
	return nil
}

// note records a change.
func (k Kept) note(w store.Writer, change string, by Who, now time.Time) error {
	return audit.Append(w, audit.Entry{
		At: now, Actor: by.Account, Act: "config.change", Object: "policy",
		Detail: map[string]string{"changed": change, "version": k.Version, "digest": k.Key},
	})
}
