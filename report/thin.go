// SPDX-License-Identifier: Apache-2.0

package report

// journeyMost bounds the moments of a line.
const journeyMost = 40

// applied is what the beginning of a line is called.
const applied = "applied"

// Omitted is what a line leaves out.
type Omitted struct {
	Moments int `json:"moments,omitempty"`
	Breaks  int `json:"breaks,omitempty"` // how many of the moments are breaks in continuity
}

// thin leaves at most so many moments of a line, oldest first. Its ends stay, and the
// application, the hire and the leaving, then breaks in continuity; of the rest those stay
// that are spread evenly over it.
func thin(line []Moment, most int) ([]Moment, Omitted) {
	if len(line) <= most {
		return line, Omitted{}
	}
	var ranks [3][]int // positions in the line, what matters most first
	for i, m := range line {
		switch {
		case i == 0, i == len(line)-1, m.What == applied, m.Lane == "work":
			ranks[0] = append(ranks[0], i)
		case m.Break:
			ranks[1] = append(ranks[1], i)
		default:
			ranks[2] = append(ranks[2], i)
		}
	}
	stays := map[int]bool{}
	for _, positions := range ranks {
		n := min(len(positions), most-len(stays))
		for k := range n {
			stays[positions[(2*k+1)*len(positions)/(2*n)]] = true
		}
	}
	var kept []Moment
	var out Omitted
	for i, m := range line {
		switch {
		case stays[i]:
			kept = append(kept, m)
		case m.Break:
			out.Breaks++
		}
	}
	out.Moments = len(line) - len(kept)
	return kept, out
}
