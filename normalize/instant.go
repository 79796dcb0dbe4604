// SPDX-License-Identifier: Apache-2.0

package normalize

// parseTime reads the forms of time that the logs contain, as Unix
// milliseconds, without allocating:
//
//   - RFC 3339, with any number of decimals: "2026-03-04T05:06:07.089Z",
//     "2026-03-04T05:06:07+05:30";
//   - the form data lakes write, which is UTC: "2026-03-04 05:06:07.089";
//   - Unix time in seconds, milliseconds, microseconds or nanoseconds, told apart
//     by size, as a number or in quotes, with decimals or without: 1772600767.
//
// Times before 1970 and dates that do not exist are refused.
func parseTime(b []byte) (ms int64, ok bool) {
	if len(b) >= 19 && b[4] == '-' && b[7] == '-' && b[13] == ':' && b[16] == ':' &&
		(b[10] == 'T' || b[10] == ' ' || b[10] == 't') {
		return parseDateTime(b)
	}
	return parseUnix(b)
}

func parseDateTime(b []byte) (int64, bool) {
	year, ok1 := digits(b[0:4])
	month, ok2 := digits(b[5:7])
	day, ok3 := digits(b[8:10])
	hour, ok4 := digits(b[11:13])
	minute, ok5 := digits(b[14:16])
	second, ok6 := digits(b[17:19])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 ||
		year < 1970 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ||
		hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	b = b[19:]
	milli := int64(0)
	if len(b) > 0 && (b[0] == '.' || b[0] == ',') {
		n, scale := 1, int64(100)
		for ; n < len(b) && b[n] >= '0' && b[n] <= '9'; n++ {
			milli += int64(b[n]-'0') * scale
			scale /= 10
		}
		if n == 1 {
			return 0, false
		}
		b = b[n:]
	}
	offset, ok := parseOffset(b)
	if !ok {
		return 0, false
	}
	seconds := daysSince1970(year, month, day)*86400 + int64(hour)*3600 + int64(minute)*60 + int64(second) - offset*60
	return seconds*1000 + milli, seconds >= 0
}

// parseOffset reads what follows the seconds, in minutes east of UTC.
func parseOffset(b []byte) (minutes int64, ok bool) {
	if len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	switch string(b) {
	case "", "Z", "z", "UTC":
		return 0, true
	}
	sign := int64(1)
	switch b[0] {
	case '+':
	case '-':
		sign = -1
	default:
		return 0, false
	}
	b = b[1:]
	var hh, mm []byte
	switch {
	case len(b) == 5 && b[2] == ':':
		hh, mm = b[:2], b[3:]
	case len(b) == 4:
		hh, mm = b[:2], b[2:]
	default:
		return 0, false
	}
	h, ok1 := digits(hh)
	m, ok2 := digits(mm)
	if !ok1 || !ok2 || h > 18 || m > 59 {
		return 0, false
	}
	return sign * int64(h*60+m), true
}

// parseUnix tells the unit of a Unix time by its size: seconds up to the year
// 5138, milliseconds from March 1973 to the year 5138, and so on.
func parseUnix(b []byte) (int64, bool) {
	n, i := int64(0), 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		if n > (1<<62)/10 {
			return 0, false
		}
		n = n*10 + int64(b[i]-'0')
	}
	if i == 0 {
		return 0, false
	}
	milli := int64(0) // the decimals, for seconds
	if i < len(b) {
		if b[i] != '.' || i+1 == len(b) {
			return 0, false
		}
		scale := int64(100)
		for i++; i < len(b); i++ {
			if b[i] < '0' || b[i] > '9' {
				return 0, false
			}
			milli += int64(b[i]-'0') * scale
			scale /= 10
		}
	}
	switch {
	case n <= 0:
		return 0, false
	case n < 1e11:
		return n*1000 + milli, true
	case n < 1e14:
		return n, true
	case n < 1e17:
		return n / 1e3, true
	}
	return n / 1e6, true
}

func digits(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// daysSince1970 counts days in the proleptic Gregorian calendar, from Howard
// Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), days_from_civil.
func daysSince1970(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return int64(era)*146097 + int64(dayOfEra) - 719468
}
