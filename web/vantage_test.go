// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"daylight/account"
	"daylight/checkin"
	"daylight/vantage"
)

// pointKey is what a console of a test shares with its vantage points.
var pointKey = vantage.Key{7}

// pointPlaces are where vantage points of tests stand.
var pointPlaces = map[string]checkin.Vantage{
	"Vienna office":    {Lat: 48.2, Lon: 16.4, RadiusKM: 5},
	"Singapore office": {Lat: 1.3, Lon: 103.9, RadiusKM: 5},
}

// vantages runs vantage points on this machine, for a console that is told of them by
// the option, which is applied last. at are their handlers.
func vantages(t *testing.T, names ...string) (option func(*Options), at map[string]http.Handler) {
	t.Helper()
	at = map[string]http.Handler{}
	console := ""
	var all []checkin.Vantage
	for _, name := range names {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			p, err := vantage.New(vantage.Options{Name: name, Console: console, Key: pointKey, Random: rand.Reader, Now: func() time.Time { return start.Add(time.Since(began)) }})
			if err != nil {
				t.Error(err)
				return
			}
			p.Handler().ServeHTTP(w, r)
		})
		s := httptest.NewUnstartedServer(h)
		s.Config.ConnContext = vantage.WithConn
		s.Start()
		t.Cleanup(s.Close)
		v := pointPlaces[name]
		v.Name, v.URL = name, "ws"+strings.TrimPrefix(s.URL, "http")
		at[name], all = h, append(all, v)
	}
	return func(o *Options) {
		console, o.Vantages, o.VantageKey = o.Address, all, pointKey
	}, at
}

// farther answers a vantage point as the page does, over a way to it, and returns what
// it sealed.
func farther(t *testing.T, address, through, origin string) string {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, through)
	}}
	s, res, err := websocket.Dial(t.Context(), address, &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}, HTTPHeader: http.Header{"Origin": {origin}}})
	if res != nil && res.Body != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	sealed := ""
	err = echo(t.Context(), s, func(word string) string {
		if text, ok := strings.CutPrefix(word, vantage.Measured); ok {
			sealed = text
		}
		return page(word)
	})
	if err != nil && sealed == "" {
		t.Fatal(err)
	}
	return sealed
}

// measuredFarther does a check-in that is measured from vantage points, each over the
// way that through names, and returns what was kept by name, and the page that the
// interviewer sees.
func measuredFarther(t *testing.T, points func(*Options), through func(name string) string) (map[string]checkin.Way, string) {
	t.Helper()
	c, person, path := wayConsole(t, points)
	_, next := person.step(path, nil, nil)
	if next.Kind != checkin.Connection || len(next.Ways) != len(c.Vantages) {
		t.Fatalf("the page is told of %v", next)
	}
	var sealed []string
	for i, address := range next.Ways {
		sealed = append(sealed, farther(t, address, through(c.Vantages[i].Name), c.http.URL))
	}
	person.step(path, map[string]any{"step": next.Number, "outcome": "done", "zone": "Europe/Vienna", "measured": sealed}, nil)
	got := map[string]checkin.Way{}
	for _, way := range c.last(t).Ways {
		got[way.From.Name] = way
	}
	if body := person.get(path).body; len(got) == 0 || !strings.Contains(body, "Time from Vienna office to your browser") {
		t.Errorf("%d ways, and the person is not shown them all", len(got))
	}
	person.post(path, path, act("finish")).want(t, http.StatusSeeOther)
	return got, c.as(account.HR).get("/check-ins/"+c.last(t).ID).want(t, http.StatusOK).body
}

// directly is the address of a vantage point on this machine.
func directly(t *testing.T, points func(*Options)) func(name string) string {
	t.Helper()
	var o Options
	points(&o)
	return func(name string) string {
		for _, v := range o.Vantages {
			if v.Name == name {
				u, err := url.Parse(v.URL)
				if err != nil {
					t.Fatal(err)
				}
				return u.Host
			}
		}
		return ""
	}
}

// TestVantagesBoundThePlace: a browser that answers two vantage points is within what
// light allows of both, or no place is.
func TestVantagesBoundThePlace(t *testing.T) {
	points, _ := vantages(t, "Vienna office", "Singapore office")
	at := directly(t, points)
	for name, c := range map[string]struct {
		delay time.Duration // to Singapore, each way
		says  string
	}{
		"as far as it has to be": {60 * time.Millisecond, "some places on Earth lie within all of them"},
		"too near to both":       {5 * time.Millisecond, "no place on Earth lies within all of them"},
	} {
		t.Run(name, func(t *testing.T) {
			got, shown := measuredFarther(t, points, func(name string) string {
				if name == "Singapore office" {
					return relay(t, "127.0.0.1:0", at(name), c.delay)
				}
				return at(name)
			})
			for point, least := range map[string]int64{"Vienna office": 0, "Singapore office": 2 * c.delay.Microseconds()} {
				if p := got[point].Path; p.Rounds != vantage.Rounds || p.Least < least || p.Least > least+15_000 {
					t.Errorf("%s: %+v", point, p)
				}
			}
			for _, want := range []string{"How far from Vienna office it can be", "How far from Singapore office it can be", c.says} {
				if !strings.Contains(shown, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
		})
	}
}

// TestVantagesCannotBeMadeUp: what no vantage point sealed for this check-in is not
// kept, nor a second one of a point; and a check-in goes on without any.
func TestVantagesCannotBeMadeUp(t *testing.T) {
	points, _ := vantages(t, "Vienna office")
	at := directly(t, points)
	c, person, path := wayConsole(t, points)
	_, next := person.step(path, nil, nil)
	sealed := farther(t, next.Ways[0], at("Vienna office"), c.http.URL)
	visit := c.last(t).Pseudonym()
	result := func(key vantage.Key, visit, point string) string {
		text, err := key.SealResult(vantage.Result{Visit: visit, Point: point, Path: checkin.Path{Rounds: 30, Least: 1}})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	person.step(path, map[string]any{"step": next.Number, "outcome": "done", "measured": []string{
		result(vantage.Key{8}, visit, "Vienna office"), result(pointKey, "another check-in", "Vienna office"),
		result(pointKey, visit, "Nowhere"), sealed, result(pointKey, visit, "Vienna office"),
	}}, nil)
	ways := c.last(t).Ways
	if len(ways) != 1 || ways[0].Path.Least == 1 || ways[0].From.Name != "Vienna office" {
		t.Errorf("kept %+v", ways)
	}

	c, person, path = wayConsole(t, points)
	_, next = person.step(path, nil, nil)
	person.step(path, map[string]any{"step": next.Number, "outcome": "failed", "measured": []string{}}, nil)
	person.post(path, path, act("finish")).want(t, http.StatusSeeOther)
	if got := c.last(t); got.State != checkin.Finished || len(got.Ways) != 0 {
		t.Errorf("without a vantage point: %+v", got.Collected)
	}
}

// TestVantagesOfAConsole: which vantage points a console does not take, and that its
// check-in may connect to those it has and to no other.
func TestVantagesOfAConsole(t *testing.T) {
	good := checkin.Vantage{Name: "Vienna", Lat: 48.2, Lon: 16.4, URL: "wss://vienna.example.com"}
	if err := CheckVantages([]checkin.Vantage{good}, "https://daylight.example.com"); err != nil {
		t.Error(err)
	}
	for name, all := range map[string][]checkin.Vantage{
		"twice one name":      {good, good},
		"no place":            {{Name: "Vienna", Lat: 99, URL: good.URL}},
		"no name":             {{Lat: 1, URL: good.URL}},
		"no url":              {{Name: "Vienna"}},
		"in the clear":        {{Name: "Vienna", URL: "ws://vienna.example.com"}},
		"of another kind":     {{Name: "Vienna", URL: "https://vienna.example.com"}},
		"with a path":         {{Name: "Vienna", URL: "wss://vienna.example.com/way"}},
		"a word for a policy": {{Name: "Vienna", URL: "wss://vienna.example.com;script-src"}},
		"too many":            make([]checkin.Vantage, checkin.MaxVantages+1),
	} {
		if CheckVantages(all, "https://daylight.example.com") == nil {
			t.Errorf("%s is taken", name)
		}
	}
	points, _ := vantages(t, "Vienna office")
	c, person, path := wayConsole(t, points)
	policy := person.get(path).Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, " "+c.Vantages[0].URL+";") || strings.Contains(c.client(t).get("/sign-in").Header.Get("Content-Security-Policy"), c.Vantages[0].URL) {
		t.Errorf("the policy is %s", policy)
	}
}
