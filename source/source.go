// SPDX-License-Identifier: Apache-2.0

// Package source recognises the files of an export folder by their content and
// reads them as rows, streaming, in bounded memory. It knows shapes (JSON Lines,
// a JSON array, CSV, a document, a git repository), not vendors: which vendor
// wrote a row is the business of package normalize.
package source
