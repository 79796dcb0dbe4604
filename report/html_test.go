// SPDX-License-Identifier: Apache-2.0

package report

import "testing"

func TestHTMLGolden(t *testing.T) { golden(t, "report.html", written(t, fixture().WriteHTML)) }
