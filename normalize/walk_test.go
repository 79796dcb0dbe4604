// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
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
	switch w.peek() {
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

// sameAsStandard holds the walker to jsontext, which decides what is accepted,
// and to the standard library, which says what is in it. It does so reading
// everything and skipping everything.
func sameAsStandard(t interface {
	Helper()
	Fatalf(string, ...any)
}, raw []byte,
) {
	t.Helper()
	var w walker
	var got, want []string
	reason := source.CheckJSON(raw)
	isObject := reason == "" && bytes.TrimLeft(raw, " \t\r\n")[0] == '{'
	for _, walk := range []func(){func() { leaves(&w, "", &got) }, w.skip} {
		err := w.open(raw)
		if err == nil {
			walk()
			err = w.close()
		}
		switch {
		case reason != "" && (err == nil || err.Error() != reason),
			reason == "" && isObject && err != nil,
			reason == "" && !isObject && !errors.Is(err, ErrNotObject):
			t.Fatalf("%q gives %v; jsontext says %q", raw, err, reason)
		}
	}
	if !isObject {
		return
	}
	d := json.NewDecoder(bytes.NewReader(raw))
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
}

// oddTexts are JSON, or nearly.
var oddTexts = []string{
	` {"a\"\\":"\\", "b" :[ ] , "c":{ },"d":[1,-2.5e+3,true,{"x":null}], "\u0065":"\ud83d\ude00"} `,
	`{}`, `{ }`, `{"":""}`, `{"a":0,"b":-0,"c":0.5,"d":1e9,"e":1E-2,"f":-10.25e+10}`,
	``, ` `, `[]`, `"{"`, `null`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{,"a":1}`, `{"a":1,,"b":2}`,
	`{"a" 1}`, `{"a":}`, `{"a":1 "b":2}`, `{"a":1}}`, `{"a":1}x`, `{"a":1}{}`, `{"a":1},`, `{a:1}`, `{'a':1}`, `{1:1}`, `{null:1}`,
	`{"a":[}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a":[1 2]}`, `{"a":[1}`, `{"a":{]}`, `{"a":]}`, `{"a":{"b":1]}`, `{"a":[1],"b":[[],[]]}`,
	`{"a":01}`, `{"a":-}`, `{"a":+1}`, `{"a":.5}`, `{"a":1.}`, `{"a":1e}`, `{"a":1e+}`, `{"a":1.e1}`, `{"a":-01}`, `{"a":0x1}`, `{"a":1_0}`,
	`{"a":tru}`, `{"a":truee}`, `{"a":True}`, `{"a":nul`, `{"a":NaN}`, `{"a":Infinity}`, `{"a":false,"b":true,"c":null}`,
	`{"a":"\x"}`, `{"a":"\`, `{"a":"\"}`, `{"a":"\u12"}`, `{"a":"\u12g4"}`, `{"a":"\u00e9\/\b\f\n\r\t"}`, `{"a":"\ud800"}`, `{"a":"\ud800\u0041"}`,
	`{"a":"\udc00\ud800"}`, `{"a":"\ud800\ud`, `{"a":"\uD83D\uDE00"}`, `{"a":"\u0000"}`, `{"a":"\ufffd"}`,
	"{\"a\":\"\x00\"}", "{\"a\":\"x\ty\"}", "{\"a\":\"\x1f\"}", "{\"a\":\"\x7f\"}", "{\"a\":\"\n\"}", "{\"a\":1\x00}", "{\x0b\"a\":1}", "\ufeff{}", "{\"a\":1}\u00a0",
	"{\"a\":\"\x80\"}", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xf4\x90\x80\x80\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\xe2\x82", "{\"\xff\":1}",
	"{\"a\":\"\ufffd \u20ac \U0001f600 1234567890\"}", "{\"a\":\"1234567\\\"12345678\\\\\"}",
	`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"\u0061":1,"a":2}`, `{"a":{"b":1,"b":2}}`, `{"a":[{"b":1},{"b":1,"c":{},"b":1}]}`, `{"a":{"a":{"a":1}},"b":{"a":1}}`,
	`{"":1,"":2}`, `{"ab":1,"ba":2,"bb":3,"ab":4}`, `{"a":1,"A":2}`,
}

// many has so many members, the last of which has the name of number same.
func many(n, same int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"n%d":{"x":%d}`, i, i)
	}
	return []byte(`{` + b.String()[1:] + fmt.Sprintf(`,"n%d":0}`, same))
}

func TestWalkerLikeStandard(t *testing.T) {
	for _, text := range oddTexts {
		sameAsStandard(t, []byte(text))
	}
	for _, n := range []int{1, 2, maxMembers - 1, maxMembers, maxMembers + 1, 3 * maxMembers} {
		for _, same := range []int{0, n / 2, n - 1, n} {
			sameAsStandard(t, many(n, same))
		}
	}
	for vendor := range eventVendors {
		for _, line := range eventLines(t, vendor) {
			for cut := range len(line) + 1 {
				sameAsStandard(t, line[:cut])
			}
		}
	}
}

// Rows with a few bytes changed are refused as jsontext refuses them.
func TestWalkerDamaged(t *testing.T) {
	var lines [][]byte
	for vendor := range eventVendors {
		lines = append(lines, eventLines(t, vendor)...)
	}
	for _, text := range oddTexts {
		lines = append(lines, []byte(text))
	}
	slices.SortFunc(lines, bytes.Compare)
	telling := []byte("\"\\{}[]:,.-+0e1tfn \n\x00\x1f\x7f\x80\xc2\xe2\xf0\xffu")
	rapid.Check(t, func(t *rapid.T) {
		raw := bytes.Clone(rapid.SampledFrom(lines).Draw(t, "line"))
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			if len(raw) == 0 {
				break
			}
			at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
			b := rapid.SampledFrom(telling).Draw(t, "byte")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				raw[at] = b
			case 1:
				raw = slices.Insert(raw, at, b)
			case 2:
				raw = slices.Delete(raw, at, at+1)
			}
		}
		sameAsStandard(t, raw)
	})
}

func FuzzWalker(f *testing.F) {
	for vendor := range eventVendors {
		for _, line := range eventLines(f, vendor) {
			f.Add(line)
		}
	}
	for _, text := range oddTexts {
		f.Add([]byte(text))
	}
	f.Add(many(3*maxMembers, 1))
	f.Fuzz(func(t *testing.T, raw []byte) { sameAsStandard(t, raw) })
}

// Every byte is found at every place, whatever stands beside it.
func TestPlainRun(t *testing.T) {
	for c := range 256 {
		for beside := range 256 {
			for at := range 17 {
				b := bytes.Repeat([]byte{byte(beside)}, 17)
				b[at] = byte(c)
				want := slices.IndexFunc(b, func(c byte) bool { return c < ' ' || c == '"' || c == '\\' || c >= 0x80 })
				if want < 0 {
					want = len(b)
				}
				if got := plainRun(b, 0); got != want {
					t.Fatalf("plainRun(%q) = %d, want %d", b, got, want)
				}
			}
		}
	}
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
	if err := w.close(); err != nil || last != "true" {
		t.Errorf("e is %q, %v", last, err)
	}
}

func TestWalkerDepth(t *testing.T) {
	deep := func(n int, open, end string) []byte {
		return []byte(`{"a":` + strings.Repeat(open, n) + "1" + strings.Repeat(end, n) + `}`)
	}
	for _, brackets := range [][2]string{{"[", "]"}, {`{"b":`, "}"}} {
		at, above := deep(source.MaxDepth-1, brackets[0], brackets[1]), deep(source.MaxDepth, brackets[0], brackets[1])
		if source.CheckJSON(at) != "" || !strings.Contains(source.CheckJSON(above), "deep") {
			t.Fatal("the texts are not what they are meant to be")
		}
		sameAsStandard(t, at)
		sameAsStandard(t, above)
	}
	sameAsStandard(t, []byte(`{"a":[`+strings.Repeat("[],", 500)+`1]}`)) // many brackets, no depth
}
