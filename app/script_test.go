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
		"daylight": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			context.AfterFunc(ctx, stop)
			os.Exit(Main(ctx, World{
				Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Env: os.Getenv,
				// The clock of a script stands still.
				Now: func() time.Time { return time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC) },
			}))
		},
	})
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
