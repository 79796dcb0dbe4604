// SPDX-License-Identifier: Apache-2.0

package app

import (
	"runtime/debug"
	"slices"
)

// UnderRace reports whether the race detector is on: it costs many times the
// memory and the time.
func UnderRace() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
