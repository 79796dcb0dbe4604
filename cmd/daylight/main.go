// SPDX-License-Identifier: Apache-2.0

// Daylight says, for every person in a company's own exports, whether one real,
// consistent person stands behind the profile, and shows the evidence for and
// against. It decides nothing about anyone.
//
// Copy this file to build an edition with private indicators.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"daylight/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(app.Main(ctx, app.World{Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Env: os.Getenv}))
}
