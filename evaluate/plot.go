// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// plot is a picture made of a few kinds of marks, in pixels. Its numbers are all
// in the tables too; Words say what it shows to those who do not see it.
type plot struct {
	ID, Title, Words string
	Caption          string
	Width, Height    int
	Lines            []segment
	Paths            []path
	Marks            []mark
	Texts            []label
}

type segment struct{ X1, Y1, X2, Y2, Class string }

type path struct{ D, Class string }

// mark is a disc, or a square where Square is set: colour alone tells nothing.
type mark struct {
	X, Y, Class string
	Square      bool
}

type label struct{ X, Y, Anchor, Class, Words string }

// The frame of a plot leaves room for the figures of the axes. The width fits
// into the narrowest window that a page is read in.
const (
	plotWidth           = 340
	plotLeft, plotRight = 52, 332
	plotTop, plotBottom = 12, 252
)

func px(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func (p *plot) line(x1, y1, x2, y2 float64, class string) {
	p.Lines = append(p.Lines, segment{px(x1), px(y1), px(x2), px(y2), class})
}

func (p *plot) text(x, y float64, anchor, class, words string) {
	p.Texts = append(p.Texts, label{px(x), px(y), anchor, class, words})
}

// scale maps a figure to a place on an axis.
type scale func(float64) float64

func linear(from, to float64) scale { return func(x float64) float64 { return from + x*(to-from) } }

// tick is a figure on an axis.
type tick struct {
	at    float64
	words string
}

// frame draws the axes with their ticks and names, and a faint grid.
func (p *plot) frame(x, y scale, across, up []tick, xName, yName string) {
	for _, t := range across {
		p.line(x(t.at), plotTop, x(t.at), plotBottom, "grid")
		p.text(x(t.at), plotBottom+18, "middle", "q", t.words)
	}
	for _, t := range up {
		p.line(plotLeft, y(t.at), plotRight, y(t.at), "grid")
		p.text(plotLeft-6, y(t.at)+4, "end", "q", t.words)
	}
	p.line(plotLeft, plotBottom, plotRight, plotBottom, "axis")
	p.line(plotLeft, plotTop, plotLeft, plotBottom, "axis")
	p.text(plotRight, plotBottom+38, "end", "", xName)
	p.text(0, plotBottom+56, "start", "", yName)
	p.Width, p.Height = plotWidth, plotBottom+64
}

// curve draws a line through places, leaving out those too close to see.
func (p *plot) curve(class string, places [][2]float64) {
	var b strings.Builder
	last := [2]float64{math.Inf(1), math.Inf(1)}
	for i, at := range places {
		if i > 0 && i < len(places)-1 && math.Hypot(at[0]-last[0], at[1]-last[1]) < 0.5 {
			continue
		}
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&b, "%s%s %s", command, px(at[0]), px(at[1]))
		last = at
	}
	if b.Len() > 0 {
		p.Paths = append(p.Paths, path{b.String(), class})
	}
}

// cross draws a mark with its range along both axes.
func (p *plot) cross(x, y scale, across, up Rate, class string, square bool) {
	p.line(x(float64(across.Low)), y(float64(up.Value)), x(float64(across.High)), y(float64(up.Value)), "range "+class)
	p.line(x(float64(across.Value)), y(float64(up.Low)), x(float64(across.Value)), y(float64(up.High)), "range "+class)
	p.Marks = append(p.Marks, mark{px(x(float64(across.Value))), px(y(float64(up.Value))), class, square})
}

var quarters = []tick{{0, "0"}, {.25, "25"}, {.5, "50"}, {.75, "75"}, {1, "100"}}

// rocPlot is the ROC with the share of genuine people on a logarithmic axis,
// because one in a thousand and one in a hundred is where the use is decided. No
// genuine person at all has a place of its own at the left.
func rocPlot(e *Evaluation) plot {
	genuine, deceptive := e.Coverage.Genuine, e.Coverage.Deceptive
	decades := min(max(math.Ceil(math.Log10(float64(genuine))), 1), 5)
	const none = 28 // pixels from no one to the smallest share
	x := func(f float64) float64 {
		if f <= 0 {
			return plotLeft
		}
		return plotLeft + none + (plotRight-plotLeft-none)*max(0, (math.Log10(f)+decades)/decades)
	}
	y := linear(plotBottom, plotTop)
	across := []tick{{0, "0"}}
	for k := -decades; k <= 0; k++ {
		across = append(across, tick{math.Pow(10, k), figure(Number(math.Pow(10, k)))})
	}
	p := plot{ID: "roc", Title: "Found, and bothered by mistake (ROC)"}
	p.frame(x, y, across, quarters, "genuine bothered, % (logarithmic)", "up: deceptive found, %")
	places := [][2]float64{{x(0), y(0)}}
	for _, at := range e.Curve.Points {
		places = append(places, [2]float64{x(float64(at.Genuine) / float64(genuine)), y(float64(at.Deceptive) / float64(deceptive))})
	}
	p.curve("curve", places)
	d, g := e.Overall.Deceptive, e.Overall.Genuine
	p.cross(x, y, g.Reviewed, d.Reviewed, "ag", true)
	p.cross(x, y, g.Escalated, d.Escalated, "to", false)
	p.Caption = "The line is what weight alone could do. Disc: who was escalated; square: who was followed up or escalated; with their ranges. Further up and to the left is better."
	p.Words = fmt.Sprintf("Weight alone: area %s. Escalated: %s of the deceptive and %s of the genuine. Followed up or escalated: %s and %s.",
		shareWords(e.Curve.AUC), percent(d.Escalated.Value), percent(g.Escalated.Value), percent(d.Reviewed.Value), percent(g.Reviewed.Value))
	return p
}

func recallPlot(e *Evaluation) plot {
	x, y := linear(plotLeft, plotRight), linear(plotBottom, plotTop)
	p := plot{ID: "recall", Title: "Found, and right when pointing (precision and recall)"}
	p.frame(x, y, quarters, quarters, "deceptive found, %", "up: right when pointing, %")
	var places [][2]float64
	for _, at := range e.Curve.Points {
		places = append(places, [2]float64{x(float64(at.Deceptive) / float64(e.Coverage.Deceptive)), y(float64(at.Deceptive) / float64(at.Deceptive+at.Genuine))})
	}
	p.curve("curve", places)
	p.line(plotLeft, y(float64(e.Curve.BaseRate)), plotRight, y(float64(e.Curve.BaseRate)), "limit")
	p.Caption = fmt.Sprintf("At the share of deceptive people in this sample, %s (dotted line: chance). Where they are rarer, the whole line lies lower.", percent(e.Curve.BaseRate))
	p.Words = fmt.Sprintf("Average precision %s; chance has %s.", decimals(e.Curve.AveragePrecision, 3), decimals(e.Curve.BaseRate, 3))
	return p
}

// reliabilityPlot has both axes on the scale of weight, so that one in a
// thousand and one in ten are both to be seen.
func reliabilityPlot(r Reliability) plot {
	const end = 35.0 // decibans; what lies beyond stands at the edge
	at := func(p float64) float64 {
		return min(max(10*math.Log10(p/(1-p)), -end), end)
	}
	x := func(p float64) float64 { return plotLeft + (plotRight-plotLeft)*(at(p)+end)/(2*end) }
	y := func(p float64) float64 { return plotBottom - (plotBottom-plotTop)*(at(p)+end)/(2*end) }
	ticks := []tick{{.001, "0.1"}, {.01, "1"}, {.1, "10"}, {.5, "50"}, {.9, "90"}, {.99, "99"}}
	p := plot{ID: "reliable", Title: "Stated and observed, at the assumed rates (reliability)"}
	p.frame(x, y, ticks, ticks, "stated, %", "up: deceptive, %")
	p.line(x(0), y(0), x(1), y(1), "limit")
	var words []string
	for _, b := range r.Bins {
		p.line(x(float64(b.Stated)), y(float64(b.Low)), x(float64(b.Stated)), y(float64(b.High)), "range to")
		p.Marks = append(p.Marks, mark{px(x(float64(b.Stated))), px(y(float64(b.Observed))), "to", false})
		words = append(words, fmt.Sprintf("stated %s, observed %s", percent(b.Stated), percent(b.Observed)))
	}
	p.Caption = "On the dotted line, what is stated comes true. Above it, there are more deceptive people than stated; below it, fewer. None and all stand at the edge."
	p.Words = strings.Join(words, "; ")
	return p
}

// plotRows is how many indicators are drawn; the table has all.
const plotRows = 25

// presencePlot shows how often indicators are present under either truth.
func presencePlot(all []Indicator) plot {
	const row = 40
	shown := slices.Clone(all[:min(len(all), plotRows)])
	x := linear(8, plotRight-8)
	p := plot{ID: "presence", Title: "Where each indicator is present", Width: plotWidth, Height: row*len(shown) + 40}
	var words []string
	for i, ind := range shown {
		top := float64(row * i)
		p.text(8, top+16, "start", "", ind.ID)
		p.line(x(0), top+30, x(1), top+30, "grid")
		for _, t := range []struct {
			rate   Rate
			class  string
			square bool
			shift  float64
		}{{ind.Genuine.Present, "ag", true, 3}, {ind.Deceptive.Present, "to", false, -3}} {
			y := top + 30 + t.shift
			p.line(x(float64(t.rate.Low)), y, x(float64(t.rate.High)), y, "range "+t.class)
			p.Marks = append(p.Marks, mark{px(x(float64(t.rate.Value))), px(y), t.class, t.square})
		}
		words = append(words, fmt.Sprintf("%s: deceptive %s, genuine %s", ind.ID, percent(ind.Deceptive.Present.Value), percent(ind.Genuine.Present.Value)))
	}
	bottom := float64(row*len(shown)) + 6
	p.line(x(0), bottom, x(1), bottom, "axis")
	for _, t := range quarters {
		anchor := "middle"
		if t.at == 1 {
			anchor, t.words = "end", "100 %"
		}
		p.line(x(t.at), bottom, x(t.at), bottom+5, "axis")
		p.text(x(t.at), bottom+22, anchor, "q", t.words)
	}
	p.Caption = fmt.Sprintf("Disc: deceptive; square: genuine; with their ranges. The %s with the widest gap; the table below has all.", plural(len(shown), "indicator", "indicators"))
	p.Words = strings.Join(words, "; ")
	return p
}
