// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"daylight/checkin"
	"daylight/interview"
)

// TestDraw holds that a seed draws the same again, that every order comes up about as
// often as the others, and that every number of fingers does.
func TestDraw(t *testing.T) {
	const terms = `{"kind":"check-in","id":"k-1","asked":["fingers","hand","window"],"typed":true,"connection":true}`
	orders, fingers := map[string]int{}, map[string]int{}
	const n = 3000
	for i := range n {
		s := interview.Seed(strings.Repeat("0", 60) + string([]byte{hex(i >> 12), hex(i >> 8), hex(i >> 4), hex(i)}))
		steps, commitment, err := checkin.Redraw(terms, s)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := checkin.Redraw(strings.Replace(terms, `"fingers","hand","window"`, `"window","hand","fingers"`, 1), s)
		if err != nil || !slices.Equal(steps, again) || commitment != s.Commitment(terms) {
			t.Fatalf("the same seed draws %v and %v, commitment %s (%v)", steps, again, commitment, err)
		}
		if len(steps) != 6 || steps[0].Kind != checkin.Camera || steps[4].Kind != checkin.Typed || len(steps[4].Drawn) != 12 || steps[5].Kind != checkin.Connection {
			t.Fatalf("steps %v", steps)
		}
		order := ""
		for _, s := range steps[1:4] {
			order += s.Kind + " "
			if s.Kind == checkin.Fingers {
				fingers[s.Drawn]++
			}
		}
		orders[order]++
	}
	// 3,000 draws: each of 6 orders 500 times, of 5 numbers 600 times, ± 5 standard
	// deviations (20.4 and 21.9).
	if len(orders) != 6 || len(fingers) != 5 {
		t.Fatalf("drawn %v and %v", orders, fingers)
	}
	for order, k := range orders {
		if math.Abs(float64(k)-n/6) > 103 {
			t.Errorf("order %s drawn %d times", order, k)
		}
	}
	for f, k := range fingers {
		if math.Abs(float64(k)-n/5) > 110 {
			t.Errorf("%s fingers drawn %d times", f, k)
		}
	}
	for _, bad := range []string{"", "{}", `{"kind":"check-in"}`, `{"kind":"check-in","asked":["sing"]}`, `{"kind":"another","connection":true}`, `{"kind":"check-in","connection":true,"more":1}`} {
		if _, _, err := checkin.Redraw(bad, seed); err == nil {
			t.Errorf("the terms %q were taken", bad)
		}
	}
}

func hex(n int) byte { return "0123456789abcdef"[n&15] }

// still is a JPEG of one colour.
func still(tb testing.TB, w, h int, c color.Color) []byte {
	tb.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// TestReadStill: a picture is measured and drawn anew, and whatever else is refused
// before it is unpacked.
func TestReadStill(t *testing.T) {
	// sRGB 188 is 0.5029 of linear light (IEC 61966-2-1).
	kept, seen, err := checkin.ReadStill(still(t, 320, 240, color.Gray{188}))
	if err != nil || math.Abs(seen.Mean-0.5029) > 0.005 || seen.White != 0 || seen.Black != 0 {
		t.Fatalf("%+v, %v", seen, err)
	}
	marked := append(slices.Clone(kept[:2]), append([]byte{0xff, 0xfe, 0, 12, 's', 'o', 'm', 'e', ' ', 'n', 'a', 'm', 'e', '!'}, kept[2:]...)...)
	if again, _, err := checkin.ReadStill(marked); err != nil || bytes.Contains(again, []byte("some name")) {
		t.Errorf("what was written into the file is kept: %v", err)
	}
	if _, l, err := checkin.ReadStill(still(t, 64, 64, color.White)); err != nil || l.White < 0.99 || l.Mean < 0.99 {
		t.Errorf("white is %+v, %v", l, err)
	}
	if _, l, err := checkin.ReadStill(still(t, 64, 64, color.Black)); err != nil || l.Black < 0.99 || l.Mean > 0.01 {
		t.Errorf("black is %+v, %v", l, err)
	}
	bomb := slices.Clone(kept) // a small file that says it is 65,535 pixels wide and high
	at := bytes.Index(bomb, []byte{0xff, 0xc0})
	copy(bomb[at+5:], []byte{0xff, 0xff, 0xff, 0xff})
	var asPNG bytes.Buffer
	if err := png.Encode(&asPNG, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{
		"nothing": {}, "text": []byte("not a picture"), "a PNG": asPNG.Bytes(), "a bomb": bomb, "half": kept[:len(kept)/2],
		"a large file": append(slices.Clone(kept), make([]byte, checkin.MaxStillBytes)...), "a tiny one": still(t, 8, 8, color.White), "a wide one": still(t, 2000, 20, color.White),
	} {
		if _, _, err := checkin.ReadStill(body); !errors.Is(err, checkin.ErrStill) {
			t.Errorf("%s was taken: %v", name, err)
		}
	}
}

func TestMeasure(t *testing.T) {
	round := func(ms int, ahead time.Duration) checkin.Round {
		took := time.Duration(ms) * time.Millisecond
		return checkin.Round{Sent: now, Came: now.Add(took), Clock: now.Add(took/2 + ahead).UnixMilli()}
	}
	var direct, relayed, far, bumpy, unsteady []checkin.Round
	for i := range 30 {
		direct = append(direct, round(12+i%5, 2*time.Second))
		relayed = append(relayed, round(172+i%5, 0))
		far = append(far, round(212+i%5, 0))
		bumpy = append(bumpy, round(20+i*20, 0))
		unsteady = append(unsteady, round(60+i*20, 0))
	}
	for name, c := range map[string]struct {
		rounds       []checkin.Round
		transport    time.Duration
		apart, known bool
		boundKM      float64
	}{
		"direct":                   {direct, 11 * time.Millisecond, false, true, 1200},
		"relayed":                  {relayed, 11 * time.Millisecond, true, true, 17200},
		"far away and direct":      {far, 205 * time.Millisecond, false, true, 21200},
		"a busy device":            {bumpy, 11 * time.Millisecond, false, true, 2000},
		"a gap, and no steady one": {unsteady, 11 * time.Millisecond, false, true, 6000},
		"transport not known":      {relayed, 0, false, false, 17200},
		"too few rounds to tell":   {relayed[:5], 11 * time.Millisecond, false, false, 17200},
		"nothing measured at all":  {nil, 11 * time.Millisecond, false, false, 0},
	} {
		p := checkin.Measure(c.rounds, c.transport, "")
		if apart, known := p.Apart(); apart != c.apart || known != c.known {
			t.Errorf("%s: apart %v, known %v (%+v)", name, apart, known, p)
		}
		if got := checkin.BoundKM(p.Least); got != c.boundKM {
			t.Errorf("%s: within %.0f km, want %.0f", name, got, c.boundKM)
		}
	}
	p := checkin.Measure(direct, 0, checkin.OwnProxy)
	if p.Clock != 2000 || p.Least != 12_000 || p.Median != 14_000 || p.Why != checkin.OwnProxy {
		t.Errorf("%+v", p)
	}
	// 12 ms reach 1,200 km at most: 1,300 km is too far, unless the places may err by 100.
	if !p.TooFar(1300, 50) || p.TooFar(1300, 100) || p.TooFar(1100, 0) || (checkin.Path{}).TooFar(1300, 0) {
		t.Error("the bound of light is not kept")
	}
}

// TestClock: the clock's offset is within half of the least round,
// however the two halves of it are split.
func TestClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ahead := rapid.Int64Range(-1e9, 1e9).Draw(t, "ahead")
		var rounds []checkin.Round
		least := int64(math.MaxInt64)
		for range rapid.IntRange(1, checkin.MaxRounds).Draw(t, "n") {
			out, back := rapid.Int64Range(0, 2000).Draw(t, "out"), rapid.Int64Range(0, 2000).Draw(t, "back")
			least = min(least, out+back)
			rounds = append(rounds, checkin.Round{Sent: now, Came: now.Add(time.Duration(out+back) * time.Millisecond), Clock: now.UnixMilli() + out + ahead})
		}
		p := checkin.Measure(rounds, 0, "")
		if off := p.Clock - ahead; off < -least/2-1 || off > least/2+1 {
			t.Fatalf("off by %d ms with a least round of %d", off, least)
		}
		if p.Least > p.Lower || p.Lower > p.Median || p.Median > p.Upper || p.Least != least*1000 {
			t.Fatalf("%+v", p)
		}
	})
}

func TestDecodeAnswer(t *testing.T) {
	got, err := checkin.DecodeAnswer([]byte(`{"step":1,"outcome":"done","light":{"mean":0.4,"red":0.3,"green":0.4,"blue":0.5,"white":0.1,"black":0}}`))
	if err != nil || got.Light == nil || got.Light.Blue != 0.5 {
		t.Fatalf("%+v, %v", got, err)
	}
	for name, body := range map[string]string{
		"nothing":             ``,
		"a list":              `[]`,
		"a name twice":        `{"step":1,"step":2,"outcome":"done"}`,
		"a name that is new":  `{"step":1,"outcome":"done","language":"ar"}`,
		"an outcome":          `{"step":1,"outcome":"guilty"}`,
		"a step":              `{"step":-1,"outcome":"done"}`,
		"light of 2":          `{"step":1,"outcome":"done","light":{"mean":2}}`,
		"more than all":       `{"step":1,"outcome":"done","light":{"white":0.9,"black":0.9}}`,
		"control characters":  `{"step":0,"outcome":"done","camera":"a\u0000b"}`,
		"a hidden direction":  `{"step":0,"outcome":"done","camera":"a\u202eb"}`,
		"a long name":         `{"step":0,"outcome":"done","camera":"` + strings.Repeat("x", 129) + `"}`,
		"letters":             `{"step":2,"outcome":"done","typed":"12a"}`,
		"many gaps":           `{"step":2,"outcome":"done","gaps":[` + strings.Repeat("1,", 64) + `1]}`,
		"a gap below nothing": `{"step":2,"outcome":"done","gaps":[-1]}`,
		"a zone with a path":  `{"step":3,"outcome":"done","zone":"../../etc"}`,
		"a body of 9 KB":      `{"step":3,"outcome":"done"}` + strings.Repeat(" ", 9<<10),
		"something behind":    `{"step":3,"outcome":"done"}{}`,
	} {
		if _, err := checkin.DecodeAnswer([]byte(body)); !errors.Is(err, checkin.ErrAnswer) {
			t.Errorf("%s was taken: %v", name, err)
		}
	}
}

// FuzzDecodeAnswer: whatever is sent, what is taken is within its bounds.
func FuzzDecodeAnswer(f *testing.F) {
	for _, s := range []string{
		`{"step":0,"outcome":"done","camera":"Front camera"}`, `{"step":1,"outcome":"skipped"}`, `{"step":9,"outcome":"done","zone":"America/Chicago"}`,
		`{"step":2,"outcome":"done","typed":"0123","gaps":[1,2,60000]}`, `{"step":1,"outcome":"done","light":{"mean":1e-300,"white":1}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := checkin.DecodeAnswer(body)
		if err != nil {
			if !errors.Is(err, checkin.ErrAnswer) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if a.Step < 0 || a.Step > 31 || len([]rune(a.Camera)) > 128 || len(a.Typed) > 12 || len(a.Gaps) > 64 || len(a.Zone) > 64 {
			t.Fatalf("out of bounds: %+v", a)
		}
		if l := a.Light; l != nil && !(l.Mean >= 0 && l.Mean <= 1 && l.White+l.Black <= 1.001) {
			t.Fatalf("light %+v", *l)
		}
	})
}

// FuzzReadStill: whatever is sent, what is kept is a JPEG within its bounds that reads
// again.
func FuzzReadStill(f *testing.F) {
	f.Add(still(f, 32, 24, color.White))
	f.Add([]byte("\xff\xd8\xff\xd9"))
	f.Fuzz(func(t *testing.T, body []byte) {
		kept, seen, err := checkin.ReadStill(body)
		if err != nil {
			if !errors.Is(err, checkin.ErrStill) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if _, _, err := checkin.ReadStill(kept); err != nil && len(kept) <= checkin.MaxStillBytes {
			t.Fatalf("what is kept does not read again: %v", err)
		}
		if !(seen.Mean >= 0 && seen.Mean <= 1.0001) {
			t.Fatalf("light %+v", seen)
		}
	})
}
