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
)

// relayTo is set in the process of a relay: where it leads.
const relayTo = "DAYLIGHT_TEST_RELAY_TO"

// TestRelayProcess is the relay of TestWayFromAnotherNamespace, in its own process. By
// itself it does nothing.
func TestRelayProcess(t *testing.T) {
	to := os.Getenv(relayTo)
	if to == "" {
		t.Skip("SKIPPED: it is the other half of TestWayFromAnotherNamespace")
	}
	fmt.Println("relay at", relay(t, "198.51.100.2:0", to, 40*time.Millisecond))
	_, _ = io.Copy(io.Discard, os.Stdin) // until the other half is done
}

// TestWayFromAnotherNamespace runs a relay with added delay in a network namespace of
// its own, as a machine of its own would, and tells a browser behind it from one that
// comes over the same link without it.
func TestWayFromAnotherNamespace(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root makes network namespaces")
	}
	name := fmt.Sprintf("dl%d", os.Getpid())
	ip := func(args ...string) error {
		out, err := exec.CommandContext(t.Context(), "ip", args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	if err := ip("netns", "add", name); err != nil {
		t.Skipf("SKIPPED: this machine makes no network namespace: %v", err)
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", name).Run() })
	for _, args := range [][]string{
		{"link", "add", name, "type", "veth", "peer", "name", "there", "netns", name},
		{"addr", "add", "198.51.100.1/30", "dev", name},
		{"link", "set", name, "up"},
		{"-n", name, "addr", "add", "198.51.100.2/30", "dev", "there"},
		{"-n", name, "link", "set", "there", "up"},
	} {
		if err := ip(args...); err != nil {
			t.Skipf("SKIPPED: this machine links no network namespaces: %v", err)
		}
	}
	for _, relayed := range []bool{false, true} {
		c, person, path := wayConsole(t)
		var listen net.ListenConfig
		l, err := listen.Listen(t.Context(), "tcp", "198.51.100.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: c.Handler(), ConnContext: withConn, ReadHeaderTimeout: time.Minute}
		go func() { _ = server.Serve(l) }()
		t.Cleanup(func() { _ = server.Close() })
		through := l.Addr().String()
		if relayed {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "ip", "netns", "exec", name, self, "-test.run=^TestRelayProcess$")
			cmd.Env = append(os.Environ(), relayTo+"="+through)
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
					through = at
					break
				}
			}
			if strings.HasPrefix(through, "198.51.100.1:") {
				t.Fatal("the relay does not run")
			}
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
		t.Logf("relayed %v: transport %d µs, rounds %d to %d µs", relayed, p.Transport, p.Least, p.Upper)
		if apart, known := p.Apart(); !known || apart != relayed {
			t.Errorf("relayed %v: apart %v, known %v", relayed, apart, known)
		}
	}
}
