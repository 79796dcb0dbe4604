// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"time"

	"daylight/record"
)

type hourGrid struct{}

func presenceGrid(_ *Profile, _ *time.Location, _, _ time.Time, _ []record.Class) hourGrid {
	return hourGrid{}
}

func (g hourGrid) fit() RhythmFit { return RhythmFit{} }
