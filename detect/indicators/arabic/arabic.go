// SPDX-License-Identifier: Apache-2.0

// Package arabic is what the person concerned is told of the indicators of the
// catalogue, in Arabic. It stands beside them, so that adding an indicator touches one
// folder, and apart from their source, which embeds nothing that could be held against
// a person.
package arabic

import (
	_ "embed"

	"daylight/detect"
)

//go:embed ar.json
var file []byte

// Words are the texts, which are read when the first is asked for.
var Words = detect.NewWords(file)
