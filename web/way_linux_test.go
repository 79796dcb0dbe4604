// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"daylight/vantage"
)

// What the process of a relay is told: where to listen, where it leads, and the delay.
const (
	relayAt    = "DAYLIGHT_TEST_RELAY_AT"
	relayTo    = "DAYLIGHT_TEST_RELAY_TO"
	relayDelay = "DAYLIGHT_TEST_RELAY_DELAY"
)

// TestRelayProcess is the relay of the tests below, in its own process. By itself it
// does nothing.
func TestRelayProcess(t *testing.T) {
	to := os.Getenv(relayTo)
	if to == "" {
		t.Skip("SKIPPED: it is the other half of TestWayFromAnotherNamespace")
	}
	delay, err := time.ParseDuration(os.Getenv(relayDelay))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("relay at", relay(t, os.Getenv(relayAt), to, delay))
	_, _ = io.Copy(io.Discard, os.Stdin) // until the other half is done
}

// without skips a test for what this machine does not do, unless
// DAYLIGHT_REQUIRE_NETNS=1.
func without(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("DAYLIGHT_REQUIRE_NETNS") == "1" {
		t.Fatal(what + ", and DAYLIGHT_REQUIRE_NETNS=1")
	}
	t.Skip("SKIPPED: " + what)
}

// namespace makes a network namespace, linked with this one by the n-th of the
// documentation's networks. It returns the address of this end, and what starts a relay
// in it that leads to an address of this end and adds a delay each way.
func namespace(t *testing.T, n int) (here string, relayed func(to string, delay time.Duration) string) {
	t.Helper()
	if os.Getuid() != 0 {
		without(t, "only root makes network namespaces")
	}
	name := fmt.Sprintf("dl%d-%d", os.Getpid(), n)
	ip := func(args ...string) error {
		out, err := exec.CommandContext(t.Context(), "ip", args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	if err := ip("netns", "add", name); err != nil {
		without(t, fmt.Sprintf("this machine makes no network namespace: %v", err))
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", name).Run() })
	here, there := fmt.Sprintf("198.51.100.%d", 4*n+1), fmt.Sprintf("198.51.100.%d", 4*n+2)
	for _, args := range [][]string{
		{"link", "add", name, "type", "veth", "peer", "name", "there", "netns", name},
		{"addr", "add", here + "/30", "dev", name},
		{"link", "set", name, "up"},
		{"-n", name, "addr", "add", there + "/30", "dev", "there"},
		{"-n", name, "link", "set", "there", "up"},
	} {
		if err := ip(args...); err != nil {
			without(t, fmt.Sprintf("this machine links no network namespaces: %v", err))
		}
	}
	return here, func(to string, delay time.Duration) string {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "ip", "netns", "exec", name, self, "-test.run=^TestRelayProcess$")
		cmd.Env = append(os.Environ(), relayAt+"="+there+":0", relayTo+"="+to, relayDelay+"="+delay.String())
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = stdin.Close(); _ = cmd.Wait() })
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if at, ok := strings.CutPrefix(lines.Text(), "relay at "); ok {
				return at
			}
		}
		t.Fatal("the relay does not run")
		return ""
	}
}

// listenOn serves a handler at an address of this machine.
func listenOn(t *testing.T, host string, h http.Handler) string {
	t.Helper()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ConnContext: vantage.WithConn, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

// TestWayFromAnotherNamespace runs a relay with added delay in a network namespace of
// its own, as a machine of its own would, and tells a browser behind it from one that
// comes over the same link without it.
func TestWayFromAnotherNamespace(t *testing.T) {
	here, relayed := namespace(t, 0)
	for _, between := range []bool{false, true} {
		c, person, path := wayConsole(t)
		through := listenOn(t, here, c.Handler())
		if between {
			through = relayed(through, 40*time.Millisecond)
		}
		s, err := person.dial(t.Context(), through, path, c.http.URL)
		if err != nil {
			t.Fatal(err)
		}
		if err := echo(t.Context(), s, page); err != nil {
			t.Fatal(err)
		}
		p := c.measured(t)
		if p == nil {
			t.Fatal("nothing was measured")
		}
		t.Logf("relayed %v: transport %d µs, rounds %d to %d µs", between, p.Transport, p.Least, p.Upper)
		if apart, known := p.Apart(); !known || apart != between {
			t.Errorf("relayed %v: apart %v, known %v", between, apart, known)
		}
	}
}

// TestVantagesFromNamespaces has two vantage points that a browser reaches through two
// networks, each of which adds a delay of its own: each measures its own, and together
// they say that no one place is as near to both.
func TestVantagesFromNamespaces(t *testing.T) {
	points, at := vantages(t, "Vienna office", "Singapore office")
	near, throughNear := namespace(t, 1)
	far, throughFar := namespace(t, 2)
	ways := map[string]string{
		"Vienna office":    throughNear(listenOn(t, near, at["Vienna office"]), 10*time.Millisecond),
		"Singapore office": throughFar(listenOn(t, far, at["Singapore office"]), 25*time.Millisecond),
	}
	got, shown := measuredFarther(t, points, func(name string) string { return ways[name] })
	for _, want := range []struct {
		name  string
		least int64
	}{{"Vienna office", 20_000}, {"Singapore office", 50_000}} {
		way := got[want.name]
		t.Logf("%s: transport %d µs, rounds from %d µs", want.name, way.Path.Transport, way.Path.Least)
		if way.Path.Rounds != vantage.Rounds || way.Path.Least < want.least || way.Path.Least > want.least+15_000 {
			t.Errorf("%s: %+v", want.name, way)
		}
		if way.Addr.IsLoopback() || !way.Addr.IsValid() {
			t.Errorf("%s saw the address %s", want.name, way.Addr)
		}
	}
	if !strings.Contains(shown, "no place on Earth lies within all of them") {
		t.Error("2,000 km from Vienna and 5,000 from Singapore, 9,700 apart, is said to be a place")
	}
}
