// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"daylight/store"
)

// sealedDetail is the detail of an entry that holds the hash of what was sealed.
const sealedDetail = "sealed"

// about is the body of a row of [store.Details]: what an entry says of a person.
type about struct {
	// Salt keeps the hash in the log from telling, by trial, what it is the hash of
	// once the person's key is destroyed.
	Salt   string            `json:"salt"`
	Act    string            `json:"act,omitempty"`
	Detail map[string]string `json:"detail,omitempty"`
}

// AppendAbout adds an entry of which the log, which nobody can edit, must not hold
// everything for good: act and detail, what was done in truth and what was thought of
// a person, are sealed under the person's key, and the log holds a salted hash of them.
// [Open] gives them back until the key is destroyed. act may be "": it is that of the
// entry. Of somebody who was erased, nothing more than the entry is kept.
func AppendAbout(w store.Writer, e Entry, holder, act string, detail map[string]string) error {
	full := e
	full.Detail = detail
	if act != "" {
		full.Act = act
	}
	if err := full.check(); err != nil {
		return err
	}
	gone, err := w.Erased(holder)
	if err != nil {
		return fmt.Errorf("append to the audit log: %w", err)
	}
	if gone || act == "" && len(detail) == 0 {
		return Append(w, e)
	}
	number, err := w.Length(store.Audit)
	if err != nil {
		return fmt.Errorf("append to the audit log: %w", err)
	}
	body, err := json.Marshal(about{Salt: rand.Text(), Act: act, Detail: detail})
	if err != nil {
		return fmt.Errorf("append to the audit log: %w", err)
	}
	if err := w.Put(store.Details, store.Row{Key: strconv.FormatInt(number, 10), Holder: holder, Body: body}); err != nil {
		return fmt.Errorf("seal the details of audit entry %d: %w", number, err)
	}
	e.Detail = maps.Clone(e.Detail)
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	e.Detail[sealedDetail] = sum(body)
	return Append(w, e)
}

func sum(body []byte) string {
	h := sha256.Sum256(body)
	return hex.EncodeToString(h[:])
}

// Open returns the entry of a number with what is sealed of it, and the sealed bytes,
// whose SHA-256 the entry in the log holds. Of somebody who was erased, and of an entry
// of which nothing is sealed, it is the entry as it is. It fails with
// [store.ErrCorrupt] if what is sealed is not what the log says.
func Open(r store.Reader, number int64, e Entry) (Entry, []byte, error) {
	if e.Detail[sealedDetail] == "" {
		return e, nil, nil
	}
	row, err := r.Get(store.Details, strconv.FormatInt(number, 10))
	if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrNotFound) {
		return e, nil, nil
	}
	if err != nil {
		return e, nil, fmt.Errorf("open the details of audit entry %d: %w", number, err)
	}
	full, err := Unfold(e, row.Body)
	return full, row.Body, err
}

// Unfold puts what was sealed of an entry back into it. It fails with
// [store.ErrCorrupt] if the log does not hold the hash of it.
func Unfold(e Entry, body []byte) (Entry, error) {
	var a about
	if e.Detail[sealedDetail] != sum(body) || json.Unmarshal(body, &a) != nil {
		return e, fmt.Errorf("details of an audit entry: %w", store.ErrCorrupt)
	}
	e.Detail = maps.Clone(e.Detail)
	delete(e.Detail, sealedDetail)
	maps.Copy(e.Detail, a.Detail)
	if a.Act != "" {
		e.Act = a.Act
	}
	return e, nil
}
