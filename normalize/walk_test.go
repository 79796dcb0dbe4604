// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/source"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseTime(t *testing.T) {
	for _, tc := range []struct {
		text string
		want string // "" when refused
	}{
		// RFC 3339, section 5.8.
		{"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.52Z"},
		{"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"},
		{"1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"},
		{"1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z"},
		{"1937-01-01T12:00:27.87+00:20", ""},

		{"2022-03-22 14:21:53.225", "2022-03-22T14:21:53.225Z"},
		{"2020-11-25 21:27:03.496000000", "2020-11-25T21:27:03.496Z"},
		{"2022-03-22 14:21:53 UTC", "2022-03-22T14:21:53Z"},
		{"2022-03-22T14:21:53+0530", "2022-03-22T08:51:53Z"},
		{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"2023-02-29T00:00:00Z", ""},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
		{"2100-02-29T00:00:00Z", ""},
		{"2024-04-31T00:00:00Z", ""},
		{"2024-12-17 00:00:00000000", ""},
		{"2024-12-17T24:00:00Z", ""},
		{"2024-12-17T00:00:00.Z", ""},
		{"2024-12-17T00:00:00+99:00", ""},
		{"2024-12-17T00:00:00 local", ""},

		// Unix time: 1621305118 is 2021-05-18 02:31:58 UTC.
		{"1621305118", "2021-05-18T02:31:58Z"},
		{"1621305118.5", "2021-05-18T02:31:58.5Z"},
		{"1621305118553", "2021-05-18T02:31:58.553Z"},
		{"1621305118553.0", "2021-05-18T02:31:58.553Z"},
		{"1621305118553000", "2021-05-18T02:31:58.553Z"},
		{"1621305118553000000", "2021-05-18T02:31:58.553Z"},
		{"99999999999999999999", ""},
		{"0", ""},
		{"-5", ""},
		{"1.", ""},
		{"1.x", ""},
		{"redacted", ""},
		{"", ""},
	} {
		got := ""
		if ms, ok := parseTime([]byte(tc.text)); ok {
			got = time.UnixMilli(ms).UTC().Format(time.RFC3339Nano)
		}
		if got != tc.want {
			t.Errorf("parseTime(%q) = %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestParseTimeLikeStandard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("", 60*rapid.IntRange(-12*60, 14*60).Draw(t, "offset"))
		at := time.UnixMilli(rapid.Int64Range(86400_000, 253402300799_000).Draw(t, "ms")).In(zone)
		if at.Year() > 9999 {
			t.Skip("five digits")
		}
		ms, ok := parseTime([]byte(at.Format(time.RFC3339Nano)))
		if !ok || ms != at.UnixMilli() {
			t.Fatalf("%s gives %d, %t; want %d", at.Format(time.RFC3339Nano), ms, ok, at.UnixMilli())
		}
	})
}

// sameAddr compares parseAddr with the standard library.
func sameAddr(t interface{ Fatalf(string, ...any) }, text string) {
	want, err := netip.ParseAddr(text)
	if err != nil || want.Zone() != "" {
		want = netip.Addr{}
	}
	if got := parseAddr([]byte(text)); got != want.Unmap() {
		t.Fatalf("parseAddr(%q) = %v, want %v", text, got, want.Unmap())
	}
}

func TestParseAddr(t *testing.T) {
	for _, text := range []string{
		"192.0.2.1", "255.255.255.255", "0.0.0.0", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1..2.3", ".1.2.3", "1.2.3.",
		"::", "::1", "1::", "2001:db8::1", "2001:db8:0:0:0:0:0:1", "2001:db8::1::2", ":1", "1:", "1:2:3:4:5:6:7:8:9", "12345::",
		"::ffff:192.0.2.1", "::ffff:192.0.2.256", "64:ff9b::192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7:192.0.2.1",
		"1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::", "fe80::1%eth0", "g::1", "", "redacted", ":", ":::", "::1.2.3.4",
		"2001:DB8::A", "1:2:3:4::5:6:7:8",
	} {
		sameAddr(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		if rapid.Bool().Draw(t, "any") {
			sameAddr(t, rapid.StringMatching(`[0-9a-fA-F:.]{0,24}`).Draw(t, "text"))
			return
		}
		sameAddr(t, netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0, 0, 1, 255}), 16, 16).Draw(t, "bytes"))).String())
	})
}

func FuzzParseAddr(f *testing.F) {
	f.Add("192.0.2.1")
	f.Add("2001:db8::192.0.2.1")
	f.Fuzz(func(t *testing.T, text string) { sameAddr(t, text) })
}

// leaves lists every scalar with its path, as the walker sees it.
func leaves(w *walker, at string, out *[]string) {
	switch w.b[w.i] {
	case '{':
		for name := range w.members {
			leaves(w, at+"/"+string(name), out)
		}
	case '[':
		for n := range w.elements {
			leaves(w, fmt.Sprintf("%s/%d", at, n), out)
		}
	case '"':
		*out = append(*out, fmt.Sprintf("%s=%q", at, w.str()))
	default:
		*out = append(*out, at+"="+string(w.literal()))
	}
}

func standardLeaves(v any, at string, out *[]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			standardLeaves(x, at+"/"+name, out)
		}
	case []any:
		for n, x := range v {
			standardLeaves(x, fmt.Sprintf("%s/%d", at, n), out)
		}
	case string:
		*out = append(*out, fmt.Sprintf("%s=%q", at, v))
	case nil:
		*out = append(*out, at+"=null")
	default:
		*out = append(*out, fmt.Sprintf("%s=%v", at, v))
	}
}

// The walker sees in every accepted text what the standard library sees.
func FuzzWalker(f *testing.F) {
	for vendor := range eventVendors {
		for _, line := range eventLines(f, vendor) {
			f.Add(line)
		}
	}
	f.Add([]byte(` {"a\"\\":"\\", "b" :[ ] , "c":{ },"d":[1,-2.5e+3,true,{"x":null}], "\u0065":"\ud83d\ude00"} `))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var w walker
		err := w.open(raw)
		if (err == nil || errors.Is(err, ErrNotObject)) != (source.CheckJSON(raw) == "") {
			t.Fatalf("open: %v; CheckJSON: %q", err, source.CheckJSON(raw))
		}
		if err != nil {
			return
		}
		var got, want []string
		leaves(&w, "", &got)
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatalf("the standard library refuses %s: %v", raw, err)
		}
		standardLeaves(v, "", &want)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-standard +walker):\n%s", raw, diff)
		}
		if w.open(raw) == nil {
			if w.skip(); strings.TrimLeft(string(raw[w.i:]), " \t\r\n") != "" {
				t.Fatalf("skip stopped before %q", raw[w.i:])
			}
		}
	})
}

// A loop may stop early; the rest of the object is passed over all the same.
func TestWalkerBreak(t *testing.T) {
	var w walker
	if err := w.open([]byte(`{"a":[1,[2,{"x":"]"}],3],"b":{"c":1,"d":"}"},"e":true}`)); err != nil {
		t.Fatal(err)
	}
	last := ""
	for name := range w.members {
		switch string(name) {
		case "a":
			for range w.elements {
				break
			}
		case "b":
			for range w.members {
				break
			}
		case "e":
			last = string(w.scalar())
		}
	}
	if last != "true" || w.i != len(w.b) {
		t.Errorf("e is %q, stopped at %d of %d", last, w.i, len(w.b))
	}
}

func TestWalkerDepth(t *testing.T) {
	var w walker
	deep := func(n int) []byte { return []byte(`{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`) }
	if err := w.open(deep(source.MaxDepth - 1)); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if err := w.open(deep(source.MaxDepth)); err == nil || !strings.Contains(err.Error(), "deep") {
		t.Errorf("above the limit: %v", err)
	}
	flat := []byte(`{"a":[` + strings.Repeat("[],", 500) + `1]}`)
	if err := w.open(flat); err != nil {
		t.Errorf("many brackets, no depth: %v", err)
	}
}
