// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestAssessingIsBounded assesses companies of two sizes, and bounds what one person
// more takes while everybody is assessed and afterwards. Everybody works eight weeks,
// of which a log comes a week, so that holding a profile for every log, or the results
// of everybody at once, takes more than that.
func TestAssessingIsBounded(t *testing.T) {
	const few, many = 40, 240
	const during, after = 32 << 10, 12 << 10 // bytes a person
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	var peak, held [3]int
	for i, people := range []int{few, few, many} { // the first time, tables are read as well
		s := newService(t, temporary(t))
		s.receive(t, "hr/people.csv", staff(people))
		for week := range 8 {
			s.receive(t, fmt.Sprintf("logs/okta-week-%d.jsonl", week), workedWeek(people, week))
		}
		s.drain(t)
		before := int(alive())
		stop, top := make(chan struct{}), make(chan uint64)
		go func() {
			most := uint64(0)
			for {
				select {
				case <-stop:
					top <- most
					return
				case <-time.After(5 * time.Millisecond):
					var now runtime.MemStats
					runtime.ReadMemStats(&now)
					most = max(most, now.HeapAlloc)
				}
			}
		}()
		s.assessed(t)
		close(stop)
		peak[i], held[i] = int(<-top)-before, int(alive())-before
		if n := s.Progress().People; n != people {
			t.Fatalf("%d people are assessed, not %d", n, people)
		}
	}
	each := func(of [3]int) int { return (of[2] - of[1]) / (many - few) }
	t.Logf("a person takes %d bytes during an assessment, %d after it", each(peak), each(held))
	if each(peak) > during || each(held) > after {
		t.Errorf("a person takes %d bytes during an assessment, %d after it; at most %d and %d", each(peak), each(held), during, after)
	}
}

// alive is what of the heap is in use. What a pool holds is let go at the second
// collection.
func alive() uint64 {
	runtime.GC()
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return now.HeapAlloc
}

func staff(people int) []byte {
	var b bytes.Buffer
	b.WriteString("id,stage,name,email,hired_at\n")
	for p := range people {
		fmt.Fprintf(&b, "e-%d,worker,Wanjiru Mfano,person%d@example.com,2026-01-05\n", p, p)
	}
	return b.Bytes()
}

// workedWeek is a week of everybody's sign-ins, each from an address of their own.
func workedWeek(people, week int) []byte {
	var b bytes.Buffer
	for day := range 5 {
		for hour := 8; hour < 18; hour += 2 {
			at := time.Date(2026, 2, 2+7*week+day, hour, 0, 0, 0, time.UTC)
			for p := range people {
				fmt.Fprintf(&b, `{"uuid":"u-%d-%d","published":"%s","eventType":"user.session.start","actor":{"id":"00u%d","type":"User","alternateId":"person%d@example.com"},"client":{"ipAddress":"2001:db8::%x","userAgent":{"rawUserAgent":"Mozilla/5.0"},"device":"Computer"},"outcome":{"result":"SUCCESS"},"authenticationContext":{"externalSessionId":"s%d-%d"}}`+"\n",
					at.Unix(), p, at.Add(time.Duration(p%60)*time.Minute).Format("2006-01-02T15:04:05.000Z"), p, p, p+1, p, at.Unix())
			}
		}
	}
	return b.Bytes()
}
