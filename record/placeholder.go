// SPDX-License-Identifier: Apache-2.0

package record

import (
	"slices"
	"strings"
)

// placeholders are author names that office software, phones and computer makers
// fill in until somebody changes them, as sets of folded words.
var placeholders = []string{
	"acer", "admin", "administrator", "anonymous", "apple", "asus", "author", "canva", "dell", "docx python", "guest", "home",
	"hp", "iphone", "ipad", "lenovo", "meeting room", "microsoft office user", "named un", "owner", "participant", "pc", "toshiba",
	"unknown", "user", "user windows", "user zoom",
}

// IsPlaceholder reports whether the name is one that software fills in, which
// names nobody.
func (n Name) IsPlaceholder() bool {
	return slices.Contains(placeholders, strings.Join(n.words(), " "))
}
