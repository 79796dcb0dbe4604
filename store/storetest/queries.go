// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"daylight/store"
)

// queries compares the store with a list of the same rows, on drawn queries.
func queries(t *testing.T, s store.Store) {
	words := []string{"", "a", "ab", "b", "clear", "escalate", "é", "\xff", "\xff\xff", "\x00"}
	numbers := []int64{-1 << 63, -5, 0, 5, 6, 1<<63 - 1}
	var rows []store.Row
	for i := range 120 {
		rows = append(rows, store.Row{
			Key: fmt.Sprintf("p-%03d", i*37%120), Holder: []string{"", "s:a", "s:b"}[i%3], Body: fmt.Append(nil, i),
			Text: map[string]string{"state": words[i%len(words)], "stage": words[i/3%len(words)]},
			Ints: map[string]int64{"weight": numbers[i%len(numbers)], "since": int64(i % 4)},
		})
	}
	put(t, s, store.Subjects, rows...)
	word := rapid.SampledFrom(append([]string{"p-05", "s:a", "s:", "nowhere"}, words...))
	cond := rapid.Custom(func(t *rapid.T) store.Cond {
		c := store.Cond{Column: rapid.SampledFrom([]string{"key", "holder", "state", "stage", "weight", "since"}).Draw(t, "column")}
		ops := []store.Op{store.Equal, store.Below, store.Above, store.AtLeast, store.AtMost, store.NotEqual}
		if c.Column == "weight" || c.Column == "since" {
			c.Op, c.Int = rapid.SampledFrom(ops).Draw(t, "op"), rapid.SampledFrom(numbers).Draw(t, "number")
			return c
		}
		c.Op = rapid.SampledFrom(append(ops, store.OneOf, store.Prefix)).Draw(t, "op")
		if c.Op == store.OneOf {
			c.In = rapid.SliceOfN(word, 0, 6).Draw(t, "in")
		} else {
			c.Text = word.Draw(t, "text")
		}
		return c
	})
	rapid.Check(t, func(t *rapid.T) {
		q := store.Query{
			Where: rapid.SliceOfN(cond, 0, 3).Draw(t, "where"),
			By:    rapid.SampledFrom([]string{"", "key", "holder", "state", "weight", "since"}).Draw(t, "by"),
			Desc:  rapid.Bool().Draw(t, "desc"),
			Limit: rapid.SampledFrom([]int{0, 1, 7, 500}).Draw(t, "limit"),
			Skip:  rapid.SampledFrom([]int{0, 1, 50, 500}).Draw(t, "skip"),
			Bare:  rapid.Bool().Draw(t, "bare"),
		}
		want := slices.DeleteFunc(slices.Clone(rows), func(r store.Row) bool { return !selects(q.Where, r) })
		count := len(want)
		slices.SortFunc(want, func(x, y store.Row) int {
			by := cmp.Or(strings.Compare(textOf(x, q.By), textOf(y, q.By)), cmp.Compare(x.Ints[q.By], y.Ints[q.By]))
			if q.By == "" || q.By == "key" {
				by = 0
			}
			by = cmp.Or(by, strings.Compare(x.Key, y.Key))
			if q.Desc {
				by = -by
			}
			return by
		})
		want = want[min(q.Skip, len(want)):]
		if q.Limit > 0 {
			want = want[:min(q.Limit, len(want))]
		}
		look := func(r store.Reader) error {
			var got []store.Row
			for row, err := range r.Find(store.Subjects, q) {
				if err != nil {
					return err
				}
				got = append(got, row)
			}
			if len(got) != len(want) {
				t.Fatalf("%d rows, not %d: %+v", len(got), len(want), q)
			}
			for i, g := range got {
				w := want[i]
				if g.Key != w.Key || g.Holder != w.Holder || g.Version != 1 || g.Text["state"] != w.Text["state"] || g.Ints["weight"] != w.Ints["weight"] {
					t.Fatalf("row %d is %+v, not %+v", i, g, w)
				}
				if q.Bare && g.Body != nil || !q.Bare && string(g.Body) != string(w.Body) {
					t.Fatalf("row %d has body %q (bare %v)", i, g.Body, q.Bare)
				}
			}
			n, err := r.Count(store.Subjects, q)
			if n != count {
				t.Fatalf("counted %d, not %d", n, count)
			}
			return err
		}
		if err := s.View(t.Context(), look); err != nil {
			t.Fatal(err)
		}
		if err := s.Update(t.Context(), func(w store.Writer) error { return look(w) }); err != nil {
			t.Fatal(err)
		}
	})
}

func textOf(r store.Row, col string) string {
	switch col {
	case "key":
		return r.Key
	case "holder":
		return r.Holder
	}
	return r.Text[col]
}

// selects is the meaning of conditions.
func selects(where []store.Cond, r store.Row) bool {
	for _, c := range where {
		text := textOf(r, c.Column)
		order := strings.Compare(text, c.Text)
		if c.Column == "weight" || c.Column == "since" {
			order = cmp.Compare(r.Ints[c.Column], c.Int)
		}
		holds := map[store.Op]bool{
			store.Equal: order == 0, store.NotEqual: order != 0,
			store.Below: order < 0, store.AtMost: order <= 0, store.Above: order > 0, store.AtLeast: order >= 0,
			store.OneOf: slices.Contains(c.In, text), store.Prefix: strings.HasPrefix(text, c.Text),
		}
		if !holds[c.Op] {
			return false
		}
	}
	return true
}

func paging(t *testing.T, s store.Store) {
	var want []string
	for i := range 95 {
		key := fmt.Sprintf("p-%03d", i)
		want = append(want, key)
		put(t, s, store.Subjects, store.Row{Key: key, Ints: map[string]int64{"weight": int64(i % 3)}})
	}
	view(t, s, func(r store.Reader) {
		var got []string
		for skip := 0; ; skip += 20 {
			page := found(t, r, store.Subjects, store.Query{By: "weight", Desc: true, Limit: 20, Skip: skip})
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
		}
		slices.Sort(got)
		same(t, want, got)
		// The other way: from where the last page ended.
		got = nil
		for last := ""; ; last = got[len(got)-1] {
			page := found(t, r, store.Subjects, store.Query{Where: []store.Cond{{Column: "key", Op: store.Above, Text: last}}, Limit: 20})
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
		}
		same(t, want, got)
	})
}

func prefixes(t *testing.T, s store.Store) {
	put(t, s, store.Identifiers, store.Row{Key: "ab 1"}, store.Row{Key: "ab 2"}, store.Row{Key: "abc"}, store.Row{Key: "ac"}, store.Row{Key: "AB 3"}, store.Row{Key: "a%"}, store.Row{Key: "\xff\xff"})
	view(t, s, func(r store.Reader) {
		for prefix, want := range map[string][]string{
			"ab ": {"ab 1", "ab 2"}, "ab": {"ab 1", "ab 2", "abc"}, "a%": {"a%"}, "%": nil, "\xff": {"\xff\xff"}, "": {"AB 3", "a%", "ab 1", "ab 2", "abc", "ac", "\xff\xff"},
		} {
			same(t, want, found(t, r, store.Identifiers, store.Query{Where: []store.Cond{{Column: "key", Op: store.Prefix, Text: prefix}}}))
		}
		many := store.Cond{Column: "key", Op: store.OneOf, In: []string{"ac", "abc"}}
		for i := range 5000 {
			many.In = append(many.In, fmt.Sprint("none ", i))
		}
		same(t, []string{"abc", "ac"}, found(t, r, store.Identifiers, store.Query{Where: []store.Cond{many}}))
	})
}

func badQueries(t *testing.T, s store.Store) {
	put(t, s, store.Subjects, store.Row{Key: "a"})
	view(t, s, func(r store.Reader) {
		for name, q := range map[string]store.Query{
			"an unknown column":   {Where: []store.Cond{{Column: "name", Op: store.Equal}}},
			"a column in quotes":  {Where: []store.Cond{{Column: `key" OR 1=1 --`, Op: store.Equal}}},
			"an unknown order":    {By: "body"},
			"an unknown op":       {Where: []store.Cond{{Column: "key", Op: "or 1=1"}}},
			"no op":               {Where: []store.Cond{{Column: "key"}}},
			"a prefix of numbers": {Where: []store.Cond{{Column: "weight", Op: store.Prefix}}},
			"one of numbers":      {Where: []store.Cond{{Column: "weight", Op: store.OneOf}}},
		} {
			var got error
			for _, err := range r.Find(store.Subjects, q) {
				got = err
			}
			if got == nil {
				t.Errorf("%s was accepted by Find", name)
			}
			if _, err := r.Count(store.Subjects, q); err == nil {
				t.Errorf("%s was accepted by Count", name)
			}
		}
	})
}

func changeInLoop(t *testing.T, s store.Store) {
	var want []string
	for i := range 300 {
		key := fmt.Sprintf("p-%03d", i)
		want = append(want, key)
		put(t, s, store.Subjects, store.Row{Key: key, Text: map[string]string{"state": "clear"}})
	}
	change(t, s, func(w store.Writer) error {
		var got []string
		of := store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: "clear"}}}
		for row, err := range w.Find(store.Subjects, of) {
			if err != nil {
				return err
			}
			got = append(got, row.Key)
			row.Text["state"] = "escalate"
			if err := w.Put(store.Subjects, row); err != nil {
				return err
			}
			if err := w.Put(store.Subjects, store.Row{Key: "q" + row.Key, Text: map[string]string{"state": "clear"}}); err != nil {
				return err
			}
		}
		same(t, want, got)
		got = nil
		for row, err := range w.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			got = append(got, row.Key)
			if err := errors.Join(w.Delete(store.Subjects, row.Key), w.Delete(store.Subjects, "q"+row.Key)); err != nil {
				return err
			}
		}
		same(t, want, got) // the others were removed before their turn
		return nil
	})
}

func readInLoop(t *testing.T, s store.Store) {
	for i := range 20 {
		key := fmt.Sprint("p-", i)
		put(t, s, store.Subjects, store.Row{Key: key})
		put(t, s, store.Faces, store.Row{Key: key, Holder: "s:" + key, Body: []byte(key)})
	}
	view(t, s, func(r store.Reader) {
		n := 0
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			face, err := r.Get(store.Faces, row.Key)
			if err != nil || string(face.Body) != row.Key {
				t.Fatalf("got %q, %v", face.Body, err)
			}
			same(t, []string{row.Key}, found(t, r, store.Faces, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: "s:" + row.Key}}}))
			// The same query within its own loop.
			again := 0
			for inner, err := range r.Find(store.Subjects, store.Query{}) {
				again++
				if err != nil || again > 20 {
					t.Fatalf("row %+v, %v", inner, err)
				}
			}
			same(t, 20, again)
			if n++; n == 15 {
				break // and the reader goes on
			}
		}
		same(t, 20, len(found(t, r, store.Subjects, store.Query{})))
	})
}
