// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"daylight/activity"
	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// keep is the least that keeps material: in memory, in the order of arrival.
type keep struct {
	files    []pipeline.File
	numbers  map[uint32]bool
	records  []record.Record
	accounts map[[2]string]*pipeline.Account // by key and group
}

func options(t *testing.T, files fs.FS) pipeline.Options {
	t.Helper()
	tables, err := enrich.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return pipeline.Options{Files: files, Tables: tables, Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Workers: 2}
}

func (k *keep) read(t *testing.T, files fs.FS, path string) {
	t.Helper()
	group := pipeline.AttachmentGroup(path)
	f, events := pipeline.File{Group: group}, map[string]int{}
	number := pipeline.NumberOf(path, func(n uint32) bool { return k.numbers[n] })
	k.numbers[number] = true
	m, err := pipeline.Read(t.Context(), options(t, files), path, number, func(accounts []pipeline.Account) error {
		for _, a := range accounts {
			key := a.Email + "\x00" + a.ID + "\x00" + a.Name
			events[key] += a.Events
			old := k.accounts[[2]string{key, group}]
			if old == nil {
				old = &pipeline.Account{Email: a.Email, ID: a.ID, Name: a.Name, Profile: new(activity.Profile)}
				k.accounts[[2]string{key, group}] = old
			}
			old.Newest = max(old.Newest, a.Newest)
			if a.Profile == nil {
				continue
			}
			stored, err := a.Profile.AppendBinary(nil)
			if err != nil {
				return err
			}
			var back activity.Profile
			if err := back.UnmarshalBinary(stored); err != nil {
				return err
			}
			old.Profile.Join(&back)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Material = *m
	for key, n := range events {
		f.Accounts = append(f.Accounts, pipeline.Counted{Key: key, Events: n})
	}
	k.records = append(k.records, m.Records...)
	f.Records = nil
	k.files = append(k.files, f)
}

// folded joins what is kept of each account, less the groups that do not count.
func (k *keep) folded(t *testing.T, aside map[string]bool) (out []pipeline.KeptAccount) {
	t.Helper()
	joined := map[string]*activity.Profile{}
	all := map[string]*pipeline.KeptAccount{}
	for at, a := range k.accounts {
		key, group := at[0], at[1]
		if all[key] == nil {
			all[key] = &pipeline.KeptAccount{Key: key, Email: a.Email, ID: a.ID, Name: a.Name, Aside: true}
			joined[key] = new(activity.Profile)
		}
		if aside[group] {
			continue
		}
		all[key].Aside = false
		all[key].Newest = max(all[key].Newest, a.Newest)
		joined[key].Join(a.Profile)
	}
	for key, a := range all {
		var err error
		if a.Activity, err = joined[key].AppendBinary(nil); err != nil {
			t.Fatal(err)
		}
		out = append(out, *a)
	}
	return out
}

func (k *keep) assess(t *testing.T, rng *rand.Rand) *pipeline.Result {
	t.Helper()
	kept := pipeline.Kept{Files: k.files, Records: slices.Clone(k.records)}
	kept.Accounts = k.folded(t, kept.Aside())
	rng.Shuffle(len(kept.Records), func(i, j int) { kept.Records[i], kept.Records[j] = kept.Records[j], kept.Records[i] })
	res, err := pipeline.Assess(t.Context(), options(t, nil), kept)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// whole is all that a result says of people and of files.
func whole(res *pipeline.Result) string {
	return fmt.Sprintf("%s\n%s\n%v\n%v\n%v", res.AsOf, told(res, true), res.Inputs, res.Skipped, res.Concerns)
}

// TestKeptIsScanned receives the files of a folder one by one, in any order, and
// demands what a scan of the folder finds, to the letter.
func TestKeptIsScanned(t *testing.T) {
	sampled := company(t, nil)
	// An applicant's own log and list, under a name that only the candidates tell.
	hostile := maps.Clone(sampled)
	hostile["mail/c-103-okta.jsonl.gz"] = sampled["logs/okta.jsonl.gz"]
	hostile["mail/c-103 people.csv"] = &fstest.MapFile{Data: []byte("id,name,email\nokta,Yuki Rei,yuki@example.com\n")}
	broken := maps.Clone(sampled)
	broken["logs/slack-audit.json"] = &fstest.MapFile{Data: append(bytes.Clone(sampled["logs/slack-audit.json"].Data[:9000]), 0)}
	broken["empty.csv"] = &fstest.MapFile{}
	wantAside := map[string]int{"attachments": 2}
	for name, files := range map[string]fstest.MapFS{"the sample company": sampled, "attachments": hostile, "broken files": broken} {
		t.Run(name, func(t *testing.T) {
			want := whole(scan(t, files, 2))
			if aside := strings.Count(want, " attachment 0 1 "); aside != wantAside[name] {
				t.Fatalf("%d files are set aside, not %d: the test shows something else", aside, wantAside[name])
			}
			orders := uint64(1)
			if name == "attachments" {
				orders = 2
			}
			for seed := range orders {
				rng := rand.New(rand.NewPCG(seed, 5))
				paths := slices.Sorted(maps.Keys(files))
				rng.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
				k := &keep{numbers: map[uint32]bool{}, accounts: map[[2]string]*pipeline.Account{}}
				for _, path := range paths {
					k.read(t, files, path)
				}
				if seed == 0 {
					k.assess(t, rng) // it changes nothing that is kept
				}
				if diff := cmp.Diff(want, whole(k.assess(t, rng))); diff != "" {
					t.Errorf("order %d (-scanned +kept):\n%s", seed, diff)
				}
			}
		})
	}
}
