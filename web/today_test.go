// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/account"
)

// TestTodayIsTrue holds that docs/today.md has a part for each role, that whoever reads it
// may open each page that it names there, and that it begins with the page at which the
// role begins.
func TestTodayIsTrue(t *testing.T) {
	text, err := os.ReadFile("../docs/today.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[account.Role]string{}
	for _, part := range strings.Split(string(text), "\n## ")[1:] {
		role, body, _ := strings.Cut(part, "\n")
		parts[account.Role(strings.ToLower(role))] = body
	}
	c := newConsole(t)
	page := regexp.MustCompile("`(/[^` ]*)`")
	for _, role := range account.Roles() {
		named := page.FindAllStringSubmatch(parts[role], -1)
		if len(named) < 3 {
			t.Errorf("%s finds %d pages", role, len(named))
			continue
		}
		for _, p := range named {
			i := slices.IndexFunc(sortedRoutes(), func(r route) bool { return r.pattern == http.MethodGet+" "+p[1] })
			if i < 0 || !slices.Contains(sortedRoutes()[i].roles, role) {
				t.Errorf("%s may not open %s", role, p[1])
			}
		}
		if begins := c.as(role).get("/").Header.Get("Location"); !slices.ContainsFunc(named, func(p []string) bool { return p[1] == begins }) {
			t.Errorf("%s begins at %s, of which nothing is said", role, begins)
		}
	}
	if len(parts) != len(account.Roles()) {
		t.Errorf("%d parts for %d roles", len(parts), len(account.Roles()))
	}
}
