// SPDX-License-Identifier: Apache-2.0

package document

import (
	"regexp"
	"strconv"
	"strings"

	"daylight/record"
)

// Years a résumé may speak of.
const (
	minYear = 1950
	maxYear = 2100
)

// months maps month names to numbers, in the languages résumés here are most
// often written in; names that mean different months in two of them are left
// out.
var months = func() map[string]int {
	m := map[string]int{}
	for _, names := range []string{
		"january february march april may june july august september october november december",
		"jan feb mar apr - jun jul aug sep oct nov dec",
		"- - - - - - - - sept - - -",
		"januar februar märz - mai juni juli - - oktober - dezember", // German
		"jänner feber - - - - - - - okt - dez",
		"janvier février mars avril - juin juillet août septembre octobre novembre décembre", // French
		"janv févr - avr - - juil - - - - déc",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", // Spanish
		"ene - - abr - - - ago - - - dic",
		"janeiro fevereiro março - maio junho julho - setembro outubro novembro dezembro", // Portuguese
		"- fev - - - - - - set out - -",
		"gennaio febbraio - aprile maggio giugno luglio - settembre ottobre - dicembre", // Italian
		"gen - - - mag giu lug - - ott - -",
		"januari februari maart - mei - - augustus - - - -", // Dutch
		"- - - - - - - - - - - desember",
		"styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień", // Polish
		"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",                // Russian
		"січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень", // Ukrainian
		"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",                     // Turkish
	} {
		for i, n := range strings.Fields(names) {
			if n != "-" {
				m[n] = i + 1
			}
		}
	}
	return m
}()

var (
	dateToken = regexp.MustCompile(`(?i)\b((?:19|20)\d\d)年\s?(?:(\d{1,2})月)?` + // 2019年3月
		`|(?:\b\d{1,2}\s?[/.]\s?)?\b(\d{1,2})\s?[/.-]\s?((?:19|20)\d\d)\b` + // 03/2019, 01.03.2019
		`|\b((?:19|20)\d\d)(?:\s?[/.-]\s?(0?[1-9]|1[0-2])(?:[/.-]\d{1,2})?)?\b`) // 2019, 2019-03, 2019-03-01
	monthBefore = regexp.MustCompile(`(\p{L}{3,12})\.?,?\s*(?:\d{1,2},\s*)?(?:de\s+)?$`)
	shortYear   = regexp.MustCompile(`(?i)\b(\p{L}{3,9})\.?\s*['’](\d\d)\b`)
	rangeJoin   = regexp.MustCompile(`(?i)^\s*(?:\)|\()?\s*(?:[-–—‐‑‒−~～〜→]+|to|until|till|through|thru|bis|à|au|al|a|até|hasta|do|по|–>|->)\s*(?:\p{L}{3,12}\.?,?\s*(?:\d{1,2},\s*)?(?:de\s+)?)?$`)
	rangeNow    = regexp.MustCompile(`(?i)^\s*(?:[-–—‐‑‒−~～〜→]+|to|until|till|through|bis|à|al|a|até|hasta|по)\s*(?:the\s+)?(` + presentWords + `)`)
	fullTime    = regexp.MustCompile(`(?i)\bfull[\s-]?time\b|\bvollzeit\b|\btemps plein\b|\btiempo completo\b`)
	partTime    = regexp.MustCompile(`(?i)\bpart[\s-]?time\b|\bteilzeit\b|\btemps partiel\b|\btiempo parcial\b`)
	// aFullPost is a line that begins by saying so of the post itself, and not of
	// others or of studies: "Full-time. …", "Full time position, remote".
	aFullPost   = regexp.MustCompile(`(?i)^\s*(?:full[\s-]?time|vollzeit|(?:à )?temps plein|(?:a )?tiempo completo)(?:\s+(?:position|role|post|job|employment|contract|permanent|remote|on-?site|hybrid))?\s*(?:[.,;:|()–—/·•-]|$)`)
	presentOnly = regexp.MustCompile(`(?i)^\s*(?:` + presentWords + `)\s*$`)
)

const presentWords = `present|current(?:ly)?|now|today|ongoing|date\b|heute|aujourd['’]hui|présent|actual(?:idad|mente)?|presente|atual(?:mente)?|oggi|heden|obecnie|настоящее время|至今|現在|günümüz|devam`

func isPresent(s string) bool    { return presentOnly.MatchString(s) }
func saysFullTime(s string) bool { return fullTime.MatchString(s) }

// bodySaysFullTime reports whether a line in the text of a job says that the post
// is full-time.
func bodySaysFullTime(s string) bool {
	return aFullPost.MatchString(bullet.ReplaceAllString(s, "")) && !partTime.MatchString(s)
}

// dated is a date and where it stands in its line.
type dated struct {
	date     record.Date
	from, to int
}

// dates finds the dates of a line, in order, to the month.
func dates(line string) []dated {
	var out []dated
	for _, m := range dateToken.FindAllStringSubmatchIndex(line, 64) {
		group := func(i int) int {
			if m[2*i] < 0 {
				return 0
			}
			n, _ := strconv.Atoi(line[m[2*i]:m[2*i+1]]) // digits by the expression
			return n
		}
		d := dated{from: m[0], to: m[1]}
		switch {
		case group(1) != 0:
			d.date = record.Date{Year: group(1), Month: min(group(2), 12)}
		case group(4) != 0:
			d.date = record.Date{Year: group(4), Month: group(3)}
			if d.date.Month == 0 || d.date.Month > 12 {
				continue // "24/2019": a reference, not a date
			}
		default:
			d.date = record.Date{Year: group(5), Month: group(6)}
		}
		if d.date.Month == 0 {
			near := max(0, d.from-40)
			if b := monthBefore.FindStringSubmatchIndex(line[near:d.from]); b != nil {
				if n := months[strings.ToLower(line[near+b[2]:near+b[3]])]; n != 0 {
					d.date.Month, d.from = n, near+b[0]
				}
			}
		}
		if d.date.Year >= minYear && d.date.Year <= maxYear {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		for _, m := range shortYear.FindAllStringSubmatchIndex(line, 8) {
			n := months[strings.ToLower(line[m[2]:m[3]])]
			y, _ := strconv.Atoi(line[m[4]:m[5]]) // digits by the expression
			if n == 0 {
				continue
			}
			if y += 2000; y > 2060 {
				y -= 100
			}
			out = append(out, dated{record.Date{Year: y, Month: n}, m[0], m[1]})
		}
	}
	return out
}

// period is a range of dates and where it stands in its line.
type period struct {
	from, to record.Date // to is zero for a present one
	current  bool
	at, end  int
}

// periodOf finds the one range of dates in a line. A line with two ranges, or
// with a range that runs backwards, has none: it is not a job's heading.
func periodOf(line string) (period, bool) {
	ds := dates(line)
	var found []period
	for i := 0; i < len(ds); i++ {
		d := ds[i]
		rest := line[d.to:]
		if m := rangeNow.FindStringIndex(rest); m != nil {
			found = append(found, period{from: d.date, current: true, at: d.from, end: d.to + m[1]})
			continue
		}
		if i+1 < len(ds) && rangeJoin.MatchString(line[d.to:ds[i+1].from]) {
			found = append(found, period{from: d.date, to: ds[i+1].date, at: d.from, end: ds[i+1].to})
			i++
		}
	}
	if len(found) != 1 || !found[0].current && before(found[0].to, found[0].from) {
		return period{}, false
	}
	return found[0], true
}

// before compares two dates as far as both are known.
func before(a, b record.Date) bool {
	if a.Year != b.Year {
		return a.Year < b.Year
	}
	return a.Month != 0 && b.Month != 0 && a.Month < b.Month
}
