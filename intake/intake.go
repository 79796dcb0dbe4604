// SPDX-License-Identifier: Apache-2.0

// Package intake takes in what a company sends, keeps it, and keeps the
// assessment of everyone in it up to date.
//
// [Receive] acknowledges input once it is on disk. A [Reader] turns it into what
// is kept: records, documents and folded activity, each sealed under a key of
// those it is about. An [Assessor] runs the stages of package pipeline over all
// of it and writes people, faces and rings. None of this decides about anyone:
// what follows from an assessment is for package casework, and for people.
package intake
