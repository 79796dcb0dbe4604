// SPDX-License-Identifier: Apache-2.0

package account

import "testing"

func TestIdentityHas(t *testing.T) {
	who := Identity{Account: "a1", Roles: []Role{HR, Auditor}}
	for _, tt := range []struct {
		who   Identity
		roles []Role
		want  bool
	}{
		{who, []Role{HR}, true},
		{who, []Role{Security, Auditor}, true},
		{who, []Role{Security, Legal}, false},
		{who, nil, false},
		{Identity{}, Roles(), false},
	} {
		if got := tt.who.Has(tt.roles...); got != tt.want {
			t.Errorf("%v has one of %v: %v, want %v", tt.who.Roles, tt.roles, got, tt.want)
		}
	}
	if Role("root").Valid() || Role("").Valid() || !Legal.Valid() {
		t.Error("a role that is none is valid, or one that is is not")
	}
}
