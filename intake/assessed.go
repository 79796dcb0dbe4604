// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"daylight/casework"
	"daylight/pipeline"
	"daylight/record"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// Holder names the key that a person's assessment and face are sealed under.
func Holder(handle string) string { return "s:" + handle }

// Opener keeps the cases, and is told of everyone whose assessment may have changed, in
// the transaction that writes it. now is when.
type Opener interface {
	// Open opens the case of somebody who reaches escalate, or brings it up to date.
	Open(w store.Writer, handle string, s *report.Subject, now time.Time) error
	// Renew brings the cases up to date that people have not settled, and opens none.
	Renew(w store.Writer, handle string, s *report.Subject, now time.Time) error
}

// telling is the weight from which a family is named in the queue, centibans.
const telling record.Weight = 30

// batch is how many people one transaction writes, so that others wait for none
// of them long.
const batch = 100

// everybody is all people on their way into the store.
type everybody struct {
	who   []pipeline.Person // by name, which is the handle
	rings []report.Ring
	// each hands everybody on, some at a time, by handle, and returns what counsel has
	// to see.
	each func(func([]person) error) ([]report.Concern, error)
}

// Load writes everyone in a result whose people have the names of [Handles], and
// their rings. Only what changed is written, in transactions of bounded size, and
// who has gone is removed. opener may be nil.
func Load(ctx context.Context, st store.Store, res *pipeline.Result, rep *report.Report, opener Opener, log *slog.Logger, now time.Time) error {
	shown := map[string]*report.Subject{}
	for _, s := range rep.Subjects {
		shown[s.ID] = s
	}
	all := everybody{rings: rep.Rings}
	people := make([]person, 0, len(res.Subjects))
	for _, s := range res.Subjects {
		sub := shown[string(s.View.Subject)]
		if sub == nil {
			return errors.New("write assessments: the report lacks a person of the result")
		}
		people = append(people, person{handle: sub.ID, of: s, subject: sub})
	}
	slices.SortFunc(people, func(a, b person) int { return cmp.Compare(a.handle, b.handle) })
	for _, p := range people {
		all.who = append(all.who, pipeline.Person{Name: p.of.View.Subject, ID: p.of.ID, Aliases: p.of.Aliases})
	}
	all.each = func(f func([]person) error) ([]report.Concern, error) { return rep.Compliance, f(people) }
	return newAssessed(st, opener, log).write(ctx, all, now)
}

// assessed writes assessments and remembers what it wrote: nobody else writes them.
type assessed struct {
	st     store.Store
	opener Opener
	log    *slog.Logger
	known  map[string]sum // by handle: all that is written of a person, but for the instant
	aside  asidePeople
}

// sum stands for what was written.
type sum = [sha256.Size]byte

func newAssessed(st store.Store, opener Opener, log *slog.Logger) *assessed {
	return &assessed{st: st, opener: opener, log: log, known: map[string]sum{}}
}

// person is one assessed person on the way into the store.
type person struct {
	handle  string
	of      *pipeline.Subject
	subject *report.Subject
	ring    string
	holders []string // of what the assessment rests on

	timeless, face []byte // encoded, the assessment without its instant
	last, left     int64
	sum            sum
}

// encode fills in what is written of a person.
func (p *person) encode(now time.Time) error {
	sub := p.shown()
	sub.Assessment.AsOf = time.Time{}
	var err error
	if p.timeless, err = report.EncodeDossier(&sub); err != nil {
		return err
	}
	if p.face, err = json.Marshal(faceOf(p.of)); err != nil {
		return fmt.Errorf("encode a face: %w", err)
	}
	p.last, p.left = lastDay(p.of.View, now), leftDay(p.of.View)
	all := sha256.New()
	for _, part := range [][]byte{p.timeless, p.face, []byte(p.of.ID), []byte(strings.Join(p.holders, " ")), fmt.Append(nil, p.last, p.left)} {
		_, _ = all.Write(binary.AppendUvarint(nil, uint64(len(part))))
		_, _ = all.Write(part) // a hash does not fail
	}
	all.Sum(p.sum[:0])
	return nil
}

// shown is the assessment as it is kept: ids are part of the face.
func (p *person) shown() report.Subject {
	sub := *p.subject
	sub.Aliases, sub.Ring = nil, p.ring
	return sub
}

// write brings the rows of people, faces and rings to what was found.
func (a *assessed) write(ctx context.Context, all everybody, now time.Time) error {
	rings := ringKeys(all.rings)
	gone, err := a.gone(ctx, all.who)
	if err != nil {
		return fmt.Errorf("write assessments: %w", err)
	}
	answers := Answers{At: now.UTC(), Indicators: map[string]Count{}}
	concerns, err := all.each(func(some []person) error {
		for i := range some {
			p := &some[i]
			p.ring = rings[p.subject.Ring]
			a.aside.add(p.handle, p.holders)
			answers.add(p.subject)
		}
		return a.writePeople(ctx, some, gone, now)
	})
	if err != nil {
		return fmt.Errorf("write assessments: %w", err)
	}
	if err := a.writeRings(ctx, all.rings, rings, now); err != nil {
		return err
	}
	if err := a.writeConcerns(ctx, concerns, now); err != nil {
		return err
	}
	if err := a.writeAnswers(ctx, answers); err != nil {
		return err
	}
	return a.retire(ctx, all.who, gone, now)
}

// writePeople writes those who are not as they were last written. It encodes on all
// cores.
func (a *assessed) writePeople(ctx context.Context, people []person, gone map[string]string, now time.Time) error {
	var encoding errgroup.Group
	encoding.SetLimit(runtime.GOMAXPROCS(0))
	for i := range people {
		encoding.Go(func() error { return people[i].encode(now) })
	}
	if err := encoding.Wait(); err != nil {
		return err
	}
	changed, err := a.changed(ctx, people, gone)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(changed, batch) {
		if err := a.st.Update(ctx, func(w store.Writer) error {
			for _, p := range some {
				if err := a.takeIn(w, p, gone, now); err != nil {
					return err
				}
				if err := a.put(w, p, now); err != nil {
					return err
				}
				if err := a.keepCases(ctx, w, p.handle, p.shown(), now); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		for _, p := range some {
			a.known[p.handle] = p.sum
		}
	}
	return nil
}

// changed are those who are not as they were last written, or whom somebody turned
// out to be. Nobody is among them who keeps the assessment that they had.
func (a *assessed) changed(ctx context.Context, people []person, gone map[string]string) ([]*person, error) {
	var out []*person
	err := a.st.View(ctx, func(r store.Reader) error {
		out = nil
		for i := range people {
			p := &people[i]
			joined := slices.ContainsFunc(p.of.Aliases, func(alias string) bool {
				_, ok := gone[sourceHash(r, record.SubjectID(alias))]
				return ok
			})
			if !a.aside.people[p.handle] && (joined || a.known[p.handle] != p.sum) {
				out = append(out, p)
			}
		}
		return nil
	})
	return out, err
}

// put writes one person's rows if they changed.
func (a *assessed) put(w store.Writer, p *person, now time.Time) error {
	gone, err := w.Erased(Holder(p.handle))
	if err != nil || gone {
		return err // who was erased is not written again
	}
	if err := putChanged(w, store.Faces, store.Row{Key: p.handle, Holder: Holder(p.handle), Body: p.face}); err != nil {
		return err
	}
	if err := putContacts(w, p); err != nil {
		return err
	}
	if err := putHolders(w, p.handle, p.holders); err != nil {
		return err
	}
	old, err := w.Get(store.Subjects, p.handle)
	switch {
	case errors.Is(err, store.ErrNotFound):
		old = store.Row{}
	case err != nil && !errors.Is(err, store.ErrCorrupt): // what cannot be read is written anew
		return err
	}
	sub := p.shown()
	row := store.Row{
		Key: p.handle, Version: old.Version, Holder: Holder(p.handle),
		Text: map[string]string{
			"source_hash": sourceHash(w, p.of.ID), "stage": string(sub.Stage), "state": string(sub.State),
			"families": families(sub.Assessment), "ring": p.ring, "merged": "",
		},
		Ints: map[string]int64{
			"weight":      int64(sub.Assessment.Total - sub.Assessment.Prior),
			"probability": int64(math.Round(sub.Probability * 1e4)),
			"since":       now.UnixMilli(), "assessed": now.UnixMilli(),
		},
	}
	if old.Text["merged"] != "" {
		if err := casework.MoveBack(w, p.handle, now); err != nil {
			return err
		}
	}
	if old.Text["state"] == string(sub.State) && old.Text["merged"] == "" {
		row.Ints["since"] = old.Ints["since"]
	}
	why, from := ruleOf(sub.Stage, sub.State, cmp.Or(p.last, row.Ints["since"]), p.left)
	row.Text["rule"], row.Ints["from"] = string(why), from
	same := old.Text["rule"] == string(why) && old.Ints["from"] == from
	if old.Key != "" && old.Text["merged"] == "" && same && bytes.Equal(p.timeless, timeless(old)) {
		return nil
	}
	if row.Body, err = report.EncodeDossier(&sub); err != nil {
		return err
	}
	return w.Put(store.Subjects, row)
}

// keepCases opens the case of somebody who reaches escalate. Of everybody else, it
// brings up to date what people work on: they decide on what is known, whatever that
// asks for. It is done though the assessment's row was as it is: whoever was joined
// with this person, or whose case did not open, may have brought an older one.
func (a *assessed) keepCases(ctx context.Context, w store.Writer, handle string, sub report.Subject, now time.Time) error {
	if a.opener == nil {
		return nil
	}
	gone, err := w.Erased(Holder(handle))
	if err != nil || gone {
		return err
	}
	keep := a.opener.Renew
	if sub.State == weigh.Escalate {
		keep = a.opener.Open
	}
	err = keep(w, handle, &sub, now)
	if errors.Is(err, store.ErrCorrupt) {
		// What does not open is not the end of everybody's assessment.
		a.log.WarnContext(ctx, "a case is not brought up to date: a row is damaged", slog.String("person", handle), slog.Any("error", err))
		return nil
	}
	return err
}

// timeless is a row's body without its instant.
func timeless(old store.Row) []byte {
	sub, err := report.DecodeDossier(old.Body)
	if err != nil {
		return nil // of another version: it is written anew
	}
	sub.Assessment.AsOf = time.Time{}
	body, err := report.EncodeDossier(sub)
	if err != nil {
		return nil
	}
	return body
}

// families names those that speak for a mismatch, in the order of the assessment.
func families(a weigh.Assessment) string {
	var names []string
	for _, f := range a.Families {
		if f.Sum() >= telling {
			names = append(names, string(f.Family))
		}
	}
	return strings.Join(names, ",")
}

// putChanged writes a row without plain columns if its body is another.
func putChanged(w store.Writer, c store.Collection, row store.Row) error {
	old, err := w.Get(c, row.Key)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrCorrupt):
	case err != nil:
		return err
	case bytes.Equal(old.Body, row.Body):
		return nil
	}
	row.Version = old.Version
	return w.Put(c, row)
}

// ringKeys names each ring after the smallest handle in it, so that a
// ring keeps its name when others come and go. "" is no ring.
func ringKeys(rings []report.Ring) map[string]string {
	keys := map[string]string{"": ""}
	for _, r := range rings {
		if len(r.Subjects) > 0 {
			keys[r.ID] = "ring-" + strings.TrimPrefix(slices.Min(r.Subjects), "p-")
		}
	}
	return keys
}

// writeRings writes the rings that changed and removes those that are gone.
func (a *assessed) writeRings(ctx context.Context, rings []report.Ring, keys map[string]string, now time.Time) error {
	there := map[string]bool{}
	for _, ring := range rings {
		key := keys[ring.ID]
		there[key] = true
		ring.ID = key
		body, err := report.EncodeRing(ring)
		if err != nil {
			return err
		}
		row := store.Row{
			Key: key, Body: body,
			Ints: map[string]int64{"size": int64(len(ring.Subjects)), "assessed": now.UnixMilli()},
		}
		if err := a.st.Update(ctx, func(w store.Writer) error { return putChanged(w, store.Rings, row) }); err != nil {
			return fmt.Errorf("write a ring: %w", err)
		}
	}
	return a.remove(ctx, store.Rings, func(key string) bool { return !there[key] })
}

// remove deletes the rows whose keys are picked.
func (a *assessed) remove(ctx context.Context, c store.Collection, picked func(key string) bool) error {
	err := a.st.Update(ctx, func(w store.Writer) error {
		var gone []string
		for row, err := range w.Find(c, store.Query{Bare: true}) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			if picked(row.Key) {
				gone = append(gone, row.Key)
			}
		}
		for _, key := range gone {
			if err := w.Delete(c, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove rows: %w", err)
	}
	return nil
}
