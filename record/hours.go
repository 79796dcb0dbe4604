// SPDX-License-Identifier: Apache-2.0

package record

import "fmt"

// Hours is a daily stretch of work by the clock of the claimed place, minutes
// after midnight, 0-1439. One whose To is not after its From ends on the next
// day. It is what an employer's records state, never a person's own application:
// whoever keeps other hours would otherwise write their excuse themselves.
type Hours struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Minutes is how long the stretch is, 1-1440.
func (h Hours) Minutes() int { return (h.To-h.From+2*1440-1)%1440 + 1 }

// ByDay reports whether the stretch lies between six in the morning and eight in
// the evening, as an ordinary working day does.
func (h Hours) ByDay() bool { return h.From >= 6*60 && h.To > h.From && h.To <= 20*60 }

// String formats the stretch as "22:00 to 06:00".
func (h Hours) String() string {
	return fmt.Sprintf("%02d:%02d to %02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}
