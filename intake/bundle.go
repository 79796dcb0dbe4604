// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"daylight/pipeline"
	"daylight/record"
	"daylight/store"
)

// bundle is what reading some inputs yielded, on its way into the store.
type bundle struct {
	st      store.Store
	now     time.Time
	inHand  *inHand // the inputs; nil where none is finished
	files   []*readFile
	dropped []store.Job
	// profiles by their keys; size is what they hold, in bytes.
	profiles map[string]*keptAccount
	size     int
	numbers  map[uint32]bool
	changed  bool
}

// maxBundle is how much activity is held before it is written, bytes.
const maxBundle = 32 << 20

// rowsAtOnce is how many rows one transaction writes.
const rowsAtOnce = 400

// readFile is one input as read.
type readFile struct {
	job      store.Job
	arrival  arrival
	at       time.Time
	group    string
	material *pipeline.Material
	accounts map[string]int
	erased   int
	asked    *asked    // who was told
	waits    waits     // for whom something of it is held back
	unread   int       // events of people who were erased
	lost     bool      // some of what came does not open any longer
	original *received // of a document
}

func newBundle(st store.Store, now time.Time, h *inHand) *bundle {
	return &bundle{st: st, now: now, inHand: h, profiles: map[string]*keptAccount{}, numbers: map[uint32]bool{}}
}

func (b *bundle) add(f *readFile)    { b.files = append(b.files, f) }
func (b *bundle) drop(job store.Job) { b.dropped = append(b.dropped, job) }

// addAccounts joins folded activity of a file into the bundle.
func (b *bundle) addAccounts(ctx context.Context, f *readFile, group string, accounts []pipeline.Account) error {
	keys := make([][2]string, len(accounts))
	err := b.st.View(ctx, func(r store.Reader) error {
		for i, a := range accounts {
			keys[i][0] = accountKey(r, a)
			keys[i][1] = profileKey(r, keys[i][0], group)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, a := range accounts {
		f.accounts[keys[i][0]] += a.Events
		p := b.profiles[keys[i][1]]
		if p == nil {
			p = &keptAccount{Account: a, Key: keys[i][0], Group: group}
			p.Events = 0
			b.profiles[keys[i][1]] = p
			if a.Profile != nil {
				b.size += a.Profile.Size()
			}
			continue
		}
		before := 0
		if p.Profile != nil {
			before = p.Profile.Size()
		}
		joinAccount(p, a)
		if p.Profile != nil {
			b.size += p.Profile.Size() - before
		}
	}
	return nil
}

// write keeps everything. Each transaction is whole by itself, and what each does
// may be done again; the inputs are finished in the last one.
func (b *bundle) write(ctx context.Context) error {
	if err := b.writeProfiles(ctx); err != nil {
		return err
	}
	for _, f := range b.files {
		if err := b.writeRecords(ctx, f); err != nil {
			return err
		}
		if err := b.writeDocument(ctx, f); err != nil {
			return err
		}
	}
	jobs := slices.Clone(b.dropped)
	for _, f := range b.files {
		jobs = append(jobs, f.job)
	}
	err := b.inHand.finish(ctx, jobs, func(w store.Writer) error {
		for _, f := range b.files {
			if err := b.finish(w, f); err != nil {
				return err
			}
		}
		for _, job := range b.dropped {
			if err := w.Delete(store.Received, job.Key); err != nil {
				return err
			}
			if err := w.Finish(job); err != nil {
				return err
			}
		}
		if b.changed || len(b.files) > 0 {
			return w.Enqueue(store.Dirty, store.Everybody, b.now)
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.files, b.dropped = nil, nil
	return nil
}

// writeProfiles joins the bundle's activity into what is kept.
func (b *bundle) writeProfiles(ctx context.Context) error {
	keys := slices.Sorted(maps.Keys(b.profiles))
	for part := range slices.Chunk(keys, rowsAtOnce) {
		err := b.st.Update(ctx, func(w store.Writer) error {
			for _, key := range part {
				if err := b.putProfile(w, key, b.profiles[key]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.changed = b.changed || len(keys) > 0
	clear(b.profiles)
	b.size = 0
	return nil
}

func (b *bundle) putProfile(w store.Writer, key string, a *keptAccount) error {
	holder := accountHolder(a.Key)
	row, err := w.Get(store.Profiles, key)
	for errors.Is(err, store.ErrCorrupt) {
		key += " again" // what does not open is kept as it is, and the account goes on beside it
		row, err = w.Get(store.Profiles, key)
	}
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
		gone, err := w.Erased(holder)
		if err != nil || gone {
			return err // the account is of somebody who was erased
		}
	case err != nil:
		return fmt.Errorf("read a profile: %w", err)
	default:
		old, err := decodeProfile(key, row.Body)
		if err != nil {
			return err
		}
		// The bundle's own stays as it is: the transaction may be run again.
		joinAccount(&old, a.Account)
		a = &old
	}
	body, err := encodeProfile(*a, b.now)
	if err != nil {
		return err
	}
	return w.Put(store.Profiles, store.Row{
		Key: key, Version: row.Version, Holder: holder, Body: body, Ints: map[string]int64{"last": a.Newest},
	})
}

// writeRecords keeps the records of a file, each once.
func (b *bundle) writeRecords(ctx context.Context, f *readFile) error {
	f.erased = 0
	for part := range slices.Chunk(f.material.Records, rowsAtOnce) {
		erased := 0
		err := b.st.Update(ctx, func(w store.Writer) error {
			erased = 0
			for i := range part {
				kept := recordBody{Record: part[i]}
				gone, err := erasedRecord(w, kept)
				if err != nil {
					return err
				}
				if gone {
					erased++
					continue
				}
				if err := putRecord(w, f, kept); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		f.erased += erased
	}
	return nil
}

// erasedRecord reports whether a record is of somebody who was erased.
func erasedRecord(r store.Reader, b recordBody) (bool, error) {
	for _, holder := range append(contactHolders(r, b.Record), recordHolder(r, b.Record)) {
		if gone, err := r.Erased(holder); err != nil || gone {
			return gone, err
		}
	}
	return false, nil
}

func putRecord(w store.Writer, f *readFile, b recordBody) error {
	b.join([]record.Origin{b.Record.Origin})
	row, err := w.Get(store.Records, string(b.Record.ID))
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrCorrupt):
		row = store.Row{
			Key: string(b.Record.ID), Version: row.Version, Holder: recordHolder(w, b.Record),
			Text: map[string]string{"kind": string(b.Record.Body.Kind()), "file": f.job.Key},
			Ints: map[string]int64{"at": millis(b.Record.At)},
		}
	case err != nil:
		return err
	default:
		old, err := decodeRecord(row.Body)
		if err != nil {
			return err
		}
		before := slices.Clone(old.Places)
		old.join(b.Places)
		if slices.Equal(old.Places, before) {
			return nil // it was read there already, or the places are as many as are kept
		}
		b = old
	}
	if row.Body, err = json.Marshal(b); err != nil {
		return fmt.Errorf("keep a record: %w", err)
	}
	return w.Put(store.Records, row)
}

// millis is a time in a plain column, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// writeDocument keeps a document and its original. Of the copy of an identity
// document there is no original.
func (b *bundle) writeDocument(ctx context.Context, f *readFile) error {
	d := f.material.Document
	if d == nil {
		return nil
	}
	var original []byte
	if f.original != nil {
		var err error
		if original, err = fs.ReadFile(f.original, f.arrival.Path); err != nil {
			return fmt.Errorf("keep a document: %w", err)
		}
	}
	body, err := encodeDocument(d, original)
	if err != nil {
		return err
	}
	holder := documentHolder(f.job.Key)
	return b.st.Update(ctx, func(w store.Writer) error {
		if gone, err := w.Erased(holder); err != nil || gone {
			return err
		}
		return w.Put(store.Documents, store.Row{
			Key: f.job.Key, Holder: holder, Body: body,
			Text: map[string]string{"digest": d.Digest, "file": f.job.Key}, Ints: map[string]int64{"at": f.at.UnixMilli()},
		})
	})
}

// finish writes the row of a file and takes the input off the inbox.
func (b *bundle) finish(w store.Writer, f *readFile) error {
	m := f.material
	body := fileBody{
		Input: m.Input, Skipped: m.Skipped, Unread: m.Unread, Late: m.Late, Attachable: m.Attachable,
		Number: m.Number, Unit: m.Unit, Group: f.group,
		Erased: f.erased + f.unread, Source: f.arrival.Source, Size: f.arrival.Size,
		Held: f.waits.Events, HeldPeople: len(f.waits.People),
	}
	// What is somebody's who was erased is not kept, not even unread: the rest may come
	// again once its notices are recorded.
	body.Lapsed = f.lost || f.waits.Events > 0 && f.unread > 0
	holder := ""
	if m.Document != nil || m.Unit == "" && len(m.Records)+len(m.Listed)+len(m.Sanctions) == 0 && m.Database == nil {
		holder = documentHolder(f.job.Key) // its name may be a person's
	}
	more, err := fileBulk{f.accounts, m.Listed, m.Sanctions}.encode()
	if err != nil {
		return err
	}
	parts, err := putParts(w, f.job.Key, m.Database, more)
	if err != nil {
		return err
	}
	body.Database, body.Bulk = parts[0], parts[1]
	if body.Erased > 0 {
		body.Input.Notes = append(slices.Clone(body.Input.Notes), fmt.Sprintf("%d of its records are of people who were erased and were not kept", body.Erased))
	}
	gone := false
	if holder != "" {
		if gone, err = w.Erased(holder); err != nil {
			return err
		}
	}
	if !gone {
		data, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("keep a file: %w", err)
		}
		if err := w.Put(store.Files, store.Row{
			Key: f.job.Key, Holder: holder, Body: data,
			Text: map[string]string{"source": f.arrival.Source, "format": m.Input.Format},
			Ints: map[string]int64{"at": f.at.UnixMilli(), "number": int64(m.Number), "sent": sent(m.Input.Format)},
		}); err != nil {
			return err
		}
	}
	if f.waits.Events > 0 && !body.Lapsed {
		if err := hold(w, f, b.now); err != nil {
			return err
		}
		return w.Finish(f.job)
	}
	if err := removeParts(w, f.arrival.Upload, f.arrival.Parts); err != nil {
		return err
	}
	if err := w.Delete(store.Received, f.job.Key); err != nil {
		return err
	}
	return w.Finish(f.job)
}

// sent is 1 for the format of a document, as people send in one each.
func sent(format string) int64 {
	if slices.Contains([]string{"pdf", "docx", "text", "html", "markdown", "json_resume"}, format) {
		return 1
	}
	return 0
}
