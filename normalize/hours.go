// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"regexp"
	"strconv"

	"daylight/record"
)

// workingHoursColumns are what HR systems call the column of daily hours. SCIM (RFC
// 7643) and the interface of BambooHR have no field for it; their reports as CSV
// carry what the company added.
func workingHoursColumns() []string {
	return []string{"workhours", "workinghour", "shift", "shifts", "workshift", "workingtime", "worktime", "workschedule", "shifthours"}
}

// workingHours reads "22:00-06:00", by the clock of the claimed place. Of an
// applicant they are not read: an application may be what the person wrote.
func (d *people) workingHours(stage record.Stage) []record.Hours {
	cells := d.list("working_hours")
	if len(cells) > 0 && stage == record.Applicant {
		d.bad.add("column working_hours: of an applicant; only what the employer states of a worker is read")
		return nil
	}
	var out []record.Hours
	for _, s := range cells {
		h, ok := hoursOf(s)
		if !ok {
			d.bad.add("column working_hours: not of the form 22:00-06:00")
		}
		out = append(out, h...)
	}
	return out
}

// timeOfDay is a time on a clock of 24 hours, or of 12 with its half of the day.
var timeOfDay = regexp.MustCompile(`(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*([AaPp])\.?[Mm]\b)?`)

// maxShifts bounds the stretches of one cell: a day has no room for more.
const maxShifts = 6

// hoursOf finds the stretches of hours in a cell. Words may stand around them, as in
// "Night shift (22:00 - 06:00)".
func hoursOf(s string) ([]record.Hours, bool) {
	times := timeOfDay.FindAllStringSubmatch(s, 2*maxShifts+1)
	if len(times) == 0 || len(times)%2 != 0 || len(times) > 2*maxShifts {
		return nil, false
	}
	minutes := make([]int, len(times))
	for i, t := range times {
		hour, _ := strconv.Atoi(t[1])
		minute, _ := strconv.Atoi(t[2])
		if t[3] != "" {
			if hour < 1 || hour > 12 {
				return nil, false
			}
			hour %= 12
			if t[3] == "p" || t[3] == "P" {
				hour += 12
			}
		}
		if hour == 24 && minute == 0 {
			hour = 0
		}
		if hour > 23 || minute > 59 {
			return nil, false
		}
		minutes[i] = hour*60 + minute
	}
	var out []record.Hours
	for i := 0; i < len(minutes); i += 2 {
		if minutes[i] == minutes[i+1] { // all day or nothing: neither says when
			return nil, false
		}
		out = append(out, record.Hours{From: minutes[i], To: minutes[i+1]})
	}
	return out, true
}
