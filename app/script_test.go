// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"teststore": testStore,
		// The clock of a script stands still.
		"daylight": program(func() time.Time { return time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC) }),
		ticking:    program(nil),
	})
}

// ticking is the program by the machine's clock.
const ticking = "daylight-ticking"

// program is the command line as a process of its own.
func program(now func() time.Time) func() {
	return func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		context.AfterFunc(ctx, stop)
		os.Exit(Main(ctx, World{Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Env: os.Getenv, Now: now}))
	}
}

// TestScripts runs the command line as it is typed.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true,
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil // nothing is forbidden to root
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
	})
}
