// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/record"
	"daylight/store"
	"daylight/texts"
)

// notShown are the parts of [checkin.Collected] that no page shows, each with why it is
// not about the person.
var notShown = map[string]string{
	"Ways.From.Lat":      "where a machine of the company stands",
	"Ways.From.Lon":      "where a machine of the company stands",
	"Ways.From.RadiusKM": "where a machine of the company stands",
	"Ways.From.URL":      "where a machine of the company is reached",
}

// pictures is a store in which a picture is its own name.
type pictures struct{ store.Reader }

func (pictures) Get(_ store.Collection, key string) (store.Row, error) {
	return store.Row{Body: []byte(key)}, nil
}

// everything is a check-in of which nothing is missing that can be collected.
func everything() *checkin.CheckIn {
	light := func(by float64) *checkin.Light {
		return &checkin.Light{Mean: 0.41 + by, Red: 0.32 + by, Green: 0.23 + by, Blue: 0.14 + by, White: 0.05 + by, Black: 0.06 + by}
	}
	step := func(n int, s checkin.Step) checkin.Step {
		s.Outcome, s.Asked, s.Answered = checkin.Done, start.Add(time.Duration(2*n)*time.Minute), start.Add(time.Duration(2*n+1)*time.Minute)
		return s
	}
	path := func(transport int64, why string) checkin.Path {
		return checkin.Path{Transport: transport, Why: why, Rounds: 40, Least: 31_000, Lower: 32_000, Median: 33_000, Upper: 34_000, Clock: -2500}
	}
	blind := path(0, checkin.NoKernel)
	return &checkin.CheckIn{
		State: checkin.Started, Agreed: start, Seed: "5eed", More: 1,
		Collected: checkin.Collected{
			Steps: []checkin.Step{
				step(0, checkin.Step{Kind: checkin.Camera}),
				step(1, checkin.Step{Kind: checkin.Fingers, Drawn: "3", Light: light(0.1), Seen: light(0.2), Still: "k-1-01"}),
				step(2, checkin.Step{Kind: checkin.Typed, Drawn: "123456789012"}),
				step(3, checkin.Step{Kind: checkin.Connection}),
			},
			Camera: "Front camera", From: netip.MustParseAddr("192.0.2.7"),
			Net: enrich.Network{
				Country: record.NewCountry("US"), Region: "Texas", City: "Austin", AS: 64500, Operator: "Example Net", Class: enrich.Residential,
				HasPoint: true, Lat: 30.27, Lon: -97.74, RadiusKM: 20, Zone: "America/Chicago", Table: "invented@1",
			},
			Path: &blind, Tries: 2, Zone: "Asia/Tokyo", Typing: &record.Typing{Right: true, N: 11, Least: 80, Median: 120, Most: 300},
			Ways: []checkin.Way{{From: checkin.Vantage{Name: "the office", Lat: 48.2, Lon: 16.4, RadiusKM: 1, URL: "https://way.example"}, Path: path(9000, ""), Addr: netip.MustParseAddr("198.51.100.7")}, {From: checkin.Vantage{Name: "the lab"}, Path: blind}},
		},
	}
}

// leaves calls f with the name of each part of a value that has no parts, and with a
// function that changes it and one that puts it back.
func leaves(t *testing.T, name string, v reflect.Value, f func(name string, change, back func())) {
	t.Helper()
	set := func(to any) {
		before := reflect.ValueOf(v.Interface())
		f(name, func() { v.Set(reflect.ValueOf(to).Convert(v.Type())) }, func() { v.Set(before) })
	}
	switch x := v.Interface().(type) {
	case time.Time:
		set(x.Add(61 * time.Minute))
		return
	case netip.Addr:
		set(x.Next())
		return
	case record.Country:
		set(record.NewCountry("DE"))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the rest is an error
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(t, strings.TrimPrefix(name+"."+v.Type().Field(i).Name, "."), v.Field(i), f)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		leaves(t, name, v.Elem(), f)
	case reflect.Slice:
		for i := range v.Len() {
			leaves(t, name, v.Index(i), f)
		}
	case reflect.String:
		set(v.String() + "x")
	case reflect.Bool:
		set(!v.Bool())
	case reflect.Float64:
		set(2*v.Float() + 0.3)
	case reflect.Int, reflect.Int64:
		set(v.Int() + 7_000)
	case reflect.Uint32:
		set(v.Uint() + 1)
	default:
		t.Errorf("%s is a %s, which this test cannot change", name, v.Kind())
	}
}

// TestAllThatWasCollected changes each part of what a check-in collects, and holds that
// the person is shown another page before handing it in, after it, and in both copies:
// so nothing is collected that they do not see. What is about nobody is named with why.
func TestAllThatWasCollected(t *testing.T) {
	as, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	all, err := readPages(as, func(id string) string { return id })
	if err != nil {
		t.Fatal(err)
	}
	c := everything()
	show := func() (out []string) {
		t.Helper()
		for _, lang := range texts.Languages() {
			v := &checkinView{Texts: texts.In(lang.Code), CheckIn: c}
			if v.Rows, err = v.collected(pictures{}, start); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"checkin/review", "checkin/done", "checkin/copy"} {
				var page bytes.Buffer
				if err := all[name].ExecuteTemplate(&page, "layout", view{Data: v}); err != nil {
					t.Fatal(err)
				}
				out = append(out, page.String())
			}
		}
		var data bytes.Buffer
		if err := copyData(pictures{}, c, start, &data); err != nil {
			t.Fatal(err)
		}
		return append(out, data.String())
	}
	before := show()
	shown, met := map[string]int{}, map[string]bool{}
	leaves(t, "", reflect.ValueOf(&c.Collected).Elem(), func(name string, change, back func()) {
		met[name] = true
		change()
		for i, page := range show() {
			if page != before[i] {
				shown[name] |= 1 << i
			}
		}
		back()
	})
	if !slices.Equal(show(), before) {
		t.Fatal("what was changed is not as it was")
	}
	for name := range met {
		if why, ok := notShown[name]; ok == (shown[name] == 1<<len(before)-1) {
			t.Errorf("%s: shown on pages %b of %d, and left out because %q", name, shown[name], len(before), why)
		}
	}
	for name := range notShown {
		if !met[name] {
			t.Errorf("%s is left out, and there is no such thing", name)
		}
	}
	if len(met) < 40 {
		t.Errorf("only %d parts are looked at", len(met))
	}
	for kind := range declared(reflect.TypeFor[checkin.Collected](), "") {
		if !met[kind] {
			t.Errorf("%s is nowhere in the check-in that this test looks at", kind)
		}
	}
}

// declared are the names of the parts that a type can have.
func declared(of reflect.Type, name string) map[string]bool {
	out := map[string]bool{}
	switch {
	case of == reflect.TypeFor[time.Time](), of == reflect.TypeFor[netip.Addr](), of == reflect.TypeFor[record.Country]():
		out[name] = true
	case of.Kind() == reflect.Pointer, of.Kind() == reflect.Slice:
		return declared(of.Elem(), name)
	case of.Kind() == reflect.Struct:
		for f := range of.Fields() {
			for k := range declared(f.Type, strings.TrimPrefix(name+"."+f.Name, ".")) {
				out[k] = true
			}
		}
	default:
		out[name] = true
	}
	return out
}
