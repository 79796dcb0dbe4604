// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"testing"

	"daylight/detect/detecttest"
	"daylight/detect/indicators"
)

func TestIndicators(t *testing.T) { detecttest.Run(t, indicators.Catalog()) }
